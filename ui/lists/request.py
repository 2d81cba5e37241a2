"""The address of a list, or of a screen that is filtered like one, as a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from framework.records.parse import list_query
from metadata.expressions import logic, parse
from ui.lists.state import OWN_PARAMETERS

if TYPE_CHECKING:
    from framework.plans import Query
    from ui.lists.state import ListState
    from ui.page.addresses import Address
    from ui.page.asked import Asked


def query_of(
    asked: Asked,
    address: Address,
    state: ListState,
    fields: tuple[str, ...],
    links: tuple[str, ...],
    limit: int,
    own: frozenset[str] = frozenset(),
) -> Query:
    """Give the query: the screen's own condition always holds. `own` are further parameters of the screen's kind.

    Raises MalformedError for what the address has wrong.
    """
    # A blank one takes the view's away, which is no filter or order of its own.
    given = [pair for pair in address.parameters if pair not in {("filter", ""), ("sort", "")}]
    query = list_query(asked.entity.name, given, OWN_PARAMETERS | own, limit)
    always = asked.screen.options.get("filter")
    parts = [part for part in (parse(always) if always else None, state.filter, state.quick) if part is not None]
    return replace(
        query,
        fields=fields,
        expand=links,
        filter=logic("and", parts) if parts else None,
        sort=state.sort,
    )
