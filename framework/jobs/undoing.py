"""Taking back an operation that wrote more records than somebody would wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.jobs.kinds import Kind
from framework.jobs.parts import Told, in_parts
from i18n.lazy import nmsg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context
    from framework.jobs.kinds import Work
    from framework.jobs.parts import Tell
    from framework.records.undo import Touched
    from i18n.catalog import Translator


def _undo(work: Work) -> None:
    door, op_id = work.engine.door, work.payload["undoes"]

    def do(context: Context, some: Sequence[tuple[str, str]], tell: Tell) -> None:
        door.undo_some(context, op_id, some, lambda connection, found: tell(connection, _told(some, found)))

    # An operation that has ended writes no more, so each attempt finds the same records in the same order.
    in_parts(work, door.records_of(op_id), do)


def _told(some: Sequence[tuple[str, str]], found: Sequence[Touched]) -> list[Told]:
    """What became of each; records that the person sees no more are counted, so that the parts add up."""
    told = [Told(one.entity, one.ident, one.did, one.code, one.why) for one in found]
    unseen = len(some) - len(told)
    return [*told, *(Told("", "", "unseen") for _ in range(unseen))]


def _title(_known: Context, _payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    return words.text(nmsg("Undo the change of one record", "Undo the changes of %(count)s records", total or 0))


UNDO = Kind("undo", _undo, title=_title, operation=True)
