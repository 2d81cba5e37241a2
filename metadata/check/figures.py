"""Checks of figures over linked records: that there is something to count, and that the count can be kept true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.expressions.errors import ExpressionError
from metadata.expressions.fit import assignable
from metadata.expressions.tree import Root
from metadata.expressions.typed import Apply, Const, Ref, refs, typed_nodes
from metadata.expressions.types import NUMBERS, ORDERED, Kind
from metadata.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.part import Part
    from metadata.expressions import TypedNode
    from metadata.snapshot import Entity, Field


@numbered("M144")
def figures_are_of_something(part: Part) -> Iterator[Finding]:
    """A figure names an entity, a link of it to here, and where it needs one a field of it."""
    assert part.field.of is not None  # noqa: S101  (asked of figures only)
    name, link = part.field.of
    child = part.look.entity(name)
    if child is None:
        message = msg("There is no entity “%(name)s”.", name=name)
        yield Finding("/of", message, meant(name, part.look.known.names("entity")), part.body["of"])
        return
    found = child.fields.get(link)
    if found is None or found.only_target != part.entity.name or found.type.name != "link":
        links = [one.name for one in child.fields.values() if one.only_target == part.entity.name and not one.system]
        message = msg("“%(link)s” is no link of “%(entity)s” to here.", link=link, entity=name)
        yield Finding("/of", message, meant(link, links), part.body["of"])
    measured = part.body.get("field")
    if (part.body["measure"] == "count") != (measured is None):
        yield Finding("/measure", msg("A count needs no field, and every other figure needs one."))
    elif measured is not None and measured not in child.fields:
        message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=name, name=measured)
        yield Finding("/field", message, meant(measured, child.fields), measured)


@numbered("M220")
def figures_can_be_kept(part: Part) -> Iterator[Finding]:
    """A figure is of what its records themselves store, and fits its result."""
    assert part.field.of is not None  # noqa: S101  (asked of figures only)
    child = part.look.entity(part.field.of[0])
    if child is None:
        return
    measured = child.fields.get(part.body.get("field", ""))
    if measured is not None and not _can_be_kept(part, child, measured):
        message = msg("“%(name)s” is not stored, so no figure of it can be kept.", name=measured.name)
        hint = msg("Choose a field that people fill in, or a formula of such fields of the same record.")
        yield Finding("/field", message, hint, measured.name)
    elif not _fits(part, measured):
        message = msg("A field of the type “%(name)s” cannot hold this figure.", name=part.body["result"])
        hint = msg(
            "A count is an integer; sums and averages are of numbers; amounts are all in the currency of the figure."
        )
        yield Finding("/result", message, hint, part.body["result"])
    yield from _filter_of_its_own(part, child)


def _filter_of_its_own(part: Part, child: Entity) -> Iterator[Finding]:
    """What others store, who asks and the day change without any write of the records that are counted."""
    node = _filter(part)
    if node is None:
        return
    for name in _loose(part, child, node):
        message = msg("“%(name)s” changes without a change of the records that are counted.", name=name)
        yield Finding(
            "/filter", message, msg("Name only fields that these records store themselves."), part.body["filter"]
        )


def _loose(part: Part, child: Entity, node: TypedNode) -> list[str]:
    """What an expression about a record names that may change while the record does not."""
    found = {
        ref.key
        for ref in refs(node)
        if ref.root is not Root.SELF or len(ref.steps) > 1 or not _is_stored(child.fields[ref.steps[0].field])
    }
    functions = part.look.known.catalogue.functions
    called = {one.function for one in typed_nodes(node) if isinstance(one, Apply) and one.function in functions}
    return sorted(found | {f"{name}()" for name in called if functions[name].symbolic})


def _can_be_kept(part: Part, child: Entity, measured: Field) -> bool:
    """Whether a field changes by a write of its record alone: it is stored, or a formula of what is."""
    definition = part.look.definition("entity", child.name)
    text = definition.body["fields"].get(measured.name, {}).get("formula") if definition else None
    if not measured.type.computed or not isinstance(text, str):
        return _is_stored(measured)
    try:
        node = part.look.meanings.of(Place(("formula",), text, child.name, measured.type.expression_type(measured)))
    except ExpressionError:
        return True  # told where the formula is
    return not _loose(part, child, node)


def _told_currency(part: Part, measured: Field) -> str | None:
    """The currency to which the filter narrows amounts that have one each: `amount.currency = 'EUR'`."""
    node = _filter(part)
    for one in node.arguments if isinstance(node, Apply) and node.function == "and" else [node]:
        match one:
            case Apply("=", (Ref(part="currency", steps=(step,)), Const(str() as code))) if step.field == measured.name:
                return code
    return None


def _filter(part: Part) -> TypedNode | None:
    """The meaning of the filter; None without one, or where it is told by M301 that it has none."""
    text, of = part.body.get("filter"), part.field.of
    try:
        return part.look.meanings.of(Place(("filter",), text, of[0])) if isinstance(text, str) and of else None
    except ExpressionError:
        return None


def _is_stored(field: Field) -> bool:
    kind = field.type.expression_type(field)
    return not field.type.computed and field.of is None and not kind.many and kind.kind is not Kind.JSON


def _fits(part: Part, measured: Field | None) -> bool:
    result = part.field.type.expression_type(part.field)
    if measured is None:
        return part.body["measure"] != "count" or result.kind is Kind.INTEGER
    found = measured.type.expression_type(measured)
    if part.body["measure"] in {"sum", "avg"} and found.kind not in NUMBERS | {Kind.DURATION}:
        return False
    if part.body["measure"] in {"min", "max"} and found.kind not in ORDERED:
        return False
    if Kind.MONEY in {found.kind, result.kind}:
        return found.kind is result.kind and result.currency in {found.currency, _told_currency(part, measured)} - {
            None
        }
    return assignable(found, result)
