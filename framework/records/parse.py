"""Parameters of an address → Query. The API, the pages and exports share it: one meaning each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from framework.errors import Fault, MalformedError
from framework.plans import AggregateQuery, Count, Query
from framework.records.aggregates import parts_of
from framework.records.planner import MAX_LIMIT, filter_error
from i18n.lazy import msg
from metadata.expressions import MAX_NODES_IN_REQUEST, ExpressionError, logic, parse
from metadata.expressions.shorthand import from_shorthand
from metadata.nearest import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from i18n.lazy import Message
    from metadata.expressions import Node

_T = TypeVar("_T")
LIST_PARAMETERS = frozenset({"fields", "filter", "sort", "limit", "after", "search", "expand", "count", "deleted"})
_SHORTHAND = re.compile(r"filter\[([^\[\]]+)\]\[([^\[\]]+)\]")
_NAMES_AT_MOST = 200


def list_query(
    entity: str, parameters: Iterable[tuple[str, str]], extra: frozenset[str] = frozenset(), limit: int = 50
) -> Query:
    """The query of a list's parameters; those in `extra` are somebody else's and may stand there.

    Raises MalformedError for unknown or doubled parameters and values that make no sense.
    """
    given = _once(parameters, extra)
    return Query(
        entity,
        fields=_names(given, "fields") if "fields" in given else None,
        filter=_conditions(given),
        sort=_names(given, "sort"),
        limit=_limit(given.get("limit"), limit),
        after=given.get("after") or None,
        count=_one_of(given, "count", {"none": Count.NONE, "capped": Count.CAPPED, "exact": Count.EXACT}, Count.NONE),
        expand=_names(given, "expand"),
        search=given.get("search") or None,
        bin=_one_of(given, "deleted", {"no": False, "only": True}, False),  # noqa: FBT003
    )


def aggregate_query(entity: str, parameters: Sequence[tuple[str, str]]) -> AggregateQuery:
    """The query of an aggregate's parameters. Raises MalformedError as `list_query`."""
    given = _once(parameters, frozenset({"group", "measure"}))
    beside = closed([pair for pair in parameters if pair[0] in {"group", "measure"}], frozenset({"group", "measure"}))
    foreign = given.keys() & (LIST_PARAMETERS - {"filter", "search"})
    if foreign:
        name = min(foreign)
        raise _refusal(name, "unknown_parameter", msg("There is no parameter “%(name)s” here", name=name))
    return AggregateQuery(
        entity,
        parts_of(beside["group"], "group") if beside.get("group") else (),
        parts_of(beside["measure"], "measure") if beside.get("measure") else ("count()",),
        _conditions(given),
        given.get("search") or None,
    )


def _conditions(given: dict[str, str]) -> Node | None:
    conditions = [_shorthand(name, value) for name, value in given.items() if name.startswith("filter[")]
    if "filter" in given:
        conditions.append(_filter(given["filter"]))
    return logic("and", conditions) if conditions else None


def _once(parameters: Iterable[tuple[str, str]], extra: frozenset[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parameters:
        if name in extra:
            continue
        if name not in LIST_PARAMETERS and not _SHORTHAND.fullmatch(name):
            hint = nearest_hint(name, LIST_PARAMETERS)
            raise _refusal(name, "unknown_parameter", msg("There is no parameter “%(name)s”", name=name[:60]), hint)
        if name in given:
            raise _refusal(name, "doubled_parameter", msg("The parameter “%(name)s” is given twice", name=name[:60]))
        given[name] = value
    return given


def closed(parameters: Iterable[tuple[str, str]], known: frozenset[str]) -> dict[str, str]:
    """The parameters of an address that takes only the known ones, each once. Raises MalformedError."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name not in known:
            raise _refusal(name, "unknown_parameter", msg("There is no parameter “%(name)s” here", name=name[:60]))
        if name in given:
            raise _refusal(name, "doubled_parameter", msg("The parameter “%(name)s” is given twice", name=name[:60]))
        given[name] = value
    return given


def page_of(given: dict[str, str]) -> tuple[str | None, int]:
    """(cursor or None, limit) of a paged address. Raises MalformedError for an impossible limit."""
    return given.get("after") or None, _limit(given.get("limit"), MAX_LIMIT)


def names_of(text: str, parameter: str) -> tuple[str, ...]:
    """The comma-separated names of a parameter. Raises MalformedError for blank or too many ones."""
    names = tuple(part.strip() for part in text.split(","))
    if not all(names) or len(names) > _NAMES_AT_MOST:
        raise _refusal(parameter, "names", msg("Give names with commas between them"))
    return names


def _names(given: dict[str, str], parameter: str) -> tuple[str, ...]:
    return names_of(given[parameter], parameter) if given.get(parameter) else ()


def _limit(text: str | None, default: int) -> int:
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < len("1000") and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise _refusal("limit", "limit", msg("Give a limit of 1 to %(most)s", most=MAX_LIMIT))


def _one_of(given: dict[str, str], parameter: str, known: dict[str, _T], default: _T) -> _T:
    if parameter not in given:
        return default
    found = known.get(given[parameter])
    if found is None:
        raise _refusal(parameter, "value", msg("Give one of %(names)s", names=", ".join(known)))
    return found


def _filter(text: str) -> Node:
    return _understood("filter", lambda: parse(text, max_nodes=MAX_NODES_IN_REQUEST))


def _shorthand(name: str, value: str) -> Node:
    found = _SHORTHAND.fullmatch(name)
    assert found  # noqa: S101  (`_once` let nothing else through)
    return _understood(name, lambda: from_shorthand(found[1], found[2], value))


def _understood(parameter: str, read: Callable[[], Node]) -> Node:
    try:
        return read()
    except ExpressionError as error:
        raise filter_error(error, parameter) from None


def _refusal(parameter: str, code: str, message: Message, hint: Message | None = None) -> MalformedError:
    return MalformedError(message, [Fault(parameter[:60], code, message, hint)], code=code)
