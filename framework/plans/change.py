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
    """Changed fields of a record that has `version` (None: any) and is among the allowed rows."""

    entity: str
    ident: str
    values: Mapping[str, Any]
    version: int | None
    allowed: Predicate


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


ChangePlan = Creation | Alteration | Removal | Restoration
