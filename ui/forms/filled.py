"""A form as it stands: what its controls hold, and what that means in wire values.

What is typed is kept as typed until it is saved; a field that nobody touched is not written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from framework.errors import Fault
from framework.extension import services
from framework.fields.base import type_of
from i18n.lazy import msg
from ui.forms.controls import input_name, read_values, seen_of, texts_of, untouched
from ui.forms.fitting import Around, narrowing, unfitting
from ui.forms.picks import picks
from ui.forms.unplaced import unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.records import Record
    from framework.records.judge import FieldState
    from i18n.lazy import Message
    from metadata.snapshot import Field, Snapshot
    from ui.forms.aside import Carried
    from ui.forms.controls import Typed
    from ui.forms.picks import Pick
    from ui.page.asked import Asked
    from ui.values.alike import Alike

_REQUIRED = msg("%(label)s is missing")
_UNPLACED = msg("The form was changed meanwhile and has no place any more for: %(names)s. Copy below what you need.")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it stands: the record it is about, if any, and what its controls hold."""

    record: Record | None
    texts: Typed
    seen: str
    version: int | None
    key: str | None
    full: bool = False
    """Whether a new record's form shows all fields, though there is a short one."""
    sheet: int = 0
    """How many sheets deep the form lies over another one; 0 for a page."""
    carried: Carried | None = None
    only: tuple[str, ...] = ()
    """The fields that a change is about, where the form asks for just these."""
    lacks: bool = False
    """Whether the change cannot be without any of them."""
    refused: tuple[Fault, ...] = ()
    """What is wrong with the files that were sent along."""
    alike: tuple[Alike, ...] = ()
    """Records that are alike, to be pointed out."""
    worked_out: Mapping[str, Any] | None = None
    """Stored values of what the server makes of the values typed; None where it was not asked."""


def blank(asked: Asked, given: Typed, like: Record | None, *, full: bool = False, sheet: int = 0) -> Filled:
    """Give the form for a new record, with defaults, values of another record, and values of the address."""
    fields = writable(asked, creating=True)
    texts = _defaults(asked, fields)
    if like is not None:
        # A file belongs to the record that it was put into.
        texts |= texts_of([one for one in fields if not type_of(one).uploaded], like.values, asked.reader)
    names = {field.name for field in fields}
    texts |= {name: text for name, text in given.items() if name.partition(".")[0] in names}
    made = [one for one in fields if one.default_expression is not None and not texts.get(one.name)]
    return _made_anew(asked, Filled(None, texts, "", None, str(uuid4()), full, sheet), made)


def followed(asked: Asked, form: Filled) -> Filled:
    """Give the form with what the server works out under what is typed: defaults not touched, and formulas."""
    if form.record is None:
        fields = [one for one in writable(asked, creating=True) if one.default_expression is not None]
        return _made_anew(asked, form, untouched(fields, form.texts, form.seen))
    return replace(form, worked_out=_worked_out(asked, form)) if _has_formulas(asked) else form


def _made_anew(asked: Asked, form: Filled, made: list[Field]) -> Filled:
    """Give the form of a new record with computed defaults in these fields, marked so that they may follow again."""
    if not made and not _has_formulas(asked):
        return form
    names = {one.name for one in made}
    without = {name: text for name, text in form.texts.items() if name.partition(".")[0] not in names}
    worked_out = _worked_out(asked, replace(form, texts=without))
    texts = {**form.texts, **texts_of(made, worked_out, asked.reader)}
    return replace(form, texts=texts, seen=seen_of(made, texts), worked_out=worked_out)


def _has_formulas(asked: Asked) -> bool:
    return any(one.formula is not None for one in asked.entity.fields.values())


def _worked_out(asked: Asked, form: Filled) -> Mapping[str, Any]:
    values, _ = read_values(asked, writable(asked, creating=form.record is None), form.texts, "")
    return services().door.worked_out(asked.context, asked.entity.name, values, form.record.id if form.record else None)


def offered_texts(asked: Asked, fields: Iterable[Field]) -> dict[str, str]:
    """Give what inputs offer before there is a value: the currency of an amount, the country of an address."""
    found: dict[str, str] = {}
    for field in fields:
        for part, text in type_of(field).offered_parts(field, asked.context).items():
            found[input_name(field, part)] = text
    return found


def _defaults(asked: Asked, fields: Iterable[Field]) -> dict[str, str]:
    texts = offered_texts(asked, fields)
    for field in fields:
        kind = type_of(field)
        if field.name == "owner" and asked.context.actor.id:
            texts["owner"] = asked.context.actor.id
        elif kind.control in {"choice", "link"} and field.default is not None:
            texts[field.name] = str(field.default)
        elif field.default is not None:
            default = kind.settle(field, None, kind.load(field, field.default), asked.context)
            texts |= texts_of([field], {field.name: default}, asked.reader)
    return texts


def filled(asked: Asked, record: Record) -> Filled:
    """Give the form of a stored record."""
    fields = writable(asked, creating=False)
    texts = texts_of(fields, record.values, asked.reader)
    # What an empty control offers is part of what was shown, else leaving it would count as a change.
    empty = [field for field in fields if record.values.get(field.name) is None]
    texts |= offered_texts(asked, empty)
    return Filled(record, texts, seen_of(fields, texts), record.version, None)


