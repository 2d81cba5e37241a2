"""How a person or record is drawn where there is no picture: initials on one of nine grounds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_GROUNDS = ("petrol", "blue", "violet", "plum", "red", "orange", "ochre", "olive", "green")


@dataclass(frozen=True, slots=True)
class Face:
    """Initials and the class of their ground; the ground follows from the id and never changes."""

    color: str
    initials: str
    name: str
    email: str = ""


def face(ident: str, name: str, email: str = "") -> Face:
    """Give the face of a person or record."""
    return Face(ground(ident), initials(name), name, email)


def ground(ident: str) -> str:
    """Give the class of the ground that belongs to an id."""
    return f"c-{_GROUNDS[hashlib.blake2b(ident.encode(), digest_size=2).digest()[0] % len(_GROUNDS)]}"


def initials(name: str) -> str:
    """Give the first letters of the first and the last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    picked = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in picked).upper()
