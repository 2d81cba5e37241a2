"""The record page: title, key facts, stages, details in sections, and beside them a tab of what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.errors import NotFoundError
from framework.plans.predicates import NOTHING
from framework.records.duplicates import pointed_out
from i18n.lazy import msg
from ui.forms.reading import read_for_page
from ui.page.addresses import Address, new_url, record_url, screen_url
from ui.page.asked import ABSENT, screen_of
from ui.page.desk import entity_design_url, screen_design_url
from ui.page.offered import is_open
from ui.page.render import answer, fragment, is_fragment
from ui.page.stars import star_of
from ui.record.access import manages
from ui.record.actions import record_actions
from ui.record.alike import alike_in_words
from ui.record.attachments import Sending, read_files
from ui.record.changes import history_of
from ui.record.composer import Composer, composer_of
from ui.record.facts import MOST_FACTS, editable, fact, header, made, sections
from ui.record.neighbours import neighbours_of
from ui.record.related import links_to, read_related
from ui.record.stages import moves, stage_field, stages
from ui.record.tabs import ACTIVITY, DETAILS, FILES, HISTORY, counted, tabs_of
from ui.record.timeline import timeline_of
from ui.screens.base import COLUMN, LABEL, NAME, NAMES, SECTIONS, ScreenKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from framework.records import Record
    from ui.page.asked import Asked
    from ui.page.stars import Star
    from ui.record.actions import RecordActions
    from ui.record.attachments import Attachments
    from ui.record.changes import HistoryView
    from ui.record.facts import Fact, Line, Section
    from ui.record.neighbours import Neighbours
    from ui.record.related import Related
    from ui.record.stages import Move, Stages
    from ui.record.tabs import Tab
    from ui.record.timeline import Timeline


@dataclass(frozen=True)
class RecordKind(ScreenKind):
    """One record as a page."""

    name = "record"
    label = msg("Record page")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "header": {**NAMES, "maxItems": MOST_FACTS, "description": "Key facts below the title."},
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
class Side:
    """The tabs beside the details, and what the open one shows: one of the last four."""

    title: str
    url: str
    tabs: tuple[Tab, ...]
    open: str
    tabs_url: str
    details_url: str
    composer: Composer | None = None
    timeline: Timeline | None = None
    related: Related | None = None
    files: Attachments | None = None
    history: HistoryView | None = None
    counted: bool = False
    seeks_alike: bool = False
    alike: str = ""
    """How many records are alike, in words."""

    @property
    def counts_wanted(self) -> bool:
        """Whether it is still to be asked what the lists hold, and what is alike."""
        return not self.counted and (self.seeks_alike or any(tab.counts for tab in self.tabs))


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
    copy_url: str | None
    compare_url: str | None
    moves: tuple[Move, ...]
    actions: RecordActions
    facts: tuple[Fact, ...]
    stages: Stages | None
    sections: tuple[Section, ...]
    side: Side | None
    made: tuple[Line, ...]
    asks_about_others: bool
    design_url: str
    arrange_url: str
    neighbours: Neighbours | None = None
    star: Star | None = None

    @property
    def move(self) -> Move | None:
        """The main button: the way to the next stage, else to the good end."""
        return next((one for one in self.moves if one.main), None)


def answer_record(
    asked: Asked,
    ident: str,
    given: Mapping[str, str],
    refused: Composer | Sending | None = None,
    status: int = 200,
) -> Response:
    """Answer the page of one record, or only the part that is asked for.

    `given` are the page's parameters: `tab`, and of a timeline `kind` and `after`. What was `refused`
    of what one wrote or sent comes back as it was. Raises NotFoundError where the actor does not see the record, or
    there is no such tab.
    """
    record = read_for_page(asked, ident)
    side = _side(asked, record, given, refused)
    if side is not None and is_fragment("tabs"):
        tabs, alike = counted(asked, record, side.tabs), alike_in_words(asked, record) if side.seeks_alike else ""
        return fragment("screens/record_tabs.html", side=replace(side, tabs=tabs, alike=alike, counted=True))
    if side is not None and side.timeline is not None and is_fragment("more"):
        return fragment("screens/timeline_days.html", timeline=side.timeline, side=side)
    if side is not None and is_fragment("side"):
        return fragment("screens/record_side.html", side=side, status=status)
    view = replace(_view(asked, record, side), neighbours=neighbours_of(asked, record, given))
    return answer("screens/record.html", title=view.title, record=view, side=side, status=status)


def _side(asked: Asked, record: Record, given: Mapping[str, str], refused: Composer | Sending | None) -> Side | None:
    kept = (("list", given["list"]),) if given.get("list") else ()
    here = Address(record_url(asked.entity.name, record.id), kept)
    tabs = tabs_of(asked, record, here, given.get("tab"))
    key = next((tab.key for tab in tabs if tab.open), None)
    if key is None:
        if "tab" in given:
            raise NotFoundError(ABSENT)
        return None
    shown = given.get("tab") or DETAILS
    side = Side(
        record.title or record.id,
        here.path,
        tabs,
        shown,
        str(here.having("tab", given.get("tab"))),
        str(here.having("tab", DETAILS)),
        seeks_alike=bool(pointed_out(asked.entity, asked.rights)),
    )
    if is_fragment("tabs"):
        return side
    after = given.get("after") or None
    if key == ACTIVITY:
        kind = given.get("kind", "")
        address = here.having("tab", ACTIVITY).having("kind", kind or None)
        composer = refused if isinstance(refused, Composer) else None
        made = composer or (None if after else composer_of(asked, record, here.path))
        return replace(side, composer=made, timeline=timeline_of(asked, record, address, kind, after))
    if key == FILES:
        sending = refused if isinstance(refused, Sending) else None
        return replace(side, files=read_files(asked, record, here.path, sending))
    if key == HISTORY:
        return replace(side, history=history_of(asked, record, after))
    link = next(link for link in links_to(asked) if link.key == key)
    return replace(side, related=read_related(link, record))


def _view(asked: Asked, record: Record, side: Side | None) -> RecordView:
    entity, rights = asked.entity, asked.rights
    url = record_url(entity.name, record.id)
    stage = stage_field(asked)
    facts = header(asked, stage)
    shown = {field.name for field in facts} | {entity.title} | ({stage.name} if stage else set())
    above = screen_of(asked.context, entity.name, "list")
    changes = bool(rights.writable) and is_open(rights.update, record, asked.context)
    edits = editable(asked, record)
    deletes = rights.delete != NOTHING and is_open(rights.delete, record, asked.context)
    return RecordView(
        title=record.title or record.id,
        url=url,
        version=record.version,
        list_url=screen_url(above),
        list_label=asked.text(above.label),
        edit_url=f"{url}/edit" if changes else None,
        delete_url=f"{url}/delete" if deletes else None,
        copy_url=f"{new_url(entity.name)}?from={record.id}" if rights.create != NOTHING else None,
        compare_url=f"{url}/merge" if pointed_out(entity, rights) else None,
        moves=moves(asked, record, stage) if changes else (),
        actions=record_actions(asked, record),
        facts=tuple(fact(asked, field, record, edits) for field in facts),
        stages=stages(asked, record, stage) if stage else None,
        sections=tuple(sections(asked, record, shown, edits)),
        side=side,
        made=tuple(made(asked, record)),
        asks_about_others=manages(asked),
        design_url=entity_design_url(asked.context, entity.name),
        arrange_url=screen_design_url(asked.context, asked.screen.name),
        star=star_of(asked.reader, asked.context, entity.name, record.id, url),
    )
