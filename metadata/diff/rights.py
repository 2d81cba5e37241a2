"""What the roles give more or less than before; rights hang on identities, so a rename changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metadata.snapshot import FieldRight, Grant, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.snapshot import Entity, Role, Snapshot

_REACHES = ("read", "update", "delete")
_WIDTH = {reach: width for width, reach in enumerate(Reach)}
_RIGHT = {right: width for width, right in enumerate(FieldRight)}
_ALL = "*"
_NOTHING = Grant()


@dataclass(frozen=True, slots=True)
class RightsChange:
    """What one role gives more (`widened`) or less (`narrowed`) on one entity.

    `entity` is None for abilities and `*` for the grant over all entities.
    """

    role: str
    entity: str | None
    widened: tuple[str, ...]
    narrowed: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The change as a plan shows it, without the number of people, which the door knows."""
        return {
            "role": self.role,
            "entity": self.entity,
            "widened": list(self.widened),
            "narrowed": list(self.narrowed),
        }


def rights_changes(before: Snapshot | None, after: Snapshot) -> tuple[RightsChange, ...]:
    """Every widening and narrowing, by role and entity. Without `before` all that is given is widened."""
    old_roles = before.roles if before else {}
    found: list[RightsChange] = []
    for name in {**old_roles, **after.roles}:
        old, new = old_roles.get(name), after.roles.get(name)
        found += _abilities(name, old, new)
        found += _grants(name, old, new, before, after)
    return tuple(found)


def _abilities(name: str, old: Role | None, new: Role | None) -> Iterator[RightsChange]:
    had = old.abilities if old else frozenset[str]()
    has = new.abilities if new else frozenset[str]()
    if had != has:
        yield RightsChange(name, None, tuple(sorted(has - had)), tuple(sorted(had - has)))


def _grants(
    name: str, old: Role | None, new: Role | None, before: Snapshot | None, after: Snapshot
) -> Iterator[RightsChange]:
    names = _Names(before.entities if before else {}, after.entities)
    had = {names.entity(entity): entity for entity in (old.grants if old else ())}
    for entity in dict.fromkeys([*had, *(new.grants if new else ())]):
        old_entity = had.get(entity, entity)
        was, now = _grant(old, old_entity), _grant(new, entity)
        steps = list(_steps(was, now, names.fields(old_entity, entity)))
        widened = tuple(text for more, text in steps if more)
        narrowed = tuple(text for more, text in steps if not more)
        if steps:
            yield RightsChange(name, entity, widened, narrowed)


def _grant(role: Role | None, entity: str) -> Grant:
    """What a role gives on an entity, by name or through the grant over all."""
    grants = role.grants if role else {}
    return grants.get(entity) or grants.get(_ALL) or _NOTHING


@dataclass(frozen=True, slots=True)
class _Names:
    """From names before to names after, by identity."""

    before: Mapping[str, Entity]
    after: Mapping[str, Entity]

    def entity(self, name: str) -> str:
        """The present name of an entity; one that is gone keeps its last."""
        table = self.before[name].table if name in self.before else None
        return next((entity.name for entity in self.after.values() if entity.table == table), name)

    def fields(self, old: str, new: str) -> dict[str, str]:
        """Old name → present name of the fields of one entity."""
        was, now = self.before.get(old), self.after.get(new)
        if was is None or now is None:
            return {}
        columns = {field.column: name for name, field in now.fields.items()}
        return {name: columns.get(field.column, name) for name, field in was.fields.items()}


def _steps(was: Grant, now: Grant, renamed: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """(Whether it is more, what) for each difference of two grants."""
    for action in _REACHES:
        one, other = getattr(was, action), getattr(now, action)
        if one is not other:
            yield _WIDTH[other] > _WIDTH[one], f"{action}: {one} → {other}"
    if was.create != now.create:
        yield now.create, f"create: {_yes(given=was.create)} → {_yes(given=now.create)}"
    if was.via != now.via:
        yield now.via is not None, f"via: {was.via or 'none'} → {now.via or 'none'}"
    yield from _rows(was, now)
    yield from _fields(was, now, renamed)


def _rows(was: Grant, now: Grant) -> Iterator[tuple[bool, str]]:
    """A rule that is gone or another lets more through, as far as anybody can tell; a new one less.

    Where nothing was given before, the rule takes nothing away.
    """
    for action in sorted({*was.rows, *now.rows}):
        one, other = was.rows.get(action), now.rows.get(action)
        if one is None:
            yield not _gave(was, action), f"rows.{action}: none → rule"
        elif other is None:
            yield True, f"rows.{action}: rule → none"
        elif one != other:
            yield True, f"rows.{action}: another rule"


def _gave(grant: Grant, action: str) -> bool:
    return grant.create if action == "create" else getattr(grant, action) is not Reach.NONE


def _fields(was: Grant, now: Grant, renamed: Mapping[str, str]) -> Iterator[tuple[bool, str]]:
    """What is given on fields that there were; of a new field of a known entity nobody had anything."""
    had = {renamed.get(name, name): right for name, right in was.fields.items()}
    new = now.fields.keys() - renamed.values() if renamed else set()
    for name in sorted({*had, *now.fields} - new):
        one, other = had.get(name, _default(was)), now.fields.get(name, _default(now))
        if one is not other:
            yield _RIGHT[other] > _RIGHT[one], f"fields.{name}: {one} → {other}"


def _default(grant: Grant) -> FieldRight:
    """The right on a field that is not named: that of the grant, which may give nothing at all."""
    return FieldRight.NONE if grant == _NOTHING else FieldRight.WRITE


def _yes(*, given: bool) -> str:
    return "yes" if given else "no"
