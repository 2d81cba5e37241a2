"""Who mentions a part that goes, is renamed or changes its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.layers import Effective, Merged

API = "api"
_WORD = re.compile(r"[a-z][a-z0-9_]*")


class Mentions:
    """Which definitions use which words: every identifier in their keys and texts.

    It may name a definition too many (a text that happens to hold the word), never one too few
    that names the part directly or over a link.
    """

    def __init__(self, *sides: Merged) -> None:
        """Read the definitions of both sides once."""
        self._words: dict[str, set[str]] = {}
        self._links: dict[str, set[str]] = defaultdict(set)
        for merged in sides:
            for definition in merged.documents.values():
                self._read(definition)

    def of(self, address: str) -> tuple[str, ...]:
        """Addresses of the other definitions that mention the part, and `api` where clients may.

        The site itself (`site`) has no name that anything could mention.
        """
        kind, *named = address.split("/")
        if not named:
            return ()
        name, *rest = named
        own, part = f"{kind}/{name}", rest[1] if len(rest) > 1 else None
        ways = {name, *self._links[name]} if kind == "entity" else {name}
        found = [
            user
            for user, words in self._words.items()
            if user != own and (ways & words if part is None else part in words and ways & words)
        ]
        return (*sorted(found), *((API,) if kind in {"entity", "choices"} else ()))

    def _read(self, definition: Effective) -> None:
        self._words.setdefault(definition.address, set()).update(_words(definition.body))
        if definition.kind == "entity" and isinstance(definition.body, dict):
            for name, field in definition.body.get("fields", {}).items():
                to = field.get("to", ())
                for target in () if isinstance(to, dict) else (to,) if isinstance(to, str) else to:
                    self._links[target].add(name)


def _words(body: object) -> Iterable[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _WORD.findall(key)
            yield from _words(value)
    elif isinstance(body, list):
        for value in body:
            yield from _words(value)
    elif isinstance(body, str):
        yield from _WORD.findall(body)
