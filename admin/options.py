"""The options of a field as controls, drawn from the schema of its type, and back to JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from admin.inputs import CONDITION, Input, Option
from framework.extension import installed_catalogue, services
from i18n.lazy import msg
from i18n.plain import plain
from metadata.edits import arranged, in_order_of
from metadata.schemas import definition_schema
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from i18n.lazy import Message

# What other pages and buttons of the desk take care of.
_ELSEWHERE = frozenset({"type", "label", "retired", "column", "rules", "option_order"})
_MAIN = ("help", "required", "unique", "searchable", "default")
_NUMBERS = frozenset({"integer", "number"})
_NAMES_ENTITIES = frozenset({"to", "entity"})
# Keys that both a shared list of options and the field's own have.
CHOICES, OPTIONS = "choices", "options"

LABELS: Mapping[str, Message] = {
    "help": msg("Help"),
    "required": msg("Required"),
    "default": msg("Default"),
    "unique": msg("No two records alike"),
    "indexed": msg("Often filtered or sorted by"),
    "searchable": msg("Found by the search"),
    "read_only": msg("Nobody may set it"),
    "read_only_after_create": msg("Only set at creation"),
    "visible_when": msg("Shown when"),
    "required_when": msg("Required when"),
    "read_only_when": msg("Fixed when"),
    "personal": msg("Personal data"),
    "audited": msg("Reading it is recorded"),
    "country": msg("Country"),
    "default_country": msg("Country"),
    "pattern": msg("Pattern"),
    "reset": msg("Counting begins anew"),
    "format": msg("Format"),
    "labels": msg("Words for yes and no"),
    "choices": msg("Choice list"),
    "options": msg("Options"),
    "ordered": msg("Stages of one process"),
    "flow": msg("Allowed changes"),
    "options_when": msg("Options under conditions"),
    "only": msg("Only these"),
    "min": msg("At least"),
    "max": msg("At most"),
    "minute_step": msg("Step in minutes"),
    "precision": msg("Digits"),
    "scale": msg("Digits after the point"),
    "unit": msg("Unit"),
    "units": msg("Units"),
    "accept": msg("Types of files"),
    "max_size": msg("Largest size"),
    "max_count": msg("How many at most"),
    "result": msg("Type of the result"),
    "formula": msg("Formula"),
    "currency": msg("Currency"),
    "step": msg("Step"),
    "grouping": msg("Thousands are parted"),
    "rows": msg("Height in lines"),
    "entity": msg("Entity"),
    "link": msg("Its link to here"),
    "order": msg("Field of the order"),
    "columns": msg("Columns"),
    "on_delete": msg("When the linked record is deleted"),
    "create_inline": msg("New ones may be made here"),
    "to": msg("Leads to"),
    "filter": msg("Only those for which"),
    "max_length": msg("Characters at most"),
    "min_length": msg("Characters at least"),
    "case": msg("Letter case"),
    "suggestions": msg("Suggestions"),
    "parts": msg("Parts"),
    "of": msg("Of which records"),
    "measure": msg("Figure"),
    "field": msg("Field"),
}
_VALUES: Mapping[str, Message] = {
    "restrict": msg("that is refused"),
    "clear": msg("this field is cleared"),
    "cascade": msg("this record is deleted too"),
    "never": msg("never"),
    "year": msg("each year"),
    "month": msg("each month"),
    "upper": msg("capital letters"),
    "lower": msg("small letters"),
    "count": msg("Count"),
    "sum": msg("Sum"),
    "min": msg("Least"),
    "max": msg("Greatest"),
    "avg": msg("Average"),
    "latest": msg("Latest"),
    "days": msg("days"),
    "hours": msg("hours"),
    "minutes": msg("minutes"),
    "seconds": msg("seconds"),
    "prefix": msg("Prefix"),
    "first": msg("First name"),
    "middle": msg("Middle name"),
    "last": msg("Last name"),
    "suffix": msg("Suffix"),
}
_ONE_A_LINE = msg("One a line.")
_A_LABEL_A_LINE = msg("One a line. Keys are made of the labels; write “key: Label” for one of your own.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of what is on the bench, for controls that choose among it: (name, label) each."""

    entities: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]


