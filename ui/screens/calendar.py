"""The calendar: records by when they are, as a month, a week, a day or an agenda."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from framework.extension import services
from framework.plans.predicates import NOTHING
from i18n.lazy import msg, nmsg
from metadata.expressions import logic
from ui.calendars.checks import complaints
from ui.calendars.entries import entries_in, entry_of, fields_of, names_of, people_of, unscheduled, without_people
from ui.calendars.placing import ROWS, by_day, hours, weeks
from ui.calendars.shifts import stretches
from ui.calendars.spans import MODES, first_weekday, span_in
from ui.lists.bar import bar_of
from ui.lists.request import query_of
from ui.lists.state import state_of
from ui.page.addresses import Address, list_url, new_url, record_url
from ui.page.asked import ask
from ui.page.people import face
from ui.page.render import answer, fragment, is_fragment
from ui.page.toasts import undoable
from ui.screens.base import NAME, NAMES, OpenedKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Response

    from framework.context import Context
    from framework.plans import Query
    from framework.records import Record
    from metadata.catalogue import Complaint, FindEntity
    from metadata.snapshot import Screen
    from ui.calendars.entries import Entry, Fields
    from ui.calendars.placing import Hours, Week
    from ui.calendars.spans import Span
    from ui.lists.bar import Bar
    from ui.lists.state import ListState
    from ui.page.asked import Asked
    from ui.page.people import Face
    from ui.page.reader import Reader

_OWN = frozenset({"mode", "on", "without"})
_FORENOON = 9
_SATURDAY = 5


@dataclass(frozen=True)
class CalendarKind(OpenedKind):
    """Records of one entity by when they are."""

    name = "calendar"
    label = msg("Calendar")
    filtered = True
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "start": {**NAME, "description": "The day or moment at which an entry begins."},
            "end": {**NAME, "description": "When it ends; without it an entry takes an hour, or its day."},
            "day": {**NAME, "description": "The day of records that have no start: they take all of it."},
            "all_day": {**NAME, "description": "Says that an entry takes whole days, whatever its times."},
            "color": {**NAME, "description": "The choice whose options give entries their colours."},
            "person": {**NAME, "description": "Whose entry it is; people can be shown and hidden."},
            "week_start": {
                "enum": ["monday", "saturday", "sunday"],
                "description": "If absent, as the reader's country has it.",
            },
            "mode": {
                "enum": sorted(MODES),
                "description": "What it opens with: a month if absent, and on phones an agenda.",
            },
            "new": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "What the form of an entry made here begins with, beside its time.",
            },
            "filter": {"type": "string", "maxLength": 4_000, "description": "Shown are only records that meet this."},
            "quick_filters": NAMES,
        },
        "required": ["start"],
        "additionalProperties": False,
    }
    field_places: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("start",), ("end",), ("day",), ("all_day",), ("color",), ("person",), ("quick_filters", "*"),
    )  # fmt: skip
    expression_places: ClassVar[tuple[tuple[str, ...], ...]] = (("filter",),)

    def check_options(self, body: Mapping[str, Any], entity: FindEntity) -> Iterator[Complaint]:
        """Give what is wrong with the fields that it names."""
        return complaints(body, entity(body.get("entity", "")))

    def answer(self, reader: Reader, context: Context, screen: Screen, address: Address) -> Response:
        """Answer the calendar: the page, or only its region."""
        return answer_calendar(ask(reader, context, screen), address)


@dataclass(frozen=True, slots=True)
class Link:
    """One way to another part or another look of the calendar."""

    name: str
    label: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PersonLink:
    """Somebody whose entries are shown or hidden; `url` turns that round."""

    face: Face
    label: str
    url: str
    shown: bool


@dataclass(frozen=True, slots=True)
class DayHead:
    """One day of a week: its number, its name for who does not see the week, and where it and a new entry lead."""

    number: str
    label: str
    url: str
    new_url: str
    today: bool
    outside: bool
    more: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour of a day in which an entry may be made."""

    column: int
    row: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day of the agenda with its entries."""

    label: str
    today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class CalendarView:
    """All that the templates of a calendar print."""

    heading: str
    caption: str
    period: str
    spoken: str
    bar: Bar
    mode: str
    first: int
    either: bool
    modes: tuple[Link, ...]
    earlier_url: str
    later_url: str
    today_url: str
    names: tuple[tuple[str, str, bool], ...]
    weeks: tuple[tuple[Week, tuple[DayHead, ...]], ...]
    hours: Hours | None
    clock: tuple[str, ...]
    slots: tuple[Slot, ...]
    agenda: tuple[AgendaDay, ...]
    whole: bool
    people: tuple[PersonLink, ...]
    waiting: tuple[tuple[str, str, str], ...]
    zone: str
    new_url: str | None
    new_label: str
    stretches: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """What drawing a calendar needs."""

    asked: Asked
    address: Address
    fields: Fields
    span: Span

    def at(self, on: dt.date, mode: str | None = None) -> str:
        """Give the address of the calendar at another day, or in another mode."""
        there = self.address.without({"on", "done"}).having("on", on.isoformat())
        return str(there.having("mode", mode) if mode else there)

    def new(self, begins: dt.datetime | dt.date) -> str:
        """Give the address of the form of an entry that begins then; blank where none may be made."""
        asked, fields = self.asked, self.fields
        if asked.rights.create == NOTHING or fields.start.name not in asked.rights.creatable:
            return ""
        texts = dict(asked.screen.options.get("new", {}))
        if not fields.timed:
            texts[fields.start.name] = begins.isoformat()[:10]
        else:
            if not isinstance(begins, dt.datetime):
                begins = dt.datetime.combine(begins, dt.time(_FORENOON), asked.reader.formats.zone)
            texts[fields.start.name] = asked.reader.formats.datetime_input(begins)
            if fields.end is not None:
                texts[fields.end.name] = asked.reader.formats.datetime_input(begins + dt.timedelta(hours=1))
        return str(Address(new_url(asked.entity.name), tuple(texts.items())))


def answer_calendar(asked: Asked, address: Address) -> Response:
    """Answer the calendar at this address. Raises MalformedError for what the address has wrong."""
    fields = fields_of(asked)
    if fields is None:
        heading = asked.text(asked.screen.label)
        return answer("screens/calendar_none.html", title=heading, list_url=list_url(asked.entity.name))
    state = state_of(asked, address)
    query = _query(asked, address, state, fields)
    view = _view(asked, address, state, fields, query)
    if is_fragment("list"):
        return fragment("screens/calendar_region.html", list=view)
    return answer("screens/calendar.html", title=view.heading, list=view)


def answer_shifted(asked: Asked, address: Address, ident: str) -> Response:
    """Answer the calendar after an entry got another time, with when it is now in words."""
    fields = fields_of(asked)
    assert fields is not None  # noqa: S101  (its time was just written)
    state = state_of(asked, address)
    view = _view(asked, address, state, fields, _query(asked, address, state, fields))
    record = services().door.get(asked.context, asked.entity.name, ident, names_of(asked, fields))
    entry = entry_of(asked, fields, record, address)
    title = record.title or record.id
    said = asked.text(msg("“%(title)s”: %(when)s", title=title, when=entry.when if entry else ""))
    told = undoable(said, asked.context, str(address.without({"done"})))
    return fragment("screens/calendar_moved.html", list=replace(view, spoken=said), moved=ident, toast=told)


def _query(asked: Asked, address: Address, state: ListState, fields: Fields) -> Query:
    links = (fields.person.name,) if fields.person is not None else ()
    query = query_of(asked, address, state, names_of(asked, fields), links, 1, _OWN)
    hidden = without_people(fields, _hidden(address))
    parts = [part for part in (query.filter, hidden) if part is not None]
    return replace(query, after=None, filter=logic("and", parts) if parts else None)


def _hidden(address: Address) -> list[str]:
    return [one for one in (address.get("without") or "").split(",") if one][:100]


def _view(asked: Asked, address: Address, state: ListState, fields: Fields, query: Query) -> CalendarView:
    options, formats, text = asked.screen.options, asked.reader.formats, asked.text
    first = first_weekday(options.get("week_start"), formats)
    default = options.get("mode", "month")
    span = span_in(address.get("mode"), address.get("on"), default, asked.context.today, first)
    work = _Work(asked, address, fields, span)
    here = address.without({"done"})
    entries, whole = entries_in(asked, fields, span, query, here)
    either = address.get("mode") is None and span.mode == "month"
    shown = hours(span.days, entries) if span.mode in {"week", "day"} and fields.timed else None
    agenda = by_day(span.days, entries) if span.mode == "agenda" or either else []
    return CalendarView(
        heading=text(asked.screen.label),
        caption=text(asked.screen.label),
        period=span.label(formats),
        spoken=f"{span.label(formats)}: {text(nmsg('1 entry', '%(count)s entries', len(entries)))}",
        bar=bar_of(asked, here, state, query),
        mode=span.mode,
        first=first,
        either=either,
        modes=tuple(Link(one, text(label), work.at(span.on, one), one == span.mode) for one, label in MODES.items()),
        earlier_url=work.at(span.moved(-1)),
        later_url=work.at(span.moved(1)),
        today_url=work.at(asked.context.today),
        names=tuple(_names(work)) if span.mode != "agenda" else (),
        weeks=tuple(_weeks(work, entries, timed=shown is not None)) if span.mode != "agenda" else (),
        hours=shown,
        clock=tuple(formats.time(dt.time(hour)) for hour in range(shown.first, shown.after)) if shown else (),
        slots=tuple(_slots(work, shown)) if shown else (),
        agenda=tuple(
            AgendaDay(formats.date_full(day), day == asked.context.today, tuple(some)) for day, some in agenda
        ),
        whole=whole,
        people=tuple(_people(work)),
        waiting=tuple(_waiting(asked, here, unscheduled(asked, fields, query))),
        zone=str(formats.zone),
        new_url=work.new(_next_hour(asked)) or None,
        new_label=asked.new_label(),
        stretches=stretches(fields.end, frozenset(asked.rights.writable)),
    )


def _next_hour(asked: Asked) -> dt.datetime:
    now = asked.context.now.astimezone(asked.reader.formats.zone)
    return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)


def _names(work: _Work) -> Iterator[tuple[str, str, bool]]:
    """Give the heads of the columns: short name, long name, and whether the day is one of the weekend."""
    formats = work.asked.reader.formats
    for day in work.span.days[:7]:
        number = day.weekday()
        yield formats.weekday(number, "abbreviated"), formats.weekday(number), number >= _SATURDAY


def _weeks(work: _Work, entries: Sequence[Entry], *, timed: bool) -> Iterator[tuple[Week, tuple[DayHead, ...]]]:
    shown = [one for one in entries if one.is_bar] if timed else entries
    for week in weeks(work.span.days, shown, ROWS):
        yield week, tuple(_day(work, day, more) for day, more in zip(week.days, week.more, strict=True))


def _day(work: _Work, day: dt.date, more: int) -> DayHead:
    asked, span = work.asked, work.span
    formats, outside = asked.reader.formats, span.mode == "month" and day.month != span.on.month
    return DayHead(
        number=formats.date(day, day) if day.day == 1 or (outside and day == span.start) else str(day.day),
        label=formats.date_full(day),
        url=work.at(day, "day"),
        new_url=work.new(day),
        today=day == asked.context.today,
        outside=outside,
        more=asked.text(nmsg("1 more", "%(count)s more", more)) if more else "",
    )


def _slots(work: _Work, shown: Hours) -> Iterator[Slot]:
    formats = work.asked.reader.formats
    for column, day in enumerate(work.span.days, start=1):
        for hour in range(shown.first, shown.after):
            begins = dt.datetime.combine(day, dt.time(hour), formats.zone)
            url = work.new(begins)
            label = f"{formats.date_full(day)}, {formats.time(begins)}"
            if url:
                yield Slot(column, (hour - shown.first) * 2 + 1, label, url)


def _people(work: _Work) -> Iterator[PersonLink]:
    if work.fields.person is None:
        return
    hidden, me = _hidden(work.address), work.asked.context.actor.id
    for ident, name in people_of(work.asked):
        shown = ident not in hidden
        then = [*hidden, ident] if shown else [one for one in hidden if one != ident]
        url = str(work.address.without({"done"}).having("without", ",".join(then) or None))
        label = work.asked.text(msg("%(name)s, me", name=name)) if ident == me else name
        yield PersonLink(face(ident, name), label, url, shown)


def _waiting(asked: Asked, here: Address, records: Sequence[Record]) -> Iterator[tuple[str, str, str]]:
    """Give (address, title, address that gives it a time) of the records without a time; blank where one may not."""
    may = asked.rights.update != NOTHING
    for record in records:
        time_url = str(here.below(f"time/{record.id}")) if may else ""
        yield record_url(record.entity, record.id), record.title or record.id, time_url
