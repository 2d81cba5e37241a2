"""Checks that need what was before: a type with values stays, a rename is written, rights are stated."""

import pytest

from metadata.check.changes import check_changes, check_values
from metadata.diff import difference
from tests.support.layers import bundle, site

FIELDS = {"name": {"type": "text"}, "zip": {"type": "text", "label": "Zip"}, "size": {"type": "integer"}}


def layers(fields, **roles):
    files = {"entities/deal.json": {"fields": fields}}
    files |= {f"roles/{name}.json": {"grants": grants} for name, grants in roles.items()}
    return [bundle(files)]


def found(before, after, former=None):
    problems = check_changes(difference(before, after, former or {}), after, before)
    return [(one.code, one.severity.value, one.file, one.pointer, str(one.hint)) for one in problems]


def without(name):
    return {key: body for key, body in FIELDS.items() if key != name}


@pytest.mark.parametrize("body", [{"type": "text"}, {"type": "decimal"}])
def test_m701_a_type_cannot_change_yet(body):
    problems = found(layers(FIELDS), layers({**FIELDS, "size": body}))

    assert [one[:4] for one in problems] == [("M701", "error", "entities/deal.json", "/fields/size")]


@pytest.mark.parametrize(
    "new", [("postcode", {"type": "text"}), ("zip_code", {"type": "text"}), ("x", {"type": "text", "label": "Zip"})]
)
def test_m702_a_rename_by_hand_is_met_by_a_hint(new):
    name, body = new

    problems = found(layers(FIELDS), layers({**without("zip"), name: body}))

    assert [one[:4] for one in problems] == [("M702", "hint", "entities/deal.json", f"/fields/{name}")]
    assert "“column”: “zip”" in problems[0][4]


def test_a_rename_with_its_column_is_fine():
    assert found(layers(FIELDS), layers({**without("zip"), "postcode": {"type": "text", "column": "zip"}})) == []


def test_a_field_of_another_type_is_no_rename():
    assert found(layers(FIELDS), layers({**without("zip"), "due": {"type": "date"}})) == []


def test_m703_a_field_that_comes_back_needs_a_right_in_every_role():
    before = layers(without("size"), clerk={"deal": {"read": "all"}})
    after = layers(
        FIELDS,
        clerk={"deal": {"read": "all"}},
        boss={"deal": {"read": "all", "fields": {"size": "read"}}},
        other={"firm": {"read": "all"}},
        rest={"deal": {"read": "all", "fields": {"*": "none", "name": "read"}}},
        admin={"*": {"read": "all"}},
    )

    problems = found(before, after, {"deal": frozenset({"size"})})

    assert [one[:4] for one in problems] == [("M703", "error", "roles/clerk.json", "/grants/deal")]


def test_m704_the_site_wins_over_an_upgrade_and_the_plan_says_so():
    own = site({"entities/deal.json": {"fields": {"zip": {"label": "Postcode", "help": "Five digits."}, "size": None}}})
    upgraded = {**FIELDS, "zip": {"type": "text", "label": "ZIP code"}, "size": {"type": "integer", "min": 1}}

    problems = found([*layers(FIELDS), own], [*layers(upgraded), own])

    assert [one[:4] for one in problems] == [
        ("M704", "hint", "entities/deal.json", "/fields/zip/label"),
        ("M704", "hint", "entities/deal.json", "/fields/size"),
    ]


def test_m705_says_how_many_records_a_narrower_field_leaves_out():
    counts = {("entity/deal/fields/zip", "max_length"): 3, ("entity/deal/fields/size", "max"): 0}

    problems = check_values(counts, layers(FIELDS))

    assert [(one.code, one.severity, one.pointer, one.value) for one in problems] == [
        ("M705", "warning", "/fields/zip/max_length", 3)
    ]
    assert str(problems[0].message) == "3 records do not fit “max_length” of “zip”."
