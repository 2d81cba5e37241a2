"""Checks of one field of an entity, sorted by the key that they are about.

Each gets the entity's shell, the field's shell and its body; what it yields points into the field.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import jsonschema_rs

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.check.figures import figures_are_of_something, figures_can_be_kept
from metadata.check.lines import lines_can_be_part, lines_exist
from metadata.check.values import misfit
from metadata.documents import pointer
from metadata.expressions.errors import ExpressionError
from metadata.places import EXPRESSION_KEYS, default_expression, field_places
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.base import Check
    from metadata.check.part import Part


@numbered("M108")
def links_exist(part: Part) -> Iterator[Finding]:
    """A link points at entities that exist."""
    written = part.body["to"]
    if isinstance(written, dict):
        return
    for index, target in enumerate(part.field.leads_to):
        if not part.look.has("entity", target):
            place = "/to" if isinstance(written, str) else f"/to/{index}"
            message = msg("There is no entity “%(name)s” to link to.", name=target)
            yield Finding(place, message, meant(target, part.look.known.names("entity")), target)


@numbered("M109")
def choices_exist(part: Part) -> Iterator[Finding]:
    """A field refers to a choice list that exists."""
    name = part.body["choices"]
    if not part.look.has("choices", name):
        message = msg("There is no choice list “%(name)s”.", name=name)
        yield Finding("/choices", message, meant(name, part.look.known.names("choices")), name)


@numbered("M110")
def has_options(part: Part) -> Iterator[Finding]:
    """A choice has its options from a list or writes them down: one of the two."""
    if ("choices" in part.body) == ("options" in part.body):
        message = msg("A choice needs either “choices”, the name of a list, or its own “options”.")
        yield Finding("", message)


@numbered("M126")
def flow_names_options(part: Part) -> Iterator[Finding]:
    """A flow names options that exist."""
    for option, steps in part.body["flow"].items():
        yield from _option(part, option, pointer("flow", option))
        for index, step in enumerate(steps):
            place = pointer("flow", option, index)
            if isinstance(step, str):
                yield from _option(part, step, place)
            else:
                yield from _option(part, step["to"], f"{place}/to")


@numbered("M127")
def flow_needs_fields(part: Part) -> Iterator[Finding]:
    """What a step of a flow needs are fields of the entity."""
    for option, steps in part.body["flow"].items():
        for index, step in enumerate(steps):
            for nth, name in enumerate(step.get("needs", ()) if isinstance(step, dict) else ()):
                if name not in part.entity.fields:
                    message = msg("The entity has no field “%(name)s”.", name=name)
                    place = pointer("flow", option, index, "needs", nth)
                    yield Finding(place, message, meant(name, part.entity.fields), name)


@numbered("M128")
def conditions_name_options(part: Part) -> Iterator[Finding]:
    """Conditions are given for options that exist."""
    for option in part.body["options_when"]:
        yield from _option(part, option, pointer("options_when", option))


@numbered("M203")
def default_fits(part: Part) -> Iterator[Finding]:
    """A default that is a value is a value of the field's type."""
    default = part.body["default"]
    if default_expression(default, part.look.known.catalogue.functions):
        return
    message = misfit(part.field, default)
    if message is not None:
        options = part.field.choices.options if part.field.choices else ()
        hint = meant(default, options) if isinstance(default, str) else None
        yield Finding("/default", msg("The default does not fit the field: %(why)s", why=message), hint, default)


@numbered("M204", Severity.WARNING)
def default_is_offered(part: Part) -> Iterator[Finding]:
    """A default is not a retired option."""
    default, choices = part.body["default"], part.field.choices
    option = choices.options.get(default) if choices and isinstance(default, str) else None
    if option is not None and option.retired:
        message = msg("The default “%(name)s” is a retired option.", name=option.key)
        yield Finding("/default", message, msg("Choose an option that is still offered."), default)


@numbered("M205")
def computed_is_not_given(part: Part) -> Iterator[Finding]:
    """What is computed takes no value from anybody."""
    for key in ("default", "required", "required_when", "read_only_after_create", "read_only_when", "flow"):
        if part.body.get(key, False) is not False:
            message = msg("A computed field cannot have “%(key)s”.", key=key)
            yield Finding(pointer(key), message, msg("Remove the key."))


@numbered("M218")
def several_are_not_one(part: Part) -> Iterator[Finding]:
    """A field of several values has no key that speaks of one."""
    for key in ("unique", "indexed", "flow"):
        if part.body.get(key, False) is not False:
            message = msg("A field of several values cannot have “%(key)s”.", key=key)
            yield Finding(pointer(key), message, msg("Remove the key."))


