"""What a token may do, as it is kept with the token: a JSON list; tokens of before fields were there keep an object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from framework.context import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence


def written(scope: Sequence[Scope] | None) -> str | None:
    """The text for the token's row; None where nothing narrows it."""
    if scope is None:
        return None
    return json.dumps(
        [
            {
                "entity": one.entity,
                "actions": sorted(one.actions),
                **({} if one.fields is None else {"fields": sorted(one.fields)}),
            }
            for one in scope
        ]
    )


def read(text: str | None) -> tuple[Scope, ...] | None:
    """The scope in such a text."""
    if text is None:
        return None
    kept = json.loads(text)
    if isinstance(kept, dict):
        return tuple(Scope(entity, frozenset(actions)) for entity, actions in sorted(kept.items()))
    return tuple(Scope(one["entity"], frozenset(one["actions"]), _fields(one.get("fields"))) for one in kept)


def _fields(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
