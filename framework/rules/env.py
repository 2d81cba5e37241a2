"""What only a request knows: who acts, and when. Everything symbolic in an expression comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Env:
    """The request as expressions see it.

    `actor` and `team` (the actor's main team) are record ids, None for work without a person; `teams`
    are the ids of all the actor's teams; `today` is the date in the actor's `zone`, `now` an aware moment.
    """

    actor: str | None
    team: str | None
    teams: frozenset[str]
    roles: frozenset[str]
    today: dt.date
    now: dt.datetime
    zone: str
