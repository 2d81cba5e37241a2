"""The record page: title, key facts, stages, details in sections, and what links here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.extension import services
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.records.parse import list_query
from i18n.lazy import msg
from metadata.layers import ordered
from ui.forms.reading import read_for_page
from ui.lists.columns import Column, table_of
from ui.page.addresses import Address, history_url, list_url, new_url, record_url, screen_url
from ui.page.asked import Asked, screen_of
from ui.page.render import answer
from ui.record.offered import is_open
from ui.screens.base import COLUMN, LABEL, NAME, NAMES, SECTIONS, ScreenKind
from ui.values.cells import cell_of, option_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response

    from framework.records import Record
    from metadata.snapshot import Field, Option, Screen
    from ui.page.render import Html

_MOST_FACTS, _MOST_RELATED, _RELATED_ROWS = 6, 8, 6


@dataclass(frozen=True)
class RecordKind(ScreenKind):
    """One record as a page."""

    name = "record"
    label = msg("Record page")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "header": {**NAMES, "maxItems": _MOST_FACTS, "description": "Key facts below the title."},
            "stage": {**NAME, "description": "The choice that is drawn as a bar of stages."},
            "sections": SECTIONS,
            "section_order": NAMES,
            "related": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "entity": NAME,
                        "field": {**NAME, "description": "The link of that entity that leads here."},
                        "label": LABEL,
                        "columns": {"type": "array", "items": COLUMN, "maxItems": 12},
                    },
                    "required": ["entity", "field"],
                    "additionalProperties": False,
                },
            },
            "related_order": NAMES,
        },
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("header", "*"),
        ("stage",),
        ("sections", "*", "fields", "*"),
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """A field with its value, ready for the cell's template."""

    name: str
    label: str
    cell: str
    value: object


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading."""

    label: str
    facts: tuple[Fact, ...]

    @property
    def single(self) -> bool:
        """Whether the heading says already what its only field is."""
        return len(self.facts) == 1 and self.facts[0].label == self.label


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the bar."""

    label: str
    state: str
    mark: str | None
    spoken: str

    @property
    def current(self) -> bool:
        """Whether the record is in this stage."""
        return self.state.startswith(("now", "ended"))


@dataclass(frozen=True, slots=True)
class Stages:
    """The stage bar; `place` says the same in words where the bar has no room for them."""

    label: str
    steps: tuple[Step, ...]
    tag: tuple[str, object, str] | None
    place: str


@dataclass(frozen=True, slots=True)
class Move:
    """The next stage, offered as the page's main button."""

    field: str
    to: str
    label: str


@dataclass(frozen=True, slots=True)
class Related:
    """Records that link here."""

    key: str
    label: str
    columns: tuple[Column, ...]
    title: str
    body: Html | None
    all_url: str | None
    new_url: str | None
    new_label: str


