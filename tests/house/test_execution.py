"""Data never becomes code: no pickles, no eval. Meaning of expressions is given by framework.rules alone."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.reading import Source, breaks, findings, imported

UNPICKLING = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
EVALUATING = {"eval", "exec", "compile", "__import__"}


def turns_data_into_code(source: Source) -> Iterator[ast.AST]:
    yield from (node for node, name in imported(source) if name.partition(".")[0] in UNPICKLING)
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in EVALUATING:
                yield node


def test_the_house_keeps_the_rule() -> None:
    assert findings(turns_data_into_code) == []


@pytest.mark.parametrize("text", ["import pickle", "from marshal import loads", "eval('1')", "exec(source)"])
def test_data_turned_into_code_is_noticed(text: str) -> None:
    assert breaks(turns_data_into_code, "metadata.compile", text)


def test_methods_of_these_names_pass() -> None:
    assert not breaks(turns_data_into_code, "metadata.load", "re.compile('a')")
