"""Text becomes the tree that a reader expects, or an error that says where and what to write instead."""

from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from metadata.expressions import ExpressionError, Node, Path, Root, parse
from metadata.expressions.grammar import made_tables, parser_of, tables_are_current
from metadata.expressions.limits import MAX_CHARACTERS
from metadata.expressions.parse import _Builder
from metadata.expressions.tree import Binary, Call, In, Literal, Logic, Unary, depth, size

A, B, C = (Path((name,)) for name in "abc")
ONE = Literal(Decimal(1))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("account.owner.name", Path(("account", "owner", "name"))),
        ("$record.account", Path(("account",), Root.RECORD)),
        ("$old.stage", Path(("stage",), Root.OLD)),
        ("me().team.name", Path(("team", "name"), Root.ME)),
        ("a.in", Path(("a", "in"))),
        ("'it''s'", Literal("it's")),
        ("''", Literal("")),
        ("12.50", Literal(Decimal("12.50"))),
        ("true", Literal(value=True)),
        ("null", Literal(None)),
        ("-1", Unary("-", ONE)),
        ("a - -1", Binary("-", A, Unary("-", ONE))),
        ("today()", Call("today", ())),
        ("if(a, b, 1)", Call("if", (A, B, ONE))),
        ("a in (b, 1)", In(A, (B, ONE))),
        ("a not in (b)", In(A, (B,), negated=True)),
        ("a in my_teams()", In(A, (Call("my_teams", ()),))),
        ("not a = b", Unary("not", Binary("=", A, B))),
        ("a or b and c", Logic("or", (A, Logic("and", (B, C))))),
        ("(a or b) and c", Logic("and", (Logic("or", (A, B)), C))),
        ("a and (b and c)", Logic("and", (A, B, C))),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a & b + c", Binary("&", A, Binary("+", B, C))),
        ("a & b = c", Binary("=", Binary("&", A, B), C)),
        ("-a * b", Binary("*", Unary("-", A), B)),
        (" a\n\t= \r b ", Binary("=", A, B)),
    ],
)
def test_text_becomes_a_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_one_and_true_are_different_literals() -> None:
    assert Literal(Decimal(1)) != Literal(value=True)


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("", 1, "Expected a value or a name, but the expression ends", None),
        ("a =", 4, "Expected a value or a name, but the expression ends", None),
        ("a b", 3, "Expected an operator or the end, found b", None),
        ("(a", 3, "Expected an operator or a closing bracket, but the expression ends", None),
        ("f(a b", 5, "Expected an operator, a comma or a closing bracket, found b", None),
        ("f(", 3, "Expected a value, a name or a closing bracket, but the expression ends", None),
        ("a.", 3, "Expected a name, but", None),
        ("a..b", 3, "Expected a name, found .", None),
        ("$old", 5, "Expected a dot, but", None),
        ("a in", 5, "Expected a list in brackets, but", None),
        ("a not b", 7, "Expected the word in, found b", None),
        ("a in ()", 7, "Expected a value or a name, found )", None),
        ("a < b < c", 7, "Expected an operator or the end, found <", None),
        ("1e5", 2, "Expected an operator or the end, found e5", None),
        ("a\n\nb", 4, "found b", None),
        ("a 'b'", 3, "found 'b'", None),
        (f"a '{'b' * 60}'", 3, f"found '{'b' * 39}….", None),
        ("a == b", 4, "found =", "Write = to compare."),
        ("a <> b", 4, "found >", "Write != for “is not”."),
        ("a && b", 4, "found &", "Write and."),
        ("a || b", 3, "found |", "Write or."),
        ("a ≠ b", 3, "found ≠", "Write !=."),
        ("!a", 1, "found !", "Write not, or != to compare."),
        ('a = "b"', 5, 'found "', "A text stands in single quotes: 'like this'."),
        ("a = 'b", 5, "found '", "The text that begins here is not closed; a quote inside it is written twice: ''."),
        ("a AND b", 3, "found AND", "Write and in small letters."),
        ("NOT a", 5, "found a", "Write not in small letters."),
        ("a ^ 2", 3, "found ^", "There is no power operator."),
        ("a in [1]", 6, "found [", "A list stands in round brackets: (1, 2)."),
    ],
)
def test_a_syntax_error_says_where_and_what_to_write(text: str, column: int, message: str, hint: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert (error.code, error.column) == ("syntax", column)
    assert message in str(error.message)
    assert (str(error.hint) if error.hint else None) == hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("$recrd.a", "There is no $recrd.", "Did you mean record?"),
        ("$x.a", "There is no $x.", "Write $record or $old."),
        ("you().a", "you() has no fields.", "Only me() leads on, as in me().team."),
    ],
)
def test_a_path_begins_at_a_known_root(text: str, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(f"1 = {text}")
    error = caught.value
    assert (error.code, error.column, str(error.message), str(error.hint)) == ("unknown_name", 5, message, hint)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("'" + "x" * MAX_CHARACTERS, "too_long", MAX_CHARACTERS + 1),
        ("'a\0'", "bad_character", 3),
        ("\ud800", "bad_character", 1),
        (" + ".join("1" * 201), "too_many_nodes", 1),
        ("(" * MAX_CHARACTERS, "syntax", MAX_CHARACTERS + 1),
        ("-" * 40 + "1", "too_deep", 1),
        ("not " * 999 + "a", "too_many_nodes", 1),
        ("f(" * 1999, "syntax", 3999),
    ],
)
def test_limits_are_kept(text: str, code: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.column) == (code, column)


