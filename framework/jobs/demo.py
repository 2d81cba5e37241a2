"""Taking the demo data away: one job, one operation; what real records link to is left and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import ForbiddenError
from framework.jobs.kinds import Kind
from framework.jobs.parts import in_parts, told_of
from framework.permissions import policy_for
from i18n.lazy import msg, nmsg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from framework.context import Context
    from framework.jobs.kinds import Work
    from framework.jobs.parts import Tell
    from framework.records.operations import Key
    from i18n.catalog import Translator

_ABILITY = "operate"


def require_removal_of_demo(context: Context) -> None:
    """Raise ForbiddenError for who does not look after the installation."""
    if _ABILITY not in policy_for(context.snapshot, context.actor).abilities():
        raise ForbiddenError(msg("Your roles do not let you remove the demo data"))


def _run(work: Work) -> None:
    if "records" not in work.payload:
        found = work.engine.door.demo_left(work.context())
        work.remember({**work.payload, "records": [list(key) for key in found]}, len(found))
    records: list[Key] = [(entity, ident) for entity, ident in work.payload["records"]]

    def do(context: Context, some: Sequence[Key], tell: Tell) -> None:
        require_removal_of_demo(context)
        work.engine.door.remove_demo(context, some, lambda connection, found: tell(connection, told_of(some, found)))

    in_parts(work, records, do)


def _title(_known: Context, _payload: Mapping[str, Any], total: int | None, words: Translator) -> str:
    if not total:
        return words.text(msg("Remove the demo data"))
    return words.text(nmsg("Remove one demo record", "Remove %(count)s demo records", total))


REMOVE_DEMO = Kind("remove_demo", _run, title=_title, operation=True)
