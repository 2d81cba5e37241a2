"""From stored values to what a cell template prints. One writer per column, made once per page.

A field type names its cell; a name without a writer here prints the type's own text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from framework.fields.address import AddressField
from framework.fields.base import type_of
from framework.fields.image import PICTURES, ImageField
from framework.fields.rating import rating_words, stars_of
from i18n.formats import Money
from i18n.lazy import Label, msg
from ui.page.addresses import file_url, record_url
from ui.page.people import ground, initials
from ui.page.render import DOT, RODS, icon, rich_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from decimal import Decimal

    from framework.fields.base import FieldType
    from framework.fields.location import Location
    from framework.fields.rich_text import RichText
    from framework.fields.uploaded import File
    from framework.records import Record
    from i18n.catalog import Translator
    from i18n.lazy import Message
    from metadata.snapshot import Choices, Field, Option
    from ui.page.reader import Reader

    Writer = Callable[[Record], object]

_YES, _NO = msg("Yes"), msg("No")
_UNSEEN = msg("Not visible to you")
_STEPS = 5
_JSON_IN_LIST = 120
_WEB = ("https://", "http://")
_MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=15/{lat}/{lon}"


@dataclass(frozen=True, slots=True)
class Cell:
    """How one field is shown: the name of its template and what gives it its value.

    An empty value (None or "") prints nothing; the page may say so in words.
    """

    template: str
    write: Writer


class FileCell(NamedTuple):
    """What is shown of a file: its address, name and size, the address of a small picture, whether that may be large.

    Without an address it cannot be had any more, without a picture the icon of its kind stands for it.
    """

    url: str
    name: str
    size: str
    picture: str
    large: bool
    icon: str


def cell_of(field: Field, reader: Reader, *, exact: bool = False) -> Cell:
    """Give the cell of a field; `exact` where there is room for years and minutes."""
    kind = shown_type(field)
    if is_person(field):
        return Cell("person", _person(field.name, reader))
    if kind.member_column(field) is not None and not exact:
        return Cell("text", _in_words(field, reader))
    make = _MAKERS.get(kind.cell)
    if make is None:
        return Cell("text", lambda record: kind.shown(field, record.values.get(field.name), reader.formats))
    return Cell(kind.cell, make(field, reader, exact))


def _in_words(field: Field, reader: Reader) -> Writer:
    """Give several values in one line."""
    if field.linked is None:
        return lambda record: text_of(field, record.values.get(field.name), reader)
    unseen = reader.words.text(_UNSEEN)
    return lambda record: ", ".join(end.title or unseen for end in record.ends.get(field.name, ()))


def part_cell(field: Field, part: str, reader: Reader) -> Cell:
    """Give the cell of a part of a field, such as the city of an address."""
    name, kind, formats = field.name, shown_type(field), reader.formats

    def value(record: Record) -> str | None:
        found = record.values.get(name)
        return None if found is None else kind.part_shown(field, found, part, formats) or None

    return Cell("text", value)


def shown_type(field: Field) -> FieldType:
    """Give the type whose cell fits the value: that of the result where the field is computed."""
    return type_of(field).as_shown(field)


def is_person(field: Field) -> bool:
    """Whether the field links to one of the people who use the product."""
    return field.targets == ("user",)


def option_tag(choices: Choices, option: Option, reader: Reader) -> tuple[str, object, str]:
    """Give an option as a badge: class, mark, words."""
    label = reader.words.text(option.label)
    if option.outcome == "won":
        return "won", icon("check"), label
    if option.outcome == "lost":
        return "lost", icon("x"), label
    if choices.ordered:
        return f"s{_step(choices, option)}", RODS, label
    if option.color:
        return f"c-{option.color}", DOT, label
    return "plain", "", label


def _step(choices: Choices, option: Option) -> int:
    """Give the place of a stage among those still open, in fifths."""
    stages = [one.key for one in choices.options.values() if one.outcome is None]
    last = max(len(stages) - 1, 1)
    return 1 + round(stages.index(option.key) * (_STEPS - 1) / last)


def _text(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name = field.name
    return lambda record: record.values.get(name)


def _number(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give number and unit apart, so that the unit can be paler, as money is."""
    name, unit, write = field.name, field.options.get("unit", ""), reader.formats.number
    grouped = field.options.get("grouping", True)

    def value(record: Record) -> Money | None:
        found = record.values.get(name)
        return None if found is None else Money(unit, write(found, grouped=grouped), sign_first=False)

    return value