def test_what_the_limits_allow_is_read() -> None:
    assert depth(parse("-" * 39 + "1")) == 40
    assert size(parse(" or ".join("a" * 399))) == 400
    assert parse(f"'{'x' * (MAX_CHARACTERS - 2)}'") == Literal("x" * (MAX_CHARACTERS - 2))


def test_a_caller_may_allow_fewer_nodes() -> None:
    assert size(parse("a = 1", max_nodes=3)) == 3
    with pytest.raises(ExpressionError, match="at most 2 parts here; this one has 3"):
        parse("a = 1", max_nodes=2)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("(", ")", None),
        ("if(a, b, ", ")", "too_many_nodes"),
        ("f(", ")", "too_many_nodes"),
        ("not (", ")", "too_many_nodes"),
        ("a in (", ")", "too_many_nodes"),
    ],
)
def test_deep_nesting_never_exhausts_the_stack(before: str, after: str, code: str | None) -> None:
    levels = MAX_CHARACTERS // (len(before) + len(after)) - 1
    assert _code(before * levels + "a" + after * levels) == code


def _code(text: str) -> str | None:
    try:
        parse(text)
    except ExpressionError as error:
        return error.code
    return None


FRAGMENTS = st.sampled_from(
    [
        *"abc$.,()+-*/%&=<>!'\"\n 019[]|^?",
        "and",
        "or",
        "not",
        "in",
        "true",
        "null",
        "me()",
        "$old.",
        "'x'",
        "1.5",
        "<=",
        " ",
    ]
)


@given(st.text() | st.lists(FRAGMENTS, max_size=30).map(" ".join) | st.lists(FRAGMENTS, max_size=30).map("".join))
def test_no_text_makes_another_error(text: str) -> None:
    event(f"{_code(text)}")


def test_the_tables_were_made_of_the_grammar() -> None:
    assert tables_are_current(), "run metadata.expressions.grammar.write_tables()"


def test_tables_made_anew_read_the_same() -> None:
    text = "not a in (1, 'x') and $record.b.c >= -me().d % 2 or f(g(), null) & '' = true"
    assert parser_of(made_tables(), _Builder(named=False)).parse(text) == parse(text)


def test_a_place_may_give_names_to_things():
    assert parse("$input.amount", named=True) == Path(("input", "amount"), Root.NAMED)
    assert parse("$record.name", named=True) == Path(("name",), Root.RECORD)
