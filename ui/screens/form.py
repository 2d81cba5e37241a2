"""The form: creates or changes one record. Nothing is stored before Save, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from framework.fields.base import type_of
from framework.records import Record
from i18n.lazy import msg, nmsg
from ui.forms.aside import creations
from ui.forms.chosen import chosen
from ui.forms.controls import Control, Hit, Under, control_of, shown_only
from ui.forms.filled import asked_for, states_of, writable
from ui.forms.fitting import around, deciding, narrowing, unfitting
from ui.forms.layout import Part, parts_of, short_form
from ui.forms.lines import complaint_of, line_table
from ui.forms.picks import picks
from ui.forms.similar import HEEDED, hint_of
from ui.forms.unplaced import LET_GO, unplaced
from ui.page.addresses import Address, list_url, new_url, record_url
from ui.page.desk import screen_design_url
from ui.page.refusal import Complaint
from ui.page.render import answer, fragment, htmx, is_fragment
from ui.screens.base import LABEL, NAMES, SECTIONS, ScreenKind
from ui.values.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask import Response

    from framework.errors import ArmatureError, Fault
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.forms.controls import Typed
    from ui.forms.filled import Filled
    from ui.forms.similar import Hint
    from ui.forms.unplaced import Unplaced
    from ui.page.asked import Asked
    from ui.values.alike import Alike


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
class Copying:
    """Where a form is sent to make another record of what it holds, and the one-time key of that."""

    url: str
    key: str


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
    resolve_url: str | None
    restores_url: str
    more_url: str | None
    arrange_url: str
    aside_url: str
    full: bool
    unplaced: tuple[Unplaced, ...]
    let_go: str
    record_id: str
    sheet: int
    carried: tuple[tuple[str, str], ...]
    alike: tuple[Alike, ...]
    heeded: str
    hint: Hint | None
    copies: Copying | None = None
    language: str = ""
    spoken: str = ""

    @property
    def hint_triggers(self) -> str:
        """The changes that make the form ask for what is alike."""
        fields = self.hint.fields if self.hint else ()
        return ", ".join(f"change from:#{self.prefix}field-{name} delay:250ms" for name in fields)

    @property
    def prefix(self) -> str:
        """What begins all ids of a sheet's form, for the form below it has the same fields."""
        return _prefix(self.sheet)

    @property
    def sends_files(self) -> bool:
        """Whether files travel with what is typed."""
        return any(control.template in {"file", "files"} for section in self.sections for control in section.controls)

    @property
    def parted(self) -> bool:
        """Whether there are headings enough to lead to."""
        return sum(bool(section.label) for section in self.sections) > 1


@dataclass(frozen=True, slots=True)
class Change:
    """A change that lacks something: where its form is sent, with what beside the fields, and the way back."""

    heading: str
    url: str
    back_url: str
    inputs: tuple[tuple[str, str], ...]
    hint: str = ""


def answer_form(asked: Asked, form: Filled, *, status: int = 200, error: ArmatureError | None = None) -> Response:
    """Answer the form; with the summary of an error, if it was refused, and everything typed intact."""
    view = _view(asked, form, list(error.faults) if error else [], error)
    if form.record and not form.sheet and not form.carried and asked.rights.creatable:
        view = replace(view, copies=Copying(list_url(asked.entity.name), str(uuid4())))
    return _answer(view, status)


def answer_created(record: Record) -> Response:
    """Answer the sheet whose form created a record: the picker that opened it takes it."""
    return fragment("screens/form_created.html", record=record)


