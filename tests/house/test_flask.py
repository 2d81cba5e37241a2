"""Flask's globals stay where requests arrive; below, the actor and the context are arguments."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.reading import Source, breaks, findings, imported

DOORSTEP = ("framework.api", "framework.app", "framework.extension", "framework.guards", "ui", "admin")
GLOBALS = {f"flask.{name}" for name in ("request", "session", "current_app", "g")}


def reaches_for_flask_globals(source: Source) -> Iterator[ast.AST]:
    if not source.inside(*DOORSTEP):
        yield from (node for node, name in imported(source) if name in GLOBALS)


def test_the_house_keeps_the_rule() -> None:
    assert findings(reaches_for_flask_globals) == []


@pytest.mark.parametrize("text", ["from flask import Flask, request", "flask.current_app.config"])
def test_a_global_is_noticed_outside_the_doorstep(text: str) -> None:
    assert breaks(reaches_for_flask_globals, "framework.records.door", text)
    assert not breaks(reaches_for_flask_globals, "framework.api.records", text)
