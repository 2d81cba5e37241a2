"""What a difference between two sets of definitions is made of: plain data, ordered by address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    RETIRED = "retired"
    CHANGED = "changed"
    RENAMED = "renamed"
    RESTORED = "restored"


class Risk(IntEnum):
    """What a change does to the data, from nothing to what cannot be done; `str()` is its word.

    INSTANT alters tables without touching records; SCAN reads them all (an index, values that no
    longer fit); BACKFILL writes them; LOSSY loses values that cannot be kept; BLOCKED is refused.
    """

    NONE = 0
    INSTANT = 1
    SCAN = 2
    BACKFILL = 3
    LOSSY = 4
    BLOCKED = 5

    def __str__(self) -> str:
        """The word that plans use."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where, what, the definition before and after (JSON, None if there is none), the risk.

    `address` is the present one, of a retired part the last; `old_address` is given for a renamed
    part. `impact` names the definitions, by address, that mention the part, and `api` where clients do.
    """

    address: str
    kind: ChangeKind
    before: Any
    after: Any
    risk: Risk = Risk.NONE
    old_address: str | None = None
    impact: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The change as a plan shows it, without the steps, which storage knows."""
        found = {
            "address": self.address,
            "change": self.kind.value,
            "before": self.before,
            "after": self.after,
            "risk": str(self.risk),
            "impact": list(self.impact),
        }
        return found if self.old_address is None else {**found, "old_address": self.old_address}


def same(before: object, after: object) -> bool:
    """Whether two JSON values are the same, the order of keys included, for it is meaning."""
    return before is after or (before == after and json.dumps(before) == json.dumps(after))
