"""The form: creates or changes one record. Nothing is stored before Save, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from framework.errors import ConflictError, Fault
from framework.fields.base import type_of
from i18n.lazy import msg, nmsg
from ui.addresses import list_url, new_url, record_url
from ui.cells import text_of
from ui.controls import Control, Hit, control_of, read_values, seen_of, shown_only, texts_of
from ui.picks import picks
from ui.render import answer
from ui.screens.base import LABEL, NAMES, SECTIONS, ScreenKind, ordered
from ui.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response

    from framework.errors import ArmatureError
    from framework.records import Record
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.asked import Asked
    from ui.controls import Typed

_MORE = "more"
_REQUIRED = msg("%(label)s is missing")


@dataclass(frozen=True)
class FormKind(ScreenKind):
    """A form of one record."""

    name = "form"
    label = msg("Form")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "sections": SECTIONS,
            "section_order": NAMES,
            "tabs": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"label": LABEL, "sections": SECTIONS, "section_order": NAMES},
                    "required": ["sections"],
                    "additionalProperties": False,
                },
            },
            "tab_order": NAMES,
            "quick_create": {**NAMES, "description": "The fields of the short form that creates a record."},
        },
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("sections", "*", "fields", "*"),
        ("tabs", "*", "sections", "*", "fields", "*"),
        ("quick_create", "*"),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the form as written: its fields in order."""

    name: str
    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form, ready to be drawn."""

    name: str
    label: str
    controls: tuple[Control, ...]

    @property
    def faulty(self) -> bool:
        """Whether a control in it needs attention."""
        return any(control.error for control in self.controls)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the summary on top of a refused form."""

    anchor: str | None
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormView:
    """All that the templates of a form print."""

    heading: str
    url: str
    back_url: str
    version: int | None
    key: str | None
    seen: str
    sections: tuple[Section, ...]
    problem: str | None
    complaints: tuple[Complaint, ...]
    again: bool

    @property
    def parted(self) -> bool:
        """Whether there are headings enough to lead to."""
        return sum(bool(section.label) for section in self.sections) > 1


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it stands: the record it is about, if any, and what its controls hold."""

    record: Record | None
    texts: Typed
    seen: str
    version: int | None
    key: str | None


def blank(asked: Asked, given: Typed, like: Record | None) -> Filled:
    """Give the form for a new record, with defaults, values of another record, and values of the address."""
    fields = _writable(asked, creating=True)
    texts = _defaults(asked, fields)
    if like is not None:
        texts |= texts_of(fields, like, asked.reader)
    names = {field.name for field in fields}
    texts |= {name: text for name, text in given.items() if name.partition(".")[0] in names}
    return Filled(None, texts, "", None, str(uuid4()))


def _defaults(asked: Asked, fields: Iterable[Field]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for field in fields:
        kind = type_of(field)
        if field.name == "owner" and asked.context.actor.id:
            texts["owner"] = asked.context.actor.id
        elif kind.control == "money":
            currency = field.options.get("currency") or asked.context.snapshot.site.currency
            texts[f"{field.name}.currency"] = currency
        elif field.default is not None:
            texts[field.name] = _default(asked, field)
    return texts


def _default(asked: Asked, field: Field) -> str:
    kind = type_of(field)
    if kind.control == "boolean":
        return "true" if field.default else "false"
    if kind.control in {"choice", "link"}:
        return str(field.default)
    return kind.to_text(field, kind.load(field, field.default), asked.reader.formats)


def filled(asked: Asked, record: Record) -> Filled:
    """Give the form of a stored record."""
    fields = _writable(asked, creating=False)
    texts = texts_of(fields, record, asked.reader)
    return Filled(record, texts, seen_of(fields, texts), record.version, None)


def values_of(asked: Asked, form: Filled) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values that the form holds and what is wrong with it at first sight."""
    fields = _writable(asked, creating=form.record is None)
    values, faults = read_values(asked, fields, form.texts, form.seen)
    values, faults = _links_by_text(asked, fields, form.texts, values, faults)
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
    return values, faults


def _links_by_text(
    asked: Asked, fields: Iterable[Field], texts: Typed, values: dict[str, Any], faults: list[Fault]
) -> tuple[dict[str, Any], list[Fault]]:
    """Find what was typed into a link picker without picking, as it is without scripts."""
    for field in fields:
        sought = texts.get(f"{field.name}.text", "").strip()
        if type_of(field).control != "link" or f"{field.name}.text" not in texts:
            continue
        ident, shown = texts.get(field.name), texts.get(f"{field.name}.shown", "")
        if not sought:
            if ident:
                values[field.name] = None
            continue
        if ident and sought == shown:
            continue
        found = picks(asked, field, sought)
        exact = [pick for pick in found if pick.title.casefold() == sought.casefold()]
        one = exact if len(exact) == 1 else found if len(found) == 1 else []
        if one:
            values[field.name] = one[0].id
        else:
            values.pop(field.name, None)
            words = msg("Choose one of those found below") if found else msg("Nothing you may see matches")
            faults.append(Fault(f"/{field.name}", "link_text", words))
    return values, faults