def _percent(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name, write = field.name, reader.formats.percent

    def value(record: Record) -> str | None:
        found = record.values.get(name)
        return None if found is None else write(_short(found))

    return value


def _short(value: Decimal) -> Decimal:
    """Give a number without the noughts that only its column's scale adds."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


def _money(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name, write = field.name, reader.formats.money
    fixed = field.options.get("currency")

    def value(record: Record) -> object:
        found = record.values.get(name)
        if found is None:
            return None
        amount, currency = found if isinstance(found, tuple) else (found, fixed)
        return write(amount, currency)

    return value


def _phone(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name, write, formats = field.name, shown_type(field).to_text, reader.formats

    def value(record: Record) -> tuple[str, str] | None:
        found = record.values.get(name)
        return None if found is None else (found, write(field, found, formats))

    return value


def _url(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give the address, and the same without what says nothing."""
    name = field.name

    def value(record: Record) -> tuple[str, str] | None:
        found = record.values.get(name)
        if found is None or not found.startswith(_WEB):
            return None
        return found, found.partition("://")[2].removeprefix("www.").rstrip("/")

    return value


def yes_and_no(field: Field, words: Translator) -> tuple[str, str]:
    """What the two values of a field are called: its own words, else yes and no."""
    own, key = field.options.get("labels", {}), field.label.key.removesuffix("/label")

    def word(value: str, plain: Message) -> str:
        return words.text(Label(f"{key}/labels/{value}", own[value]) if own.get(value) else plain)

    return word("true", _YES), word("false", _NO)


def _boolean(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name = field.name
    yes, no = yes_and_no(field, reader.words)

    def value(record: Record) -> str | None:
        found = record.values.get(name)
        return None if found is None else yes if found else no

    return value


def _date(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    name, write = field.name, reader.formats.date
    today = None if exact or reader.context is None else reader.context.today

    def value(record: Record) -> tuple[str, str] | None:
        day: dt.date | None = record.values.get(name)
        return None if day is None else (day.isoformat(), write(day, today))

    return value


def _datetime(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    name, formats = field.name, reader.formats
    now = reader.context.now if reader.context else None

    def value(record: Record) -> tuple[str, str, str] | None:
        moment: dt.datetime | None = record.values.get(name)
        if moment is None:
            return None
        local = moment.astimezone(formats.zone)
        shown = formats.datetime(moment) if exact or now is None else formats.relative(moment, now)
        return moment.isoformat(), shown, f"{formats.date_full(local)}, {formats.time(moment)}"

    return value


def _time(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give a time or a length of time for programs, and for the reader."""
    name, kind, formats = field.name, shown_type(field), reader.formats
    machine = kind.wire(field) or str

    def value(record: Record) -> tuple[str, str] | None:
        found = record.values.get(name)
        return None if found is None else (machine(found), kind.to_text(field, found, formats))

    return value


def _rating(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give the stars that are filled, those that are not, and both in words."""
    name, most = field.name, stars_of(field)

    def value(record: Record) -> tuple[int, int, str] | None:
        found: int | None = record.values.get(name)
        return None if found is None else (found, max(most - found, 0), reader.words.text(rating_words(found, most)))

    return value


def _json(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    """Give the JSON in lines where there is room, else its beginning in one."""
    name, kind, formats = field.name, shown_type(field), reader.formats

    def value(record: Record) -> str | None:
        found = record.values.get(name)
        if found is None:
            return None
        return kind.to_text(field, found, formats) if exact else found[:_JSON_IN_LIST]

    return value


def _choice(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name, choices = field.name, field.choices
    tags = {} if choices is None else {key: option_tag(choices, one, reader) for key, one in choices.options.items()}

    def value(record: Record) -> object:
        found = record.values.get(name)
        # An option that the list no longer has still says what is stored.
        return None if found is None else tags.get(found) or ("plain", "", found)

    return value


def _choices(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    """Give the options as badges."""
    one, name = _choice(field, reader, exact), field.name

    def value(record: Record) -> tuple[object, ...]:
        return tuple(one(replace(record, values={name: key})) for key in record.values.get(name) or ())

    return value


def _link(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    name, unseen = field.name, reader.words.text(_UNSEEN)

    def value(record: Record) -> tuple[str, str] | None:
        end = record.links.get(name)
        if end is None:
            return None
        return ("", unseen) if end.title is None else (record_url(end.entity, end.id), end.title)

    return value


def _links(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give the address and title of each far end."""
    name, unseen = field.name, reader.words.text(_UNSEEN)

    def value(record: Record) -> tuple[tuple[str, str], ...]:
        return tuple((record_url(end.entity, end.id), end.title or unseen) for end in record.ends.get(name, ()))

    return value


def _person(name: str, reader: Reader) -> Writer:
    unseen = reader.words.text(_UNSEEN)
    drawn: dict[str, tuple[str, str, str]] = {}

    def value(record: Record) -> tuple[str, str, str] | None:
        end = record.links.get(name)
        if end is None:
            return None
        if end.id not in drawn:
            title = end.title or unseen
            drawn[end.id] = (ground(end.id), initials(title), title)
        return drawn[end.id]

    return value


def _address(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    """Give the lines of an address where there is room, else all in one."""
    name, kind, formats = field.name, shown_type(field), reader.formats

    def value(record: Record) -> tuple[str, ...] | None:
        found = record.values.get(name)
        if found is None:
            return None
        return (
            kind.lines(found, formats)
            if exact and isinstance(kind, AddressField)
            else (kind.shown(field, found, formats),)
        )

    return value


def _location(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give the address of the place on a map, and its coordinates."""
    name = field.name

    def value(record: Record) -> tuple[str, str] | None:
        found: Location | None = record.values.get(name)
        return None if found is None else (_MAP.format(lat=found.lat, lon=found.lon), f"{found.lat}, {found.lon}")

    return value


def _file(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: FBT001
    """Give what is shown of a file."""
    name = field.name
    drawn = exact or isinstance(field.type, ImageField)

    def value(record: Record) -> FileCell | None:
        found: File | None = record.values.get(name)
        if found is None:
            return None
        # A former value, which history shows, is no record's: it has no address.
        url = file_url(record.entity, record.id, name) if record.id else ""
        return file_cell(found, url, reader, drawn=drawn, large=exact)

    return value


def _files(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give what is shown of each file; where there is no room for that, their names are (see `cell_of`)."""
    name = field.name

    def value(record: Record) -> tuple[FileCell, ...]:
        found: tuple[File, ...] = record.values.get(name) or ()
        urls = [file_url(record.entity, record.id, name, one.hash) if record.id else "" for one in found]
        return tuple(file_cell(one, url, reader, drawn=True) for one, url in zip(found, urls, strict=True))

    return value


def file_cell(file: File, url: str, reader: Reader, *, drawn: bool, large: bool = False) -> FileCell:
    """Give what is shown of a file that lies at an address; a picture of it where it is one and may be `drawn`."""
    picture = f"{url}/thumbnail" if url and drawn and file.type in PICTURES else ""
    return FileCell(url, file.name, reader.formats.file_size(file.size), picture, large, _file_icon(file.type))


def _file_icon(kind: str) -> str:
    """Give the icon of a media type."""
    group, _, last = kind.partition("/")
    if group == "image":
        return "photo"
    found = (icon for words, icon in _FILE_ICONS if any(word in last for word in words))
    return next(found, "file-text" if group == "text" else "file")


_FILE_ICONS = (
    (("sheet", "csv"), "table"),
    (("presentation",), "presentation"),
    (("pdf", "rtf", "word", "opendocument.text"), "file-text"),
    (("zip", "compressed", "rar"), "package"),
)


def _rich_text(field: Field, reader: Reader, exact: bool) -> Writer:  # noqa: ARG001, FBT001
    """Give the formatted text where there is room, else its words."""
    name = field.name

    def value(record: Record) -> object:
        found: RichText | None = record.values.get(name)
        if found is None:
            return None
        return rich_text(found.html) if exact else found.text

    return value


_MAKERS: dict[str, Callable[[Field, Reader, bool], Writer]] = {
    "text": _text,
    "address": _address,
    "file": _file,
    "files": _files,
    "location": _location,
    "rich_text": _rich_text,
    "long_text": _text,
    "number": _number,
    "percent": _percent,
    "money": _money,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "choices": _choices,
    "tags": _text,
    "link": _link,
    "links": _links,
    "code": _text,
    "color": _text,
    "duration": _time,
    "json": _json,
    "rating": _rating,
    "time": _time,
    "email": _text,
    "phone": _phone,
    "url": _url,
}


def text_of(field: Field, value: Any, reader: Reader) -> str:  # noqa: ANN401
    """Give a stored value as plain words, for messages and comparisons."""
    if value is None:
        return ""
    kind = type_of(field)
    if isinstance(value, tuple) and kind.member_column(field) is not None and not kind.uploaded:
        return ", ".join(text_of_member(field, one, reader) for one in value)
    if field.choices is not None:
        return text_of_member(field, value, reader)
    if isinstance(value, bool):
        return yes_and_no(field, reader.words)[not value]
    return kind.shown(field, value, reader.formats)


def text_of_member(field: Field, value: str, reader: Reader) -> str:
    """Give an option, or another member of a value, as plain words."""
    if field.choices is not None and value in field.choices.options:
        return reader.words.text(field.choices.options[value].label)
    return value
