"""What was typed into fields that are not there any more: shown to be copied, never dropped without a word.

A form may be open while somebody publishes a change that takes one of its fields away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.forms.controls import mark_of, marks_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ui.forms.controls import Typed

LET_GO = "_let_go"
# A switch that is off says nothing that could be lost.
_NOTHING = frozenset({"", "false"})
# What a form offers beside a part that was typed is no loss by itself.
_CHOSEN = frozenset({"currency", "country"})
_OF_LINKS = frozenset({"text", "shown", "remove"})


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A text that no field takes, under the name that its field had."""

    name: str
    text: str


def unplaced(texts: Typed, seen: str, known: Collection[str]) -> tuple[Unplaced, ...]:
    """Give what was typed for other fields than the known ones and was not shown to the person yet."""
    shown, let_go = marks_of(seen), texts.get(LET_GO, "").split()
    names = dict.fromkeys(name.partition(".")[0] for name in texts if not name.startswith("_"))
    found = [
        Unplaced(name, _text(texts, name))
        for name in names
        if name not in known and name not in let_go and shown.get(name) not in _marks(texts, name)
    ]
    return tuple(one for one in found if one.text not in _NOTHING)


def _text(texts: Typed, name: str) -> str:
    """Give what was typed, of all inputs that a control of any type may have had."""
    parts = {one: texts[one] for one in _parts(texts, name) if texts[one]}
    if any(one.rpartition(".")[2] not in _CHOSEN for one in parts):
        return " ".join(parts.values())
    return texts.get(f"{name}.text") or texts.get(name, "")


def _marks(texts: Typed, name: str) -> frozenset[str]:
    """Give the marks that the field would have untouched, whatever its type was."""
    return frozenset(mark_of(texts, names) for names in ((name,), _parts(texts, name)) if names and names[0] in texts)


def _parts(texts: Typed, name: str) -> tuple[str, ...]:
    """Give the inputs of a control that had several."""
    return tuple(one for one in texts if one.startswith(f"{name}.") and one.rpartition(".")[2] not in _OF_LINKS)
