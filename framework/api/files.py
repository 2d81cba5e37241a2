"""Files over HTTP: sent for a field, named by a record, and handed out at an address below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, request

from framework.api.old_names import deprecate_old_names
from framework.api.records import answer
from framework.errors import Fault, MalformedError, MediaTypeError
from framework.extension import context, file_answer, services, takes_files, thumbnail_answer
from framework.records.parse import closed
from i18n.lazy import msg

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.datastructures import FileStorage

routes = Blueprint("api_files", __name__, url_prefix="/api/v1/records")
deprecate_old_names(routes)


@routes.post("/<entity>/files/<field>")
@takes_files
def send_file(entity: str, field: str) -> Response:
    """Content for a field; what comes back is the value that a record's body then gives to the field."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    services().door.require_file_field(known, entity, field)
    sent = _sent()
    found = services().door.receive(known, entity, field, sent.stream, sent.filename or "")
    return answer(known, msgspec.json.encode(found._asdict()), 201)


@routes.get("/<entity>/<ident>/files/<field>")
@routes.get("/<entity>/<ident>/files/<field>/<digest>")
def get_file(entity: str, ident: str, field: str, digest: str | None = None) -> Response:
    """The content of a record's file; of a field of several that of the one with this hash."""
    closed(request.args.items(multi=True), frozenset())
    return file_answer(*services().door.download(context(), entity, ident, field, digest))


@routes.get("/<entity>/<ident>/files/<field>/thumbnail")
@routes.get("/<entity>/<ident>/files/<field>/<digest>/thumbnail")
def get_thumbnail(entity: str, ident: str, field: str, digest: str | None = None) -> Response:
    """A small picture of such a file."""
    closed(request.args.items(multi=True), frozenset())
    return thumbnail_answer(services().door.thumbnail(context(), entity, ident, field, digest))


def _sent() -> FileStorage:
    """The one file of the body. Raises MediaTypeError, MalformedError."""
    if request.mimetype != "multipart/form-data":
        raise MediaTypeError(msg("Send the file as multipart/form-data, in a part with the name file"))
    sent = list(request.files.items(multi=True))
    if len(sent) != 1 or sent[0][0] != "file" or request.form:
        message = msg("Send one file, in a part with the name file and nothing besides")
        raise MalformedError(message, [Fault("/file", "file", message)])
    return sent[0][1]
