"""A bundle in which anything is replaced, moved or taken away gives problems or a snapshot, never an exception."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from framework.extension import installed_catalogue
from metadata.check import check
from metadata.compile import compile_snapshot
from metadata.layers import in_order
from metadata.load import load_core, read_layer
from metadata.problems import has_errors
from tests.http.malformed.odd import JSON_VALUES

SALES = Path(__file__).parents[2] / "examples" / "b2b_sales"
CASES = 200
# Words that mean something elsewhere, so that some of what is spoilt still fits together.
WORDS = ("name", "opportunity", "user", "everyone", "$record.name", "name = 'x'", "x = ", "(" * 50, "today()", "-name")
KEYS = (
    "type",
    "to",
    "formula",
    "filter",
    "default",
    "fields",
    "options",
    "roles",
    "grants",
    "sys_x",
    "id",
    "",
    "a" * 60,
)


def test_whatever_is_spoilt_is_told_or_compiled() -> None:
    random, core = Random("spoilt bundles"), load_core()  # noqa: S311  (repeatable)
    compiled = 0
    for _ in range(CASES):
        files = {path: text.encode() for path, text in spoilt(random).items()}
        layer, problems = read_layer(files)
        found = [*problems, *check([core, layer], installed_catalogue())]
        assert all(str(problem.message) and problem.as_json() for problem in found)
        if not has_errors(found):
            compile_snapshot(in_order([core, layer]), installed_catalogue())
            compiled += 1
    assert 0 < compiled < CASES


def spoilt(random: Random) -> dict[str, str]:
    """The files of the sales bundle with one to three places spoilt."""
    bodies = {
        path.relative_to(SALES).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in SALES.rglob("*.json")
    }
    texts = {path: json.dumps(body) for path, body in bodies.items()}
    for path in random.sample(sorted(bodies), random.choice((1, 1, 2, 3))):
        texts[path] = spoil(bodies[path], random)
    return texts


def spoil(body: Any, random: Random) -> str:
    """The text of a body in which something was replaced, taken away, added, renamed or put into itself."""
    whole = copy.deepcopy(body)
    inside, key = random.choice(list(places(body)))
    marks = {"value": random.choice((*JSON_VALUES, *map(json.dumps, WORDS))), "whole": json.dumps(whole)}
    match random.choice(("replace", "replace", "remove", "add", "rename", "nest")):
        case "remove":
            del inside[key]
        case "add" if isinstance(inside, dict):
            inside[random.choice(KEYS)] = "\0value"
        case "rename" if isinstance(inside, dict):
            inside[random.choice(KEYS)] = inside.pop(key)
        case "nest":
            inside[key] = "\0whole"
        case _:
            inside[key] = "\0value"
    text = json.dumps(body)
    for mark, put in marks.items():
        text = text.replace(json.dumps(f"\0{mark}"), put)
    return text


def places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every place below a body: what holds it, and its key there."""
    keys = list(body) if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    for key in keys:
        yield body, key
        yield from places(body[key])
