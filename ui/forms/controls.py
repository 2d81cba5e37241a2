"""From fields to what control templates print, and from a posted form back to wire values.

What a person typed is kept as typed until it is saved; the field type alone decides what it means.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import Fault
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.files import FilesField
from framework.fields.members import SEPARATOR, Several
from framework.fields.uploaded import TakesFiles, file_from_text, written
from framework.files import brief
from i18n.lazy import msg, nmsg
from ui.values.cells import cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from werkzeug.datastructures import MultiDict

    from framework.records import FieldState, Record
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field
    from ui.forms.aside import Creation
    from ui.page.asked import Asked
    from ui.page.reader import Reader

    Typed = Mapping[str, str]

_SEEN_DIGITS = 8
_WIDE = frozenset({"files", "json", "lines", "links", "long_text", "multi_choice", "parts", "rich_text"})
# Behind the name of a field of files: what the browser sends of a newly chosen one.
CHOSEN = "file"
_AUTOCOMPLETE = {"email": "email", "phone": "tel", "url": "url"}
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_INPUTS = {"email": ("email", "email"), "phone": ("tel", "tel"), "url": ("url", "url")}
# By the part of a name or an address.
_AUTOCOMPLETE_PARTS = {
    "prefix": "honorific-prefix", "first": "given-name", "middle": "additional-name", "last": "family-name",
    "suffix": "honorific-suffix", "street": "street-address", "postal_code": "postal-code",
    "city": "address-level2", "region": "address-level1", "country": "country",
}  # fmt: skip
_LINES_OF_PARTS = {"street": 2}
_SEARCH = msg("Search")
_PLACEHOLDERS = {"tags": msg("Words with commas between them"), "link": _SEARCH, "links": _SEARCH}


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a select."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a control that has several; with options it is a select, with lines a text area."""

    part: str
    name: str
    label: str
    text: str
    options: tuple[Option, ...]
    autocomplete: str
    lines: int


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file that a control holds; `text` is what the control sends of it."""

    name: str
    size: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that a link picker offers; the second line tells like-named ones apart."""

    id: str
    title: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Under:
    """What the record's conditions and flow make of a control; `following` is where the flow leads."""

    state: FieldState | None
    following: frozenset[str] | None
    decides: bool

    @property
    def required(self) -> bool:
        """Whether a condition demands a value."""
        return self.state is not None and self.state.required

    def offers(self, key: str) -> bool:
        """Whether conditions and flow let an option be chosen."""
        limits = (self.state.options if self.state else None, self.following)
        return all(limit is None or key in limit for limit in limits)


@dataclass(frozen=True, slots=True)
class Control:
    """One control with its words, value and faults; templates take from it what they know."""

    name: str
    template: str
    label: str
    text: str
    wide: bool
    required: bool
    help: str | None
    error: str | None
    options: tuple[Option, ...] = ()
    value: str = ""
    options_url: str = ""
    along: str = ""
    """Which controls of the form say to what a link may lead, as a selector."""
    placeholder: str = ""
    hits: tuple[Hit, ...] = ()
    chosen: tuple[Hit, ...] = ()
    unit: str = ""
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = "off"
    max_length: int | None = None
    rows: int = 3
    suggestions: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    cell: str = ""
    shown: object = None
    decides: bool = False
    personal: bool = False
    prefix: str = ""
    creations: tuple[Creation, ...] = ()
    files: tuple[FileShown, ...] = ()
    accept: str = ""
    limit: str = ""
    lines: LineTable | None = None

    @property
    def id(self) -> str:
        """The id of the control, to which the summary's anchors lead; that of a line has the name of its row within."""
        return f"{self.prefix}f-{self.name.replace('.', '-')}"

    def part(self, name: str) -> Part | None:
        """One of the parts."""
        return next((one for one in self.parts if one.part == name), None)

    @property
    def posts(self) -> bool:
        """Whether the control sends a value."""
        return self.template != "read_only"

    @property
    def on(self) -> bool:
        """Whether a switch is on."""
        return self.text == "true"

    @property
    def swatch(self) -> str:
        """The colour that a picker opens with: it takes no blank and no half-typed one."""
        return self.text if _COLOR.fullmatch(self.text) else "#ffffff"

    @property
    def described(self) -> str:
        """The ids of what is said below the control."""
        return " ".join(f"{self.id}-{part}" for part, said in (("error", self.error), ("help", self.help)) if said)


