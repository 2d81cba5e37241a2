"""Findings about metadata. A problem is data for people and tools, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from i18n.lazy import Message


class Severity(StrEnum):
    """How bad a problem is: only an error stops a publish."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, where it is, what is wrong and what to do.

    `address` names the part (`entity/deal/fields/amount`), `file` the document relative to its
    bundle folder, `pointer` the place inside it (RFC 6901), `value` the offending value as JSON.
    """

    code: str
    severity: Severity
    address: str
    file: str
    pointer: str
    message: Message
    hint: Message | None = None
    value: object = None

    def as_json(self, text: Callable[[Message], str] = str) -> dict[str, object]:
        """The problem as documented for `check --json` and plans, worded by `text`."""
        found: dict[str, object] = {
            "code": self.code,
            "severity": self.severity.value,
            "address": self.address,
            "file": self.file,
            "pointer": self.pointer,
            "message": text(self.message),
            "hint": text(self.hint) if self.hint else None,
        }
        if self.value is not None:
            found["value"] = self.value
        return found


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops a publish."""
    return any(problem.severity is Severity.ERROR for problem in problems)
