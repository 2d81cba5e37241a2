"""A form with the lines of its record: what a new one holds, and what was given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ui.forms.filled import blank, values_of
from ui.forms.lines import given_lines, texts_like

if TYPE_CHECKING:
    from framework.errors import Fault
    from framework.records import Record
    from ui.forms.controls import Typed
    from ui.forms.filled import Filled
    from ui.page.asked import Asked


def blank_with_lines(asked: Asked, given: Typed, like: Record | None, *, full: bool = False, sheet: int = 0) -> Filled:
    """Give the form for a new record, with lines like those of another record."""
    form = blank(asked, given, like, full=full, sheet=sheet)
    return form if like is None else replace(form, texts={**form.texts, **texts_like(asked, like)})


def all_values_of(asked: Asked, form: Filled) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values that the form holds, those of lines too, and what is wrong with them at first sight."""
    values, faults = values_of(asked, form)
    lines, wrong = given_lines(asked, form)
    return {**values, **lines}, [*faults, *wrong]