def answer_form(asked: Asked, form: Filled, *, status: int = 200, error: ArmatureError | None = None) -> Response:
    """Answer the form; with the summary of an error, if it was refused, and everything typed intact."""
    view = _view(asked, form, list(error.faults) if error else [], error)
    return answer("screens/form.html", title=view.heading, status=status, form=view)


def answer_conflict(asked: Asked, form: Filled, present: Record, error: ConflictError) -> Response:
    """Answer 409: what both changed, one choice each; what fits together is listed and kept."""
    view = _conflict(asked, form, present, error)
    return answer("screens/conflict.html", title=view.heading, status=409, conflict=view)


def _view(asked: Asked, form: Filled, faults: list[Fault], error: ArmatureError | None) -> FormView:
    creating = form.record is None
    entity = asked.entity
    heading = asked.new_label() if creating else asked.text(msg("Edit %(title)s", title=_title(form)))
    here = new_url(entity.name) if creating else record_url(entity.name, form.record.id if form.record else "")
    complaints = tuple(_complaint(asked, fault) for fault in faults)
    if error is not None and not complaints:
        complaints = (Complaint(None, "", asked.text(error.detail)),)
    return FormView(
        heading=heading,
        url=list_url(entity.name) if creating else here,
        back_url=list_url(entity.name) if creating else here,
        version=form.version,
        key=form.key,
        seen=form.seen,
        sections=tuple(_sections(asked, form, _by_field(faults))),
        problem=asked.text(_problem(faults)) if error is not None else None,
        complaints=complaints,
        again=creating,
    )


def _title(form: Filled) -> str:
    return (form.record.title or form.record.id) if form.record else ""


def _problem(faults: list[Fault]) -> Message:
    names = {fault.pointer for fault in faults if fault.pointer}
    if not names:
        return msg("Not saved")
    return nmsg("Not saved: one field needs attention", "Not saved: %(count)s fields need attention", len(names))


def _complaint(asked: Asked, fault: Fault) -> Complaint:
    name = fault.pointer.lstrip("/").partition("/")[0]
    field = asked.entity.fields.get(name)
    text = asked.text(fault.message)
    if field is None:
        return Complaint(None, "", text)
    # A message that names the field itself is the anchor as a whole.
    named = "label" in fault.message.params
    return Complaint(f"f-{name}", text if named else asked.text(field.label), "" if named else text)


