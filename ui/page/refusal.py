"""Why the form of a page was refused: a summary with anchors, and a line below each control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import TooManyRequestsError, UnavailableError
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from framework.errors import ArmatureError
    from i18n.lazy import Message


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the summary on top of what was refused."""

    anchor: str | None
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """All that the templates print of a refusal; blank where nothing was refused."""

    problem: str = ""
    complaints: tuple[Complaint, ...] = ()
    prefix: str = ""

    def error(self, control: str) -> str:
        """Give what is wrong with a control."""
        return next((one.text for one in self.complaints if one.anchor == f"f-{control}"), "")


NOTHING_REFUSED = Refusal()


def refusal_of(error: ArmatureError, labels: Mapping[str, Message]) -> Refusal:
    """Give the refusal for an error whose faults point at the controls with these labels."""
    text, complaints = reader().words.text, []
    for fault in error.faults:
        name = fault.pointer.removeprefix("/")
        known = name in labels
        complaints.append(
            Complaint(f"f-{name}" if known else None, text(labels[name]) if known else "", text(fault.message))
        )
    return Refusal(text(error.detail) if not complaints else text(error.title), tuple(complaints))


def saying_when(made: Response, error: ArmatureError | None) -> Response:
    """Let an answer to an error say after how many seconds it is worth while to come again, where that is known."""
    if isinstance(error, TooManyRequestsError | UnavailableError):
        made.headers["Retry-After"] = str(error.retry_after)
    return made
