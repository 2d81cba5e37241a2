"""Moves between lanes: where a card may go, and what a move that was asked for changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import MalformedError
from i18n.lazy import msg
from ui.boards.lanes import option_of
from ui.lists.group_values import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.errors import ArmatureError
    from metadata.snapshot import Field
    from ui.lists.group_values import Named
    from ui.page.asked import Asked


FIRST = msg("This needs to be known first.")
"""What a sheet says that asks for what a move lacks."""


@dataclass(frozen=True, slots=True)
class Target:
    """A lane to which a card may go."""

    key: str
    label: str
    tag: tuple[str, object, str] | None


@dataclass(frozen=True, slots=True)
class Move:
    """A move as it was asked for: a record of which version, the lane that it should go to, and where in it."""

    ident: str
    version: int
    key: str
    place: str = ""

    def __str__(self) -> str:
        """Give the move as a button sends it."""
        return f"{self.ident}.{self.version}.{self.key}{f'|{self.place}' if self.place else ''}"


def move_in(text: str) -> Move:
    """Read what a button sent. Raises MalformedError for anything else."""
    ident, _, rest = text.partition(".")
    version, _, where = rest.partition(".")
    key, _, place = where.partition("|")
    if not (version.isascii() and version.isdigit() and len(version) < len("1000000000")) or not key:
        raise MalformedError(msg("“%(value)s” is no move of a card", value=text[:80]))
    return Move(ident, int(version), key, place)


def targets_of(lane: Field, key: str, keys: Sequence[str], named: Named) -> tuple[Target, ...]:
    """Give the lanes to which a card in the lane `key` may go; `keys` are those of the board.

    Options that the board hides are among them: a deal is won by a move, wherever the won ones are shown.
    """
    return tuple(Target(one, named.label(one), named.tag(one)) for one in _ways(lane, key, keys) if one != key)


def _ways(lane: Field, key: str, keys: Sequence[str]) -> list[str]:
    flow = None if lane.flow is None or key == BLANK else lane.flow.get(key, ())
    if flow is not None:
        reached = {step.to for step in flow}
        return [one for one in (lane.choices.options if lane.choices else ()) if one in reached]
    shown = [one for one in keys if one != BLANK or not lane.required]
    if lane.choices is None:
        return shown
    blank = [BLANK] if BLANK in shown else []
    return [*blank, *(one for one, option in lane.choices.options.items() if not option.retired)]


def lacking(asked: Asked, lane: Field, error: ArmatureError, before: Sequence[str]) -> tuple[str, ...]:
    """Give the fields that a refused move lacks, after those that it asked for `before`.

    None where something else stands in its way, which only a reason can tell.
    """
    names = [fault.pointer.lstrip("/").partition("/")[0] for fault in error.faults]
    can_be_given = names and all(name in asked.rights.writable and name != lane.name for name in names)
    return tuple(dict.fromkeys((*before, *names))) if can_be_given else ()


def outcome_of(lane: Field, key: str) -> str | None:
    """Give how it ended for records in this lane; None where time still counts."""
    option = option_of(lane, key)
    return option.outcome if option else None
