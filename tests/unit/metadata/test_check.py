"""A check finds all at once, says it in the file where it stands, and survives any definition."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from i18n.lazy import msg
from metadata.check import Checker, check
from metadata.compile import compile_snapshot
from metadata.expressions.types import TEXT
from metadata.load import read_layer
from metadata.problems import Severity, has_errors
from tests.support.catalogue import CATALOGUE, FakeType
from tests.support.layers import as_bytes, bundle, manifest, read, site, with_core
from tests.support.stress import stress_files

DEAL = {"fields": {"name": {"type": "text"}, "size": {"type": "integer"}}}


def found(*layers):
    return [(one.code, one.file, one.pointer) for one in check(with_core(*layers), CATALOGUE)]


def test_all_problems_of_all_definitions_come_in_one_run():
    layer = bundle({
        "entities/deal.json": {"fields": {"name": {"type": "txt"}}, "titel": "x"},
        "entities/offer.json": {"title": "nam", **DEAL},
        "roles/clerk.json": {"grants": {"offre": {"read": "all"}}},
    })  # fmt: skip

    assert found(layer) == [
        ("M102", "entities/deal.json", "/fields/name/type"),
        ("M020", "entities/deal.json", "/titel"),
        ("M106", "entities/offer.json", "/title"),
        ("M117", "roles/clerk.json", "/grants/offre"),
    ]


def test_what_names_a_malformed_definition_is_not_blamed():
    layer = bundle({
        "entities/deal.json": {"fields": {}},
        "screens/deal_list.json": {"kind": "list", "entity": "deal", "columns": ["name"]},
        "roles/clerk.json": {"grants": {"deal": {"read": "all", "fields": {"name": "none"}}}},
    })  # fmt: skip

    assert found(layer) == [("M026", "entities/deal.json", "/fields")]


def test_what_names_a_file_that_cannot_be_read_is_not_blamed():
    layer, problems = read({
        "bundle.json": manifest(),
        "entities/deal.json": "{",
        "entities/offer.json": {"fields": {"deal": {"type": "link", "to": "deal"}}},
    })  # fmt: skip

    assert [one.code for one in problems] == ["M004"]
    assert found(layer) == []


def test_a_problem_of_the_site_is_found_in_the_file_of_the_site():
    layer = bundle({"entities/deal.json": DEAL})
    patch = site({"entities/deal.json": {"fields": {"size": {"min": "x"}, "name": {"default": 3}}}})

    problems = check(with_core(layer, patch), CATALOGUE)

    assert [(one.file, one.pointer) for one in problems] == [("entities/deal.json", "/fields/size/min")]
    assert patch.documents[0].text != layer.documents[0].text


def test_a_patch_of_nothing_is_told_what_it_was_perhaps_to_patch():
    layer, patch = bundle({"entities/deal.json": DEAL}), site({"entities/dael.json": {"label": "Offer"}})

    (problem,) = check(with_core(layer, patch), CATALOGUE)

    assert (problem.code, problem.file) == ("M021", "entities/dael.json")
    assert str(problem.hint) == "No bundle defines “dael”; did you mean “deal”?"


def test_a_faulty_field_type_does_not_take_the_check_down():
    class Broken(FakeType):
        def check_value(self, _field, _value):
            raise RuntimeError

    broken = Broken("broken", msg("Broken"), lambda _: TEXT, lambda _, value: value)
    catalogue = replace(CATALOGUE, field_types={**CATALOGUE.field_types, "broken": broken})
    layer = bundle({"entities/deal.json": {"fields": {"name": {"type": "broken", "default": "x"}}}})

    (problem,) = check(with_core(layer), catalogue)

    assert (problem.code, problem.pointer) == ("M203", "/fields/name/default")


@pytest.mark.parametrize(
    ("type_", "value", "fits"),
    [
        ("date", {"days": -3}, True),
        ("date", {"days": -3, "time": "10:00"}, False),
        ("datetime", {"days": 3, "time": "10:00"}, True),
        ("datetime", {"days": 3, "time": "25:00"}, False),
        ("date", {"days": "3"}, False),
        ("date", {"days": 10**9}, False),
        ("text", {"days": 1}, False),
        ("date", {"quarters": -1}, True),
        ("date", {"quarters": -1, "days": 3}, False),
        ("date", {"quarters": "1"}, False),
        ("datetime", {"quarters": 1}, False),
    ],
)
def test_only_dates_of_demo_records_may_be_relative(type_, value, fits):
    files = {"entities/deal.json": {"fields": {"at": {"type": type_}}}, "demo/deal.json": [{"at": value}]}

    assert found(bundle(files)) == ([] if fits else [("M215", "demo/deal.json", "/0/at")])


def test_errors_come_first():
    layer = bundle({
        "entities/deal.json": {**DEAL, "field_order": ["nothing"]},
        "roles/clerk.json": {"grants": {"offre": {"read": "all"}}},
    })  # fmt: skip

    assert [one.severity.value for one in check(with_core(layer), CATALOGUE)] == ["error", "warning"]


def test_a_problem_names_its_part_and_can_be_written_as_json():
    layer = bundle(
        {
            "entities/deal.json": {
                "fields": {"name": {"type": "text", "rules": {"r": {"refuse_when": "nam = 'x'", "message": "!"}}}}
            }
        }
    )

    (problem,) = check(with_core(layer), CATALOGUE)

    assert problem.address == "entity/deal/fields/name"
    assert json.loads(json.dumps(problem.as_json())) == {
        "code": "M301",
        "severity": "error",
        "address": "entity/deal/fields/name",
        "file": "entities/deal.json",
        "pointer": "/fields/name/rules/r/refuse_when",
        "message": "Column 1: There is no field nam.",
        "hint": "Did you mean name?",
        "value": "nam = 'x'",
    }


RICH = {
    "entities/deal.json": {
        "label": "Deal",
        "title": "name",
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "required": True, "default": "upper('x')", "max_length": 20, "pattern": "a+"},
            "size": {"type": "integer", "min": 0, "visible_when": "stage = 'won'", "column": "amount"},
            "stage": {
                "type": "choice",
                "choices": "stage",
                "default": "new",
                "flow": {"new": ["won", {"to": "won", "when": "size > 0", "needs": ["size"]}]},
            },
            "team_of": {"type": "link", "to": "team", "filter": "name = $record.name", "on_delete": "clear"},
            "twice": {"type": "formula", "result": "integer", "formula": "size * 2"},
            "kind": {"type": "choice", "options": {"a": {"label": "A"}, "b": {}}, "options_when": {"a": "size = 1"}},
        },
        "field_order": ["size"],
        "rules": {"r": {"refuse_when": "is_blank(size)", "message": "No.", "field": "size"}},
        "unique": {"once": {"fields": ["name", "size"]}},
    },
    "choices/stage.json": {"ordered": True, "options": {"new": {"color": "grey"}, "won": {"outcome": "won"}}},
    "screens/deal_list.json": {
        "kind": "list",
        "entity": "deal",
        "columns": ["name", "team_of.name"],
        "filter": "size > 1",
    },
    "screens/deal_form.json": {"kind": "form", "entity": "deal", "sections": {"main": {"fields": ["name"]}}},
    "views/big.json": {"entity": "deal", "filter": "size > 10", "sort": ["-size"], "columns": ["name"]},
    "roles/clerk.json": {
        "grants": {
            "deal": {"read": "own", "rows": {"read": "size > 1"}, "fields": {"size": "none"}},
            "*": {"read": "all"},
        }
    },
    "navigation/main.json": {
        "groups": {"g": {"items": {"deals": {"entity": "deal"}, "web": {"url": "https://example.org"}}}},
        "phone": ["deals"],
    },
    "imports/deals.json": {
        "entity": "deal",
        "match": ["name"],
        "columns": {"Name": {"field": "name"}, "Team": {"field": "team_of", "by": "name"}},
    },
    "demo/deal.json": [{"_ref": "a", "name": "aaa", "team_of": {"by": {"name": "X"}}, "created": {"days": -1}}],
    "demo/user.json": [{"name": "U", "email": "u@example.org", "_roles": ["clerk"]}],
}


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("views/big.json", "/filter"),
        ("screens/deal_list.json", "/filter"),
        ("roles/clerk.json", "/grants/deal/rows/read"),
    ],
)
@pytest.mark.parametrize(
    ("condition", "codes"),
    [("price > 1", ["M306"]), ("price.currency = 'EUR' and price > 1", []), ("price > nam", ["M301"])],
)
def test_a_filter_over_records_says_in_which_currency_it_compares(path, pointer, condition, codes):
    fields = {**RICH["entities/deal.json"]["fields"], "price": {"type": "money"}}
    files = put(RICH, ("entities/deal.json", "fields"), fields)
    files = put(files, (path, *pointer.strip("/").split("/")), condition)

    problems = check(with_core(bundle(files)), CATALOGUE)

    found = [(one.code, one.file, one.pointer) for one in problems if one.code.startswith("M3")]
    assert found == [(code, path, pointer) for code in codes]


def places(body, steps=()):
    yield steps
    for key, part in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from places(part, (*steps, key))


def put(body, steps, value):
    if not steps:
        return value
    changed = dict(body) if isinstance(body, dict) else list(body)
    if value is None and len(steps) == 1:
        del changed[steps[0]]
    else:
        changed[steps[0]] = put(body[steps[0]], steps[1:], value)
    return changed


CHECKER = Checker(CATALOGUE)  # kept, so that the schemas are compiled once
SPOTS = [(path, steps) for path, body in RICH.items() for steps in places(body)]
slips = st.sampled_from(
    [
        "deal",
        "user",
        "name",
        "nothing",
        "",
        "a__b",
        "name = 'x'",
        "size",
        "today()",
        "-name",
        "a.b.c",
        "1 +",
        "won",
        "$record.name",
        "$old.size",
        "*",
        "text",
        "link",
        "choice",
        "formula",
        "list",
        "all",
        None,
        True,
        0,
        -1,
        10**18,
        0.5,
        {},
        [],
        {"expression": "size"},
        {"a": None},
        [None],
        "x" * 5000,
    ]
) | st.sampled_from(SPOTS).map(lambda spot: at(RICH[spot[0]], spot[1]))


def at(body, steps):
    for step in steps:
        body = body[step]
    return body


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(SPOTS), slips), min_size=1, max_size=4), st.booleans())
def test_no_slip_breaks_the_check_and_what_passes_compiles(changes, in_site):
    files = dict(RICH)
    for (path, steps), slip in changes:
        try:
            files[path] = put(files[path], steps, slip)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier slip took the place away
    base = bundle(RICH if in_site else {})
    own, problems = read({"site.json": {"name": "T"}, **files})

    problems += CHECKER.check(with_core(base, own))

    json.dumps([problem.as_json() for problem in problems])
    if not has_errors(problems):
        assert compile_snapshot(with_core(base, own), CATALOGUE).digest


def test_the_definitions_that_slips_are_made_in_are_right():
    right = {**RICH, "demo/deal.json": [{"name": "aaa"}]}

    assert [one for one in check(with_core(bundle(right)), CATALOGUE) if one.severity is Severity.ERROR] == []


def test_a_kept_checker_says_the_same_as_a_new_one_after_each_change():
    files = stress_files(30)
    checker = Checker(CATALOGUE)
    layer, _ = read_layer(files)
    changes = {
        "entities/e1.json": {"fields": {"name": {"type": "text"}}},
        "choices/stage0.json": {"options": {"new": {}}},
        "entities/e2.json": None,
        "roles/everyone.json": {"grants": {}},
    }
    assert checker.check(with_core(layer)) == ()

    for path, body in changes.items():
        files.pop(path, None)
        files |= as_bytes({path: body}) if body is not None else {}
        layer, _ = read_layer(files, layer)

        assert sorted(map(str, checker.check(with_core(layer)))) == sorted(map(str, check(with_core(layer), CATALOGUE)))

    layer, _ = read_layer(stress_files(30), layer)
    assert checker.check(with_core(layer)) == ()


def test_a_kept_checker_notices_that_a_requirement_is_gone():
    checker = Checker(CATALOGUE)
    zoo = bundle({"entities/animal.json": DEAL}, "zoo")
    shop = as_bytes({
        "bundle.json": manifest(requires=["zoo"]),
        "entities/deal.json": {"fields": {"animal": {"type": "link", "to": "animal"}}},
    })  # fmt: skip
    layer, _ = read_layer(shop)
    assert checker.check(with_core(zoo, layer)) == ()

    layer, _ = read_layer({**shop, **as_bytes({"bundle.json": manifest()})}, layer)

    assert [found.code for found in checker.check(with_core(zoo, layer))] == ["M408"]


def test_one_changed_document_checks_only_what_depends_on_it(monkeypatch):
    files = stress_files(60)
    checker = Checker(CATALOGUE)
    layer, _ = read_layer(files)
    checker.check(with_core(layer))
    looked_at = []
    monkeypatch.setattr(
        "metadata.check.checker.check_names", lambda definition, _look: looked_at.append(definition.address) or ()
    )

    files["entities/e40.json"] = files["entities/e40.json"].replace(b"Field 1", b"Feld 1")
    layer, _ = read_layer(files, layer)
    assert checker.check(with_core(layer)) == ()

    # e41 filters by it, its own list follows its links; e42 … e81 do not exist.
    assert sorted(looked_at) == ["entity/e40", "entity/e41", "role/stress_user", "screen/e40_list"]
