"""No parameter switches a check off: the unchecked call does not exist."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.reading import Source, breaks, findings


def takes_a_way_round(source: Source) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        match node:
            case ast.arg(arg=name) if name.startswith(("skip_", "ignore_")):
                yield node


def test_the_house_keeps_the_rule() -> None:
    assert findings(takes_a_way_round) == []


@pytest.mark.parametrize(
    "text",
    ["def read(plan, skip_rights=False): ...", "async def f(*, ignore_it): ...", "lambda skip_it: 1"],
)
def test_a_way_round_is_noticed(text: str) -> None:
    assert breaks(takes_a_way_round, "framework.records.reader", text)


def test_other_names_pass() -> None:
    assert not breaks(takes_a_way_round, "framework.records.reader", "def read(plan, *, skipped=()): ...")
