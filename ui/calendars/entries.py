"""The entries of a calendar: which records lie in a span, when, and how each reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.plans.predicates import NOTHING, all_of
from metadata.expressions import logic
from metadata.expressions.tree import Binary, Call, In, Literal, Path
from ui.calendars.spans import DAY
from ui.lists.days import day_literal
from ui.page.addresses import record_url
from ui.page.offered import is_open
from ui.page.people import ground, initials
from ui.values.cells import option_tag, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from framework.records import Record
    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.calendars.spans import Span
    from ui.page.addresses import Address
    from ui.page.asked import Asked

MOST, MOST_UNSCHEDULED = 500, 12
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields by which records lie in a calendar, as far as the reader reads them; `day` is for what has no time."""

    start: Field
    end: Field | None
    day: Field | None
    all_day: Field | None
    color: Field | None
    person: Field | None

    @property
    def timed(self) -> bool:
        """Whether entries have a time of the day."""
        return shown_type(self.start).cell == "datetime"

    @property
    def moved(self) -> tuple[str, ...]:
        """The names of the fields that say when an entry is."""
        return tuple(one.name for one in (self.start, self.end, self.day) if one is not None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record in a calendar: from `begins` to before `ends`, in the reader's zone; without `time` all day."""

    id: str
    title: str
    url: str
    begins: dt.datetime
    ends: dt.datetime
    time: str
    when: str
    color: str
    kind: str
    person: tuple[str, str, str] | None
    time_url: str
    version: int = 0

    @property
    def first(self) -> dt.date:
        """The day on which it begins."""
        return self.begins.date()

    @property
    def last(self) -> dt.date:
        """The last day that it touches."""
        return max((self.ends - dt.timedelta(microseconds=1)).date(), self.first)

    @property
    def is_bar(self) -> bool:
        """Whether it is drawn as a bar across days rather than as a line in one."""
        return not self.time or self.last > self.first


def fields_of(asked: Asked) -> Fields | None:
    """Give the fields; None where the reader may not read when entries begin."""

    def readable(key: str) -> Field | None:
        name = asked.screen.options.get(key)
        return next(iter(asked.readable([name])), None) if name else None

    start = readable("start")
    if start is None:
        return None
    return Fields(start, *(readable(key) for key in ("end", "day", "all_day", "color", "person")))


def names_of(asked: Asked, fields: Fields) -> tuple[str, ...]:
    """Give the names of all fields that entries need."""
    used = (fields.start, fields.end, fields.day, fields.all_day, fields.color, fields.person)
    beside = asked.readable(("owner",))
    return tuple(dict.fromkeys(one.name for one in (*used, *beside) if one is not None))


def entries_in(asked: Asked, fields: Fields, span: Span, query: Query, here: Address) -> tuple[tuple[Entry, ...], bool]:
    """Give the entries that touch a span, in their order, and whether these are all; one statement and the links'."""
    parts = [part for part in (query.filter, _touching(asked, fields, span)) if part is not None]
    wanted = replace(query, filter=logic("and", parts), sort=(fields.start.name,), limit=MOST)
    page = services().door.find(asked.context, wanted)
    found = (entry_of(asked, fields, record, here) for record in page.records)
    kept = sorted((one for one in found if one), key=lambda one: (one.begins, not one.is_bar, one.title))
    return tuple(kept), page.next is None


def unscheduled(asked: Asked, fields: Fields, query: Query) -> Sequence[Record]:
    """Give the first records that have no time yet."""
    blank = [Call("is_blank", (Path((one.name,)),)) for one in (fields.start, fields.day) if one is not None]
    parts = [*([query.filter] if query.filter is not None else []), *blank]
    wanted = replace(query, filter=logic("and", parts), sort=(), limit=MOST_UNSCHEDULED)
    return services().door.find(asked.context, wanted).records


def without_people(fields: Fields, hidden: Iterable[str]) -> Node | None:
    """Give the condition that leaves the entries of some people out."""
    idents = tuple(Literal(one) for one in hidden)
    return In(Path((fields.person.name,)), idents, negated=True) if fields.person and idents else None


def _touching(asked: Asked, fields: Fields, span: Span) -> Node:
    zone = asked.reader.formats.zone
    start = Path((fields.start.name,))
    first, after = (day_literal(fields.start, day, zone) for day in (span.start, span.after))
    since: Node = Binary(">=", start, first)
    if fields.end is not None:
        goes_on = Binary(">=", Path((fields.end.name,)), day_literal(fields.end, span.start, zone))
        since = logic("or", [since, goes_on])
    timed = logic("and", [since, Binary("<", start, after)])
    if fields.day is None:
        return timed
    day = Path((fields.day.name,))
    days = [Binary(">=", day, Literal(span.start.isoformat())), Binary("<", day, Literal(span.after.isoformat()))]
    return logic("or", [timed, logic("and", [Call("is_blank", (start,)), *days])])


def entry_of(asked: Asked, fields: Fields, record: Record, here: Address) -> Entry | None:
    """Give the entry of a record; None where it has no time."""
    zone, values = asked.reader.formats.zone, record.values
    start, end = values.get(fields.start.name), values.get(fields.end.name) if fields.end else None
    whole = bool(fields.all_day and values.get(fields.all_day.name))
    if start is None:
        start, end, whole = values.get(fields.day.name) if fields.day else None, None, True
    if start is None:
        return None
    whole = whole or not isinstance(start, dt.datetime)
    begins = _moment(start, zone)
    ends = begins + _HOUR if end is None else _moment(end, zone)
    if whole:
        begins = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = (begins if end is None else _moment(end, zone)).replace(hour=0, minute=0) + DAY
    ends = max(ends, begins + dt.timedelta(minutes=1))
    color, kind = _color(asked, fields, record)
    return Entry(
        record.id,
        record.title or record.id,
        record_url(record.entity, record.id),
        begins,
        ends,
        "" if whole else asked.reader.formats.time(begins),
        _when(asked, begins, ends, whole=whole),
        color,
        kind,
        _person(fields, record),
        str(here.below(f"time/{record.id}")) if _may_move(asked, fields, record) else "",
        record.version,
    )


def _moment(value: dt.date | dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.astimezone(zone)
    return dt.datetime.combine(value, dt.time(), zone)


def _when(asked: Asked, begins: dt.datetime, ends: dt.datetime, *, whole: bool) -> str:
    """Give when it is in words: the day and the times, or from which day to which."""
    formats, last = asked.reader.formats, (ends - dt.timedelta(microseconds=1)).date()
    if whole:
        day = formats.date_full(begins.date())
        return day if last == begins.date() else f"{formats.date(begins.date())}\u2009\u2013\u2009{formats.date(last)}"
    if last == begins.date():
        return f"{formats.date_full(begins.date())}, {formats.time(begins)}\u2009\u2013\u2009{formats.time(ends)}"
    return f"{formats.datetime(begins)}\u2009\u2013\u2009{formats.datetime(ends)}"


def _color(asked: Asked, fields: Fields, record: Record) -> tuple[str, str]:
    """Give the class of an entry's colour, and the words of the option that it stands for."""
    key = record.values.get(fields.color.name) if fields.color else None
    choices = fields.color.choices if fields.color else None
    if choices is None or key is None or key not in choices.options:
        return "c-petrol", ""
    option, place = choices.options[key], list(choices.options).index(key)
    plain = option.color or _ROUND[place % len(_ROUND)]
    return f"c-{plain}", option_tag(choices, option, asked.reader)[2]


_ROUND = ("ochre", "violet", "petrol", "blue", "plum", "olive", "orange", "green", "grey", "red")


def _person(fields: Fields, record: Record) -> tuple[str, str, str] | None:
    end = record.links.get(fields.person.name) if fields.person else None
    if end is None or end.title is None:
        return None
    return ground(end.id), initials(end.title), end.title


def _may_move(asked: Asked, fields: Fields, record: Record) -> bool:
    rights = asked.rights
    if rights.update == NOTHING or fields.start.name not in rights.writable:
        return False
    return is_open(all_of((rights.update, rights.writes[fields.start.name])), record, asked.context)


def people_of(asked: Asked) -> list[tuple[str, str]]:
    """Give (id, name) of the people whose entries may be shown or hidden, the reader first."""
    if "name" not in policy_for(asked.context.snapshot, asked.context.actor).entity("user").readable:
        return []
    query = Query("user", ("name",), sort=("name",), limit=_MOST_PEOPLE)
    found = [(one.id, one.title or one.id) for one in services().door.find(asked.context, query).records]
    return sorted(found, key=lambda one: one[0] != asked.context.actor.id)


_MOST_PEOPLE = 30
