"""`filter[field][op]=value` means the same as an expression."""

import pytest

from metadata.expressions import ExpressionError, from_shorthand, parse


@pytest.mark.parametrize(
    ("op", "value", "text"),
    [
        ("eq", "won", "stage = 'won'"),
        ("ne", "it's", "stage != 'it''s'"),
        ("lt", "5", "stage < '5'"),
        ("le", "5", "stage <= '5'"),
        ("gt", "5", "stage > '5'"),
        ("ge", "5", "stage >= '5'"),
        ("in", "won,lost", "stage in ('won', 'lost')"),
        ("in", "won", "stage in ('won')"),
        ("contains", "a,b", "contains(stage, 'a,b')"),
        ("starts_with", "", "starts_with(stage, '')"),
        ("blank", "true", "is_blank(stage)"),
        ("blank", "false", "not is_blank(stage)"),
    ],
)
def test_each_operator_has_its_expression(op: str, value: str, text: str) -> None:
    assert from_shorthand("stage", op, value) == parse(text)


def test_the_field_may_be_reached_over_links() -> None:
    assert from_shorthand("account.industry", "eq", "it") == parse("account.industry = 'it'")


@pytest.mark.parametrize(
    ("field", "op", "value", "code", "hint"),
    [
        ("stage", "equals", "x", "unknown_operator", "Write one of eq, ne,"),
        ("stage", "contain", "x", "unknown_operator", "Did you mean contains?"),
        ("stage", "blank", "yes", "bad_literal", None),
        ("stage = 1 or a", "eq", "x", "syntax", None),
        ("", "eq", "x", "syntax", None),
        ("today()", "eq", "x", "syntax", None),
        ("stage", "eq", "\0", "bad_character", None),
        ("stage", "eq", "\udfff", "bad_character", None),
        ("stage", "eq", "x" * 4001, "too_long", None),
        ("stage", "in", "," * 200, "too_many_nodes", None),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, op: str, value: str, code: str, hint: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        from_shorthand(field, op, value)
    assert caught.value.code == code
    assert hint is None or str(caught.value.hint).startswith(hint)