@numbered("M219")
def links_lead_to_one(part: Part) -> Iterator[Finding]:
    """The records of a field of links are all of one entity."""
    if not isinstance(part.body["to"], str):
        message = msg("Links lead to records of one entity.")
        yield Finding("/to", message, msg("Make a field of its own for each entity."))


@numbered("M206")
def limits_in_order(part: Part) -> Iterator[Finding]:
    """A lower limit does not lie above the upper one."""
    for low, high in (("min", "max"), ("min_length", "max_length")):
        least, most = part.body.get(low), part.body.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            message = msg("“%(low)s” is above “%(high)s”, so no value is allowed.", low=low, high=high)
            yield Finding(pointer(low), message, value=least)


@numbered("M207")
def deletion_can_be_done(part: Part) -> Iterator[Finding]:
    """A required link cannot be cleared when its record is deleted."""
    if part.body["on_delete"] == "clear" and part.field.required:
        message = msg("A required link cannot be cleared when the linked record is deleted.")
        yield Finding("/on_delete", message, msg("Write restrict or cascade, or do not require the link."), "clear")


@numbered("M210")
def pattern_is_valid(part: Part) -> Iterator[Finding]:
    """A pattern is a regular expression that takes linear time."""
    pattern = part.body["pattern"]
    why = _refused(pattern) if isinstance(pattern, str) and part.field.type.name == "text" else None
    if why:
        message = msg("The pattern is no regular expression that can be used here: %(why)s", why=why)
        hint = msg("Look-around and back references do not exist.")
        yield Finding("/pattern", message, hint, pattern)


@numbered("M212")
def options_make_sense(part: Part) -> Iterator[Finding]:
    """The options of a type fit together, as the type itself knows."""
    for option, message in part.field.type.check_options(part.field):
        yield Finding(pointer(option), message, value=part.body.get(option))


@numbered("M301")
def expressions_make_sense(part: Part) -> Iterator[Finding]:
    """Every expression of the field can be read, names what exists and gives what is wanted."""
    functions = part.look.known.catalogue.functions
    for place in field_places(part.entity.name, part.field, part.body, functions):
        try:
            part.look.meanings.of(place)
        except ExpressionError as error:
            yield faulty(pointer(*place.steps), place.text, error)


@numbered("M305")
def filter_speaks_of_one_entity(part: Part) -> Iterator[Finding]:
    """A filter needs one entity whose fields it names."""
    if part.field.to_several:
        message = msg("A link to several entities cannot have a filter.")
        yield Finding("/filter", message, msg("Make a link of its own for each entity."))


def faulty(place: str, text: str, error: ExpressionError) -> Finding:
    """An expression error as a finding: with the column that it is at."""
    message = (
        msg("Column %(column)s: %(why)s", column=error.column, why=error.message) if error.column else error.message
    )
    return Finding(place, message, error.hint, text)


BY_KEY: dict[str, tuple[Check[[Part], Finding], ...]] = {
    "to": (links_exist,),
    "choices": (choices_exist,),
    "flow": (flow_names_options, flow_needs_fields),
    "options_when": (conditions_name_options,),
    "default": (default_fits, default_is_offered),
    "on_delete": (deletion_can_be_done,),
    "pattern": (pattern_is_valid,),
    "filter": (filter_speaks_of_one_entity,),
    "min": (limits_in_order,),
    "min_length": (limits_in_order,),
}
"""Key → checks of the fields that have it."""


def check_field(part: Part) -> Iterator[tuple[str, Severity, Finding]]:
    """All findings of one field."""
    if part.field.type.has_choices:
        yield from has_options(part)
    if part.field.type.computed:
        yield from computed_is_not_given(part)
    if part.field.type.expression_type(part.field).many:
        yield from several_are_not_one(part)
    if part.field.of is not None:
        yield from computed_is_not_given(part)
        yield from figures_are_of_something(part)
        yield from figures_can_be_kept(part)
    if part.field.lines is not None:
        yield from lines_exist(part)
        yield from lines_can_be_part(part)
    if part.field.type.many:
        yield from links_lead_to_one(part)
    yield from options_make_sense(part)
    keys = part.body.keys()
    for key in keys & BY_KEY.keys():
        for check in BY_KEY[key]:
            yield from check(part)
    if keys & EXPRESSION_KEYS:
        yield from expressions_make_sense(part)


def _option(part: Part, name: str, place: str) -> Iterator[Finding]:
    choices = part.field.choices
    if choices is not None and name not in choices.options:
        message = msg("There is no option “%(name)s”.", name=name)
        yield Finding(place, message, meant(name, choices.options), name)


@lru_cache(maxsize=1024)
def _refused(pattern: str) -> str | None:
    try:
        jsonschema_rs.Draft202012Validator(
            {"type": "string", "pattern": f"^(?:{pattern})$"}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except ValueError as error:
        return str(error).splitlines()[0][:200]
    return None
