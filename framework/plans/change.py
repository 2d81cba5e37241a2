"""What will be written: names resolved, values loaded, rights joined. Frozen, without SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.plans.predicates import Predicate


@dataclass(frozen=True, slots=True)
class Creation:
    """A new record: its stored values, and the rows that it must be among once it is there."""

    entity: str
    ident: str
    values: Mapping[str, Any]
    allowed: Predicate


@dataclass(frozen=True, slots=True)
class Alteration:
    """Changed fields of a record that has `version` (None: any) and is among the allowed rows.

    `absorbed` are records that were merged into it, whose files it may take over.
    """

    entity: str
    ident: str
    values: Mapping[str, Any]
    version: int | None
    allowed: Predicate
    absorbed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A record that goes to the recycle bin."""

    entity: str
    ident: str
    version: int | None
    allowed: Predicate


@dataclass(frozen=True, slots=True)
class Restoration:
    """A record that comes back from the recycle bin, if its version is the expected one (None: whatever it is)."""

    entity: str
    ident: str
    version: int | None
    allowed: Predicate


Line = Creation | Alteration
"""What is to become of a line of a record; the values of a plan hold these, under the name of their field."""
ChangePlan = Creation | Alteration | Removal | Restoration
