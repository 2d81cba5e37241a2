"""What will be read: every name resolved, every right joined. Frozen, hashable, without SQL.

Plans name entities and fields; the snapshot they were made from gives these their meaning. Equal
plans of one snapshot share one prepared statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.plans.predicates import Predicate
    from framework.plans.sought import Sought
    from metadata.expressions.typed import TypedNode

_ALWAYS_SET = frozenset({"id", "version", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Access:
    """The actor's way into one entity: visible rows, and the rows of fields seen on fewer of them."""

    entity: str
    rows: Predicate
    guards: tuple[tuple[str, Predicate], ...] = ()

    def guard(self, field: str) -> Predicate | None:
        """The rows on which the field may be read, None where these are all visible ones."""
        for name, rows in self.guards:
            if name == field:
                return rows
        return None


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of the order, a field or a part of one; blanks come last both ways."""

    field: str
    descending: bool
    part: str | None = None

    @property
    def may_be_blank(self) -> bool:
        """Whether there can be records without a value; required fields may have come after their records."""
        return self.field not in _ALWAYS_SET


@dataclass(frozen=True, slots=True)
class Expansion:
    """A link whose far ends are read by one further statement: their title and these fields."""

    field: str
    entity: str
    title: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A list, a count or one record.

    `access` is the entity's own; `reached` that of every entity at the end of a link which the
    filter or an expansion mentions. `sought` is what a search in the filter looks for, by which an
    index narrows the rows before the filter decides. `seek` tells, per key of the order, whether the
    cursor's value is blank; None without a cursor. `blank` takes only rows without a value in the first
    key, which come behind all others. `one` reads by id, `among` only records with the ids that are given
    then. `lock` keeps the rows for this transaction, `share` keeps them from being changed or deleted by
    others until its end. `extra` are rows of which each
    record says whether it is one (for rights beyond reading). With `per`, a field, at most `limit` rows of
    each of its values come, and they come by their places among these.
    """

    access: Access
    fields: tuple[str, ...] = ()
    filter: TypedNode | None = None
    sought: Sought | None = None
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    seek: tuple[bool, ...] | None = None
    blank: bool = False
    bin: bool = False
    one: bool = False
    among: bool = False
    lock: bool = False
    share: bool = False
    extra: Predicate | None = None
    reached: tuple[Access, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    title: bool = False
    per: str | None = None

    @property
    def entity(self) -> str:
        """The entity that is read."""
        return self.access.entity
