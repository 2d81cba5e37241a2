"""What names, literals and operators mean, what fits together, and what is refused with which words."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from framework.rules import SIGNATURES
from metadata.expressions import (
    Apply,
    Const,
    ExpressionError,
    Ref,
    Resolved,
    Root,
    Step,
    Type,
    TypedNode,
    assigned,
    check,
    conjunction,
    from_json,
    parse,
    refs,
)
from metadata.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    INTEGER,
    JSON,
    NULL,
    TEXT,
    TIME,
    Kind,
    choice,
    decimal,
    link,
    money,
)
from tests.unit.metadata.expressions.deal import FIELDS, PEOPLE, STAGES, DealScope


def typed(text: str, wanted: Type | None = None, *roots: Root) -> TypedNode:
    return check(parse(text), DealScope(*roots), SIGNATURES, wanted)


def ref(name: str, root: Root = Root.SELF) -> Ref:
    return Ref(root, (Step("deal", name),), None, FIELDS[name])


def refused(text: str, wanted: Type | None = None, *roots: Root) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        typed(text, wanted, *roots)
    return caught.value


def test_a_name_becomes_a_reference_with_its_steps_and_type() -> None:
    assert typed("stage") == ref("stage")
    over_a_link = typed("account.industry")
    assert over_a_link == Ref(Root.SELF, (Step("deal", "account"), Step("account", "industry")), None, TEXT)
    assert over_a_link.key == "account.industry"


def test_a_part_of_a_value_has_its_own_type() -> None:
    node = typed("price.currency")
    assert node == Ref(Root.SELF, (Step("deal", "price"),), "currency", TEXT)
    assert node.key == "price.currency"


def test_the_former_value_has_a_key_of_its_own() -> None:
    assert typed("$old.stage", None, Root.OLD).key == "$old.stage"


@pytest.mark.parametrize(
    ("text", "value", "of"),
    [
        ("closed_on >= '2026-03-01'", dt.date(2026, 3, 1), DATE),
        ("'2026-03-01' <= closed_on", dt.date(2026, 3, 1), DATE),
        ("made_at < '2026-03-01T01:30:00+01:00'", dt.datetime(2026, 3, 1, 0, 30, tzinfo=dt.UTC), DATETIME),
        ("made_at < '2026-03-01 00:00Z'", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), DATETIME),
        ("opens = '09:30'", dt.time(9, 30), TIME),
        ("took > 'P1DT2H3M4S'", dt.timedelta(days=1, hours=2, minutes=3, seconds=4), DURATION),
        ("stage = 'won'", "won", choice(STAGES)),
        ("name = 'won'", "won", TEXT),
        ("owner = '01890000-0000-7000-8000-00000000000A'", "01890000-0000-7000-8000-00000000000a", link("user")),
        ("seats = '12'", 12, INTEGER),
        ("rate = '-1.50'", Decimal("-1.50"), decimal(3)),
        ("done = 'true'", True, BOOLEAN),
        ("rate > 0.5", Decimal("0.5"), decimal(1)),
        ("seats > -3", -3, INTEGER),
        ("seats > 99999999999999999999", 99999999999999999999, INTEGER),
    ],
)
def test_a_literal_takes_the_type_of_the_other_side(text: str, value: object, of: Type) -> None:
    node = typed(text)
    assert isinstance(node, Apply)
    (const,) = [one for one in node.arguments if isinstance(one, Const)]
    assert (const.value, const.type.kind, type(const.value)) == (value, of.kind, type(value))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("seats + 1", INTEGER),
        ("seats * floors", Type(Kind.INTEGER, scale=0)),
        ("seats / floors", decimal(10)),
        ("seats % floors", INTEGER),
        ("rate + 0.5", decimal(3)),
        ("rate * rate", decimal(6)),
        ("fine * fine", decimal(10)),
        ("seats + rate", decimal(3)),
        ("amount + 1", money("EUR", 2)),
        ("amount + budget", money("EUR", 4)),
        ("amount * rate", money("EUR", 5)),
        ("amount * rate / 100", money("EUR", 10)),
        ("amount / budget", decimal(10)),
        ("amount % 10", money("EUR", 2)),
        ("-amount", money("EUR", 2)),
        ("price * 2", money(None, 2)),
        ("took + planned", DURATION),
        ("took - 'PT30M'", DURATION),
        ("'P1D' + took", DURATION),
        ("took + null", DURATION),
        ("name & 'x'", TEXT),
        ("stage & name", TEXT),
        ("not done", BOOLEAN),
        ("today()", DATE),
        ("me()", link("user")),
        ("if(done, stage, 'lost')", choice(STAGES)),
        ("if(done, stage, former)", choice(STAGES | {"none"})),
        ("if(done, stage, name)", TEXT),
        ("if(done, 1, 2.5)", decimal(1)),
        ("if(done, seats)", INTEGER),
        ("coalesce(null, seats, 1.25)", decimal(2)),
        ("coalesce(closed_on, '2026-01-01')", DATE),
        ("coalesce(owner, me())", link("user")),
        ("coalesce('a', 'b')", TEXT),
        ("coalesce(null)", NULL),
        ("max(seats, amount)", money("EUR", 2)),
        ("round(amount, 1)", money("EUR", None)),
        ("round(rate)", decimal(0)),
        ("floor(rate)", INTEGER),
        ("abs(seats)", INTEGER),
        ("add_days(made_at, 1)", DATETIME),
        ("add_days('2026-01-01', 1)", DATE),
        ("add_days('2026-01-01T00:00Z', 1)", DATETIME),
    ],
)
def test_every_expression_has_a_type(text: str, result: Type) -> None:
    assert typed(text).type == result


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("'2026-01-01'", DATE, dt.date(2026, 1, 1)),
        ("'won'", choice(STAGES), "won"),
        ("null", DATE, None),
        ("1", money("EUR", 2), 1),
        ("true", BOOLEAN, True),
    ],
)
def test_a_literal_alone_takes_the_wanted_type(text: str, wanted: Type, value: object) -> None:
    node = typed(text, wanted)
    assert isinstance(node, Const)
    assert node.value == value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("amount", decimal(2)),
        ("rate", INTEGER),
        ("seats", money("EUR", 2)),
        ("stage", TEXT),
        ("name", choice(STAGES)),
        ("me()", link("user")),
        ("null", BOOLEAN),
    ],
)
def test_a_value_may_be_assigned_where_its_type_allows(text: str, wanted: Type) -> None:
    typed(text, wanted)


@pytest.mark.parametrize(
    ("text", "code", "column", "message", "hint"),
    [
        ("nmae = 'x'", "unknown_name", 1, "There is no field nmae.", "Did you mean name?"),
        ("1 = account.indstry", "unknown_name", 13, "There is no field indstry.", "Did you mean industry?"),
        ("xxxxx", "unknown_name", 1, "There is no field xxxxx.", "If a text is meant, write it in quotes: 'xxxxx'."),
        ("done = TRUE", "unknown_name", 8, "There is no field TRUE.", "Write true in small letters."),
        ("account.xxxxx", "unknown_name", 9, "There is no field xxxxx.", None),
        ("me().team = team", "out_of_place", 1, "me() cannot be used here.", None),
        ("round(name)", "wrong_type", 7, "Expected a number, found text.", None),
        ("add_days(name, 1)", "wrong_type", 10, "Expected a date, found text.", None),
        ("$old.stage", "out_of_place", 1, "$old cannot be used here.", None),
        ("changed(stage)", "out_of_place", 9, "$old cannot be used here.", None),
        ("1 = lne(name)", "unknown_function", 5, "There is no function lne.", "Did you mean len?"),
        ("len()", "wrong_arguments", 1, "len takes other arguments than these 0.", "Write len(text)."),
        ("round(1, 2, 3)", "wrong_arguments", 1, "round takes other arguments", "Write round(number, [places])."),
        ("concat()", "wrong_arguments", 1, "concat takes other arguments", "Write concat(text, …)."),
        ("len(seats)", "wrong_type", 5, "Expected a text, found a whole number.", None),
        ("name + 'x'", "wrong_type", 6, "+ does not work between text and text.", "Write & to join texts."),
        ("name & seats", "wrong_type", 8, "Expected text, found a whole number.", "Write text(…) around it."),
        (
            "closed_on + 1",
            "wrong_type",
            11,
            "+ does not work between a date and a whole number.",
            "Write add_days(date, days), or days_between(from, to).",
        ),
        ("took * 2", "wrong_type", 6, "* does not work between a duration and a whole number.", None),
        ("took + '30 min'", "bad_literal", 8, "'30 min' is not a duration such as P1DT2H30M.", None),
        ("amount * budget", "wrong_type", 8, "* does not work between", None),
        ("1 / amount", "wrong_type", 3, "/ does not work between", None),
        ("1 % amount", "wrong_type", 3, "% does not work between", None),
        ("name * 2", "wrong_type", 6, "* does not work between text and a whole number.", None),
        ("-name", "wrong_type", 2, "Expected a number, found text.", None),
        ("not seats", "wrong_type", 5, "Expected a condition, found a whole number.", None),
        ("done and seats", "wrong_type", 10, "Expected a condition, found a whole number.", None),
        ("if(seats, 1, 2)", "wrong_type", 4, "Expected true or false, found a whole number.", None),
        ("name = seats", "wrong_type", 8, "text and a whole number cannot stand together.", None),
        ("name in (stage, done)", "wrong_type", 17, "text and true or false cannot stand together.", None),
        ("owner = team", "wrong_type", 9, "a link and a link", "The two never point at the same entity."),
        (
            "closed_on = made_at",
            "wrong_type",
            13,
            "a date and a date with time",
            "Compare a date with time to a moment, such as now() or '2026-03-01T00:00:00Z'.",
        ),
        ("stage < 'won'", "wrong_type", 7, "a choice has no order: only = and != work.", None),
        ("done > open", "wrong_type", 6, "true or false has no order", None),
        ("min(stage, former)", "wrong_type", 5, "Expected a value that has an order, found a choice.", None),
        ("team = my_teams()", "wrong_type", 8, "A set of values can only stand after in.", "Write, for example,"),
        ("is_blank(my_teams())", "wrong_type", 10, "A set of values can only stand after in.", None),
        ("my_teams()", "wrong_type", 1, "A set of values can only stand after in.", None),
        ("my_teams() in (team)", "wrong_type", 1, "A set of values can only stand after in.", None),
        ("has_role(name)", "wrong_type", 10, "Expected a text in quotes, found text.", None),
        ("changed(1)", "wrong_arguments", 9, "changed takes the name of a field.", None),
        ("stage = 'one'", "unknown_option", 9, "There is no option one.", "Did you mean won?"),
        ("stage in ('won', 'lots')", "unknown_option", 18, "There is no option lots.", "Did you mean lost?"),
        ("closed_on = '2026-02-30'", "bad_literal", 13, "'2026-02-30' is not a date such as 2026-03-01.", None),
        ("closed_on = '20260203'", "bad_literal", 13, "is not a date", None),
        ("made_at = '2026-03-01'", "bad_literal", 11, "is not a moment with its offset such as", None),
        ("made_at = '2026-03-01T00:00:00'", "bad_literal", 11, "is not a moment with its offset", None),
        ("made_at = '0001-01-01T00:00:00+01:00'", "bad_literal", 11, "is not a moment", None),
        ("opens = '9:30'", "bad_literal", 9, "is not a time", None),
        ("took = '3 days'", "bad_literal", 8, "is not a duration", None),
        ("took = 'P'", "bad_literal", 8, "is not a duration", None),
        ("took = 'P1DT'", "bad_literal", 8, "is not a duration", None),
        ("seats = 'a'", "bad_literal", 9, "'a' is not a number such as 12.", None),
        ("rate = '1e3'", "bad_literal", 8, "'1e3' is not a number", None),
        ("rate = 'NaN'", "bad_literal", 8, "'NaN' is not a number", None),
        ("rate = '١'", "bad_literal", 8, "is not a number", None),
        ("done = 'yes'", "bad_literal", 8, "'yes' is not true or false.", None),
        ("owner = 'me'", "bad_literal", 9, "'me' is not a record's id.", None),
        ("year('x')", "bad_literal", 6, "'x' is not a date", None),
        ("name = null", "compare_null", 8, "Nothing equals null", "Write is_blank(…) or not is_blank(…)."),
        ("name in ('a', null)", "compare_null", 15, "Nothing equals null", "Write is_blank(…)"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, code: str, column: int, message: str, hint: str | None) -> None:
    error = refused(text)
    assert (error.code, error.column) == (code, column)
    assert message in str(error.message)
    if hint is not None:
        assert str(error.hint).startswith(hint)


@pytest.mark.parametrize(
    ("text", "wanted", "code"),
    [
        ("name", BOOLEAN, "wrong_type"),
        ("amount", money("USD", 2), "wrong_type"),
        ("seats", TEXT, "wrong_type"),
        ("owner", link("team"), "wrong_type"),
        ("'x'", DATE, "bad_literal"),
        ("'x'", choice(STAGES), "unknown_option"),
    ],
)
def test_a_value_of_another_type_than_wanted_is_refused(text: str, wanted: Type, code: str) -> None:
    assert refused(text, wanted).code == code


def test_a_long_negative_number_keeps_all_its_digits() -> None:
    node = typed(f"-{'123456789' * 5}.5")
    assert isinstance(node, Const)
    assert str(node.value) == f"-{'123456789' * 5}.5"


def test_an_error_in_a_tree_without_text_has_no_column() -> None:
    with pytest.raises(ExpressionError) as caught:
        check(from_json({"path": "nmae"}), DealScope(), SIGNATURES)
    assert caught.value.column == 0


def test_changed_looks_at_both_values() -> None:
    node = typed("changed(stage)", BOOLEAN, Root.OLD)
    assert node == Apply("changed", (ref("stage"), ref("stage", Root.OLD)), BOOLEAN)


def test_refs_gives_what_must_be_loaded() -> None:
    node = typed("account.size > seats and stage in ('won') and changed(name)", None, Root.OLD)
    assert {one.key for one in refs(node)} == {"account.size", "seats", "stage", "name", "$old.name"}


def test_conditions_are_joined_by_and() -> None:
    one, other = typed("done"), typed("open")
    assert conjunction([]) == Const(value=True, type=BOOLEAN)
    assert conjunction([one]) == one
    assert conjunction([one, other]) == typed("done and open")


def test_assigning_rounds_numbers_only() -> None:
    assert assigned(typed("name"), TEXT) == typed("name")
    assert assigned(typed("rate"), decimal(None)) == typed("rate")
    rounded = assigned(typed("rate"), decimal(1, 5))
    assert (rounded.function, rounded.type) == ("assign", decimal(1, 5))


def test_two_lists_without_a_common_option_are_not_compared() -> None:
    class OtherList(DealScope):
        def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
            found = super().resolve(root, names)
            return replace(found, type=choice(frozenset({"hot", "cold"}))) if names == ("former",) else found

    with pytest.raises(ExpressionError) as caught:
        check(parse("stage = former"), OtherList(), SIGNATURES)
    assert str(caught.value.hint) == "The two lists have no option in common."


class WithJson(DealScope):
    """The deal with JSON in the place of its notes."""

    def resolve(self, root: Root, names: tuple[str, ...]) -> Resolved:
        found = super().resolve(root, names)
        return replace(found, type=JSON) if names == ("note",) else found


@pytest.mark.parametrize(
    "text",
    [
        "note = 'x'",
        "note = note",
        "'x' = note",
        "note in ('x')",
        "note < note",
        "coalesce(note, note)",
        "if(done, note)",
    ],
)
def test_json_has_no_meaning_in_expressions(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), WithJson(), SIGNATURES)
    assert (caught.value.code, str(caught.value.message)) == ("wrong_type", "JSON has no meaning in expressions.")
    assert caught.value.column == text.index("note") + 1


@pytest.mark.parametrize(
    "text", ["note & 'x'", "len(note)", "note + 1", "-note", "not note", "min(note)", "note and done"]
)
def test_nothing_else_takes_json_either(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), WithJson(), SIGNATURES)
    assert caught.value.code == "wrong_type"


def test_whether_json_is_there_and_whether_it_changed_can_be_asked() -> None:
    assert check(parse("is_blank(note)"), WithJson(), SIGNATURES).type == BOOLEAN
    assert check(parse("changed(note)"), WithJson(Root.OLD), SIGNATURES).type == BOOLEAN


def test_a_written_text_is_no_json() -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse("'[1]'"), WithJson(), SIGNATURES, JSON)
    assert caught.value.code == "bad_literal"


def test_people_may_be_named_by_id() -> None:
    assert typed(f"owner in ('{PEOPLE[0]}', me())").type == BOOLEAN
