"""Old names follow later renames, end with their time, and give way to whoever takes the name."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from framework.publishing.aliases import LIFE, Alias, in_force, next_aliases
from metadata.diff import difference
from metadata.layers import merge
from tests.support.layers import bundle, with_core

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
TEXT = {"type": "text"}


def step(live: Mapping[str, Alias], before: dict[str, Any], after: dict[str, Any], days: int = 0) -> dict[str, Alias]:
    """The aliases after a publish that came `days` later."""
    one, other = with_core(bundle(before)), with_core(bundle(after))
    return next_aliases(live, difference(one, other), merge(other), NOW + dt.timedelta(days=days))


def entity(name: str, table: str | None = None, **columns: str) -> dict[str, Any]:
    """One entity file; `columns` gives field → column."""
    fields = {field: {**TEXT, "column": column} for field, column in columns.items()}
    return {f"entities/{name}.json": {"fields": fields, **({"table": table} if table else {})}}


def names(aliases: Mapping[str, Alias]) -> dict[str, str]:
    return {address: alias.name for address, alias in aliases.items()}


def test_a_rename_leaves_an_alias_for_a_year() -> None:
    found = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    assert found == {"entity/deal/fields/value": Alias("amount", NOW + LIFE)}
    assert in_force(found, NOW + LIFE - dt.timedelta(seconds=1)) == {"entity/deal/fields/value": "amount"}
    assert in_force(found, NOW + LIFE) == {}


def test_a_second_rename_takes_the_first_alias_along_with_its_own_end() -> None:
    first = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    found = step(first, entity("deal", amount="value"), entity("deal", total="value"), days=10)
    assert names(found) == {"entity/deal/fields/value": "total", "entity/deal/fields/amount": "total"}
    assert found["entity/deal/fields/value"].until == NOW + LIFE


def test_an_alias_that_is_over_is_dropped() -> None:
    first = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    same = entity("deal", amount="value")
    assert step(first, same, same, days=366) == {}


def test_a_rename_back_turns_the_alias_round() -> None:
    first = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    found = step(first, entity("deal", amount="value"), entity("deal", value="value"))
    assert names(found) == {"entity/deal/fields/amount": "value"}


def test_a_field_that_takes_an_old_name_has_it() -> None:
    first = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    found = step(first, entity("deal", amount="value"), entity("deal", amount="value", value="other"))
    assert found == {}


def test_an_alias_goes_with_what_it_stood_for() -> None:
    first = step({}, entity("deal", value="value", title="title"), entity("deal", amount="value", title="title"))
    assert step(first, entity("deal", amount="value", title="title"), entity("deal", title="title")) == {}


def test_field_aliases_move_with_their_entity() -> None:
    first = step({}, entity("deal", value="value"), entity("deal", amount="value"))
    found = step(first, entity("deal", amount="value"), entity("chance", "deal", amount="value"))
    assert names(found) == {"entity/deal": "chance", "entity/chance/fields/value": "amount"}


def test_entity_and_field_renamed_at_once() -> None:
    found = step({}, entity("deal", value="value"), entity("chance", "deal", amount="value"))
    assert names(found) == {"entity/deal": "chance", "entity/chance/fields/value": "amount"}
    again = step(found, entity("chance", "deal", amount="value"), entity("bid", "deal", total="value"))
    assert names(again) == {
        "entity/deal": "bid",
        "entity/chance": "bid",
        "entity/bid/fields/value": "total",
        "entity/bid/fields/amount": "total",
    }