@dataclass(frozen=True, slots=True)
class Line:
    """Who made or changed the record, and when."""

    text: str
    iso: str
    when: str
    exact: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the templates of a record page print."""

    title: str
    url: str
    version: int
    list_url: str
    list_label: str
    edit_url: str | None
    delete_url: str | None
    history_url: str | None
    copy_url: str | None
    move: Move | None
    facts: tuple[Fact, ...]
    stages: Stages | None
    sections: tuple[Section, ...]
    related: tuple[Related, ...]
    made: tuple[Line, ...]


def answer_record(asked: Asked, ident: str) -> Response:
    """Answer the page of one record. Raises NotFoundError where the actor does not see it."""
    record = read_for_page(asked, ident)
    view = _view(asked, record)
    return answer("screens/record.html", title=view.title, record=view)


def _view(asked: Asked, record: Record) -> RecordView:
    entity, rights = asked.entity, asked.rights
    url = record_url(entity.name, record.id)
    stage = _stage_field(asked)
    facts = _header(asked, stage)
    shown = {field.name for field in facts} | {entity.title} | ({stage.name} if stage else set())
    above = screen_of(asked.context, entity.name, "list")
    actor = asked.context.actor
    changes = bool(rights.writable) and is_open(rights.update, record, actor)
    deletes = rights.delete != NOTHING and is_open(rights.delete, record, actor)
    return RecordView(
        title=record.title or record.id,
        url=url,
        version=record.version,
        list_url=screen_url(above),
        list_label=asked.text(above.label),
        edit_url=f"{url}/edit" if changes else None,
        delete_url=f"{url}/delete" if deletes else None,
        history_url=history_url(entity.name, record.id) if _has_history(asked) else None,
        copy_url=f"{new_url(entity.name)}?from={record.id}" if rights.create != NOTHING else None,
        move=_move(asked, record, stage) if changes else None,
        facts=tuple(_fact(asked, field, record) for field in facts),
        stages=_stages(asked, record, stage) if stage else None,
        sections=tuple(_sections(asked, record, shown)),
        related=tuple(_related(asked, record)),
        made=tuple(_made(asked, record)),
    )


def _has_history(asked: Asked) -> bool:
    return "view_history" in policy_for(asked.context.snapshot, asked.context.actor).abilities()


def _stage_field(asked: Asked) -> Field | None:
    """Give the choice to draw as stages: the one named, else the first whose options are in order."""
    named = asked.screen.options.get("stage")
    names = [named] if named else list(asked.entity.fields)
    single = [field for field in asked.readable(names) if type_of(field).member_column(field) is None]
    return next((f for f in single if f.choices and (named or f.choices.ordered)), None)


def _header(asked: Asked, stage: Field | None) -> list[Field]:
    written = asked.screen.options.get("header")
    if written is not None:
        return [field for field in asked.readable(written) if field.name != asked.entity.title]
    telling = [
        field
        for field in asked.readable(asked.entity.fields)
        if not field.system
        and field.name not in {asked.entity.title, "team"}
        and field is not stage
        and type_of(field).telling
    ]
    # The owner comes last but always: who answers for a record is asked first of all.
    owner = [field for field in telling if field.name == "owner"]
    return [*[field for field in telling if field.name != "owner"][: _MOST_FACTS - len(owner)], *owner]


def _fact(asked: Asked, field: Field, record: Record) -> Fact:
    cell = cell_of(field, asked.reader, exact=True)
    return Fact(field.name, asked.text(field.label), cell.template, cell.write(record))


def _sections(asked: Asked, record: Record, shown: set[str]) -> Iterable[Section]:
    """Give the sections as written; fields that no part of the page mentions follow under "Details"."""
    written = ordered(asked.screen.options.get("sections", {}), asked.screen.options.get("section_order")).items()
    for name, body in written:
        fields = [field for field in asked.readable(body["fields"]) if _applies(field, record)]
        label = asked.own_label(body, "sections", name, default=asked.text(msg("Details")))
        if fields:
            yield Section(label, tuple(_fact(asked, field, record) for field in fields))
    if not written:
        readable = [field for field in asked.readable(asked.entity.fields) if not field.system]
        rest = [field for field in readable if field.name not in shown and _applies(field, record)]
        if rest:
            yield Section(asked.text(msg("Details")), tuple(_fact(asked, field, record) for field in rest))


def _applies(field: Field, record: Record) -> bool:
    """Whether a field has a place on the page: one that is shown under a condition and blank has none."""
    return field.visible_when is None or record.values.get(field.name) is not None


def _stages(asked: Asked, record: Record, field: Field) -> Stages | None:
    choices = field.choices
    now = record.values.get(field.name)
    if choices is None:
        return None
    open_ = [option for option in choices.options.values() if option.outcome is None and not option.retired]
    ends = [option for option in choices.options.values() if option.outcome is not None]
    current = choices.options.get(now) if now is not None else None
    ended = current if current is not None and current.outcome else None
    position = open_.index(current) if current in open_ else len(open_) if ended else -1
    steps = [_step(asked, option, place, position) for place, option in enumerate(open_)]
    if ends:
        steps.append(_last_step(asked, ends, ended))
    place = asked.text(msg("stage %(number)s of %(count)s", number=position + 1, count=len(steps)))
    return Stages(
        asked.text(field.label),
        tuple(steps),
        option_tag(choices, current, asked.reader) if current else None,
        place if position >= 0 else "",
    )


def _step(asked: Asked, option: Option, place: int, position: int) -> Step:
    label = asked.text(option.label)
    if place < position:
        return Step(label, "done", "check", asked.text(msg("done")))
    if place == position:
        return Step(label, "now", None, asked.text(msg("now")))
    return Step(label, "ahead", None, "")


def _last_step(asked: Asked, ends: list[Option], ended: Option | None) -> Step:
    """Give the common last stage of all outcomes, or the one that came about."""
    if ended is None:
        live = [option for option in ends if not option.retired] or ends
        joined = asked.text(live[0].label)
        for option in live[1:]:
            joined = asked.text(msg("%(one)s or %(other)s", one=joined, other=asked.inside(option.label)))
        return Step(joined, "ahead", None, "")
    won = ended.outcome == "won"
    state = "ended done" if won else "ended lost-now"
    return Step(asked.text(ended.label), state, "check" if won else "x", asked.text(msg("now")))


def _move(asked: Asked, record: Record, field: Field | None) -> Move | None:
    """Offer the next open stage, if the actor may write the field and the flow allows it."""
    if field is None or field.choices is None or field.read_only or field.name not in asked.rights.writable:
        return None
    now = record.values.get(field.name)
    keys = [option.key for option in field.choices.options.values() if option.outcome is None and not option.retired]
    if now not in keys or now == keys[-1]:
        return None
    to = keys[keys.index(now) + 1]
    if field.flow is not None and to not in {step.to for step in field.flow.get(now, ())}:
        return None
    label = msg("Move to %(stage)s", stage=field.choices.options[to].label)
    return Move(field.name, to, asked.text(label))


def _related(asked: Asked, record: Record) -> Iterable[Related]:
    """Give the related lists as written, else one per link of another entity that leads here."""
    options = asked.screen.options
    written: Mapping[str, Any] | None = options.get("related")
    if written is None:
        found = [(f"{entity}_{field}", {"entity": entity, "field": field}) for entity, field in asked.entity.links_in]
    else:
        found = list(ordered(written, options.get("related_order")).items())
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    for key, body in found[:_MOST_RELATED]:
        entity = asked.context.snapshot.entities.get(body["entity"])
        if entity is None or not policy.entity(entity.name).visible:
            continue
        rights = policy.entity(entity.name)
        if body["field"] not in rights.readable or (written is None and entity.fields[body["field"]].system):
            continue
        screen = screen_of(asked.context, entity.name, "list")
        there = replace(asked, screen=screen, entity=entity, rights=rights)
        default = asked.text(entity.label_plural)
        yield _related_list(there, record, key, body, asked.own_label(body, "related", key, default=default))


def _related_list(there: Asked, record: Record, key: str, body: Mapping[str, Any], label: str) -> Related:
    name, field = there.entity.name, body["field"]
    columns = body.get("columns") or _without(there.screen, field)
    table = table_of(there, columns)
    table = table.narrow(without=field)
    parameter = f"filter[{field}][eq]"
    sort = "-updated_at" if "updated_at" in there.rights.readable else ""
    query = list_query(name, [(parameter, record.id), ("sort", sort)], limit=_RELATED_ROWS)
    page = services().door.find(there.context, replace(query, fields=table.fields, expand=table.links))
    title = there.entity.fields[there.entity.title]
    creatable = field in there.rights.creatable
    return Related(
        key=key,
        label=label,
        columns=table.columns,
        title=there.text(title.label),
        body=table.body(page.records) if page.records else None,
        all_url=str(Address(list_url(name), ((parameter, record.id),))) if page.next else None,
        new_url=str(Address(new_url(name), ((field, record.id),))) if creatable else None,
        new_label=there.new_label(),
    )


def _without(screen: Screen, field: str) -> list[Any]:
    written = screen.options.get("columns", ())
    return [column for column in written if (column if isinstance(column, str) else column["field"]) != field]


def _made(asked: Asked, record: Record) -> Iterable[Line]:
    for moment, person, by, alone in (
        ("created_at", "created_by", msg("Created by %(name)s"), msg("Created")),
        ("updated_at", "updated_by", msg("Changed by %(name)s"), msg("Changed")),
    ):
        at = record.values.get(moment)
        if at is None or (moment == "updated_at" and record.version == 1):
            continue
        end = record.links.get(person)
        text = msg(by.msgid, name=end.title) if end and end.title else alone
        formats = asked.reader.formats
        yield Line(asked.text(text), at.isoformat(), formats.relative(at, asked.context.now), formats.exact(at))
