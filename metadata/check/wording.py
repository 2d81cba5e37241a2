"""Sentences for what JSON Schema refuses: one per keyword, each with a code and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg, nmsg
from metadata.check.base import Finding, meant
from metadata.documents import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema import ValidationError

    from i18n.lazy import Message

_TYPES: Mapping[str, Message] = {
    "object": msg("an object in braces"),
    "array": msg("a list in brackets"),
    "string": msg("a text in quotes"),
    "integer": msg("a whole number"),
    "number": msg("a number"),
    "boolean": msg("true or false"),
    "null": msg("null"),
}
_LONGEST = 60

Coded = tuple[str, Finding]


def worded(error: ValidationError) -> Iterator[Coded]:
    """The findings of one error of jsonschema."""
    fault = _fault(error)
    yield from _WORDS.get(fault.keyword, _other)(fault)


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error in plain values: the keyword, what it demands, and the schema it stands in."""

    place: str
    keyword: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]
    text: str
    inner: tuple[ValidationError, ...]


def _fault(error: ValidationError) -> _Fault:
    schema: Any = error.schema
    return _Fault(
        pointer(*error.absolute_path),
        str(error.validator),
        error.validator_value,
        error.instance,
        schema if isinstance(schema, dict) else {},
        error.message,
        tuple(error.context or ()),
    )


def _unknown_keys(fault: _Fault) -> Iterator[Coded]:
    known = fault.schema.get("properties", {})
    for key in fault.value:
        if key not in known:
            hint = meant(key, (name for name in known if name != "$schema"))
            yield "M020", Finding(fault.place + pointer(key), msg("“%(key)s” is not a key here.", key=key), hint, key)


def _missing_keys(fault: _Fault) -> Iterator[Coded]:
    properties = fault.schema.get("properties", {})
    for key in fault.wanted:
        if key not in fault.value:
            hint = _text(properties.get(key, {}).get("description"))
            yield "M021", Finding(fault.place, msg("The key “%(key)s” is missing.", key=key), hint)


def _wrong_type(fault: _Fault) -> Iterator[Coded]:
    wanted = fault.wanted
    names = wanted if isinstance(wanted, list) else [wanted]
    message = msg("Here must stand %(wanted)s.", wanted=_joined([_TYPES[name] for name in names]))
    yield "M022", Finding(fault.place, message, _description(fault), fault.value)


def _joined(words: list[Message]) -> Message:
    found = words[0]
    for word in words[1:]:
        found = msg("%(one)s or %(other)s", one=found, other=word)
    return found


def _not_one_of(fault: _Fault) -> Iterator[Coded]:
    allowed = fault.wanted if fault.keyword == "enum" else [fault.wanted]
    names = [value for value in allowed if isinstance(value, str)]
    value = fault.value
    code = fault.schema.get("x-check", "M023")
    hint = meant(value, names) if isinstance(value, str) else _known(allowed)
    if code == "M102":
        message = msg("No installed part supplies the field type “%(value)s”.", value=_shown(value))
    elif code == "M103":
        message = msg("No installed part supplies the screen kind “%(value)s”.", value=_shown(value))
    else:
        message = msg("“%(value)s” is none of the values that may stand here.", value=_shown(value))
        hint = hint or _known(allowed)
    yield code, Finding(fault.place, message, hint, value)


def _known(values: Iterable[object]) -> Message:
    words = [value if isinstance(value, str) else _shown(value) for value in values]
    return msg("Known are: %(names)s.", names=", ".join(words[:40]))


def _wrong_form(fault: _Fault) -> Iterator[Coded]:
    message = msg("“%(value)s” does not have the form that is wanted here.", value=_shown(fault.value))
    hint = _description(fault) or msg("It must match %(pattern)s.", pattern=str(fault.wanted))
    yield "M024", Finding(fault.place, message, hint, fault.value)


def _wrong_keys(fault: _Fault) -> Iterator[Coded]:
    key = str(fault.value)
    hint = _text(fault.wanted.get("description"))
    message = msg("“%(key)s” cannot be a name here.", key=_shown(key))
    yield "M024", Finding(fault.place + pointer(key), message, hint, key)


def _no_form(fault: _Fault) -> Iterator[Coded]:
    """Say what is wrong with the form that was probably meant: the one whose type fits."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in fault.inner:
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    meant_ = [
        inner
        for inner in branches.values()
        if not any(one.validator == "type" and not one.relative_path for one in inner)
    ]
    wanted = _exclusive_keys(fault)
    if wanted:
        message = msg("Exactly one of these keys must stand here: %(keys)s.", keys=", ".join(wanted))
        yield "M028", Finding(fault.place, message)
    elif len(meant_) == 1:
        for inner in meant_[0]:
            yield from worded(inner)
    else:
        yield "M028", Finding(fault.place, msg("This fits none of the forms that may stand here."), _description(fault))


def _exclusive_keys(fault: _Fault) -> list[str]:
    """The keys of a choice written as `oneOf: [{required: [a]}, {required: [b]}]`."""
    branches = fault.wanted
    if all(branch.keys() == {"required"} for branch in branches):
        return [key for branch in branches for key in branch["required"]]
    return []


def _out_of_range(fault: _Fault) -> Iterator[Coded]:
    limit = str(fault.wanted)
    match fault.keyword:
        case "minimum":
            message = msg("The number must be %(limit)s or more.", limit=limit)
        case "maximum":
            message = msg("The number must be %(limit)s or less.", limit=limit)
        case "exclusiveMinimum":
            message = msg("The number must be more than %(limit)s.", limit=limit)
        case "exclusiveMaximum":
            message = msg("The number must be less than %(limit)s.", limit=limit)
        case _:
            message = msg("The number must be a multiple of %(limit)s.", limit=limit)
    yield "M025", Finding(fault.place, message, _description(fault), fault.value)


def _wrong_size(fault: _Fault) -> Iterator[Coded]:
    limit, length = fault.wanted, len(fault.value)
    match fault.keyword:
        case "minLength":
            message = nmsg("At least one character must stand here.", "At least %(count)s characters.", limit)
        case "maxLength":
            message = nmsg("At most one character.", "At most %(count)s characters.", limit)
        case "minItems" | "minProperties":
            message = nmsg("At least one element must stand here.", "At least %(count)s elements.", limit)
        case _:
            message = nmsg("At most one element.", "At most %(count)s elements.", limit)
    yield "M026", Finding(fault.place, message, nmsg("It has %(count)s.", "It has %(count)s.", length))


def _twice(fault: _Fault) -> Iterator[Coded]:
    yield "M027", Finding(fault.place, msg("The same value stands in this list twice."))


def _other(fault: _Fault) -> Iterator[Coded]:
    yield "M029", Finding(fault.place, msg("%(text)s", text=fault.text[:300]), _description(fault))


def _description(fault: _Fault) -> Message | None:
    return _text(fault.schema.get("description"))


def _text(text: object) -> Message | None:
    return msg("%(text)s", text=text) if isinstance(text, str) else None


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "null" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_WORDS: Mapping[str, Callable[[_Fault], Iterator[Coded]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    "pattern": _wrong_form,
    "propertyNames": _wrong_keys,
    "anyOf": _no_form,
    "oneOf": _no_form,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "exclusiveMinimum": _out_of_range,
    "exclusiveMaximum": _out_of_range,
    "multipleOf": _out_of_range,
    "minLength": _wrong_size,
    "maxLength": _wrong_size,
    "minItems": _wrong_size,
    "maxItems": _wrong_size,
    "minProperties": _wrong_size,
    "maxProperties": _wrong_size,
    "uniqueItems": _twice,
}
