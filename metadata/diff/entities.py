"""Changes of entities and their fields, matched by identity: a rename is a rename, not a loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from metadata.diff.change import Change, ChangeKind, Risk, same
from metadata.diff.risks import added_field, changed_field
from metadata.layers import ordered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metadata.layers import Effective, Merged

_PARTS = ("rules", "unique", "duplicates", "actions")


@dataclass(frozen=True, slots=True)
class _Named:
    """A part under its identity: the name it goes by and what was written."""

    name: str
    body: Mapping[str, Any]


def entity_changes(before: Merged, after: Merged, former: Mapping[str, frozenset[str]]) -> Iterator[Change]:
    """Changes of entities; `former` holds table → columns that earlier revisions retired."""
    old, new = _by_table(before), _by_table(after)
    tables = {entity.name: table for table, entity in old.items()}
    targets = _Targets(tables, {entity.name: table for table, entity in new.items()})
    for table in {**old, **new}:
        if table not in new:
            yield _retired(old[table])
        elif table not in old:
            yield _added(new[table], former.get(table, frozenset()))
        elif old[table].body is not new[table].body or old[table].name != new[table].name:
            yield from _compared(old[table], new[table], targets, former.get(table, frozenset()))


def _by_table(merged: Merged) -> dict[str, _Named]:
    return {found.body.get("table", found.name): _Named(found.name, found.body) for found in _sound(merged, "entity")}


def _sound(merged: Merged, kind: str) -> Iterator[Effective]:
    return (found for found in merged.of_kind(kind) if isinstance(found.body, dict))


def _retired(entity: _Named) -> Change:
    return Change(f"entity/{entity.name}", ChangeKind.RETIRED, entity.body, None)


def _added(entity: _Named, former: frozenset[str]) -> Change:
    kind = ChangeKind.RESTORED if former else ChangeKind.ADDED
    return Change(f"entity/{entity.name}", kind, None, entity.body, Risk.INSTANT)


@dataclass(frozen=True, slots=True)
class _Targets:
    """Entity → identity, before and after, so that a link to a renamed entity is the same link."""

    before: Mapping[str, str]
    after: Mapping[str, str]


def _compared(old: _Named, new: _Named, targets: _Targets, former: frozenset[str]) -> Iterator[Change]:
    address, old_address = f"entity/{new.name}", f"entity/{old.name}"
    order, new_order = _order(old.body), _order(new.body)
    # A field that comes or goes is a change of its own; here only another order of those that stay counts.
    before = {**_own(old.body), "field_order": [column for column in order if column in new_order]}
    after = {**_own(new.body), "field_order": [column for column in new_order if column in order]}
    if old.name != new.name:
        yield Change(address, ChangeKind.RENAMED, before, after, _own_risk(before, after), old_address)
    elif not same(before, after):
        yield Change(address, ChangeKind.CHANGED, before, after, _own_risk(before, after))
    yield from _fields(old, new, targets, former)
    for part in _PARTS:
        yield from _members(address, part, old.body.get(part, {}), new.body.get(part, {}))


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the entity itself, without its parts."""
    return {
        key: value for key, value in body.items() if key not in {"fields", "field_order", "$schema", "table", *_PARTS}
    }


def _order(body: Mapping[str, Any]) -> list[str]:
    """The columns of the live fields, in the order in which they show."""
    names = ordered(body["fields"], body.get("field_order"))
    return [field.get("column", name) for name, field in names.items() if not field.get("retired")]


def _own_risk(before: Mapping[str, Any], after: Mapping[str, Any]) -> Risk:
    """The trait owned brings two columns; nothing else of an entity itself touches its table."""
    owned = after.get("traits", {}).get("owned") and not before.get("traits", {}).get("owned")
    return Risk.INSTANT if owned else Risk.NONE


def _fields(old: _Named, new: _Named, targets: _Targets, former: frozenset[str]) -> Iterator[Change]:
    was, now = _by_column(old.body), _by_column(new.body)
    for column in {**was, **now}:
        before, after = was.get(column), now.get(column)
        if before is not None and after is not None:
            yield from _field(old.name, new.name, before, after, targets)
        elif before is not None and not before.body.get("retired"):
            yield Change(f"entity/{new.name}/fields/{before.name}", ChangeKind.RETIRED, before.body, None)
        elif before is None and after is not None and not after.body.get("retired"):
            kind = ChangeKind.RESTORED if column in former else ChangeKind.ADDED
            risk = added_field(after.body, table_exists=True)
            yield Change(f"entity/{new.name}/fields/{after.name}", kind, None, after.body, risk)


def _by_column(body: Mapping[str, Any]) -> dict[str, _Named]:
    return {field.get("column", name): _Named(name, field) for name, field in body["fields"].items()}


def _field(old_entity: str, entity: str, before: _Named, after: _Named, targets: _Targets) -> Iterator[Change]:
    address = f"entity/{entity}/fields/{after.name}"
    was, now = _comparable(before.body, targets.before), _comparable(after.body, targets.after)
    risk = changed_field(was, now)
    change = Change(address, ChangeKind.CHANGED, before.body, after.body, risk)
    gone, back = before.body.get("retired", False), after.body.get("retired", False)
    if gone and back:
        return
    if gone:
        yield replace(change, kind=ChangeKind.RESTORED, risk=max(risk, Risk.INSTANT))
    elif back:
        yield replace(change, kind=ChangeKind.RETIRED, risk=Risk.NONE)
    elif before.name != after.name:
        old_address = f"entity/{old_entity}/fields/{before.name}"
        yield replace(change, kind=ChangeKind.RENAMED, old_address=old_address)
    elif not same(was, now):
        yield change


def _comparable(body: Mapping[str, Any], tables: Mapping[str, str]) -> dict[str, Any]:
    """The body without what names its identity, links by the identity of their targets."""
    found = {key: value for key, value in body.items() if key not in {"column", "retired"}}
    if "to" in found:
        to = found["to"]
        if isinstance(to, dict):
            return {**found, "to": {"traits": sorted(to["traits"])}}
        names = [to] if isinstance(to, str) else to
        found["to"] = sorted(tables.get(name, name) for name in names)
    return found


def _members(address: str, part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Rules and unique combinations, matched by name; a new unique one reads all records."""
    for name in {**before, **after}:
        place, was, now = f"{address}/{part}/{name}", before.get(name), after.get(name)
        risk = Risk.SCAN if part == "unique" and now is not None and was != now else Risk.NONE
        if was is None:
            yield Change(place, ChangeKind.ADDED, None, now, risk)
        elif now is None:
            yield Change(place, ChangeKind.RETIRED, was, None)
        elif not same(was, now):
            yield Change(place, ChangeKind.CHANGED, was, now, risk)
