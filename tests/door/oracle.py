"""Who may do what, judged once more: slowly, from the role documents as written, by the words of metadata.md section 8.

Knows nothing of the product's own code for rights; where the two differ, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.door.sales import CORE_ROLES, ENTITIES, ROLES, SEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.door.sales import Person, Row

SYSTEM_FIELDS = ("id", "version", "created_at", "created_by", "updated_at", "updated_by")
_OWNED = ("owner", "team")
# Every condition that a row rule of the office uses, said again in Python; blank decides nothing.
RULES: Mapping[str, Callable[[Mapping[str, Any], str], bool]] = {
    SEEN: lambda row, me: (row["stage"] is not None and row["stage"] != "draft") or row["owner"] == me,
    "stage = 'open'": lambda row, _: row["stage"] == "open",
    "amount < 100": lambda row, _: row["amount"] is not None and row["amount"] < 100,
    "tier = 1": lambda row, _: row["tier"] == 1,
    "tier < 3": lambda row, _: row["tier"] is not None and row["tier"] < 3,
}
INPUTS = {"profit": ("margin", "discount"), "twice": ("amount",)}


@dataclass(frozen=True, slots=True)
class Oracle:
    """Judges for one person. `people` and `rows` are the whole world, by id."""

    person: Person
    people: Mapping[str, Person]
    rows: Mapping[str, Row]

    def fields(self, entity: str) -> list[str]:
        """Every field of an entity that a record shows."""
        own = [*ENTITIES[entity]["fields"]]
        return [*own, *(_OWNED if owned(entity) else ()), *SYSTEM_FIELDS]

    def writable(self, entity: str) -> list[str]:
        """Every field of an entity that somebody could be allowed to set."""
        return [name for name in self.fields(entity) if name not in SYSTEM_FIELDS and name not in INPUTS]

    def exists(self, entity: str) -> bool:
        """Whether the entity is there for this person at all: some role gives some reading of it."""
        return any(self._reaches_something(role, entity, "read") for role in self._roles())

    def sees(self, row: Row) -> bool:
        """Whether the person may see the record."""
        return row.live and self._covered(row.entity, row.values, "read")

    def knows(self, entity: str, name: str) -> bool:
        """Whether the field is there for this person, on one record or another."""
        if name not in self.fields(entity) or not self.exists(entity):
            return False
        given = [role for role in self._roles() if self._reaches_something(role, entity, "read")]
        if not any(right_of(self._grant(role, entity), name) != "none" for role in given):
            return False
        return all(self.knows(entity, part) for part in INPUTS.get(name, ()))

    def reads(self, row: Row, name: str) -> bool:
        """Whether the person may read this field of this record."""
        roles = [
            role
            for role in self._roles()
            if right_of(self._grant(role, row.entity), name) != "none" and self._role_covers(role, row, "read")
        ]
        return bool(roles) and row.live and all(self.reads(row, part) for part in INPUTS.get(name, ()))

    def value(self, row: Row, name: str) -> Any:
        """What the person is shown of a field: nothing where it may not be read."""
        return computed(row, name) if self.reads(row, name) else None

    def may_name(self, entity: str, name: str) -> bool:
        """Whether a body may name the field: else it is unknown."""
        return self.knows(entity, name) or self.may_set(entity, name, "create")

    def may_set(self, entity: str, name: str, action: str) -> bool:
        """Whether the person may set the field on one record or another."""
        return self._acts(entity, action) and any(
            right_of(self._grant(role, entity), name) == "write" and self._reaches_something(role, entity, action)
            for role in self._roles()
        )

    def may_update(self, row: Row, changed: Mapping[str, Any]) -> bool:
        """Whether the person may change these fields of this record: it is theirs to change before and after."""
        after = {**row.values, **changed}
        return all(
            self._covered(row.entity, values, "read")
            and self._covered(row.entity, values, "update")
            and all(self._gives(row.entity, values, name, "update") for name in changed)
            for values in (row.values, after)
        )

    def may_delete(self, row: Row) -> bool:
        """Whether the person may delete the record."""
        return self.sees(row) and self._covered(row.entity, row.values, "delete")

    def may_create(self, entity: str, given: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
        """Whether the person may make a record that gives some fields and then is as `whole`."""
        return (
            self._covered(entity, whole, "create")
            and self._covered(entity, whole, "read")
            and all(self._gives(entity, whole, name, "create") for name in given)
        )

    def creates(self, entity: str) -> bool:
        """Whether the person may make records of the entity at all."""
        return self._acts(entity, "create")

    def standing(self, row: Row) -> tuple[Any, ...]:
        """All that the person could find out of a record, in the bin or out of it; nothing of one out of sight."""
        live = replace(row, live=True)
        if not self.sees(live):
            return ()
        actions = ("read", "update", "delete")
        given = tuple(self._role_covers(role, live, action) for role in self._roles() for action in actions)
        names = [name for name in self.fields(row.entity) if name not in SYSTEM_FIELDS]
        return row.live, given, [(self.reads(live, name), self.value(live, name)) for name in names]

    def _acts(self, entity: str, action: str) -> bool:
        return self.exists(entity) and any(self._reaches_something(role, entity, action) for role in self._roles())

    def _gives(self, entity: str, values: Mapping[str, Any], name: str, action: str) -> bool:
        """Whether one role gives both this record and this field of it."""
        return any(
            right_of(self._grant(role, entity), name) == "write" and self._grant_covers(role, entity, values, action)
            for role in self._roles()
        )

    def _covered(self, entity: str, values: Mapping[str, Any], action: str) -> bool:
        return any(self._grant_covers(role, entity, values, action) for role in self._roles())

    def _role_covers(self, role: str, row: Row, action: str) -> bool:
        return self._grant_covers(role, row.entity, row.values, action)

    def _grant_covers(self, role: str, entity: str, values: Mapping[str, Any], action: str) -> bool:
        """Whether this role alone gives the action on a record with these values."""
        grant = self._grant(role, entity)
        if "via" in grant:
            parent = self.rows.get(values[grant["via"]] or "")
            return (
                parent is not None
                and parent.live
                and self._role_covers(role, parent, "read" if action == "read" else "update")
            )
        rule = grant.get("rows", {}).get(action)
        return self._within(grant, entity, values, action) and (rule is None or RULES[rule](values, self.person.id))

    def _within(self, grant: Mapping[str, Any], entity: str, values: Mapping[str, Any], action: str) -> bool:
        reach = grant.get(action, False)
        if action == "create":
            return bool(reach)
        if reach in (False, "none") or reach == "all":
            return bool(reach == "all")
        if not owned(entity):
            return False
        mine = values["owner"] == self.person.id
        if reach == "team":
            return mine or (values["team"] is not None and values["team"] in self.person.teams)
        return mine or (reach == "below" and self._is_under_me(values["owner"]))

    def _is_under_me(self, ident: str | None) -> bool:
        seen: set[str] = set()
        while ident is not None and ident not in seen:
            seen.add(ident)
            if ident == self.person.id:
                return True
            ident = self.people[ident].manager
        return False

    def _reaches_something(self, role: str, entity: str, action: str) -> bool:
        grant = self._grant(role, entity)
        if "via" in grant:
            target = ENTITIES[entity]["fields"][grant["via"]]["to"]
            return self._reaches_something(role, target, "read" if action == "read" else "update")
        reach = grant.get(action, False)
        if action == "create" or reach in (False, "none"):
            return bool(reach) and reach != "none"
        return reach == "all" or owned(entity)

    def _grant(self, role: str, entity: str) -> Mapping[str, Any]:
        grants = ROLES.get(role, CORE_ROLES.get(role, {}))
        found: Mapping[str, Any] = grants.get(entity, grants.get("*", {}))
        return found

    def _roles(self) -> tuple[str, ...]:
        return (*self.person.roles, "everyone")


def right_of(grant: Mapping[str, Any], name: str) -> str:
    """What a grant gives on a field: its own word, else that on all fields, else all that the grant gives."""
    if name in {"id", "version"}:
        return "read"
    fields: Mapping[str, str] = grant.get("fields", {})
    return fields.get(name, fields.get("*", "write"))


def owned(entity: str) -> bool:
    """Whether records of the entity have an owner."""
    return bool(ENTITIES[entity].get("traits", {}).get("owned"))


def computed(row: Row, name: str) -> Any:
    """A value as it is, formulas too."""
    values = row.values
    if name == "id":
        return row.id
    if name == "profit":
        return None if values["margin"] is None or values["discount"] is None else values["margin"] + values["discount"]
    if name == "twice":
        return None if values["amount"] is None else values["amount"] * 2
    return values[name]
