"""A plan: what a publish would do, said before it is done. Command, API and page show this one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.fields.base import type_of
from framework.storage.tables import members_name, physical_name
from metadata.check.changes import check_values
from metadata.diff import Change, ChangeKind, Risk
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from framework.publishing.target import Target
    from framework.storage.ddl import Step
    from i18n.lazy import Message
    from metadata.diff import RightsChange
    from metadata.problems import Problem
    from metadata.snapshot import Entity, Snapshot


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change with what it does to the tables, and how many records hold a value (None: it is about none)."""

    change: Change
    steps: tuple[Step, ...]
    rows: int | None

    def as_json(self) -> dict[str, Any]:
        """The change as plans show it."""
        told = self.change.as_json()
        impact = told.pop("impact")
        steps = [step.as_json() for step in self.steps]
        return {**told, "steps": steps, "rows": self.rows, "unconvertible": None, "impact": impact}


@dataclass(frozen=True, slots=True)
class PlannedRights:
    """What a role gives more or less, and how many people have it."""

    change: RightsChange
    people: int
    new: bool

    @property
    def gives_more(self) -> bool:
        """Whether somebody can do more; a new role that nobody has gives nobody anything."""
        return bool(self.change.widened) and (self.people > 0 or not self.new)

    def as_json(self) -> dict[str, Any]:
        """The change as plans show it."""
        return {**self.change.as_json(), "people": self.people}


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done to make `target` live."""

    target: Target
    changes: tuple[PlannedChange, ...]
    rights: tuple[PlannedRights, ...]
    warnings: tuple[Problem, ...] = ()
    channel: str = "live"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the definitions, with going there from what is live, or with what records hold."""
        return (*self.target.problems, *self.warnings)

    @property
    def publishable(self) -> bool:
        """Whether nothing stands in the way."""
        return not has_errors(self.target.problems)

    @property
    def needs_confirmation(self) -> tuple[str, ...]:
        """What somebody has to say yes to: rights, lossy, retired (fields), restored, prune (documents)."""
        kinds = {
            "rights": any(one.gives_more for one in self.rights),
            "lossy": any(one.change.risk is Risk.LOSSY for one in self.changes),
            "retired": any(_is_field(one.change, ChangeKind.RETIRED) for one in self.changes),
            "restored": any(one.change.kind is ChangeKind.RESTORED and one.rows for one in self.changes),
            "prune": bool(self.target.missing),
        }
        return tuple(kind for kind, needed in kinds.items() if needed)

    def as_json(self, text: Callable[[Message], str] = str) -> dict[str, Any]:
        """The plan as documented, problems worded by `text`."""
        return {
            "base": self.target.live.number,
            "target_digest": self.target.digest,
            "channel": self.channel,
            "changes": [one.as_json() for one in self.changes],
            "rights": [one.as_json() for one in self.rights],
            "problems": [one.as_json(text) for one in self.problems],
            "publishable": self.publishable,
            "needs_confirmation": list(self.needs_confirmation),
        }


def plan_of(
    target: Target, rows: Mapping[str, int], people: Mapping[str, int], offenders: Mapping[tuple[str, str], int]
) -> Plan:
    """The plan of a target. `rows` counts records by address, `people` those who have a role.

    `offenders` counts, by address and narrowed key, the records that would not fit.
    """
    roles = target.live.snapshot.roles if target.live.snapshot else {}
    steps = _steps_by_address(target)
    planned = [PlannedChange(one, tuple(steps.pop(one.address, ())), rows.get(one.address)) for one in target.changes]
    # Another release or part may store a field otherwise though nobody changed its definition.
    planned += [
        PlannedChange(Change(address, ChangeKind.CHANGED, None, None, Risk.INSTANT), tuple(rest), None)
        for address, rest in steps.items()
    ]
    rights = tuple(PlannedRights(one, people.get(one.role, 0), one.role not in roles) for one in target.rights)
    return Plan(target, tuple(planned), rights, check_values(offenders, target.content.layers))


def _is_field(change: Change, kind: ChangeKind) -> bool:
    return change.kind is kind and "/fields/" in change.address


def _steps_by_address(target: Target) -> dict[str, list[Step]]:
    """The steps under the change that asks for them; those of a new table all under its entity."""
    known = {change.address for change in target.changes}
    places = dict(_places(target.snapshot)) if target.snapshot else {}
    found: dict[str, list[Step]] = {}
    for step in target.steps:
        entity, part = places.get((step.table, _columns(step)), places[step.table, ()])
        address = f"entity/{entity}/{part}" if part else f"entity/{entity}"
        found.setdefault(address if address in known else f"entity/{entity}", []).append(step)
    return found


def _columns(step: Step) -> tuple[str, ...]:
    if step.do == "create_table":
        return ()
    # An index that lists sort by ends in the id, which says nothing of its purpose.
    return tuple(key.column for key in step.on if key.column != "id") or tuple(one.name for one in step.columns)


def _places(snapshot: Snapshot) -> Iterator[tuple[tuple[str, tuple[str, ...]], tuple[str, str | None]]]:
    """(Table, columns) → (entity, part of it): where a definition says what these columns are for."""
    for entity in snapshot.entities.values():
        yield (entity.table, ()), (entity.name, None)
        for field in (*entity.fields.values(), *entity.retired_fields.values()):
            yield (members_name(entity.table, field), ()), (entity.name, f"fields/{field.name}")
            if not field.computed:
                for column in type_of(field).columns(field):
                    name = physical_name(field.column + column.suffix)
                    yield (entity.table, (name,)), (entity.name, f"fields/{field.name}")
        for name, constraint in entity.unique.items():
            yield (entity.table, _stored(entity, constraint.fields)), (entity.name, f"unique/{name}")


def _stored(entity: Entity, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(physical_name(entity.fields[name].column) for name in fields)
