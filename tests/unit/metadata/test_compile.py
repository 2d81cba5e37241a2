"""The snapshot has what everybody needs, resolved and frozen, and a digest that means what it says."""

import dataclasses
from types import MappingProxyType

import pytest

from i18n.lazy import Label
from metadata.compile import compile_snapshot
from metadata.expressions.typed import Apply
from metadata.snapshot import FieldRight, Reach
from tests.support.catalogue import CATALOGUE
from tests.support.layers import bundle, site, with_core

STAGES = {"options": {"new": {"label": "New"}, "won": {"outcome": "won", "color": "green"}}, "ordered": True}
DEAL = {
    "label": "Deal",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True},
        "closed_on": {"type": "date", "default": "today()"},
        "stage": {"type": "choice", "choices": "stage", "default": "new",
                  "flow": {"new": [{"to": "won", "when": "size > 0", "needs": ["size"]}]}},
        "size": {"type": "integer", "column": "amount", "visible_when": "stage = 'won'", "unit": 1},
        "above": {"type": "link", "to": "deal", "filter": "size > $record.size"},
        "old": {"type": "text", "retired": True},
        "twice": {"type": "formula", "result": "integer", "formula": "size * 2"},
    },
    "field_order": ["stage"],
    "rules": {"sized": {"refuse_when": "$old.size = 1", "message": "No.", "field": "size"}},
    "unique": {"once": {"fields": ["name", "above"]}},
}  # fmt: skip
del DEAL["fields"]["size"]["unit"]
FILES = {"entities/deal.json": DEAL, "choices/stage.json": STAGES}


def compiled(files=FILES, *more, **keys):
    return compile_snapshot(with_core(bundle(files), *more), CATALOGUE, **keys)


def test_fields_come_in_the_order_of_show_then_owner_then_what_the_server_sets():
    deal = compiled().entities["deal"]

    assert list(deal.fields) == [
        "stage", "name", "closed_on", "size", "above", "twice", "owner", "team",
        "id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "deleted_by",
    ]  # fmt: skip
    assert [name for name, field in deal.fields.items() if field.system] == list(deal.fields)[8:]
    assert list(deal.retired_fields) == ["old"]


def test_labels_have_the_key_of_their_translation_and_are_derived_where_missing():
    deal = compiled().entities["deal"]

    assert deal.label == Label("entity/deal/label", "Deal")
    assert deal.label_plural == Label("entity/deal/label_plural", "Deals")
    assert deal.fields["closed_on"].label == Label("entity/deal/fields/closed_on/label", "Closed on")
    assert deal.rules["sized"].message == Label("entity/deal/rules/sized/message", "No.")


def test_choices_links_and_columns_are_resolved():
    snapshot = compiled()
    fields = snapshot.entities["deal"].fields

    assert fields["stage"].choices is snapshot.choices["stage"]
    assert fields["stage"].choices.ordered
    assert fields["stage"].choices.options["won"].outcome == "won"
    assert fields["above"].targets == ("deal",)
    assert fields["size"].column == "amount"
    assert snapshot.entities["deal"].links_in == (("deal", "above"),)


def test_expressions_are_typed_and_say_what_they_depend_on():
    fields = compiled().entities["deal"].fields

    assert isinstance(fields["closed_on"].default_expression, Apply)
    assert fields["closed_on"].default is None
    assert fields["stage"].default == "new"
    assert fields["size"].depends_on == {"stage"}
    assert fields["above"].depends_on == {"size"}
    assert fields["twice"].computed
    assert fields["stage"].flow["new"][0].needs == ("size",)
    assert fields["stage"].flow["new"][0].when is not None


def test_owner_and_team_are_by_default_those_of_the_author():
    fields = compiled().entities["deal"].fields

    assert fields["owner"].default_expression is not None
    assert fields["team"].default_expression is not None
    assert not fields["owner"].read_only


def test_an_entity_without_screens_has_generated_ones():
    snapshot = compiled()

    assert {snapshot.screens[f"deal_{kind}"].generated for kind in ("list", "form", "record")} == {True}
    assert snapshot.screens["deal_list"].label.text == "Deals"


