"""What changed is told part by part, by identity, with what it does to the data and whom it concerns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.diff import ChangeKind, Risk, difference, renames
from tests.support.layers import bundle, site, with_core

DEAL = {
    "label": "Deal",
    "fields": {
        "name": {"type": "text", "label": "Name", "max_length": 80},
        "size": {"type": "decimal", "scale": 2, "min": 0},
        "stage": {"type": "choice", "choices": "stage"},
        "firm": {"type": "link", "to": "firm"},
    },
    "rules": {"r": {"refuse_when": "is_blank(name)", "message": "Name!"}},
    "unique": {"once": {"fields": ["name"]}},
}
FILES = {
    "entities/deal.json": DEAL,
    "entities/firm.json": {"fields": {"name": {"type": "text"}, "parent": {"type": "link", "to": "firm"}}},
    "choices/stage.json": {"options": {"new": {}, "won": {}}},
    "screens/deal_list.json": {"kind": "list", "entity": "deal", "columns": ["name", "firm.name"]},
    "roles/clerk.json": {"grants": {"deal": {"read": "all", "fields": {"size": "read"}}}},
}


def changes(files, before=FILES, former=None):
    found = difference(with_core(bundle(before)), with_core(bundle(files)), former or {})
    return [(one.address, one.kind.value, str(one.risk)) for one in found]


def with_field(name, body, *, old=None):
    """The files with a field added or changed, or taking the place of `old`."""
    fields = {key: value for key, value in DEAL["fields"].items() if key != old}
    return {**FILES, "entities/deal.json": {**DEAL, "fields": {**fields, name: body}}}


def without_field(name):
    fields = {key: value for key, value in DEAL["fields"].items() if key != name}
    return {**FILES, "entities/deal.json": {**DEAL, "fields": fields}}


def field_change(files):
    return [one for one in changes(files) if "/fields/" in one[0]]


def test_the_same_layers_have_no_difference():
    assert changes(FILES) == []


def test_from_nothing_everything_is_added():
    found = difference([], with_core(bundle(FILES)))

    assert {one.kind for one in found} == {ChangeKind.ADDED}
    assert {"entity/deal", "entity/user", "role/administrator", "bundle/shop", "bundle/core"} <= {
        one.address for one in found
    }


@pytest.mark.parametrize(
    ("body", "risk"),
    [
        ({"type": "text"}, "instant"),
        ({"type": "text", "required": True}, "instant"),
        ({"type": "text", "indexed": True}, "scan"),
        ({"type": "text", "unique": True}, "scan"),
    ],
)
def test_a_new_field_is_added(body, risk):
    assert field_change(with_field("code", body)) == [("entity/deal/fields/code", "added", risk)]


@pytest.mark.parametrize(
    ("name", "key", "value", "risk"),
    [
        ("name", "label", "Title", "none"),
        ("name", "max_length", 120, "none"),
        ("name", "max_length", 40, "scan"),
        ("name", "max_length", None, "none"),
        ("name", "min_length", 2, "scan"),
        ("name", "pattern", "a+", "scan"),
        ("name", "required", True, "scan"),
        ("name", "unique", True, "scan"),
        ("name", "searchable", True, "scan"),
        ("name", "personal", True, "none"),
        ("name", "type", "long_text", "blocked"),
        ("size", "min", 1, "scan"),
        ("size", "min", -1, "none"),
        ("size", "max", 9, "scan"),
        ("size", "scale", 3, "blocked"),
        ("firm", "to", "deal", "blocked"),
        ("stage", "flow", {"new": ["won"]}, "none"),
    ],
)
def test_a_changed_field_says_what_that_does_to_its_values(name, key, value, risk):
    body = {**DEAL["fields"][name], key: value}
    files = with_field(name, {key: part for key, part in body.items() if part is not None})

    assert field_change(files) == [(f"entity/deal/fields/{name}", "changed", risk)]


def test_a_field_that_is_gone_or_marked_is_retired():
    marked = with_field("size", {**DEAL["fields"]["size"], "retired": True})

    assert field_change(without_field("size")) == [("entity/deal/fields/size", "retired", "none")]
    assert field_change(marked) == [("entity/deal/fields/size", "retired", "none")]


def test_a_field_that_is_unmarked_or_whose_column_was_there_is_restored():
    marked = with_field("size", {**DEAL["fields"]["size"], "retired": True})

    assert [one for one in changes(FILES, marked) if "/fields/" in one[0]] == [
        ("entity/deal/fields/size", "restored", "instant")
    ]
    assert ("entity/deal/fields/size", "restored", "instant") in changes(
        FILES, without_field("size"), {"deal": frozenset({"size"})}
    )


def test_a_rename_is_one_change_and_so_is_its_way_back():
    renamed = with_field("amount", {**DEAL["fields"]["size"], "column": "size"}, old="size")
    renamed["entities/deal.json"]["field_order"] = ["name", "amount"]

    assert changes(renamed) == [("entity/deal/fields/amount", "renamed", "none")]
    assert changes(FILES, renamed) == [("entity/deal/fields/size", "renamed", "none")]


def test_a_rename_gives_the_alias_of_the_old_name():
    renamed = with_field("amount", {**DEAL["fields"]["size"], "column": "size"}, old="size")

    assert renames(difference([bundle(FILES)], [bundle(renamed)])) == {"entity/deal/fields/size": "amount"}


def test_a_renamed_entity_is_one_change_and_its_links_are_the_same():
    firm = {**FILES["entities/firm.json"], "table": "firm"}
    firm["fields"] = {**firm["fields"], "parent": {"type": "link", "to": "company"}}
    files = {path: body for path, body in FILES.items() if path != "entities/firm.json"}
    files["entities/company.json"] = firm
    files["entities/deal.json"] = {**DEAL, "fields": {**DEAL["fields"], "firm": {"type": "link", "to": "company"}}}

    found = difference([bundle(FILES)], [bundle(files)])

    assert [(one.address, one.kind.value, str(one.risk), one.old_address) for one in found] == [
        ("entity/company", "renamed", "none", "entity/firm")
    ]
    assert renames(found) == {"entity/firm": "company"}


def test_another_order_of_fields_is_a_change_of_the_entity():
    turned = {**DEAL, "fields": dict(reversed(DEAL["fields"].items()))}

    assert changes({**FILES, "entities/deal.json": turned}) == [("entity/deal", "changed", "none")]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("choices/stage.json", {"options": {"new": {}}}, ("choices/stage", "changed", "scan")),
        ("choices/stage.json", {"options": {"new": {}, "won": {}, "lost": {}}}, ("choices/stage", "changed", "none")),
        ("choices/stage.json", {"options": {"won": {}, "new": {}}}, ("choices/stage", "changed", "none")),
        ("roles/clerk.json", {"grants": {}}, ("role/clerk", "changed", "none")),
        ("entities/deal.json", {**DEAL, "traits": {"owned": True}}, ("entity/deal", "changed", "instant")),
        ("entities/deal.json", {**DEAL, "rules": {}}, ("entity/deal/rules/r", "retired", "none")),
        ("entities/deal.json", {**DEAL, "unique": {"once": {"fields": ["name", "size"]}}},
         ("entity/deal/unique/once", "changed", "scan")),
        ("locales/de.po", "", ("locale/shop/de", "added", "none")),
        ("entities/new.json", {"fields": {"a": {"type": "text"}}}, ("entity/new", "added", "instant")),
    ],
)  # fmt: skip
def test_other_parts_are_told_too(path, body, expected):
    assert changes({**FILES, path: body}) == [expected]


def test_the_site_is_part_of_what_is_compared():
    before, after = site({"site.json": {"name": "A"}}), site({"site.json": {"name": "B"}})

    assert [(one.address, one.before["name"], one.after["name"]) for one in difference([before], [after])] == [
        ("site", "A", "B")
    ]


def test_a_site_that_goes_is_retired_and_nothing_mentions_it():
    (gone,) = difference([site({"site.json": {"name": "A"}})], [])

    assert (gone.address, gone.kind.value, gone.impact) == ("site", "retired", ())


def test_who_mentions_what_goes_is_named():
    (gone,) = [one for one in difference([bundle(FILES)], [bundle(without_field("size"))]) if "/fields/" in one.address]

    assert gone.impact == ("role/clerk", "api")


def test_who_reaches_what_goes_over_a_link_is_named():
    files = {**FILES, "entities/firm.json": {"fields": {"parent": {"type": "link", "to": "firm"}}}}
    (gone,) = [one for one in difference([bundle(FILES)], [bundle(files)]) if "/fields/" in one.address]

    assert "screen/deal_list" in gone.impact


def test_a_change_can_be_written_as_json():
    (gone,) = [one for one in difference([bundle(FILES)], [bundle(without_field("size"))]) if "/fields/" in one.address]

    assert json.loads(json.dumps(gone.as_json())) == {
        "address": "entity/deal/fields/size",
        "change": "retired",
        "before": DEAL["fields"]["size"],
        "after": None,
        "risk": "none",
        "impact": ["role/clerk", "api"],
    }


bodies = st.sampled_from(
    [{"type": "text"}, {"type": "integer"}, {"type": "text", "label": "A"}, {"type": "text", "retired": True}]
)
fields = st.dictionaries(st.sampled_from("abcd"), bodies, min_size=1)


@given(fields, fields)
def test_going_there_and_back_tells_the_same_parts(one, other):
    def deal(fields):
        return [bundle({"entities/deal.json": {"fields": fields}})]

    there = {change.address for change in difference(deal(one), deal(other))}
    back = {change.address for change in difference(deal(other), deal(one))}

    assert there == back
    assert (not there) is (one == other and list(one) == list(other)) or all(
        one.get(name, {"retired": True}).get("retired") and other.get(name, {"retired": True}).get("retired")
        for name in one.keys() ^ other.keys()
    )


def test_risks_are_ordered_from_nothing_to_impossible():
    assert sorted(Risk) == [Risk.NONE, Risk.INSTANT, Risk.SCAN, Risk.BACKFILL, Risk.LOSSY, Risk.BLOCKED]
