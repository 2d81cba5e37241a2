"""A made-up deal with a field of every kind: what expressions in tests are about."""

from collections.abc import Mapping

from metadata.expressions import Resolved, Root, Step, Type, UnknownNameError
from metadata.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    INTEGER,
    TEXT,
    TIME,
    choice,
    decimal,
    key,
    link,
    money,
)

STAGES = frozenset({"new", "won", "lost"})
PEOPLE = tuple(f"01890000-0000-7000-8000-00000000000{n}" for n in range(4))
TEAMS = tuple(f"01890000-0000-7000-9000-00000000000{n}" for n in range(3))

# One field of each kind, and a second one to compare it with.
FIELDS: Mapping[str, Type] = {
    "id": key("deal"),
    "name": TEXT,
    "note": TEXT,
    "seats": INTEGER,
    "floors": INTEGER,
    "rate": decimal(3),
    "share": decimal(0),
    "fine": decimal(8),
    "amount": money("EUR", 2),
    "budget": money("EUR", 4),
    "price": money(None, 2),
    "price.currency": TEXT,
    "cost": money(None, 2),
    "cost.currency": TEXT,
    "done": BOOLEAN,
    "open": BOOLEAN,
    "closed_on": DATE,
    "begun_on": DATE,
    "made_at": DATETIME,
    "seen_at": DATETIME,
    "opens": TIME,
    "shuts": TIME,
    "took": DURATION,
    "planned": DURATION,
    "stage": choice(STAGES),
    "former": choice(STAGES | {"none"}),
    "owner": link("user"),
    "helper": link("user"),
    "team": link("team"),
    "account.industry": TEXT,
    "account.size": INTEGER,
}
PARTS = frozenset({"currency"})


class DealScope:
    """The names of the made-up deal; in a write also those of the record before."""

    def __init__(self, *roots: Root) -> None:
        """Offer the deal's own fields, and those under the given roots."""
        self.roots = {Root.SELF, *roots}

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        if root not in self.roots:
            raise UnknownNameError(0)
        name = ".".join(names)
        if name not in FIELDS:
            offered = [field.split(".")[-1] for field in FIELDS if field.split(".")[:-1] == list(names[:-1])]
            raise UnknownNameError(len(names) - 1, offered)
        if names[-1] in PARTS:
            return Resolved(FIELDS[name], (Step("deal", names[0]),), names[-1])
        entities = ("deal", *names[:-1])
        return Resolved(FIELDS[name], tuple(map(Step, entities, names)))
