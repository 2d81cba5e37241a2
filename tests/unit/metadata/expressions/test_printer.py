"""Canonical text: what it looks like, and that reading it again gives the same tree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.expressions import Node, from_json, parse, to_json, to_text
from metadata.expressions.tree import Binary, Call, In, Literal, Logic, Path, Root, Unary, depth, logic

NAMES = st.sampled_from(["a", "stage", "amount", "A_9"])
# What is named is known only at its place.
ROOTS = st.sampled_from([root for root in Root if root is not Root.NAMED])
NUMBERS = st.decimals(0, 10**6, places=3) | st.integers(0, 10**20).map(Decimal)
LEAVES = (
    st.builds(Path, st.lists(NAMES, min_size=1, max_size=3).map(tuple), ROOTS)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8).map(Literal)
    | NUMBERS.map(Literal)
    | st.sampled_from([True, False, None]).map(Literal)
)


def _compound(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Unary, st.sampled_from(["not", "-"]), parts)
        | st.builds(
            Binary, st.sampled_from(["+", "-", "*", "/", "%", "&", "=", "!=", "<", "<=", ">", ">="]), parts, parts
        )
        | st.builds(logic, st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=3))
        | st.builds(In, parts, several, st.booleans())
        | st.builds(Call, NAMES, several | st.just(()))
    )


TREES = st.recursive(LEAVES, _compound, max_leaves=20).filter(lambda node: depth(node) <= 40)


@given(TREES)
def test_printed_text_is_read_as_the_same_tree(node: Node) -> None:
    assert parse(to_text(node)) == node


@given(TREES)
def test_json_is_read_as_the_same_tree(node: Node) -> None:
    assert from_json(to_json(node)) == node


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a=1", "a = 1"),
        ("((a))", "a"),
        ("(a and b) and (c or d)", "a and b and (c or d)"),
        ("not (a = b)", "not a = b"),
        ("(not a) = b", "(not a) = b"),
        ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + (b + c)"),
        ("(a * b) + c", "a * b + c"),
        ("a * (b + c)", "a * (b + c)"),
        ("-(-a)", "--a"),
        ("-(a * b)", "-(a * b)"),
        ("(a = b) = c", "(a = b) = c"),
        ("(a in (1)) in (true)", "(a in (1)) in (true)"),
        ("a in my_teams()", "a in (my_teams())"),
        ("a not  in('it''s',null)", "a not in ('it''s', null)"),
        ("f( )", "f()"),
        ("me() . team", "me().team"),
        ("1.50", "1.50"),
    ],
)
def test_text_is_canonical(written: str, canonical: str) -> None:
    assert to_text(parse(written)) == canonical


def test_a_chain_needs_no_brackets_but_its_parts_may() -> None:
    assert to_text(Logic("or", (Path(("a",)), parse("b and c")))) == "a or b and c"
