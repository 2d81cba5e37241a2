"""The filter builder: groups of conditions in a form, and the filter that they say together.

The form goes round by GET and holds all of itself, so that it works without scripts; nothing is stored. What it
cannot draw is kept as text beside the conditions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from framework.errors import MalformedError
from framework.fields.base import ValueRefusedError
from framework.permissions import policy_for
from framework.records.planner import filter_error, plan_filter
from i18n.lazy import msg
from metadata.expressions import MAX_NODES_IN_REQUEST, ExpressionError, logic, parse, to_text
from metadata.expressions.tree import Logic
from ui.lists.conditions import condition_of
from ui.lists.operands import node_of, operators_of, texts_of
from ui.lists.wording import reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.expressions import Node
    from ui.lists.state import ListState
    from ui.page.addresses import Address
    from ui.page.asked import Asked

_ROW = re.compile(r"c(\d{1,3})\.(\d{1,3})\.(field|op|value|value\.text)")
_JOIN = re.compile(r"g(\d{1,3})\.join")
_STEP = re.compile(r"(add|drop|group|keep):(\d{1,3})(?:\.(\d{1,3}))?")
_MOST = 40
_JOINS = ("and", "or")
_UNKNOWN = msg("Choose a field")
APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as its controls hold it: `path` with dots, texts as typed, and what is wrong with them."""

    path: str = ""
    operator: str = ""
    texts: tuple[str, ...] = ()
    sought: str = ""
    fault: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Conditions of which all (`and`) or one (`or`) must hold."""

    join: str = "and"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """All groups, how they are joined, and the expressions that are kept as they are."""

    join: str = "and"
    groups: tuple[RowGroup, ...] = (RowGroup(),)
    kept: tuple[str, ...] = ()
    fault: str = ""


@dataclass(slots=True)
class _Reading:
    """A form while it is read: rows and joins by their numbers."""

    rows: dict[tuple[int, int], dict[str, list[str]]] = field(default_factory=dict)
    joins: dict[int, str] = field(default_factory=dict)


def builder_url(address: Address, state: ListState) -> str:
    """Give the address of the builder for the filter of a list; quick filters become conditions like others."""
    quick = [name for name, _ in address.parameters if name.startswith("filter[")]
    return str(address.anew("filter", state.whole_filter).without(quick).below("filter"))


def draft_of(asked: Asked, text: str) -> Draft:
    """Give the draft of a filter. Raises MalformedError for a text that is no expression."""
    if not text.strip():
        return Draft(groups=(RowGroup(rows=(Row(fresh=True),)),))
    try:
        node = parse(text, max_nodes=MAX_NODES_IN_REQUEST)
    except ExpressionError as error:
        raise filter_error(error) from None
    join = node.operator if isinstance(node, Logic) else "and"
    rows: list[Row] = []
    groups: list[RowGroup] = []
    kept: list[str] = []
    for part in node.operands if isinstance(node, Logic) else (node,):
        row, group = _row(asked, part), _group(asked, part)
        if row:
            rows.append(row)
        elif group:
            groups.append(group)
        elif join == "or":
            # One half of an alternative cannot be kept beside the conditions: together they would mean another thing.
            return Draft(kept=(to_text(node),))
        else:
            kept.append(to_text(part))
    first = (RowGroup(join, tuple(rows)),) if rows or not groups else ()
    return Draft(join, (*first, *groups), tuple(kept))


def _group(asked: Asked, node: Node) -> RowGroup | None:
    if not isinstance(node, Logic):
        return None
    rows = [_row(asked, part) for part in node.operands]
    found = tuple(row for row in rows if row)
    return RowGroup(node.operator, found) if len(found) == len(rows) else None


def _row(asked: Asked, node: Node) -> Row | None:
    condition = condition_of(node)
    reached = reach(asked, condition.path) if condition else None
    drawn = texts_of(asked, reached, condition) if condition and reached else None
    return Row(".".join(reached.path), *drawn) if reached and drawn else None


def draft_from(parameters: Iterable[tuple[str, str]]) -> Draft:
    """Give the draft that a form holds, after the step whose button was pressed."""
    reading, join, kept, steps = _Reading(), "and", [], []
    for name, value in parameters:
        row, group = _ROW.fullmatch(name), _JOIN.fullmatch(name)
        if row:
            reading.rows.setdefault((int(row[1]), int(row[2])), {}).setdefault(row[3], []).append(value)
        elif group and value in _JOINS:
            reading.joins[int(group[1])] = value
        elif name == "join" and value in _JOINS:
            join = value
        elif name == "kept":
            kept.append(value)
        elif name == "do":
            steps.append(value)
    draft = Draft(join, _groups(reading), tuple(kept))
    return _stepped(draft, steps[-1]) if steps else draft


def _groups(reading: _Reading) -> tuple[RowGroup, ...]:
    numbers = sorted(reading.joins.keys() | {group for group, _ in reading.rows})[:_MOST]
    found = []
    for number in numbers:
        rows = [one for (group, _), one in sorted(reading.rows.items()) if group == number][:_MOST]
        found.append(RowGroup(reading.joins.get(number, "and"), tuple(_read(one) for one in rows)))
    return tuple(found) or (RowGroup(),)


def _read(one: dict[str, list[str]]) -> Row:
    last = {name: values[-1] for name, values in one.items()}
    texts = tuple(dict.fromkeys(one.get("value", ())))
    return Row(last.get("field", ""), last.get("op", ""), texts, last.get("value.text", ""))


def _stepped(draft: Draft, step: str) -> Draft:
    """Carry out a button; one that is none of ours changes nothing."""
    found = _STEP.fullmatch(step)
    if found is None:
        return draft
    number, row = int(found[2]), int(found[3] or 0)
    if found[1] == "keep":
        return replace(draft, kept=_without(draft.kept, number))
    if found[1] == "group":
        return replace(draft, groups=(*draft.groups, RowGroup("or", (Row(fresh=True),)))[:_MOST])
    groups = list(draft.groups)
    if number >= len(groups):
        return draft
    rows = groups[number].rows
    changed = (*rows, Row(fresh=True))[:_MOST] if found[1] == "add" else _without(rows, row)
    groups[number] = replace(groups[number], rows=changed)
    left = tuple(group for group in groups if group.rows) or (RowGroup(),)
    return replace(draft, groups=left)


def _without(items: tuple, at: int) -> tuple:  # type: ignore[type-arg]
    return (*items[:at], *items[at + 1 :])


def filter_of(asked: Asked, draft: Draft) -> tuple[Node | None, Draft]:
    """Give the filter that a draft says, None for everything, and the draft with what is wrong in it."""
    checked = replace(draft, groups=tuple(_checked(asked, group) for group in draft.groups))
    if any(row.fault for group in checked.groups for row in group.rows):
        return None, checked
    try:
        node = _joined(asked, checked)
        if node is not None:
            plan_filter(policy_for(asked.context.snapshot, asked.context.actor), asked.entity, node, None)
    except ExpressionError as error:
        return None, replace(checked, fault=asked.text(filter_error(error).detail))
    except MalformedError as error:
        return None, replace(checked, fault=asked.text(error.detail))
    return node, checked


def _joined(asked: Asked, draft: Draft) -> Node | None:
    groups = [
        logic(group.join, [_node(asked, row) for row in group.rows if row.path])
        for group in draft.groups
        if any(row.path for row in group.rows)
    ]
    parts = [logic(draft.join, groups)] if groups else []
    parts += [parse(text, max_nodes=MAX_NODES_IN_REQUEST) for text in draft.kept]
    return logic("and", parts) if parts else None


def _checked(asked: Asked, group: RowGroup) -> RowGroup:
    return replace(group, rows=tuple(_judged(asked, row) for row in group.rows))


def _judged(asked: Asked, row: Row) -> Row:
    """Give the row with what is wrong with it; one for which no field was chosen says nothing and stands by."""
    if not row.path:
        return row
    try:
        _node(asked, row)
    except ValueRefusedError as error:
        return replace(row, fault=asked.text(error.message))
    return row


def _node(asked: Asked, row: Row) -> Node:
    reached = reach(asked, tuple(row.path.split(".")[:2]))
    if reached is None:
        raise ValueRefusedError(_UNKNOWN)
    offered = operators_of(reached)
    operator = row.operator if row.operator in offered else offered[0]
    return node_of(asked, reached, operator, row.texts)
