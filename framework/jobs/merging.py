"""Merging records to which more belongs than somebody would wait for: still one transaction, and one operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ClashError, ConflictError, ForbiddenError, InvalidError, NotFoundError
from framework.jobs.kinds import Kind
from framework.jobs.parts import Told, in_parts, refused
from framework.permissions import policy_for
from framework.records.merging import Merging
from framework.storage.session import run_tx
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context
    from framework.errors import ArmatureError
    from framework.jobs.kinds import Work
    from framework.jobs.parts import Tell
    from i18n.catalog import Translator

_REFUSED = (ClashError, ConflictError, ForbiddenError, InvalidError, NotFoundError)


def payload_of(asked: Merging) -> dict[str, Any]:
    """What a job is told of a merge."""
    return {
        "entity": asked.entity,
        "ident": asked.ident,
        "version": asked.version,
        "others": asked.others,
        "values": asked.values,
    }


def _merge(work: Work) -> None:
    given = work.payload
    others = tuple((ident, version) for ident, version in given["others"])
    asked = Merging(given["entity"], given["ident"], given["version"], others, given["values"])

    def do(context: Context, _some: Sequence[str], tell: Tell) -> None:
        done = [Told(asked.entity, asked.ident, "merged")]
        try:
            work.engine.door.merge(context, asked, lambda connection, _: tell(connection, done))
        except _REFUSED as error:
            told = _told(asked, error)
            run_tx(work.database, lambda connection: tell(connection, told))

    in_parts(work, [asked.ident], do)


def _told(asked: Merging, error: ArmatureError) -> list[Told]:
    """Why it was refused, for each record that stood in the way."""
    found = []
    for fault in error.faults:
        entity, _, ident = fault.pointer.lstrip("/").partition("/")
        if ident:
            found.append(Told(entity, ident, "refused", fault.code, fault.message))
    return found or [refused(asked.entity, asked.ident, error)]


def _title(known: Context, payload: Mapping[str, Any], _total: int | None, words: Translator) -> str:
    entity = known.snapshot.entities.get(payload["entity"])
    if entity is None or not policy_for(known.snapshot, known.actor).entity(entity.name).visible:
        return words.text(msg("Merge records"))
    count = 1 + len(payload["others"])
    what = words.counted(entity.label, entity.label_plural, count)
    return words.text(msg("Merge %(count)s %(what)s", count=str(count), what=what))


MERGE = Kind("merge_records", _merge, title=_title, operation=True)
