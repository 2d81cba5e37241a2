"""A record that is alike another one, as forms and pages point it out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alike:
    """One record that is alike, told apart by its second line, and why."""

    id: str
    title: str
    second: str
    url: str
    why: str