def values_of(asked: Asked, form: Filled) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values that the form holds and what is wrong with it at first sight."""
    fields = writable(asked, creating=form.record is None)
    values, faults = read_values(asked, fields, form.texts, form.seen)
    ident = form.record.id if form.record else None
    values, faults = links_by_text(asked, fields, form.texts, values, [*faults, *form.refused], Around(ident, values))
    left = [one for one in fields if one.name not in values and narrowing(one) & values.keys()]
    faults += unfitting(asked, left, form.texts, ident)
    lost = unplaced(form.texts, form.seen, {field.name for field in fields})
    if lost:
        faults.append(Fault("", "unplaced", msg(_UNPLACED.msgid, names=", ".join(one.name for one in lost))))
    if faults:
        # What the door would say as well is said at once, so that nobody saves twice to hear it.
        refused = {fault.pointer for fault in faults}
        faults += [
            Fault(f"/{field.name}", "required", msg(_REQUIRED.msgid, label=field.label))
            for field in fields
            if field.required
            and f"/{field.name}" not in refused
            and field.name in values
            and values[field.name] is None
        ]
    if form.record is None:
        # What is left blank may still get its default, which the door works out.
        values = {
            name: value
            for name, value in values.items()
            if value is not None or asked.entity.fields[name].default_expression is None
        }
    return values, faults


def links_by_text(
    asked: Asked,
    fields: Iterable[Field],
    texts: Typed,
    values: dict[str, Any],
    faults: list[Fault],
    about: Around | None = None,
) -> tuple[dict[str, Any], list[Fault]]:
    """Find what was typed into a link picker without picking, as it is without scripts; `about` as in `picks`."""
    for field in fields:
        sought = texts.get(f"{field.name}.text", "").strip()
        if field.linked is not None and sought:
            _add_by_text(asked, field, texts, values, faults, about)
        if type_of(field).control != "link" or f"{field.name}.text" not in texts:
            continue
        ident, shown = texts.get(field.name), texts.get(f"{field.name}.shown", "")
        if not sought:
            if ident:
                values[field.name] = None
            continue
        if ident and sought == shown:
            continue
        found = picks(asked, field, sought, about)
        one = _meant(found, sought)
        if one is not None:
            values[field.name] = type_of(field).from_text(field, one.id, asked.context, asked.reader.formats)
        else:
            values.pop(field.name, None)
            faults.append(Fault(f"/{field.name}", "link_text", _not_one(found)))
    return values, faults


def _meant(found: Sequence[Pick], sought: str) -> Pick | None:
    """Give the one record that a typed name means."""
    exact = [pick for pick in found if pick.title.casefold() == sought.casefold()]
    one = exact if len(exact) == 1 else found if len(found) == 1 else []
    return one[0] if one else None


def _not_one(found: Sequence[Pick]) -> Message:
    return msg("Choose one of those found below") if found else msg("Nothing you may see matches")


def _add_by_text(
    asked: Asked, field: Field, texts: Typed, values: dict[str, Any], faults: list[Fault], about: Around | None
) -> None:
    """Find what was typed to be linked beside what is ticked; what is not one record alone is to be chosen."""
    sought = texts[f"{field.name}.text"].strip()
    found = picks(asked, field, sought, about)
    one = _meant(found, sought)
    if one is None:
        faults.append(Fault(f"/{field.name}", "link_text", _not_one(found)))
        return
    ticked = type_of(field).from_text(field, texts.get(field.name, ""), asked.context, asked.reader.formats)
    values[field.name] = [*(ticked if isinstance(ticked, list) else ()), one.id]


def states_of(asked: Asked, form: Filled) -> Mapping[str, FieldState]:
    """Give what the conditions of the fields say under what is typed; nothing where there are none."""
    if not any(_conditional(field) for field in asked.entity.fields.values()):
        return {}
    fields = writable(asked, creating=form.record is None)
    values, _ = read_values(asked, fields, form.texts, "")
    ident = form.record.id if form.record else None
    return services().door.states(asked.context, asked.entity.name, values, ident)


def asked_for(asked: Asked) -> frozenset[str]:
    """Give the names of the fields on which conditions, defaults and formulas of other fields depend."""
    return _asked_for(asked.context.snapshot, asked.entity.name)


@lru_cache(maxsize=4_096)
def _asked_for(snapshot: Snapshot, entity: str) -> frozenset[str]:
    fields = snapshot.entities[entity].fields.values()
    followers = (field for field in fields if _conditional(field) or _worked(field) or narrowing(field))
    return frozenset().union(*(field.depends_on for field in followers))


def _conditional(field: Field) -> bool:
    return bool(field.visible_when or field.required_when or field.read_only_when or field.options_when)


def _worked(field: Field) -> bool:
    return field.default_expression is not None or field.formula is not None


def writable(asked: Asked, *, creating: bool) -> list[Field]:
    """Give the fields that the actor may write, in the order of the metadata."""
    allowed = asked.rights.creatable if creating else asked.rights.writable
    return [
        field
        for field in asked.entity.fields.values()
        if field.name in allowed and not field.read_only and (creating or not field.read_only_after_create)
    ]


def picked(form: Filled) -> Filled:
    """Give the form without what the person gave up in a conflict for the other side's value."""
    gone = {
        name.removeprefix("_pick.")
        for name, side in form.texts.items()
        if name.startswith("_pick.") and side == "theirs"
    }
    texts = {name: text for name, text in form.texts.items() if name.partition(".")[0] not in gone}
    return replace(form, texts=texts)
