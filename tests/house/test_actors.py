"""Work without a person is rare and listed: a SystemActor anywhere else would be a way round rights."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.reading import Source, breaks, findings, imported

# Commands of an operator, jobs of the schedule; auth.system makes one for these two.
MAKERS = ("framework.auth", "framework.commands", "framework.jobs")
SYSTEM = re.compile(r"\b(auth|actors)\.system$")


def makes_a_system_actor(source: Source) -> Iterator[ast.AST]:
    if source.inside(*MAKERS):
        return
    yield from (node for node, name in imported(source) if SYSTEM.search(name))
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="SystemActor") | ast.Attribute(attr="SystemActor")):
                yield node


def test_the_house_keeps_the_rule() -> None:
    assert findings(makes_a_system_actor) == []


@pytest.mark.parametrize("call", ["SystemActor('x')", "context.SystemActor('x')", "auth.system(db)"])
def test_a_system_actor_is_noticed_where_none_is_listed(call: str) -> None:
    assert breaks(makes_a_system_actor, "framework.records.writer", call)
    assert not breaks(makes_a_system_actor, "framework.commands.apply", call)
