"""Checks of lines: that there are such records, and that they can be part of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check.base import Finding, meant, numbered
from metadata.documents import pointer
from metadata.expressions.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metadata.check.part import Part


@numbered("M145")
def lines_exist(part: Part) -> Iterator[Finding]:
    """Lines name an entity, its link to here, and fields of it."""
    name, child = part.body["entity"], part.look.entity(part.body["entity"])
    if child is None:
        message = msg("There is no entity “%(name)s”.", name=name)
        yield Finding("/entity", message, meant(name, part.look.known.names("entity")), name)
        return
    link = child.fields.get(part.body["link"])
    if link is None or link.only_target != part.entity.name or link.type.name != "link":
        links = [one.name for one in child.fields.values() if one.only_target == part.entity.name and not one.system]
        message = msg("“%(link)s” is no link of “%(entity)s” to here.", link=part.body["link"], entity=name)
        yield Finding("/link", message, meant(part.body["link"], links), part.body["link"])
    named = [(pointer("columns", index), column) for index, column in enumerate(part.body.get("columns", ()))]
    named += [("/order", part.body["order"])] if "order" in part.body else []
    for place, column in named:
        if column not in child.fields:
            message = msg("The entity “%(entity)s” has no field “%(name)s”.", entity=name, name=column)
            yield Finding(place, message, meant(column, child.fields), column)


@numbered("M221")
def lines_can_be_part(part: Part) -> Iterator[Finding]:
    """A line always has its record, goes with it, and is part of no other one."""
    child = part.look.entity(part.body["entity"])
    link = child.fields.get(part.body["link"]) if child else None
    if child is None or link is None:
        return
    if not link.required or link.options.get("on_delete") != "cascade":
        message = msg("The link “%(link)s” of a line is required, with on_delete cascade.", link=link.name)
        yield Finding("/link", message, msg("A line cannot be without the record that it is part of."), link.name)
    if any(one.lines is not None for one in child.fields.values()):
        message = msg("Lines have no lines of their own.")
        yield Finding("/entity", message, msg("Make links of them, shown as a related list."), child.name)
    order = child.fields.get(part.body.get("order", ""))
    if order is not None and order.type.expression_type(order).kind is not Kind.INTEGER:
        message = msg("“%(name)s” is no whole number, so it cannot keep an order.", name=order.name)
        yield Finding("/order", message, value=order.name)