def test_a_document_replaces_the_generated_screen_and_one_for_a_role_stands_before_it():
    snapshot = compiled({
        **FILES,
        "screens/deal_list.json": {"kind": "list", "entity": "deal", "columns": ["name"]},
        "screens/small.json": {"kind": "form", "entity": "deal", "for": ["administrator"]},
    })  # fmt: skip

    assert not snapshot.screens["deal_list"].generated
    assert snapshot.screens["deal_list"].options["columns"] == ("name",)
    assert [screen.name for screen in snapshot.entity_screens["deal", "form"]] == ["small", "deal_form"]


def test_the_title_is_the_name_else_a_text_else_the_id():
    assert compiled().entities["deal"].title == "name"
    assert (
        compiled({"entities/a.json": {"fields": {"n": {"type": "integer"}, "t": {"type": "text"}}}}).entities["a"].title
        == "t"
    )
    assert compiled({"entities/a.json": {"fields": {"n": {"type": "integer"}}}}).entities["a"].title == "id"


def test_grants_are_resolved_and_all_other_fields_spelled_out():
    role = {"grants": {"deal": {"read": "team", "delete": False, "fields": {"*": "read", "name": "none"}}}}
    grant = compiled({**FILES, "roles/clerk.json": role}).roles["clerk"].grants["deal"]

    assert (grant.read, grant.update, grant.delete) == (Reach.TEAM, Reach.NONE, Reach.NONE)
    assert grant.fields["name"] is FieldRight.NONE
    assert grant.fields["size"] is FieldRight.READ
    assert "id" not in grant.fields


def test_old_names_are_aliases():
    snapshot = compiled(aliases={"entity/deal/fields/amount": "size", "entity/offer": "deal"})

    assert snapshot.entities["deal"].aliases == {"amount": "size"}
    assert snapshot.aliases == {"offer": "deal"}
    assert snapshot.digest == compiled().digest


def test_the_site_speaks_last():
    snapshot = compiled(
        FILES, site({"site.json": {"name": "Acme", "currency": "USD"}, "entities/deal.json": {"label": "Offer"}})
    )

    assert snapshot.entities["deal"].label.text == "Offer"
    assert (snapshot.site.name, snapshot.site.currency, snapshot.site.zone) == ("Acme", "USD", "UTC")
    assert snapshot.bundles == ("shop",)


@pytest.mark.parametrize("path", ["entities/deal.json", "choices/stage.json", "site.json", "locales/de.po"])
def test_the_digest_changes_with_every_document(path):
    files = {**FILES, "locales/de.po": ""}
    more = {"site.json": {"name": "Acme"}}
    before = compiled(files, site(more)).digest
    (more if path in more else files)[path] = (
        "# changed"
        if path.endswith(".po")
        else {**({**files, **more}[path]), **({"name": "Bcme"} if path in more else {"label": "x"})}
    )

    assert compiled(files, site(more)).digest != before


def test_the_digest_does_not_know_where_files_lie_or_how_they_are_written():
    spaced = (
        b'{\n\t"options" : {"new": {"label": "New"}, "won": {"outcome": "won", "color": "green"}}, "ordered": true }'
    )

    assert compiled({**FILES, "choices/stage.json": spaced}).digest == compiled().digest


def test_the_digest_knows_the_order_of_fields():
    turned = {**DEAL, "fields": dict(reversed(DEAL["fields"].items()))}

    assert compiled({**FILES, "entities/deal.json": turned}).digest != compiled().digest


def test_a_field_whose_type_nobody_supplies_is_left_out():
    deal = {"fields": {"name": {"type": "text"}, "shape": {"type": "polygon"}}}

    assert "shape" not in compiled({"entities/deal.json": deal}).entities["deal"].fields


def test_nothing_in_a_snapshot_can_be_changed():
    waiting, seen = (
        [compiled({**FILES, "screens/deal_list.json": {"kind": "list", "entity": "deal", "columns": ["name"]}})],
        set(),
    )

    while waiting:
        value = waiting.pop()
        assert not isinstance(value, list | dict | set), value
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, MappingProxyType | tuple | frozenset):
            waiting += value.values() if isinstance(value, MappingProxyType) else value
        elif dataclasses.is_dataclass(value) and "tests" not in type(value).__module__:
            assert type(value).__dataclass_params__.frozen
            waiting += [getattr(value, part.name) for part in dataclasses.fields(value)]
