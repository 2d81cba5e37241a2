"""The files that belong to a record: what its tab Files shows, and what is sent there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

from flask import request

from framework.errors import ArmatureError, ClashError, Fault, InvalidError, MalformedError, NotFoundError
from framework.extension import services
from framework.fields.base import ValueRefusedError
from framework.fields.uploaded import File, file_from_text
from framework.permissions import policy_for
from framework.plans import Count, Query
from framework.records.batch import Item, NotAppliedError
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal, Path
from ui.forms.controls import FileShown, held_files, limit_of
from ui.forms.uploads import received
from ui.page.addresses import Address, file_url, list_url, record_url
from ui.page.asked import ABSENT
from ui.page.offered import is_open
from ui.page.people import Face, face
from ui.values.cells import FileCell, file_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.permissions import EntityRights
    from framework.records import Record
    from metadata.snapshot import Field
    from ui.page.asked import Asked

ATTACHMENT, FILE = "attachment", "file"
_MOST = 50
_NEEDED = frozenset({"about", FILE})
_FIELDS = ("created_at", "created_by", "version")


@dataclass(frozen=True, slots=True)
class Attached:
    """One file; `remove_url` is None for who may not take it away."""

    id: str
    version: int
    file: FileCell
    who: Face | None
    iso: str
    when: str
    exact: str
    remove_url: str | None


@dataclass(frozen=True, slots=True)
class Sending:
    """The form that sends files: `ready` are those that were kept already while others were refused (`errors`)."""

    url: str
    key: str
    limit: str
    ready: tuple[FileShown, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachments:
    """All that the template of the tab prints."""

    items: tuple[Attached, ...]
    sending: Sending | None
    all_url: str | None


def offers_files(asked: Asked) -> bool:
    """Whether files may belong to records of the entity, and this reader may see them."""
    rights = _rights(asked)
    return "attachments" in asked.entity.traits and rights.visible and rights.readable >= _NEEDED


def count_files(asked: Asked, record: Record) -> str:
    """Count the files of a record: exact to 1,000."""
    found = services().door.count(asked.context, replace(_query(record), count=Count.CAPPED))
    number = asked.reader.formats.integer(found.count)
    return number if found.exact else f"{number}+"


def read_files(asked: Asked, record: Record, here: str, sending: Sending | None) -> Attachments:
    """Read the newest files of a record; `sending` is the form as it was refused, if it was."""
    readable = _rights(asked).readable
    fields = (FILE, *(name for name in _FIELDS if name in readable))
    query = replace(
        _query(record),
        fields=fields,
        sort=("-created_at",) if "created_at" in readable else (),
        limit=_MOST,
        expand=("created_by",) if "created_by" in readable else (),
    )
    page = services().door.find(asked.context, query)
    every = Address(list_url(ATTACHMENT), (("filter[about][eq]", record.id),))
    return Attachments(
        items=tuple(_attached(asked, one, here) for one in page.records),
        sending=sending or sending_of(asked, here),
        all_url=str(every) if page.next else None,
    )


def sending_of(asked: Asked, here: str) -> Sending | None:
    """Give the form that sends files to a record; None for who may not."""
    if "attachments" not in asked.entity.traits or not _rights(asked).creatable >= _NEEDED:
        return None
    return Sending(f"{here}/attachments", str(uuid4()), limit_of(asked, _field(asked)))


def attach(asked: Asked, present: Record) -> None:
    """Attach what the request sends to a record: all of it, or nothing.

    The key of the form makes the ids, so that a repeated POST attaches nothing twice. Raises NotFoundError where the
    actor may attach nothing, RefusedFilesError with what was kept, MalformedError for a form that is none of ours.
    """
    here = record_url(asked.entity.name, present.id)
    sending = sending_of(asked, here)
    if sending is None:
        raise NotFoundError(ABSENT)
    key = _key()
    lines, faults = received(asked.context, ATTACHMENT, _field(asked))
    lines = list(dict.fromkeys([*filter(None, request.form.getlist(FILE)), *lines]))
    if not lines and not faults:
        faults = [Fault(f"/{FILE}", "required", msg("Choose a file first"))]
    if not faults:
        try:
            _write(asked, present, _files(lines), key)
        except InvalidError as error:
            faults = list(error.faults)
    if faults:
        ready = tuple(held_files(asked, _field(asked), "\n".join(lines)))
        told = tuple(asked.text(fault.message) for fault in faults)
        raise RefusedFilesError(replace(sending, key=str(key), ready=ready, errors=told))


class RefusedFilesError(Exception):
    """Files that were not attached, with the form that is to be shown again."""

    status = InvalidError.status

    def __init__(self, sending: Sending) -> None:
        """Keep the form."""
        super().__init__()
        self.sending = sending


def detach(asked: Asked, present: Record, ident: str, version: int | None) -> None:
    """Take a file from a record. Raises NotFoundError for one of another record, and whatever the door refuses."""
    found = services().door.get(asked.context, ATTACHMENT, ident, ("about",))
    if found.values["about"] != present.id:
        raise NotFoundError(ABSENT)
    services().door.delete(asked.context, ATTACHMENT, ident, version)


def _key() -> UUID:
    try:
        return UUID(request.form.get("_key", ""))
    except ValueError:
        raise MalformedError(msg("This form is none of ours; load the page again")) from None


def _files(lines: list[str]) -> list[Mapping[str, Any]]:
    """Give the wire values of files that a form names. Raises InvalidError."""
    try:
        found = [file_from_text(line) for line in lines]
    except ValueRefusedError as error:
        raise InvalidError(InvalidError.title, [Fault(f"/{FILE}", error.code, error.message)]) from None
    return [one for one in found if isinstance(one, dict)]


def _write(asked: Asked, present: Record, files: list[Mapping[str, Any]], key: UUID) -> None:
    about = {"entity": asked.entity.name, "id": present.id}
    values = [{"id": str(uuid5(key, str(one.get("hash")))), FILE: one, "about": about} for one in files]
    items = [Item("create", None, None, None, one) for one in values]
    for outcome in services().door.batch(asked.context, ATTACHMENT, items, atomic=True):
        if outcome.error is not None and not _done_before(outcome.error):
            raise outcome.error


def _done_before(error: ArmatureError) -> bool:
    """Whether an item was kept by an earlier POST of the same form, or only waited for others."""
    if isinstance(error, NotAppliedError):
        return True
    return isinstance(error, ClashError) and [fault.pointer for fault in error.faults] == ["/id"]


def _attached(asked: Asked, one: Record, here: str) -> Attached:
    formats, at, by = asked.reader.formats, one.values.get("created_at"), one.links.get("created_by")
    file: File = one.values[FILE]
    removes = is_open(_rights(asked).delete, one, asked.context)
    return Attached(
        id=one.id,
        version=one.version,
        file=file_cell(file, file_url(ATTACHMENT, one.id, FILE), asked.reader, drawn=True),
        who=face(by.id, by.title) if by and by.title else None,
        iso=at.isoformat() if at else "",
        when=formats.relative(at, asked.context.now) if at else "",
        exact=formats.exact(at) if at else "",
        remove_url=f"{here}/attachments/{one.id}/delete" if removes else None,
    )


def _query(record: Record) -> Query:
    return Query(ATTACHMENT, None, Binary("=", Path(("about",)), Literal(record.id)))


def _rights(asked: Asked) -> EntityRights:
    return policy_for(asked.context.snapshot, asked.context.actor).entity(ATTACHMENT)


def _field(asked: Asked) -> Field:
    return asked.context.snapshot.entities[ATTACHMENT].fields[FILE]
