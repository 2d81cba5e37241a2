"""Who asks, and in which world: frozen for the length of one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

    from metadata.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a token may do: actions on an entity (`*`: on all), and on which fields (None: on all of them)."""

    entity: str
    actions: frozenset[str]
    fields: frozenset[str] | None = None

    def __str__(self) -> str:
        """As commands take it: `deal:read,update:amount`."""
        parts = [self.entity, ",".join(sorted(self.actions))]
        return ":".join(parts if self.fields is None else [*parts, ",".join(sorted(self.fields))])


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, with the roles that count for it.

    `id` is the user's record id, None for a system actor; `team` is the main one of
    `teams`; `scope` is all that a token may do of what its person may, None for no narrowing; `reason`
    says why a system actor exists.
    """

    id: str | None
    name: str
    roles: frozenset[str]
    email: str = ""
    locale: str | None = None
    zone: str | None = None
    team: str | None = None
    teams: frozenset[str] = frozenset()
    scope: tuple[Scope, ...] | None = None
    reason: str | None = None


def SystemActor(reason: str, role: str = "administrator", name: str = "System") -> Actor:  # noqa: N802
    """An actor for work without a person. It passes the same checks and is named in history."""
    return Actor(id=None, name=name, roles=frozenset({role, "everyone"}), reason=reason)


@dataclass(frozen=True, slots=True)
class Context:
    """One request's world: actor, snapshot and its revision number, words and clock.

    `now` is aware and in UTC; `door` names the way in for history ("api", "screen", "import",
    "cli"); `request_id` ties log lines, history and answers together; `undoes` is the operation that
    this request takes back.
    """

    actor: Actor
    snapshot: Snapshot = field(repr=False)
    revision: int
    locale: str
    zone: str
    now: datetime
    door: str
    request_id: str
    undoes: str | None = None

    @property
    def today(self) -> date:
        """The date in the actor's zone."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()