def type_names() -> list[tuple[str, str]]:
    """Give (name, label) of every field type that people may choose."""
    types = services().catalogue.field_types
    found = [(name, reader().words.text(kind.label)) for name, kind in types.items() if name != "key"]
    return sorted(found, key=lambda one: one[1].casefold())


def inputs_of(kind: str, body: Mapping[str, Any], asked: Asked) -> tuple[list[Input], list[Input], list[Input]]:
    """Give the controls of a field of this type: those of every field, the type's own, and the rarer ones."""
    schema = _schema(kind)
    base = _base()
    own = [name for name in schema if name not in base]
    shown = {**body, OPTIONS: arranged_options(body)} if isinstance(body.get(OPTIONS), dict) else body
    rare = [name for name in schema if name in base and name not in _MAIN]

    def made(names: Iterable[str]) -> list[Input]:
        return [_input(name, schema[name], shown.get(name), asked) for name in names]

    return made(name for name in _MAIN if name in schema), made(own), made(rare)


def read(kind: str, form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Give the definition of a field that the controls say, keys in the order of `before` and of the schema.

    What no control can say stays as it was. A text that fits nowhere stays text, so that the check tells of it.
    """
    schema = _schema(kind)
    found = {key: value for key, value in before.items() if key in _ELSEWHERE}
    found["type"] = kind
    for name, part in schema.items():
        value = _read(name, part, form.get(name, ""), kind, before.get(name))
        if value is not None:
            found[name] = value
    ordered = dict.fromkeys([*(key for key in before if key in found), *found])
    return {key: found[key] for key in ordered}


def arranged_options(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of a choice list or field in the order in which they show."""
    return {key: body[OPTIONS][key] for key in arranged(body, OPTIONS)}


def options_text(options: Mapping[str, Any]) -> str:
    """Give options as one writes them, one a line; retired ones are not written."""
    return "\n".join(f"{key}: {one.get('label', key)}" for key, one in options.items() if not one.get("retired"))


def options_of(text: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Give options from lines, and those that are left out, retired.

    Those that are there keep what else they say, but for being retired; keys are made of new labels.
    """
    found: dict[str, Any] = {}
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        head, colon, rest = line.partition(":")
        given = colon and head.strip() == named(head.strip())
        key, label = (head.strip(), rest.strip()) if given and rest.strip() else (named(line), line)
        known = {part: value for part, value in before.get(key, {}).items() if part != "retired"}
        found[key] = {**known, "label": label}
    return {**found, **{key: {**one, "retired": True} for key, one in before.items() if key not in found}}


def with_options(body: Mapping[str, Any], given: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
    """The choice list or field with these options, in this order; `own` as `in_order_of` has it."""
    options = {key: given[key] for key in dict.fromkeys([*body.get(OPTIONS, {}), *given]) if key in given}
    names = options if _offered(options) == _offered(given) else given
    return in_order_of({**body, OPTIONS: options}, OPTIONS, list(names), own=own)


def _offered(options: Mapping[str, Any]) -> list[str]:
    return [key for key, one in options.items() if not one.get("retired")]


def named(label: str, fallback: str = "field") -> str:
    """Give a name made of a label, as definitions have them."""
    from_words = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in plain(label))
    name = "_".join(part for part in from_words.split("_") if part)[:48].strip("_")
    return name or fallback


@lru_cache(maxsize=64)
def _schema(kind: str) -> dict[str, Any]:
    properties = _definitions()[f"field_{kind}"]["properties"]
    return {name: part for name, part in properties.items() if name not in _ELSEWHERE}


@lru_cache(maxsize=1)
def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = definition_schema("entity", installed_catalogue())["$defs"]
    return found


@lru_cache(maxsize=1)
def _base() -> frozenset[str]:
    """The keys that fields of every type have."""
    schemas = [
        frozenset(part["properties"])
        for name, part in _definitions().items()
        if name.startswith("field_") and "properties" in part and "type" in part["properties"]
    ]
    return frozenset.intersection(*schemas)


def _input(name: str, schema: Mapping[str, Any], value: Any, asked: Asked) -> Input:  # noqa: ANN401, C901, PLR0911 - one branch for each kind of control
    text = reader().words.text
    known = LABELS.get(name)
    label, told = (text(known), "") if known else (name, str(schema.get("description", "")))
    if name == OPTIONS:
        shown = options_text(value) if isinstance(value, dict) else ""
        return Input(name, label, "area", shown, text(_A_LABEL_A_LINE), wide=True)
    if name == CHOICES or name in _NAMES_ENTITIES:
        names = asked.choices if name == CHOICES else asked.entities
        if value is None or isinstance(value, str):
            return Input(
                name, label, "select", options=_select(names, value or "", blank=name == CHOICES or value is None)
            )
    if schema.get("type") == "boolean":
        on = value if value is not None else schema.get("default", False)
        return Input(name, label, "tick", "1" if on else "", told)
    if "enum" in schema:
        choices = [(str(one), _value(str(one))) for one in schema["enum"]]
        return Input(name, label, "select", options=_select(choices, "" if value is None else str(value), blank=True))
    if schema.get("type") == "array" and _is_plain(schema.get("items", {})):
        lines = "\n".join(str(one) for one in value) if isinstance(value, list) else ""
        return Input(name, label, "area", lines, told or text(_ONE_A_LINE))
    if schema.get("type") in _NUMBERS:
        return Input(name, label, "number", "" if value is None else str(value), told)
    if str(schema.get("$ref", "")).endswith("/expression") or name in {"pattern", "of"}:
        told = text(CONDITION) if name.endswith("_when") else told
        return Input(name, label, "code", "" if value is None else str(value), told, wide=name != "of")
    if name == "help":
        return Input(name, label, "area", value or "", told, wide=True)
    if schema.get("type") == "object" or isinstance(value, dict | list):
        shown = "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
        return Input(name, label, "json", shown, told, wide=True)
    return Input(name, label, "text", "" if value is None else _plain_text(value), told)


def _select(choices: Iterable[tuple[str, str]], value: str, *, blank: bool) -> tuple[Option, ...]:
    first = [Option("", "—", not value)] if blank else []
    known = list(choices)
    strange = [Option(value, value, chosen=True)] if value and value not in {one for one, _ in known} else []
    return (*first, *(Option(one, label, one == value) for one, label in known), *strange)


def _value(value: str) -> str:
    known, types = _VALUES.get(value), services().catalogue.field_types
    if known is not None:
        return reader().words.text(known)
    return reader().words.text(types[value].label) if value in types else value


def _is_plain(schema: Mapping[str, Any]) -> bool:
    return "enum" in schema or schema.get("type") in {"string", "integer"} or "$ref" in schema


def _read(name: str, schema: Mapping[str, Any], text: str, kind: str, before: Any) -> Any:  # noqa: ANN401, PLR0911 - one branch for each kind of control
    text = text.replace("\r\n", "\n").strip()
    if schema.get("type") == "boolean":
        default = schema.get("default", False)
        on = bool(text)
        return on if on != default else (before if before == on else None)
    if not text:
        return None
    if name == OPTIONS:
        return options_of(text, before if isinstance(before, dict) else {})
    if "enum" in schema:
        return next((one for one in schema["enum"] if str(one) == text), text)
    if schema.get("type") == "array" and _is_plain(schema.get("items", {})):
        return [_scalar(line.strip(), schema["items"]) for line in text.split("\n") if line.strip()]
    if schema.get("type") in _NUMBERS:
        return _scalar(text, schema)
    if name == "default":
        return _default(text, kind)
    if schema.get("type") == "object" or text[:1] in {"{", "["}:
        return _json(text)
    return text


def _default(text: str, kind: str) -> Any:  # noqa: ANN401 - any JSON
    if text[:1] in {"{", "["} or (kind == "boolean" and text in {"true", "false"}):
        return _json(text)
    if kind in {"integer", "decimal", "percent", "rating", "duration"}:
        return _scalar(text, {"type": "number"})
    return text


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _scalar(text: str, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if schema.get("type") not in _NUMBERS:
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        found = float(text)
    except ValueError:
        return text
    return found if found == found and abs(found) != float("inf") else text  # noqa: PLR0124 - NaN is no JSON


def _plain_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value) if isinstance(value, bool) else str(value)