def answer_asking(asked: Asked, form: Filled, change: Change, error: ArmatureError | None) -> Response:
    """Answer the form for just what a change lacks: in a sheet over the page it was asked for on, else as a page.

    What was not asked for before is no mistake yet, so nothing is called one.
    """
    anew = not any(name.partition(".")[0] in form.only for name in form.texts)
    told = None if anew else error
    drawn = _view(asked, form, list(told.faults) if told else [], told)
    view = replace(
        drawn,
        heading=change.heading,
        url=change.url,
        back_url=change.back_url,
        carried=change.inputs,
        version=None,
        resolve_url=None,
        restores_url="",
        language="",
        hint=None,
    )
    status = error.status if error else 200
    if not htmx:
        return answer("screens/form.html", title=view.heading, status=status, form=view)
    made = fragment("screens/asking_sheet.html", status=status, form=view, hint=change.hint)
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = "#asking", "innerHTML"
    return made


def answer_field(asked: Asked, form: Filled, place: str, back_url: str, error: ArmatureError | None = None) -> Response:
    """Answer the control of just one field: in its `place` on the record's page, else as a page."""
    (name,) = form.only
    label = asked.text(asked.entity.fields[name].label)
    drawn = _view(asked, form, list(error.faults) if error else [], error)
    view = replace(
        drawn,
        heading=asked.text(msg("%(field)s of %(title)s", field=label, title=_title(form))),
        url=f"{drawn.url}/fields/{name}",
        back_url=back_url,
        resolve_url=None,
        restores_url="",
        language="",
        carried=(("_place", place),),
        hint=None,
    )
    status = error.status if error else 200
    if not htmx:
        return answer("screens/form.html", title=view.heading, status=status, form=view)
    made = fragment("screens/field.html", status=status, form=view)
    made.headers["HX-Retarget"], made.headers["HX-Reswap"] = f"#{place}", "innerHTML"
    return made


def _answer(view: FormView, status: int = 200) -> Response:
    if view.sheet and htmx:
        return fragment("screens/form_sheet.html", status=status, form=view)
    return answer("screens/form.html", title=view.heading, status=status, form=view)


def answer_similar(form: Filled) -> Response:
    """Answer what is alike the record as the form has it."""
    return fragment("screens/form_similar.html", alike=form.alike, heeded=heeded(form))


def answer_resolved(asked: Asked, form: Filled, posted: frozenset[str]) -> Response:
    """Answer the form under what is typed by now: only its controls where a script asks for them."""
    links = writable(asked, creating=form.record is None)
    view = _view(asked, form, unfitting(asked, links, form.texts, form.record.id if form.record else None), None)
    if not is_fragment(f"{view.prefix}form-fields"):
        return _answer(view)
    anew = [c.label for section in view.sections for c in section.controls if c.name not in posted and c.posts]
    spoken = asked.text(msg("Now shown: %(fields)s", fields=", ".join(anew))) if anew else ""
    return fragment("screens/form_resolved.html", form=replace(view, spoken=spoken))


def _view(asked: Asked, form: Filled, faults: list[Fault], error: ArmatureError | None) -> FormView:
    creating = form.record is None
    entity = asked.entity
    heading = asked.new_label() if creating else asked.text(msg("Edit %(title)s", title=_title(form)))
    here = new_url(entity.name) if creating else record_url(entity.name, form.record.id if form.record else "")
    resolve_url = f"{list_url(entity.name)}/resolve"
    lost = unplaced(form.texts, form.seen, {field.name for field in writable(asked, creating=creating)})
    sections = tuple(_sections(asked, form, faults))
    complaints = _complaints(asked, form, faults, sections)
    if error is not None and not complaints:
        complaints = (Complaint(None, "", asked.text(error.detail)),)
    return FormView(
        heading=heading,
        arrange_url=screen_design_url(asked.context, asked.screen.name),
        url=list_url(entity.name) if creating else here,
        back_url=list_url(entity.name) if creating else here,
        version=form.version,
        key=form.key,
        seen=form.seen,
        sections=sections,
        problem=asked.text(_problem(faults)) if error is not None else None,
        complaints=complaints,
        again=creating,
        resolve_url=resolve_url if asked_for(asked) or _has_lines(sections) else None,
        restores_url=resolve_url,
        language=asked.reader.words.locale,
        more_url=resolve_url if creating and not form.full and short_form(asked) else None,
        aside_url=f"{list_url(entity.name)}/aside",
        full=form.full,
        unplaced=lost,
        let_go=" ".join([*form.texts.get(LET_GO, "").split(), *(one.name for one in lost)]),
        record_id=form.record.id if form.record else "",
        sheet=form.sheet,
        carried=form.carried.inputs if form.carried else (),
        alike=form.alike,
        heeded=heeded(form),
        hint=hint_of(asked),
    )


