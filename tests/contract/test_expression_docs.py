"""The page about expressions tells the truth: its examples are run, and nothing that exists is missing."""

import ast
import re
from pathlib import Path

import pytest

from framework.rules import FUNCTIONS, SIGNATURES, evaluator
from metadata.expressions import ExpressionError, TypedNode, check, from_json, parse
from metadata.expressions.arguments import form
from tests.contract.expression_world import ENV
from tests.unit.metadata.expressions.deal import DealScope

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/expressions.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = [line for language, block in BLOCKS if not language for line in block.splitlines()]
RESULTS = [line for line in LINES if "→" in line]
REFUSALS = [line for line in LINES if "refused: " in line]
EXAMPLES = [line for line in LINES if line not in {*RESULTS, *REFUSALS}]


def typed(text: str) -> TypedNode:
    return check(parse(text), DealScope(), SIGNATURES)


@pytest.mark.parametrize("line", RESULTS)
def test_an_example_gives_what_the_page_says(line: str) -> None:
    text, result = line.split("→")
    node = typed(text)
    expected = check(parse(result.strip()), DealScope(), SIGNATURES, node.type)
    assert evaluator(node)({}, ENV) == evaluator(expected)({}, ENV)


@pytest.mark.parametrize("line", REFUSALS)
def test_an_example_is_refused_as_the_page_says(line: str) -> None:
    text, code = line.split("refused: ")
    with pytest.raises(ExpressionError) as caught:
        typed(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_makes_sense(text: str) -> None:
    typed(text)


def test_the_filters_of_the_page_mean_the_same() -> None:
    (json,) = (block for language, block in BLOCKS if language)
    (text,) = re.findall(r"text: `\?filter=(.*?)`", PAGE)
    assert from_json(ast.literal_eval(json)) == parse(text)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_section_with_its_form(name: str) -> None:
    section = re.search(rf"^### `{name}`\n\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, f"write a section ### `{name}`"
    written = form(SIGNATURES[name])
    assert section[1].startswith(f"`{written}`. "), f"begin it with `{written}`."


def codes_in_use() -> set[str]:
    """The first argument of every ExpressionError that our own code makes."""
    found: set[str] = set()
    for folder in ("metadata/expressions", "framework/rules"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="ExpressionError"), args=[ast.Constant(value=str(code)), *_]):
                        found.add(code)
    return found


def test_every_error_has_its_section() -> None:
    headings = set(re.findall(r"^### `(\w+)`$", PAGE.partition("## Errors")[2], re.MULTILINE))
    assert headings == codes_in_use()