@dataclass(frozen=True, slots=True)
class LineColumn:
    """The heading of a column."""

    name: str
    label: str
    number: bool
    required: bool
    width: str = ""
    """The class of a column that needs little room; all others share what is left."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line: its controls in the order of the columns, and what is wrong with it as a whole."""

    key: str
    name: str
    ident: str
    seen: str
    label: str
    controls: tuple[Control, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the record that adds up a column, under that column."""

    label: str
    cell: str
    value: object


@dataclass(frozen=True, slots=True)
class LineTable:
    """All that the template of the control prints."""

    name: str
    columns: tuple[LineColumn, ...]
    rows: tuple[LineRow, ...]
    blank: LineRow
    totals: tuple[Total | None, ...]
    was: str
    moves: bool
    adds: bool


def texts_of(fields: Iterable[Field], values: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    """Give stored values as they stand in controls: by input name."""
    found: dict[str, str] = {}
    for field in fields:
        typed = type_of(field).typed(field, values.get(field.name), reader.formats)
        found |= {input_name(field, part): text for part, text in typed.items()}
    return found


def input_name(field: Field, part: str) -> str:
    """Give the name under which a control sends a part of a value, or with "" the whole."""
    return f"{field.name}.{part}" if part else field.name


def seen_of(fields: Iterable[Field], texts: Typed) -> str:
    """Give a short mark per field of what its control showed, so that untouched ones are not written."""
    return " ".join(f"{field.name}:{mark_of(texts, inputs_of(field))}" for field in fields)


def marks_of(seen: str) -> dict[str, str]:
    """Give the marks by the names of their fields."""
    return dict(mark.split(":", 1) for mark in seen.split() if ":" in mark)


def mark_of(texts: Typed, names: Iterable[str]) -> str:
    """Give the mark of what inputs of these names show."""
    # In no order but that of the names: parts stand in the order of the reader's language.
    shown = "\0".join(texts.get(name, "") for name in sorted(names))
    return hashlib.blake2b(shown.replace("\r\n", "\n").encode(), digest_size=_SEEN_DIGITS // 2).hexdigest()


def inputs_of(field: Field) -> tuple[str, ...]:
    """Give the names of all that the control of a field sends of its value."""
    return tuple(input_name(field, part) for part in type_of(field).inputs(field))


def typed_texts(form: MultiDict[str, str], entity: Entity | None = None) -> dict[str, str]:
    """Give what was posted, the last of doubled names: a switch follows its hidden "off".

    A field of the entity that keeps several values has what was posted for it in one text.
    """
    joints = joints_of(entity) if entity else {}
    return {
        name: joints[name].join(filter(None, values)) if name in joints else values[-1]
        for name, values in form.lists()
        if values
    }


def joints_of(entity: Entity) -> dict[str, str]:
    """Give what stands between the values in a text, by the names of the fields that keep several."""
    kinds = {one.name: one.type for one in entity.fields.values()}
    return {name: kind.joint for name, kind in kinds.items() if isinstance(kind, Several)}


def read_values(asked: Asked, fields: Iterable[Field], texts: Typed, seen: str) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values of the fields that were posted and touched, and what was not understood."""
    before = marks_of(seen)
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in fields:
        names = inputs_of(field)
        if not any(name in texts for name in names) or before.get(field.name) == mark_of(texts, names):
            continue
        try:
            values[field.name] = _value(asked, field, texts)
        except ValueRefusedError as error:
            faults.append(Fault(f"/{field.name}", error.code, error.message, error.hint))
    return values, faults


def _value(asked: Asked, field: Field, texts: Typed) -> object:
    kind = type_of(field)
    sent = {part: texts.get(input_name(field, part)) for part in kind.inputs(field)}
    typed = {part: text for part, text in sent.items() if text is not None}
    return kind.from_typed(field, typed, asked.context, asked.reader.formats)


def control_of(
    asked: Asked,
    field: Field,
    texts: Typed,
    error: Message | None,
    titles: Mapping[str, str],
    under: Under,
    hits: tuple[Hit, ...] = (),
    chosen: tuple[Hit, ...] = (),
) -> Control:
    """Give the control of a field; `titles` names what links now lead to, by field, `chosen` what a field of links."""
    kind, options = type_of(field), field.options
    text = texts.get(field.name, "")
    template = kind.control if kind.control in _TEMPLATES else "text"
    digits_only = kind.name == "integer" or (kind.name == "barcode" and "format" in options)
    input_type, input_mode = _INPUTS.get(kind.name, ("text", "numeric" if digits_only else ""))
    return Control(
        name=field.name,
        template=template,
        label=asked.text(field.label),
        text=_shown(field, texts, titles),
        wide=kind.control in _WIDE or field.name == asked.entity.title,
        required=field.required or under.required,
        help=asked.text(field.help) if field.help else None,
        error=asked.text(error) if error else None,
        options=_options(asked, field, text, under),
        value="" if hits else text,
        options_url=f"/records/{asked.entity.name}/options/{field.name}" if kind.relation or template == "tags" else "",
        placeholder=asked.text(_PLACEHOLDERS[template]) if template in _PLACEHOLDERS else "",
        hits=tuple(hit for hit in hits if hit not in chosen),
        chosen=chosen,
        unit=options.get("unit") or options.get("currency") or ("%" if kind.name == "percent" else ""),
        input_type=input_type,
        input_mode=input_mode,
        autocomplete=_AUTOCOMPLETE.get(kind.name, "off"),
        max_length=options.get("max_length"),
        rows=options.get("rows", 3),
        suggestions=tuple(kind.suggestions(field, asked.reader.formats)),
        parts=_parts(asked, field, texts),
        decides=under.decides,
        personal=field.personal,
        **_files(asked, field, text),
    )


def _files(asked: Asked, field: Field, text: str) -> dict[str, Any]:
    """Give what a control of files has besides: those that it holds, and what it takes."""
    kind = type_of(field)
    if not isinstance(kind, TakesFiles):
        return {}
    return {
        "files": tuple(held_files(asked, field, text)),
        "accept": ",".join(kind.accepted(field)),
        "limit": limit_of(asked, field),
    }


def limit_of(asked: Asked, field: Field) -> str:
    """Say which files a field takes."""
    kind, formats = type_of(field), asked.reader.formats
    assert isinstance(kind, TakesFiles)  # noqa: S101  (callers ask of no other)
    size = formats.file_size(kind.most_bytes(field))
    said = [brief(one) for one in kind.accepted(field)]
    if isinstance(kind, FilesField):
        words = nmsg(
            "1 file of at most %(size)s",
            "At most %(count)s files, each of at most %(size)s",
            kind.most(field),
            size=size,
        )
        most = asked.text(words)
    else:
        most = asked.text(msg("At most %(most)s", most=size))
    return " · ".join(filter(None, (", ".join(said), most)))


def held_files(asked: Asked, field: Field, text: str) -> Iterator[FileShown]:
    """Give the files that a text names; what names none was not written by us, and is not kept."""
    kind = type_of(field)
    assert isinstance(kind, TakesFiles)  # noqa: S101  (callers ask of no other)
    for line in text.splitlines():
        with suppress(ValueRefusedError):
            file = kind.load_file(field, file_from_text(line.strip()))
            yield FileShown(file.name, asked.reader.formats.file_size(file.size), written(file))


def _parts(asked: Asked, field: Field, texts: Typed) -> tuple[Part, ...]:
    """Give the inputs of a control that has several, in the order of the reader's language."""
    kind, formats = type_of(field), asked.reader.formats
    typed = {part: texts.get(input_name(field, part), "") for part in kind.inputs(field) if part}
    if not typed:
        return ()
    return tuple(
        _part(asked, field, part, typed[part]) for part in kind.arranged(field, typed, formats) if part in typed
    )


def _part(asked: Asked, field: Field, part: str, text: str) -> Part:
    kind = type_of(field)
    choices = kind.part_choices(field, part, text, asked.context, asked.reader.formats)
    return Part(
        part,
        input_name(field, part),
        asked.text(kind.part_labels[part]),
        text,
        tuple(Option(key, label, key == text) for key, label in choices.items()),
        _AUTOCOMPLETE_PARTS.get(part, "off"),
        _LINES_OF_PARTS.get(part, 1),
    )


def _shown(field: Field, texts: Typed, titles: Mapping[str, str]) -> str:
    kind = type_of(field)
    if kind.control == "links":
        return texts.get(f"{field.name}.text", "")
    if kind.control == "link":
        return texts.get(f"{field.name}.text") or titles.get(field.name, "")
    return texts.get(field.name, "")


def _options(asked: Asked, field: Field, text: str, under: Under) -> tuple[Option, ...]:
    """Give what may be chosen, and the present option though it be retired or no longer fit: what is stored stays."""
    if field.choices is None:
        return _named(asked, field, text)
    chosen = {text, *(word.strip() for word in text.split(SEPARATOR))}
    return tuple(
        Option(option.key, asked.text(option.label), option.key in chosen)
        for option in field.choices.options.values()
        if option.key in chosen or (not option.retired and under.offers(option.key))
    )


def _named(asked: Asked, field: Field, text: str) -> tuple[Option, ...]:
    """Give the values that have names by their type, and the present one though it be no longer offered."""
    kind, formats = type_of(field), asked.reader.formats
    named = dict(kind.named_values(field, formats))
    if named and text and text not in named:
        named[text] = kind.shown(field, text, formats)
    return tuple(Option(key, asked.text(label), key == text) for key, label in named.items())


def untouched(fields: Iterable[Field], texts: Typed, seen: str) -> list[Field]:
    """Give the fields whose controls hold what they showed."""
    marks = marks_of(seen)
    return [field for field in fields if marks.get(field.name) == mark_of(texts, inputs_of(field))]


def shown_only(asked: Asked, field: Field, record: Record) -> Control:
    """Give a field that this actor reads in the form but does not write."""
    cell = cell_of(field, asked.reader, exact=True)
    return Control(
        name=field.name,
        template="read_only",
        label=asked.text(field.label),
        text="",
        wide=type_of(field).control in _WIDE,
        required=False,
        help=None,
        error=None,
        cell=cell.template,
        shown=cell.write(record),
    )


_TEMPLATES = frozenset(
    {
        "barcode",
        "boolean",
        "choice",
        "color",
        "date",
        "datetime",
        "duration",
        "file",
        "files",
        "json",
        "lines",
        "link",
        "links",
        "long_text",
        "money",
        "multi_choice",
        "number",
        "parts",
        "rating",
        "rich_text",
        "tags",
        "text",
        "time",
    }
)