def heeded(form: Filled) -> str:
    """Give the ids of what was pointed out so far."""
    return " ".join(dict.fromkeys([*form.texts.get(HEEDED, "").split(), *(one.id for one in form.alike)]))


def _has_lines(sections: Iterable[Section]) -> bool:
    return any(control.lines for section in sections for control in section.controls)


def _prefix(sheet: int) -> str:
    return f"s{sheet}-" if sheet else ""


def _title(form: Filled) -> str:
    return (form.record.title or form.record.id) if form.record else ""


def _problem(faults: list[Fault]) -> Message:
    names = {fault.pointer for fault in faults if fault.pointer}
    if not names:
        return msg("Not saved")
    return nmsg("Not saved: one field needs attention", "Not saved: %(count)s fields need attention", len(names))


def _complaints(
    asked: Asked, form: Filled, faults: Iterable[Fault], sections: Iterable[Section]
) -> tuple[Complaint, ...]:
    """Give the lines of the summary in the order of the controls, what two rules found once."""
    order = [cell.id for section in sections for control in section.controls for cell in (control, *_cells(control))]
    found = dict.fromkeys(_complaint(asked, form, fault) for fault in faults)
    return tuple(sorted(found, key=lambda one: order.index(one.anchor) if one.anchor in order else len(order)))


def _cells(control: Control) -> Iterable[Control]:
    """Give the controls within the rows of one."""
    return (cell for row in (control.lines.rows if control.lines else ()) for cell in row.controls)


def _complaint(asked: Asked, form: Filled, fault: Fault) -> Complaint:
    prefix, of_line = _prefix(form.sheet), complaint_of(asked, fault, form)
    if of_line is not None:
        return Complaint(f"{prefix}{of_line[0]}", of_line[1], asked.text(fault.message))
    name = fault.pointer.lstrip("/").partition("/")[0]
    field = asked.entity.fields.get(name)
    text = asked.text(fault.message)
    if field is None:
        return Complaint(None, "", text)
    # A message that names the field itself is the anchor as a whole.
    named = "label" in fault.message.params
    return Complaint(f"{prefix}f-{name}", text if named else asked.text(field.label), "" if named else text)


