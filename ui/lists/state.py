"""What a list shows: the state of a view, as far as its names mean something, changed by what the address says.

Nothing of it is stored anywhere but in the address, until somebody saves it as a view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import MalformedError
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.records.parse import list_query, names_of
from framework.records.planner import MAX_SORT_KEYS, filter_error, plan_filter
from metadata.expressions import MAX_NODES_IN_REQUEST, ExpressionError, logic, parse, to_text
from ui.lists.conditions import ME, condition_of, parts_of, text_of_value
from ui.lists.views import views_of
from ui.lists.written import asked_columns, columns_of, columns_text, present_column, readable_columns
from ui.values.cells import is_person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.expressions import Node
    from ui.lists.views import View
    from ui.page.addresses import Address
    from ui.page.asked import Asked

# What the address of a list may hold beside the parameters of a query.
OWN_PARAMETERS = frozenset({"view", "columns", "group", "opened", "panel", "loaded", "done"})
_CHANGEABLE = frozenset({"filter", "sort", "columns"})
_NEWEST = ("-updated_at",)


@dataclass(frozen=True, slots=True)
class ListState:
    """What a list shows, and how far that is the view's.

    `filter` is what people may change: neither the screen's own condition nor the quick filters are in it. `columns`
    are written as in metadata. `lost` says that the view names something that is not there for this reader, `gone`
    that the view itself is not; `changed` that the address says something else than the view.
    """

    views: tuple[View, ...]
    view: View | None
    filter: Node | None
    quick: Node | None
    sort: tuple[str, ...]
    columns: tuple[Any, ...]
    lost: bool
    gone: bool
    changed: bool

    @property
    def whole_filter(self) -> str:
        """The filter with the quick filters in it, as a view would keep it."""
        found = [part for part in (self.filter, self.quick) if part is not None]
        return to_text(logic("and", found)) if found else ""


@dataclass(frozen=True, slots=True)
class _Base:
    """What shows where the address says nothing more."""

    filter: Node | None
    sort: tuple[str, ...]
    columns: tuple[Any, ...]
    lost: bool


def state_of(asked: Asked, address: Address) -> ListState:
    """Give the state of the list at an address. Raises MalformedError for what the address itself has wrong."""
    return state_among(asked, address, views_of(asked))


def state_among(asked: Asked, address: Address, views: tuple[View, ...]) -> ListState:
    """Give the state of the list at an address that names one of these views, or none."""
    key = address.get("view")
    view = next((view for view in views if view.key == key), None)
    base = _of_view(asked, view) if view else _Base(None, _own_sort(asked), _own_columns(asked), lost=False)
    condition = _condition(address.get("filter"), base)
    sort = _sort(address.get("sort"), base)
    columns = _columns(asked, address.get("columns"), base)
    quick = _quick(asked, address)
    same = (condition, sort, columns_text(columns)) == (base.filter, base.sort, columns_text(base.columns))
    return ListState(
        views,
        view,
        condition,
        quick,
        sort,
        columns,
        lost=base.lost,
        gone=key is not None and view is None,
        changed=quick is not None or not same,
    )


def reset(address: Address) -> Address:
    """Give the address of the view as it was saved."""
    shorthand = [name for name, _ in address.parameters if name.startswith("filter[")]
    return address.anew("search", None).without({*_CHANGEABLE, "group", "opened", *shorthand})


def with_filter(address: Address, state: ListState, condition: Node | None) -> Address:
    """Give the address of the list under another filter; a blank one takes the view's away."""
    if condition is not None:
        return address.anew("filter", to_text(condition))
    return address.anew("filter", "" if state.view and state.view.filter else None)


def _own_sort(asked: Asked) -> tuple[str, ...]:
    options = asked.screen.options
    kept = (options["position"],) if "position" in options else ()
    return _readable_sort(asked, (*kept, *options.get("sort", ())) or _NEWEST)


def _own_columns(asked: Asked) -> tuple[Any, ...]:
    return tuple(asked.screen.options.get("columns", ()))


def _of_view(asked: Asked, view: View) -> _Base:
    condition, whole = _still_meant(asked, view.filter)
    written = columns_of(view.columns)
    columns = readable_columns(asked, written)
    named = tuple(name.strip() for name in view.sort.split(",") if name.strip())
    sort = _readable_sort(asked, named)
    lost = not whole or len(columns) < len(written) or len(sort) < len(named)
    return _Base(condition, sort or _own_sort(asked), columns or _own_columns(asked), lost=lost)


def _still_meant(asked: Asked, text: str) -> tuple[Node | None, bool]:
    """Give the conditions of a view that mean something to the reader, and whether these are all of them."""
    if not text.strip():
        return None, True
    try:
        found = parse(text, max_nodes=MAX_NODES_IN_REQUEST)
    except ExpressionError:
        return None, False
    if _means_something(asked, found):
        return found, True
    kept = [part for part in parts_of(found) if _means_something(asked, part)]
    left = logic("and", kept) if kept else None
    return (left if left is not None and _means_something(asked, left) else None), False


def _means_something(asked: Asked, node: Node) -> bool:
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    try:
        plan_filter(policy, asked.entity, node, None)
    except MalformedError:
        return False
    return True


def _condition(given: str | None, base: _Base) -> Node | None:
    if given is None:
        return base.filter
    if not given.strip():
        return None
    try:
        return parse(given, max_nodes=MAX_NODES_IN_REQUEST)
    except ExpressionError as error:
        raise filter_error(error) from None


def _sort(given: str | None, base: _Base) -> tuple[str, ...]:
    return names_of(given, "sort") if given else base.sort


def _readable_sort(asked: Asked, names: Iterable[str]) -> tuple[str, ...]:
    found = [(name.startswith("-"), present_column(asked, name.removeprefix("-"))) for name in names]
    kept = [f"{'-' if falling else ''}{name}" for falling, name in found if name is not None and _sortable(asked, name)]
    return tuple(kept[:MAX_SORT_KEYS])


def _sortable(asked: Asked, name: str) -> bool:
    return "." in name or type_of(asked.entity.fields[name]).sortable


def _columns(asked: Asked, given: str | None, base: _Base) -> tuple[Any, ...]:
    return (asked_columns(asked, given) or base.columns) if given else base.columns


def _quick(asked: Asked, address: Address) -> Node | None:
    shorthand = [pair for pair in address.parameters if pair[0].startswith("filter[")]
    if not shorthand:
        return None
    parts = parts_of(list_query(asked.entity.name, shorthand).filter)
    return logic("and", (_for_any_reader(asked, part) for part in parts))


def _for_any_reader(asked: Asked, node: Node) -> Node:
    """Give the condition with `me()` for the reader's own id: in a shared view "me" is whoever opens it."""
    condition = condition_of(node)
    if condition is None or len(condition.path) > 1 or condition.operator not in {"eq", "ne"}:
        return node
    field = asked.entity.fields.get(condition.path[0])
    if field is None or not is_person(field) or text_of_value(condition.values[0]) != asked.context.actor.id:
        return node
    return replace(condition, values=(ME,)).node
