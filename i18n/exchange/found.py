"""What comes back from translators."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A translation as it came back: for which key and text, and whether its author calls it finished."""

    key: str
    text: str
    plural: str | None
    target: tuple[str, ...]
    finished: bool = True
    place: str = ""
