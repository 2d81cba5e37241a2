"""The values by which records are grouped: their keys in addresses, their words, and the condition of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from i18n.lazy import msg
from metadata.expressions.tree import In, Literal, Path
from ui.lists.conditions import Condition
from ui.values.cells import option_tag, shown_type, yes_and_no

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.expressions import Node
    from metadata.snapshot import Field
    from ui.page.addresses import Address
    from ui.page.asked import Asked

BLANK = "~"
"""How an address names the group of records without a value."""
_MOST_TITLES = 200
_NONE = msg("No value")
_UNSEEN = msg("Not visible to you")


def key_of(value: Any) -> str:  # noqa: ANN401 - a wire value
    """Give how addresses name the group of a value."""
    if value is None:
        return BLANK
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def titles_of(asked: Asked, field: Field, keys: Iterable[str]) -> dict[str, str]:
    """Give the titles of the records that are linked to, by one statement."""
    idents = [key for key in keys if key != BLANK][:_MOST_TITLES]
    if not idents or not _are_readable(asked, field):
        return {}
    condition = In(Path(("id",)), tuple(Literal(ident) for ident in idents))
    page = services().door.find(asked.context, Query(field.targets[0], (), condition, limit=_MOST_TITLES))
    return {record.id: record.title or record.id for record in page.records}


def _are_readable(asked: Asked, field: Field) -> bool:
    """Whether the reader sees anything of what the field links to; a choice links to nothing."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    return bool(field.targets) and policy.entity(field.targets[0]).visible


def condition_of_key(field: Field, key: str) -> Node:
    """Give the condition under which a record belongs to a group."""
    if key == BLANK:
        return Condition((field.name,), "blank").node
    value = Literal(value=key == "true") if shown_type(field).cell == "boolean" else Literal(key)
    return Condition((field.name,), "eq", (value,)).node


def alone(address: Address, field: Field, key: str) -> Address:
    """Give the address of the list of just one group's records."""
    operator, value = ("blank", "true") if key == BLANK else ("in" if field.choices else "eq", key)
    plain = address.without({"group", "opened", "lane"})
    return plain.anew(f"filter[{field.name}][{operator}]", value)


@dataclass(frozen=True, slots=True)
class Named:
    """What the groups of a field are called."""

    asked: Asked
    field: Field
    titles: dict[str, str]

    def label(self, key: str) -> str:
        """Give the words of a group."""
        if key == BLANK:
            return self.asked.text(_NONE)
        if self.field.choices is not None and key in self.field.choices.options:
            return self.asked.text(self.field.choices.options[key].label)
        if self.field.targets:
            return self.titles.get(key) or self.asked.text(_UNSEEN)
        return yes_and_no(self.field, self.asked.reader.words)[key != "true"]

    def tag(self, key: str) -> tuple[str, object, str] | None:
        """Give the badge of an option."""
        choices = self.field.choices
        if choices is None or key not in choices.options:
            return None
        return option_tag(choices, choices.options[key], self.asked.reader)
