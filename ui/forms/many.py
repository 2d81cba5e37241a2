"""The form that changes many records at once: fields are picked, and each gets a value or is cleared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from framework.errors import Fault, MalformedError
from framework.fields.base import type_of
from i18n.lazy import msg, nmsg
from ui.forms.chosen import chosen
from ui.forms.controls import Control, Under, control_of, read_values
from ui.forms.filled import links_by_text, offered_texts, writable
from ui.page.refusal import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metadata.snapshot import Field
    from ui.forms.controls import Typed
    from ui.page.asked import Asked

_BLANK = msg("Give a value, or have it cleared")
# What is most often given to many records stands first.
_FIRST = ("owner", "team")
_ANY = Under(None, None, decides=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was posted of the form: the fields that were picked, those to be cleared, and what was typed."""

    picked: tuple[str, ...] = ()
    cleared: frozenset[str] = frozenset()
    texts: Typed | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One field that may be picked; only what is required cannot be cleared."""

    control: Control
    label: str
    picked: bool
    cleared: bool
    clearable: bool


@dataclass(frozen=True, slots=True)
class ManyView:
    """All that the template of the form prints; `kept` says which records it is about."""

    heading: str
    url: str
    back_url: str
    button: str
    key: str
    kept: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    problem: str | None
    complaints: tuple[Complaint, ...]
    aside_url: str = ""


def changeable(asked: Asked) -> list[Field]:
    """Give the fields that many records can have in common, those most often given first."""
    found = [one for one in writable(asked, creating=False) if _is_common(one)]
    return sorted(found, key=lambda field: _FIRST.index(field.name) if field.name in _FIRST else len(_FIRST))


def _is_common(field: Field) -> bool:
    return not field.unique and not type_of(field).uploaded and field.lines is None


def values_for(asked: Asked, wanted: Wanted) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values of the fields that were picked, and what is missing or not understood.

    Raises MalformedError for fields that the form does not offer.
    """
    known = {field.name: field for field in changeable(asked)}
    foreign = (set(wanted.picked) | wanted.cleared) - known.keys()
    if foreign:
        raise MalformedError(msg("“%(value)s” is none of the choices", value=min(foreign)[:40]))
    fields = [field for name, field in known.items() if name in wanted.picked]
    filled = [field for field in fields if field.name not in wanted.cleared]
    texts = {**offered_texts(asked, filled), **(wanted.texts or {})}
    values, faults = links_by_text(asked, filled, texts, *read_values(asked, filled, texts, ""))
    told = {fault.pointer for fault in faults}
    blank = [one for one in filled if values.get(one.name) is None and f"/{one.name}" not in told]
    faults += [Fault(f"/{one.name}", "blank", _BLANK) for one in blank]
    return {**values, **{one.name: None for one in fields if one.name in wanted.cleared}}, faults


def many_view(
    asked: Asked,
    url: str,
    back_url: str,
    count: int,
    kept: Sequence[tuple[str, str]],
    wanted: Wanted,
    faults: Sequence[Fault] = (),
) -> ManyView:
    """Give the form for so many records, as it was posted."""
    number = asked.reader.formats.integer(count)
    what = asked.counted(asked.entity, count)
    errors = {fault.pointer.lstrip("/").partition("/")[0]: fault.message for fault in reversed(faults)}
    lines = tuple(_lines(asked, wanted, errors))
    problem = nmsg("Not saved: one field needs attention", "Not saved: %(count)s fields need attention", len(errors))
    return ManyView(
        heading=asked.text(msg("Change %(count)s %(what)s", count=number, what=what)),
        url=url,
        back_url=back_url,
        button=asked.text(nmsg("Change one record", "Change %(count)s records", count, count=number)),
        key=str(uuid4()),
        kept=tuple(kept),
        lines=lines,
        problem=asked.text(problem) if faults else None,
        complaints=tuple(_complaint(asked, fault) for fault in faults),
    )


def _lines(asked: Asked, wanted: Wanted, errors: dict[str, Any]) -> Iterable[Line]:
    fields = changeable(asked)
    texts = {**offered_texts(asked, fields), **(wanted.texts or {})}
    for field in fields:
        control = control_of(asked, field, texts, errors.get(field.name), {}, _ANY, (), chosen(asked, field, texts))
        yield Line(
            control=replace(control, required=False),
            label=control.label,
            picked=field.name in wanted.picked,
            cleared=field.name in wanted.cleared,
            clearable=not field.required,
        )


def _complaint(asked: Asked, fault: Fault) -> Complaint:
    name = fault.pointer.lstrip("/").partition("/")[0]
    field = asked.entity.fields.get(name)
    return Complaint(f"f-{name}", asked.text(field.label) if field else "", asked.text(fault.message))