def _by_field(faults: Iterable[Fault]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for fault in faults:
        found.setdefault(fault.pointer.lstrip("/").partition("/")[0], fault.message)
    return found


def _sections(asked: Asked, form: Filled, faults: Sequence[Fault]) -> Iterable[Section]:
    creating, errors = form.record is None, _by_field(faults)
    states, deciding = states_of(asked, form), asked_for(asked)
    allowed = writable(asked, creating=creating)
    titles = _link_titles(asked, form, allowed)
    names = {field.name for field in allowed}
    for part in _asked_parts(asked, form) if form.only else parts_of(asked, creating=creating, full=form.full):
        controls = []
        for field in part.fields:
            state = states.get(field.name)
            if state is not None and not state.visible:
                continue
            if field.name in names and not (state and state.read_only):
                under = Under(state, _next_options(field, form), decides=field.name in deciding)
                hits = _hits(asked, field, form.texts, errors, form.record.id if form.record else None)
                error, ends = errors.get(field.name), chosen(asked, field, form.texts, form.record)
                made = control_of(asked, field, form.texts, error, titles, under, hits, ends)
                if form.only:
                    made = replace(made, required=made.required or form.lacks, decides=False)
                if field.lines is not None:
                    made = _with_lines(asked, field, form, made, faults)
                controls.append(_with_picker(asked, field, form, made))
            elif field.name in asked.rights.readable and (form.record or field.name in (form.worked_out or {})):
                controls.append(shown_only(asked, field, _as_typed(form)))
        if controls:
            yield Section(part.name, part.label, tuple(controls))


def _asked_parts(asked: Asked, form: Filled) -> tuple[Part, ...]:
    """Give the fields that a change lacks, in the order of the metadata."""
    return (Part("lacking", "", tuple(field for name, field in asked.entity.fields.items() if name in form.only)),)


def _as_typed(form: Filled) -> Record:
    """Give the record with what the values typed make of it, for fields that are only shown."""
    worked_out = form.worked_out or {}
    if form.record is None:
        return Record("", "", 0, None, worked_out)
    return replace(form.record, values={**form.record.values, **worked_out})


def _with_lines(asked: Asked, field: Field, form: Filled, control: Control, faults: Sequence[Fault]) -> Control:
    """Give the control of lines with its rows; what is wrong with one of them stands at its cell."""
    own = next((fault.message for fault in faults if fault.pointer == f"/{field.name}"), None)
    return replace(
        control,
        error=asked.text(own) if own else None,
        lines=line_table(asked, field, form, faults),
        options_url=f"{list_url(asked.entity.name)}/resolve",
        decides=not form.only,
    )


def _with_picker(asked: Asked, field: Field, form: Filled, control: Control) -> Control:
    """Give the control as it stands in a sheet; a link that was not found with what may be created instead."""
    names, prefix = deciding(asked, field), _prefix(form.sheet)
    offered = control.error and control.template == "link" and control.text and form.carried is None
    if not (names or prefix or offered):
        return control
    asking = [("sheet", str(form.sheet))] if form.sheet else []
    asking += [("record", form.record.id)] if form.record and names else []
    url = str(Address(control.options_url, tuple(asking))) if control.options_url and asking else control.options_url
    along = ", ".join(f"#{prefix}form [name='{name}'], #{prefix}form [name^='{name}.']" for name in sorted(names))
    return replace(
        control,
        prefix=prefix or control.prefix,
        options_url=url,
        along="" if form.only else along,
        creations=tuple(creations(asked, field, control.text, form.sheet)) if offered else control.creations,
    )


def _next_options(field: Field, form: Filled) -> frozenset[str] | None:
    """Give the options to which the flow leads from the stored one; None where it does not say."""
    if field.flow is None or form.record is None:
        return None
    now = form.record.values.get(field.name)
    return None if now is None else frozenset({now, *(step.to for step in field.flow.get(now, ()))})


def _hits(
    asked: Asked, field: Field, texts: Typed, errors: Mapping[str, Message], ident: str | None
) -> tuple[Hit, ...]:
    """Give what a typed name may have meant, for who has no scripts."""
    sought = texts.get(f"{field.name}.text", "").strip()
    if field.name not in errors or not sought or type_of(field).control not in {"link", "links"}:
        return ()
    if narrowing(field) and sought == texts.get(f"{field.name}.shown"):
        return ()  # what was chosen does not fit any more, but it stays until something else is
    about = around(asked, field, texts, ident)
    return tuple(Hit(pick.id, pick.title, pick.second) for pick in picks(asked, field, sought, about))


def _link_titles(asked: Asked, form: Filled, fields: Iterable[Field]) -> dict[str, str]:
    """Give the titles of what links lead to: known from the record, else looked up."""
    found: dict[str, str] = {}
    for field in fields:
        ident = form.texts.get(field.name)
        if type_of(field).control != "link" or not ident:
            continue
        known = form.record.links.get(field.name) if form.record else None
        entity, _, bare = ident.rpartition("/")
        if known is not None and known.id == bare:
            found[field.name] = known.title or ""
        elif field.targets == ("user",) and bare == asked.context.actor.id:
            found[field.name] = asked.context.actor.name
        else:
            found[field.name] = title_of(asked.context, entity or field.targets[0], bare) or ""
    return found
