"""The order of rows, and the place in it behind which a page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, or_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from framework.plans.read import SortKey
    from framework.storage.source import Source


def ordered(source: Source, sort: Sequence[SortKey]) -> list[ColumnElement[Any]]:
    """What the rows are sorted by: blanks come last both ways."""
    keys: list[ColumnElement[Any]] = []
    for key in sort:
        column = source.order(key)
        directed = column.desc() if key.descending else column.asc()
        keys.append(directed.nulls_last() if key.may_be_blank else directed)
    return keys


def behind(source: Source, sort: Sequence[SortKey], blanks: Sequence[bool]) -> ColumnElement[bool]:
    """Rows behind the cursor: greater in the first key, or equal in it and greater in the next.

    Blanks of the first key come behind all its values and are read by themselves (`ReadPlan.blank`), so that
    the bound on that key stands alone and an index begins there.
    """
    first, column, value = sort[0], source.order(sort[0]), _sought(source, sort[0], 0)
    following = _beyond(source, sort[1:], blanks[1:], 1)
    if blanks[0]:
        return and_(column.is_(None), *following)
    bound, beyond = (column <= value, column < value) if first.descending else (column >= value, column > value)
    return and_(bound, or_(beyond, *following))


def _beyond(
    source: Source, sort: Sequence[SortKey], blanks: Sequence[bool], at: int
) -> tuple[ColumnElement[bool], ...]:
    """Which rows come behind the cursor's values from key number `at` on, of those that are equal before."""
    if not sort:
        return ()
    column, value = source.order(sort[0]), _sought(source, sort[0], at)
    following = _beyond(source, sort[1:], blanks[1:], at + 1)
    if blanks[0]:
        return (and_(column.is_(None), *following),)
    beyond = [column < value if sort[0].descending else column > value]
    if sort[0].may_be_blank:
        beyond.append(column.is_(None))
    return (or_(*beyond, *(and_(column == value, one) for one in following)),)


def _sought(source: Source, key: SortKey, at: int) -> ColumnElement[Any]:
    column = source.columns(key.field)[source.sorting_place(key)]
    return source.sought(key.field, bindparam(f"seek_{at}", type_=column.type))
