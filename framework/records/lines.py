"""Lines of a record being written: all of them judged together with it, and written in its transaction.

Who gives lines gives all that they see: those with an id stay or change, those without are new, absent ones go to
the bin. What was put there by such a write comes back when it is given again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from framework.errors import ArmatureError, ConflictError, Fault, ForbiddenError, InvalidError
from framework.plans import Alteration, Creation, ReadPlan
from framework.records.bulk import Writing
from framework.records.changes import NO_LINE, within
from framework.records.deletion import bring_back, take_along
from framework.records.history import change_row
from framework.records.planner import access_to
from framework.storage.bulk import rows_of
from framework.storage.change import append_changes, update_records
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.plans import Line
    from framework.plans.predicates import Predicate
    from framework.records.bulk import Made
    from framework.rules.operand import EngineName
    from metadata.snapshot import Entity, Field

_INVALID = msg("Some values are not valid")


def apart(entity: Entity, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[Line, ...]]]:
    """Values without the lines, and the plans of these by the field."""
    names = {name for name in values if entity.fields[name].lines is not None}
    rest = {name: value for name, value in values.items() if name not in names}
    return rest, {name: values[name] or () for name in names}


def ids_of(lines: Sequence[Lines]) -> dict[str, tuple[str, ...] | None]:
    """The ids of the lines that a record will have, by the field."""
    return {one.owner.name: one.ids or None for one in lines}


@dataclass(slots=True)
class Lines:
    """The lines of one field of one record, on their way: `ids` are those that it will have, in their order.

    `places` gives the place, in what was given, of each line that is written; `gone` and `back` are (id, version) of
    those that go to the bin or come back from there.
    """

    owner: Field
    whole: str
    writing: Writing
    ids: tuple[str, ...]
    new: dict[int, Creation] = field(default_factory=dict)
    old: dict[int, Alteration] = field(default_factory=dict)
    changed: list[Made] = field(default_factory=list)
    gone: list[tuple[str, int]] = field(default_factory=list)
    back: list[tuple[str, int]] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        """Whether anything becomes of any line."""
        return bool(self.new or self.changed or self.gone or self.back)

    def faults(self) -> list[Fault]:
        """What is wrong with the lines by now, each with its place."""
        outcomes = self.writing.outcomes
        return [one for at in sorted(outcomes) if (error := outcomes[at].error) for one in self._told(at, error)]

    def _told(self, at: int, error: ArmatureError) -> list[Fault]:
        if isinstance(error, ConflictError):
            raise error
        return within(self.owner, at, error)


def prepared(
    connection: Connection,
    engine: EngineName,
    context: Context,
    owner: Field,
    whole: str,
    given: Sequence[Line],
    present: Sequence[str] = (),
    hidden: Collection[str] = (),
) -> Lines:
    """What is to become of the lines of a record that has these now; `hidden` are those that the writer does not see.

    Lines that stay are locked. Raises InvalidError, ForbiddenError.
    """
    assert owner.lines is not None  # noqa: S101  (callers look)
    name, link = owner.lines
    writing = Writing(connection, engine, context, context.snapshot.entities[name], whole)
    known = {one.ident: at for at, one in enumerate(given) if isinstance(one, Alteration)}
    seen = [one for one in present if one not in hidden]
    found = Lines(owner, whole, writing, (*(one.ident for one in given), *(one for one in present if one in hidden)))
    found.back = _binned(writing, link, whole, [one for one in known if one not in seen])
    lost = known.keys() - set(seen) - {one for one, _ in found.back}
    if lost:
        raise InvalidError(_INVALID, [Fault(f"/{owner.name}/{known[one]}", "link", NO_LINE) for one in lost])
    found.gone = _of(writing, [one for one in seen if one not in known], binned=False)
    for at, one in enumerate(given):
        if isinstance(one, Creation):
            found.new[at] = replace(one, values={**one.values, link: whole})
        else:
            found.old[at] = one
    _in_order(found, given)
    back = {one for one, _ in found.back}
    live = {at: one for at, one in found.old.items() if one.values and one.ident not in back}
    found.changed = writing.compared(live)
    return found


def store(lines: Lines) -> None:
    """Judge the lines and write them. Raises InvalidError with all that is wrong with them."""
    sound = judged(lines)
    _raise(lines)
    writing, entity = lines.writing, lines.writing.entity
    _mark(lines, lines.gone, "delete")
    lines.writing.store(sound)
    _mark(lines, lines.back, "restore")
    for ident, _ in lines.back if entity.links_in else ():
        bring_back(writing.connection, writing.context, entity, ident)
    ids = {one for one, _ in lines.back}
    back = {at: one for at, one in lines.old.items() if one.ident in ids and one.values}
    if back:
        writing.store(writing.judged({}, writing.compared(back)))
    _raise(lines)


def judged(lines: Lines) -> list[Made]:
    """The lines that no rule refuses."""
    return lines.writing.judged(lines.new, lines.changed)


def _raise(lines: Lines) -> None:
    faults = lines.faults()
    if faults:
        raise InvalidError(_INVALID, faults)


def _in_order(lines: Lines, given: Sequence[Line]) -> None:
    """Give lines a place where the one that they have does not fit: as few of them as that takes."""
    order = lines.owner.options.get("order")
    if order is None:
        return
    kept = _places(lines.writing, order, [one.ident for one in lines.old.values()])
    last = 0
    for at, one in enumerate(given):
        place = kept.get(one.ident)
        if place is not None and place > last:
            last = place
            continue
        last += 1
        if at in lines.new:
            lines.new[at] = replace(lines.new[at], values={**lines.new[at].values, order: last})
        else:
            lines.old[at] = replace(lines.old[at], values={**lines.old[at].values, order: last})


def _places(writing: Writing, order: str, ids: Collection[str]) -> dict[str, int]:
    """The places that lines have, those in the bin too."""
    found: dict[str, int] = {}
    for binned in (False, True) if ids else ():
        plan = ReadPlan(access_to(writing.policy, writing.entity.name), ("id", order), bin=binned)
        rows = rows_of(writing.connection, writing.context.snapshot, plan, ids, writing.environment)
        found |= {row[0]: row[1] for row in rows if row[1] is not None}
    return found


def _binned(writing: Writing, link: str, whole: str, ids: Collection[str]) -> list[tuple[str, int]]:
    """(id, version) of those of the ids whose records are lines of this one in the bin."""
    return [(one, version) for one, version, of in _rows(writing, link, ids, binned=True) if of == whole]


def _of(writing: Writing, ids: Collection[str], *, binned: bool) -> list[tuple[str, int]]:
    return [(one, version) for one, version, _ in _rows(writing, "id", ids, binned=binned)]


def _rows(writing: Writing, beside: str, ids: Collection[str], *, binned: bool) -> list[tuple[str, int, Any]]:
    """(id, version, another field) of lines that may be deleted or brought back, locked."""
    if not ids:
        return []
    rights = writing.policy.entity(writing.entity.name)
    allowed: Predicate = rights.delete
    access = replace(access_to(writing.policy, writing.entity.name), guards=())
    plan = ReadPlan(access, ("id", "version", beside), lock=True, extra=allowed, bin=binned)
    rows = rows_of(writing.connection, writing.context.snapshot, plan, ids, writing.environment)
    if any(not row[-1] for row in rows):
        raise ForbiddenError(msg("You may see this record but not change it so"))
    return [tuple(row[:3]) for row in rows]


def _mark(lines: Lines, rows: Sequence[tuple[str, int]], op: str) -> None:
    """Move lines to the bin or back."""
    if not rows:
        return
    connection, context, entity = lines.writing.connection, lines.writing.context, lines.writing.entity
    if op == "delete":
        for ident, _ in rows if entity.links_in else ():
            take_along(connection, context, entity, ident)
    at, by = (context.now, context.actor.id) if op == "delete" else (None, None)
    stamps = {"deleted_at": at, "deleted_by": by, "updated_at": context.now, "updated_by": context.actor.id}
    changed = [(ident, version, {**stamps, "version": version + 1}) for ident, version in rows]
    if not update_records(connection, context.snapshot, entity.name, changed):
        raise ConflictError(msg("Somebody changed one of these records just now"))
    append_changes(
        connection,
        [change_row(context, entity, ident, version + 1, op, {}, lines.whole) for ident, version in rows],
    )