def _by_field(faults: Iterable[Fault]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for fault in faults:
        found.setdefault(fault.pointer.lstrip("/").partition("/")[0], fault.message)
    return found


def _sections(asked: Asked, form: Filled, errors: Mapping[str, Message]) -> Iterable[Section]:
    creating = form.record is None
    writable = {field.name for field in _writable(asked, creating=creating)}
    titles = _link_titles(asked, form, [asked.entity.fields[name] for name in writable])
    for part in _parts(asked, creating=creating):
        controls = []
        for field in part.fields:
            if field.name in writable:
                hits = _hits(asked, field, form.texts, errors)
                controls.append(control_of(asked, field, form.texts, errors.get(field.name), titles, hits))
            elif form.record is not None and field.name in asked.rights.readable:
                controls.append(shown_only(asked, field, form.record))
        if controls:
            yield Section(part.name, part.label, tuple(controls))


def _hits(asked: Asked, field: Field, texts: Typed, errors: Mapping[str, Message]) -> tuple[Hit, ...]:
    """Give what a typed name may have meant, for who has no scripts."""
    sought = texts.get(f"{field.name}.text", "").strip()
    if field.name not in errors or not sought or type_of(field).control != "link":
        return ()
    return tuple(Hit(pick.id, pick.title, pick.second) for pick in picks(asked, field, sought))


def _link_titles(asked: Asked, form: Filled, fields: Iterable[Field]) -> dict[str, str]:
    """Give the titles of what links lead to: known from the record, else looked up."""
    found: dict[str, str] = {}
    for field in fields:
        ident = form.texts.get(field.name)
        if type_of(field).control != "link" or not ident:
            continue
        known = form.record.links.get(field.name) if form.record else None
        if known is not None and known.id == ident:
            found[field.name] = known.title or ""
        elif field.targets == ("user",) and ident == asked.context.actor.id:
            found[field.name] = asked.context.actor.name
        else:
            found[field.name] = title_of(asked.context, field.targets[0], ident) or ""
    return found


def _parts(asked: Asked, *, creating: bool) -> Iterable[Part]:
    """Give the sections as written; required fields that they leave out join at the end."""
    written = list(_written(asked, creating=creating))
    if not written:
        yield _default_part(asked, creating=creating)
        return
    yield from written
    named = {field.name for part in written for field in part.fields}
    missing = [
        field
        for field in _writable(asked, creating=creating)
        if field.required and field.name not in named and field.default is None and field.default_expression is None
    ]
    if creating and missing:
        yield Part(_MORE, asked.text(msg("Required")), tuple(missing))


def _written(asked: Asked, *, creating: bool) -> Iterable[Part]:
    options = asked.screen.options
    if creating and options.get("quick_create"):
        yield Part("new", "", tuple(_known(asked, options["quick_create"])))
        return
    for tab, body in ordered(options.get("tabs", {}), options.get("tab_order", ())):
        for name, section in ordered(body["sections"], body.get("section_order", ())):
            label = asked.own_label(section, "tabs", tab, "sections", name)
            yield Part(f"{tab}-{name}", label, tuple(_known(asked, section["fields"])))
    for name, section in ordered(options.get("sections", {}), options.get("section_order", ())):
        yield Part(name, asked.own_label(section, "sections", name), tuple(_known(asked, section["fields"])))


def _known(asked: Asked, names: Iterable[str]) -> list[Field]:
    return [asked.entity.fields[name] for name in names if name in asked.entity.fields]


def _default_part(asked: Asked, *, creating: bool) -> Part:
    """Give all writable fields, those required first, otherwise in the order of the metadata."""
    fields = sorted(_writable(asked, creating=creating), key=lambda field: not field.required)
    return Part(_MORE, "", tuple(field for field in fields if field.name != "team"))


def _writable(asked: Asked, *, creating: bool) -> list[Field]:
    allowed = asked.rights.creatable if creating else asked.rights.writable
    return [
        field
        for field in asked.entity.fields.values()
        if field.name in allowed and not field.read_only and (creating or not field.read_only_after_create)
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that both changed, to different values."""

    name: str
    label: str
    was: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A field that only one side changed."""

    label: str
    was: str
    now: str
    whose: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """All that the template of a conflict prints."""

    heading: str
    text: str
    url: str
    back_url: str
    version: int
    seen: str
    kept: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    merged: tuple[Merged, ...]


def _conflict(asked: Asked, form: Filled, present: Record, error: ConflictError) -> ConflictView:
    fields = asked.entity.fields
    choices = tuple(_choice(asked, fields[_name(fault)], fault) for fault in error.faults if _name(fault) in fields)
    both = {choice.name for choice in choices}
    values, _ = read_values(asked, _writable(asked, creating=False), form.texts, form.seen)
    merged = tuple(_merged(asked, fields[name], present, value) for name, value in values.items() if name not in both)
    here = record_url(asked.entity.name, present.id)
    text = nmsg(
        "Nothing of yours is lost. One field was changed by both of you, so choose which holds.",
        "Nothing of yours is lost. %(count)s fields were changed by both of you, so choose once per field.",
        len(choices),
    )
    agree = msg("Nothing of yours is lost. Your changes and theirs fit beside each other; save again to keep both.")
    return ConflictView(
        heading=present.title or present.id,
        text=asked.text(text if choices else agree),
        url=here,
        back_url=here,
        version=error.version or present.version,
        seen=form.seen,
        kept=tuple((name, text) for name, text in form.texts.items() if not name.startswith("_")),
        choices=choices,
        merged=merged,
    )


def _name(fault: Fault) -> str:
    return fault.pointer.lstrip("/")


def _choice(asked: Asked, field: Field, fault: Fault) -> Choice:
    was, yours, theirs = (_wire_text(asked, field, value) for value in (fault.was, fault.yours, fault.theirs))
    return Choice(field.name, asked.text(field.label), was, yours, theirs)


def _merged(asked: Asked, field: Field, present: Record, value: Any) -> Merged:  # noqa: ANN401
    was = _stored_text(asked, field, present)
    return Merged(asked.text(field.label), was, _wire_text(asked, field, value), asked.text(msg("yours")))


def _stored_text(asked: Asked, field: Field, present: Record) -> str:
    if field.targets:
        end = present.links.get(field.name)
        return (end.title or "") if end else ""
    return text_of(field, present.values.get(field.name), asked.reader)


def _wire_text(asked: Asked, field: Field, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if field.targets:
        return title_of(asked.context, field.targets[0], str(value)) or ""
    return text_of(field, type_of(field).load(field, value), asked.reader)


def picked(form: Filled) -> Filled:
    """Give the form without what the person gave up in a conflict for the other side's value."""
    gone = {
        name.removeprefix("_pick.")
        for name, side in form.texts.items()
        if name.startswith("_pick.") and side == "theirs"
    }
    texts = {name: text for name, text in form.texts.items() if name.partition(".")[0] not in gone}
    return replace(form, texts=texts)
