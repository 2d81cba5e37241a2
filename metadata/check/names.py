"""Checks of names themselves, in definitions of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.documents import pointer
from metadata.layers import SITE
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.base import Check, Found
    from metadata.check.look import Look
    from metadata.layers import Effective

# Kind → keys whose members are named by the author.
_NAMED = {
    "entity": ("fields", "rules", "unique", "duplicates"),
    "choices": (),
    "navigation": ("groups",),
}
# Kind → (keys that lead to an object with an order array, the object, the array).
_ORDERS = {
    "entity": (((), "fields", "field_order"),),
    "choices": (((), "options", "option_order"),),
    "navigation": (((), "groups", "group_order"), (("groups", "*"), "items", "item_order")),
}


@numbered("M104")
def name_is_ours_to_give(definition: Effective, _look: Look) -> Iterator[Finding]:
    """A double underscore is kept for columns, and what begins with sys_ is the product's own."""
    for name, steps in _given_names(definition):
        if "__" in name:
            message = msg("The name “%(name)s” has a double underscore, which is kept for columns.", name=name)
            yield Finding(pointer(*steps), message, msg("Write one underscore."), name)
        elif name.startswith("sys_"):
            message = msg("Names that begin with sys_, as “%(name)s” does, are the product's own.", name=name)
            yield Finding(pointer(*steps), message, msg("Choose another name."), name)


@numbered("M113", Severity.WARNING)
def order_names_members(definition: Effective, _look: Look) -> Iterator[Finding]:
    """An order array names members of the object beside it."""
    orders = list(_ORDERS.get(definition.kind, ()))
    for path, object_key, order_key in orders:
        for place, body in _reached(definition.body, path):
            yield from _order(place, body.get(object_key, {}), body.get(order_key, ()), order_key)
    for name, field in definition.body.get("fields", {}).items() if definition.kind == "entity" else ():
        if "option_order" in field:
            place = pointer("fields", name)
            yield from _order(place, field.get("options", {}), field["option_order"], "option_order")


@numbered("M408", Severity.WARNING)
def builds_on_what_it_requires(definition: Effective, look: Look) -> Iterator[Finding]:
    """A bundle names only what is its own, the core's, or of a bundle that it requires. Runs after all others."""
    allowed = look.allowed(definition.base.layer)
    for key in sorted(look.asked) if definition.patch is None else ():
        other = look.known.sound.get(key)
        if other is not None and other.base.layer not in {*allowed, SITE}:
            message = msg(
                "“%(address)s” belongs to the bundle “%(bundle)s”, which this one does not require.",
                address=other.address,
                bundle=other.base.layer,
            )
            yield Finding("", message, msg("Write “%(name)s” into “requires”.", name=other.base.layer))


CHECKS: tuple[Check[[Effective, Look], Finding], ...] = (name_is_ours_to_give, order_names_members)


def check_names(definition: Effective, look: Look) -> Iterator[Found]:
    """All findings about the names in one definition."""
    for check in CHECKS:
        yield from check(definition, look)


def _given_names(definition: Effective) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(Name, steps to it) of everything that the author of a definition named."""
    yield definition.name, ()
    for key in _NAMED.get(definition.kind, ()):
        for name in definition.body.get(key, ()):
            yield name, (key, name)
    if definition.kind == "entity":
        if "table" in definition.body:
            yield definition.body["table"], ("table",)
        for name, field in definition.body["fields"].items():
            if "column" in field:
                yield field["column"], ("fields", name, "column")


def _reached(body: dict[str, Any], path: tuple[str, ...], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if not path:
        yield place, body
        return
    step, *rest = path
    for key in body if step == "*" else (step,):
        yield from _reached(body[key], tuple(rest), place + pointer(key))


def _order(place: str, members: dict[str, Any], order: list[str], key: str) -> Iterator[Finding]:
    for index, name in enumerate(order):
        if name not in members:
            message = msg("The order names “%(name)s”, which does not exist.", name=name)
            yield Finding(f"{place}/{key}/{index}", message, meant(name, members), name)
