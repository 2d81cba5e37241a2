"""A list as a file: all records of its filter, with the fields that the reader may read."""

from __future__ import annotations

from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flask import Response

from framework.errors import MalformedError
from framework.extension import services
from framework.permissions import policy_for
from framework.transfer.exporting import Which, export_records, export_workbook
from framework.transfer.workbook import Words
from i18n.lazy import msg
from metadata.expressions import to_text
from ui.lists.request import query_of
from ui.lists.state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from framework.plans import Query
    from ui.page.addresses import Address
    from ui.page.asked import Asked

ABILITY = "export"
FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
READ = "read"
"""The format of a spreadsheet that people read, with names in the place of ids: it does not come back."""
_LIMIT = 1  # the file is read page by page anyway
_IN_MEMORY, _PIECE = 4 * 1024 * 1024, 64 * 1024


def answer_export(asked: Asked, address: Address) -> Response:
    """Answer all records of the list at this address as a file, `format` csv, xlsx or read.

    Raises ForbiddenError without the ability, MalformedError for another format.
    """
    here = address.without({"format"})
    query = query_of(asked, here, state_of(asked, here), (), (), _LIMIT)
    return answer_file(asked, which_of(query), address.get("format"))


def which_of(query: Query) -> Which:
    """Give the records that a query finds, whichever its page."""
    return Which(to_text(query.filter) if query.filter is not None else None, query.search)


def answer_file(asked: Asked, which: Which, form: str | None) -> Response:
    """Answer records as a file, csv where no format is asked for. Raises as `answer_export`."""
    words = Words(asked.reader.words, asked.reader.formats) if form == READ else None
    form = "xlsx" if words else form or "csv"
    if form not in FILE_TYPES:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=form[:40]))
    door, context, entity = services().door, asked.context, asked.entity.name
    if form == "xlsx":
        parts: Iterator[Any] = _pieces(lambda file: export_workbook(door, context, entity, which, file, words))
        made = Response(chain([next(parts)], parts), content_type=FILE_TYPES[form])
    else:
        made = Response(export_records(door, context, entity, which, form), content_type=FILE_TYPES[form])
    name = f"{entity}-{context.today.isoformat()}.{form}"
    made.headers.set("Content-Disposition", "attachment", filename=name)
    return made


def _pieces(write: Callable[[BinaryIO], None]) -> Iterator[bytes]:
    """Give the pieces of a file that must be whole before it can be sent."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        write(cast("BinaryIO", file))
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def may_export(asked: Asked) -> bool:
    """Whether the reader may take records out as a file."""
    return ABILITY in policy_for(asked.context.snapshot, asked.context.actor).abilities()


def export_url(asked: Asked, address: Address, query: Query, form: str) -> str | None:
    """Give the address of the file, to who may export."""
    if not may_export(asked) or query.bin:
        return None
    gone = {"after", "loaded", "done", "count", "group", "opened", "panel"}
    return str(address.without(gone).below("export").having("format", None if form == "csv" else form))
