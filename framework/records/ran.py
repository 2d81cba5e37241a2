"""What came of an action: by ids alone, so that it may be told again to whoever did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Made:
    """A record that an action wrote: what its steps call it, and whether they made it."""

    name: str
    entity: str
    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of an action: the record of the run, what was written, and the record to be shown now."""

    id: str
    action: str
    op_id: str
    made: tuple[Made, ...]
    open_entity: str
    open_id: str


def listed(made: Iterable[Made]) -> list[dict[str, Any]]:
    """The records as the API and the record of the run tell of them."""
    return [{"name": one.name, "entity": one.entity, "id": one.id, "created": one.created} for one in made]


def answer_of(ran: Ran) -> bytes:
    """All of it as JSON."""
    opened = {"entity": ran.open_entity, "id": ran.open_id}
    return msgspec.json.encode(
        {"id": ran.id, "action": ran.action, "op_id": ran.op_id, "made": listed(ran.made), "open": opened}
    )


def ran_before(answer: bytes) -> Ran:
    """What such an answer tells of."""
    found: dict[str, Any] = msgspec.json.decode(answer)
    made, opened = tuple(Made(**one) for one in found["made"]), found["open"]
    return Ran(found["id"], found["action"], found["op_id"], made, opened["entity"], opened["id"])
