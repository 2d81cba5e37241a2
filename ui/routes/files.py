"""The addresses of files, below the record that has them: its rights are asked for at each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, file_answer, services, thumbnail_answer
from framework.records.parse import closed
from ui.routes.screens import present_name

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("files", __name__)
blueprint.before_request(present_name)


@blueprint.get("/records/<entity>/<ident>/files/<field>")
@blueprint.get("/records/<entity>/<ident>/files/<field>/<digest>")
def download(entity: str, ident: str, field: str, digest: str | None = None) -> Response:
    """Hand out a record's file, to be saved; of a field of several the one with this hash."""
    closed(request.args.items(multi=True), frozenset())
    return file_answer(*services().door.download(context(), entity, ident, field, digest))


@blueprint.get("/records/<entity>/<ident>/files/<field>/thumbnail")
@blueprint.get("/records/<entity>/<ident>/files/<field>/<digest>/thumbnail")
def thumbnail(entity: str, ident: str, field: str, digest: str | None = None) -> Response:
    """Hand out a small picture of such a file."""
    closed(request.args.items(multi=True), frozenset())
    return thumbnail_answer(services().door.thumbnail(context(), entity, ident, field, digest))
