"""People named in a text: an @ and a name as it is written, such as "@Anna Berger, please call".

The text stays text: whoever has one of the names that it may hold is named by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from framework.plans import Query
from metadata.expressions.tree import In, Literal, Path, logic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# An address such as anna@example.com names nobody.
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_MOST_AT, _MOST_WORDS, _LONGEST = 20, 5, 120
_ENDS = ".,;:!?)]}»\"'"


def possible_names(texts: Iterable[str]) -> list[str]:
    """Every name that the texts may mean: up to five words behind each @, twenty of these in all."""
    found: dict[str, None] = {}
    starts = [(text, at.end()) for text in texts for at in _AT.finditer(text)]
    for text, start in starts[:_MOST_AT]:
        found |= dict.fromkeys(_prefixes(text[start : start + _LONGEST].partition("\n")[0]))
    return list(found)


def pieces(text: str, names: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is an @ and one of the names; the longest name wins."""
    done = 0
    for at in _AT.finditer(text):
        fitting = [name for name in names if text.startswith(name, at.end()) and at.start() >= done]
        if fitting:
            end = at.end() + max(map(len, fitting))
            yield from [(text[done : at.start()], False)] if at.start() > done else []
            yield text[at.start() : end], True
            done = end
    if done < len(text):
        yield text[done:], False


def people_named(names: Iterable[str]) -> Query:
    """The query of the active people who have one of the names."""
    wanted = In(Path(("name",)), tuple(Literal(name) for name in names))
    return Query("user", ("id",), logic("and", [wanted, Path(("active",))]), limit=200)


def _prefixes(words: str) -> Iterator[str]:
    found = ""
    for word in words.split(" ")[:_MOST_WORDS]:
        found = f"{found} {word}" if found else word
        yield found
        bare = found.rstrip(_ENDS)
        if bare != found:
            yield bare
            return
