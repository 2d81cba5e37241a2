"""Forms of the desk: what is asked for, as plain values that one template draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from admin.desk import answer
from framework.errors import InvalidError
from i18n.lazy import msg
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED, Complaint, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Response

    from framework.errors import ArmatureError

LONGEST_LABEL = 120
CONDITION = msg("A condition over the fields by their names, such as: stage = 'won' and amount > 1000")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a control."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """One control. `kind`: text, number, code (an expression), area (several lines), json, tick, select or picks."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    wide: bool = False
    offers: str = ""
    """The id of a list of names that are offered while somebody types."""
    redraws: str = ""
    """Where the form is sent to be drawn anew as soon as another value is chosen."""
    completes: str = ""
    """Where it is asked what may stand at the cursor."""


@dataclass(frozen=True, slots=True)
class Section:
    """Controls under one heading, which the first may lack; `folded` ones are opened by who wants them."""

    inputs: tuple[Input, ...]
    heading: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it is sent, what its buttons say, where one goes back to (address and words)."""

    url: str
    sections: tuple[Section, ...]
    button: str
    back_url: str
    back: str
    hidden: Mapping[str, str]
    told: str = ""
    second: tuple[str, str] | None = None
    """Another button: (value of `then`, words)."""


def form_page(title: str, form: Form, error: ArmatureError | None = None, **values: object) -> Response:
    """Answer a form, with what was refused of it."""
    return answer(
        "desk/form.html",
        title=title,
        status=error.status if error else 200,
        form=form,
        refusal=refusal(error, [one for section in form.sections for one in section.inputs])
        if error
        else NOTHING_REFUSED,
        **values,
    )


def refusal(error: ArmatureError, inputs: Sequence[Input]) -> Refusal:
    """Give the refusal for an error whose faults begin with the name of a control."""
    text, found = reader().words.text, []
    labels = {one.name: one.label for one in inputs}
    for fault in error.faults:
        name = next((step for step in fault.pointer.strip("/").split("/") if step in labels), "")
        hint = f" {text(fault.hint)}" if fault.hint else ""
        found.append(Complaint(f"f-{name}" if name else None, labels.get(name, ""), f"{text(fault.message)}{hint}"))
    return Refusal(text(error.detail), tuple(found))


def at_controls(error: InvalidError, place: Callable[[str], str]) -> InvalidError:
    """The refusal with the pointer of each fault turned into that of a control."""
    return InvalidError(error.detail, [replace(fault, pointer=place(fault.pointer)) for fault in error.faults])
