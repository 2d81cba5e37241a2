"""Twins: two worlds that differ only in what one person may not see, by the oracle's word."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.door.oracle import Oracle
from tests.door.sales import ACTORS, ENTITIES, Row, ident_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from tests.door.requests import Write
    from tests.door.sales import Person

_STRANGERS = 8
_TEXTS = frozenset({"name", "secret", "code", "stage", "company", "deal", "team"})
_MAIN_TEAM_FIELDS = ("owner", "team")
# A unique value of a record out of sight is told by the clash that it makes: the one thing that cannot be hidden.
_TOLD_BY_A_CLASH = frozenset({"code"})


@dataclass(slots=True)
class Model:
    """The records of one world as values, kept up with what the person changes."""

    person: Person
    people: Mapping[str, Person]
    main_team: str | None
    rows: dict[str, Row]
    judge: Oracle = field(init=False)

    def __post_init__(self) -> None:
        """Judge on these rows, whatever becomes of them."""
        self.judge = Oracle(self.person, self.people, self.rows)

    def copy(self) -> Model:
        """The same, to try something on."""
        rows = {ident: replace(row, values=dict(row.values)) for ident, row in self.rows.items()}
        return Model(self.person, self.people, self.main_team, rows)

    def standing(self) -> dict[str, Any]:
        """What the person could find out of everything."""
        found = {ident: self.judge.standing(row) for ident, row in self.rows.items()}
        return {ident: one for ident, one in found.items() if one}

    def take(self, write: Write, new: str) -> None:
        """Carry out what was accepted; `new` is the id that a new record has."""
        op, ident = write.op, write.ident
        if op == "upsert" and write.entity != "deal":
            return
        if op == "upsert":
            seen = (row for row in self.rows.values() if row.entity == write.entity and row.live)
            ident = next((row.id for row in seen if self.judge.value(row, "code") == write.by), None)
            op = "create" if ident is None else "update"
        if op == "create":
            given = write.values if write.by is None else {"code": write.by, **write.values}
            self.rows[new] = Row(write.entity, new, self._whole(write.entity, given))
            return
        if op == "merge":
            self._merge(write)
            return
        row = self.rows.get(ident or "")
        if row is None or row.entity != write.entity:
            return
        row.values.update(self._sound(row.values, write.values))
        if op in {"delete", "restore"}:
            row.live = op == "restore"
            for other in self.rows.values():
                if row.entity == "deal" and other.values.get("deal") == row.id:
                    other.live = row.live

    def _merge(self, write: Write) -> None:
        row, other = self.rows.get(write.ident or ""), self.rows.get(write.by or "")
        if row is None or other is None or {row.entity, other.entity} != {write.entity}:
            return
        for one in self.rows.values():
            if one.live and one.values.get(write.entity) == other.id:
                one.values[write.entity] = row.id
        other.live = False
        row.values.update(self._sound(row.values, write.values))

    def _whole(self, entity: str, given: Mapping[str, Any]) -> dict[str, Any]:
        blank: dict[str, Any] = dict.fromkeys(
            name for name, body in ENTITIES[entity]["fields"].items() if body["type"] != "formula"
        )
        if entity == "deal":
            blank |= {"owner": self.person.id, "team": self.main_team}
        return {**blank, **self._sound(blank, given)}

    def _sound(self, known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The values that could be stored at all; a call with any other is refused."""
        return {name: value for name, value in given.items() if name in known and self._fits(name, value)}

    def _fits(self, name: str, value: Any) -> bool:
        if value is None:
            return True
        if name == "owner":
            return value in self.people
        return isinstance(value, str if name in _TEXTS else int)


def twin_of(model: Model, draw: random.Random) -> Model:
    """A world with other values wherever the person may not look, and with strangers that they do not see."""
    made = model.copy()
    quotes = defaultdict(list)
    for row in model.rows.values():
        if row.entity == "quote":
            quotes[row.values["deal"]].append(row.id)
    for row in made.rows.values():
        near = [row.id, *quotes[row.id]]
        for name in row.values:
            if name not in _TOLD_BY_A_CLASH and not made.judge.reads(replace(row, live=True), name):
                _try(made, row, name, _other(draw, made, name), near)
    strangers = [one for number in range(4 * _STRANGERS) if (one := _stranger(draw, made, number)) is not None]
    made.rows = _between(draw, made.rows.values(), strangers)
    made.judge = Oracle(made.person, made.people, made.rows)
    return made


def _try(model: Model, row: Row, name: str, value: Any, near: Iterable[str]) -> None:
    """Set a value, but not where the person could tell."""
    before, was = [model.judge.standing(model.rows[ident]) for ident in near], row.values[name]
    row.values[name] = value
    if [model.judge.standing(model.rows[ident]) for ident in near] != before:
        row.values[name] = was


def _other(draw: random.Random, model: Model, name: str) -> Any:
    pools: dict[str, tuple[Any, ...]] = {
        "stage": (None, "draft", "open", "won"),
        "name": ("Deal 3", "Company 1", "Same name", "Stranger", None),
        "secret": ("hush2", "hush9", None),
        "owner": (None, *(ident_of(name) for name in ACTORS)),
        "team": (None, ident_of("north"), ident_of("south")),
        "company": (None, *_live(model, "company")),
        "deal": (None, *_live(model, "deal")),
    }
    return draw.choice(pools.get(name, (None, -3, 0, 7, 42, 150, 10**6)))


def _live(model: Model, entity: str) -> list[str]:
    return [row.id for row in model.rows.values() if row.entity == entity and row.live]


def _stranger(draw: random.Random, model: Model, number: int) -> Row | None:
    """A record that the person does not see, if these values make one."""
    entity = draw.choice(("deal", "deal", "company", "quote"))
    values = {
        name: _other(draw, model, name)
        for name, body in ENTITIES[entity]["fields"].items()
        if body["type"] != "formula" and name not in _TOLD_BY_A_CLASH
    }
    if entity == "deal":
        values |= {"code": None, **{name: _other(draw, model, name) for name in _MAIN_TEAM_FIELDS}}
    row = Row(entity, ident_of(f"stranger {number}"), values)
    return None if model.judge.standing(row) else row


def _between(draw: random.Random, rows: Iterable[Row], strangers: Iterable[Row]) -> dict[str, Row]:
    """All of them, the strangers anywhere among their like: what a record links to is made before it."""
    order = list(ENTITIES)
    order = sorted(order, key=("company", "deal", "quote").index)
    found = list(rows)
    for stranger in strangers:
        like = [place for place, row in enumerate(found) if row.entity == stranger.entity]
        found.insert(draw.choice([*like, like[-1] + 1]), stranger)
    return {row.id: row for row in sorted(found, key=lambda row: order.index(row.entity))}
