"""Layers laid over each other: the laws of RFC 7396, the order of bundles, and where a value came from."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.layers import in_order, merge, merge_patch, ordered
from tests.support.layers import bundle, site, with_core

keys = st.sampled_from("abcdef")
patches = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("xy", max_size=2) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)
objects = st.dictionaries(keys, patches, max_size=5)


def without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {key: without_nulls(part) for key, part in value.items() if part is not None}


documents = objects.map(without_nulls)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # the examples of RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard_hold(target, patch, result):
    assert merge_patch(target, patch) == result


@given(documents, objects)
def test_a_patch_applied_twice_does_nothing_more(target, patch):
    once = merge_patch(target, patch)

    assert merge_patch(once, patch) == once


@given(documents)
def test_an_empty_patch_changes_nothing(target):
    assert merge_patch(target, {}) == target


@given(documents, objects)
def test_neither_side_is_changed(target, patch):
    before = deepcopy((target, patch))

    merge_patch(target, patch)

    assert (target, patch) == before


@given(documents, objects)
def test_no_null_is_left(target, patch):
    merged = merge_patch(target, patch)

    assert merged == without_nulls(merged)


@given(documents, objects)
def test_what_the_patch_does_not_mention_stays(target, patch):
    merged = merge_patch(target, patch)

    assert {key: merged[key] for key in target.keys() - patch.keys()} == {
        key: target[key] for key in target.keys() - patch.keys()
    }


@given(documents, objects)
def test_old_keys_keep_their_order_and_new_ones_follow(target, patch):
    merged = list(merge_patch(target, patch))

    old = [key for key in target if key in merged]
    assert merged == old + [key for key in patch if key in merged and key not in target]


names = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(names, names)
def test_an_order_puts_its_names_first_and_loses_none(items, order):
    mapping = dict.fromkeys(items, 0)

    found = list(ordered(mapping, order))

    assert sorted(found) == sorted(items)
    first = [name for name in order if name in mapping]
    assert found == first + [name for name in items if name not in first]


@given(names, st.data())
def test_any_order_can_be_asked_for(items, data):
    wanted = data.draw(st.permutations(items))

    assert list(ordered(dict.fromkeys(items, 0), wanted)) == wanted


@given(st.permutations(["a", "b", "c", "d"]), st.randoms())
def test_bundles_follow_what_they_require_however_they_are_given(names, random):
    chain = [bundle({}, name, requires=names[:index]) for index, name in enumerate(names)]
    given_ = with_core(*chain, site({}))
    random.shuffle(given_)

    assert [layer.name for layer in in_order(given_)] == ["core", *names, "site"]


def test_a_circle_of_requirements_still_gives_an_order():
    layers = [bundle({}, "a", requires=["b"]), bundle({}, "b", requires=["a", "gone"])]

    assert {layer.name for layer in in_order(layers)} == {"a", "b"}


DEAL = {"label": "Deal", "fields": {"name": {"type": "text", "label": "Name"}, "size": {"type": "integer"}}}


def test_the_site_patches_and_says_where_each_value_came_from():
    patch = {"label": "Offer", "fields": {"name": {"label": "Title"}, "size": None, "zone": {"type": "text"}}}
    merged = merge([site({"entities/deal.json": patch}), bundle({"entities/deal.json": DEAL})])

    deal = merged.documents["entity", "deal"]

    assert deal.body == {
        "label": "Offer",
        "fields": {"name": {"type": "text", "label": "Title"}, "zone": {"type": "text"}},
    }
    layers = {
        place: deal.origin(place).layer
        for place in ("", "/label", "/fields/name/type", "/fields/name/label", "/fields/size", "/fields/zone/type")
    }
    assert layers == {
        "": "site",
        "/label": "site",
        "/fields/name/type": "shop",
        "/fields/name/label": "site",
        "/fields/size": "site",
        "/fields/zone/type": "site",
    }


def test_without_a_patch_nothing_is_copied():
    layer = bundle({"entities/deal.json": DEAL})

    assert merge([layer]).documents["entity", "deal"].body is layer.documents[0].body


def test_a_bundle_cannot_change_what_another_defines():
    one, two = bundle({"entities/deal.json": DEAL}, "a"), bundle({"entities/deal.json": {"label": "Mine"}}, "b")

    merged = merge([two, one])

    assert merged.documents["entity", "deal"].body == DEAL
    assert [(below.layer, other.layer) for below, other in merged.clashes] == [("a", "b")]
