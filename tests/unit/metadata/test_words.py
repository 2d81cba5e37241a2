"""Translators see every text that a bundle writes, under the key by which it is looked up."""

from i18n.exchange.entries import Entry, State, forms_of, po_text
from metadata.check import check
from metadata.compile import compile_snapshot
from metadata.layers import merge
from metadata.words import effective_words, words_of
from tests.support.catalogue import CATALOGUE
from tests.support.layers import bundle, site, with_core

FILES = {
    "entities/deal.json": {
        "label": "Deal",
        "fields": {
            "label": {"type": "text", "label": "Label", "help": "What it says."},
            "kind": {"type": "choice", "options": {"a": {"label": "First"}}},
        },
        "rules": {"r": {"refuse_when": "is_blank(label)", "message": "Say it."}},
    },
    "navigation/main.json": {
        "groups": {"g": {"label": "Work", "items": {"deals": {"entity": "deal", "label": "Deals"}}}}
    },
    "screens/deal_form.json": {
        "kind": "form",
        "entity": "deal",
        "sections": {"main": {"label": "Main", "fields": ["label", "kind"]}},
    },
    "imports/deals.json": {"entity": "deal", "columns": {"label": {"field": "label", "values": {"label": "x"}}}},
}


def test_every_text_has_address_and_pointer_as_its_key():
    words = {word.key: word.text for word in words_of(bundle(FILES))}

    assert words == {
        "entity/deal/label": "Deal",
        "entity/deal/label_plural": "Deals",
        "entity/deal/counted": "Deal",
        "entity/deal/fields/kind/label": "Kind",
        "entity/deal/fields/label/label": "Label",
        "entity/deal/fields/label/help": "What it says.",
        "entity/deal/fields/kind/options/a/label": "First",
        "entity/deal/rules/r/message": "Say it.",
        "navigation/main/label": "Main",
        "navigation/main/groups/g/label": "Work",
        "navigation/main/groups/g/items/deals/label": "Deals",
        "screen/deal_form/label": "Deal form",
        "screen/deal_form/sections/main/label": "Main",
    }


def test_the_keys_are_those_of_the_labels_in_the_snapshot():
    words = {word.key: word.text for word in words_of(bundle(FILES))}
    snapshot = compile_snapshot(with_core(bundle(FILES)), CATALOGUE)
    deal, group = snapshot.entities["deal"], snapshot.navigation["main"].groups[0]
    option = deal.fields["kind"].choices.options["a"]

    for label in (deal.label, deal.fields["label"].label, deal.fields["label"].help, option.label,
                  deal.rules["r"].message, group.label, group.items[0].label):  # fmt: skip
        assert words[label.key] == label.text


def test_a_language_with_all_texts_is_complete():
    entries = [Entry(text, ("x",) * forms_of(text, "de"), State.TRANSLATED) for text in words_of(bundle(FILES))]
    po = po_text(entries, "de")

    assert check(with_core(bundle({**FILES, "locales/de.po": po})), CATALOGUE) == ()


def test_a_changed_text_lacks_its_translation():
    po = "".join(f'msgctxt "{word.key}"\nmsgid "old"\nmsgstr "x"\n\n' for word in words_of(bundle(FILES)))

    (problem,) = check(with_core(bundle({**FILES, "locales/de.po": po})), CATALOGUE)

    assert (problem.code, problem.file) == ("M801", "locales/de.po")
    assert "13 texts have no translation; the first is entity/deal/label." in str(problem.message)


def test_texts_are_those_that_hold_and_belong_to_the_layer_that_writes_them():
    own = site({"entities/deal.json": {"fields": {"label": {"label": "Sign"}}}})
    found = {word.key: (layer, word.text) for layer, word in effective_words(merge(with_core(bundle(FILES), own)))}

    assert found["entity/deal/fields/label/label"] == ("site", "Sign")
    assert found["entity/deal/label"] == ("shop", "Deal")
    assert found["core/fields/owner/label"] == ("core", "Owner")


def test_the_words_of_a_field_that_every_record_has_are_those_of_its_label():
    snapshot = compile_snapshot(with_core(bundle({"entities/deal.json": FILES["entities/deal.json"]})), CATALOGUE)
    words = {word.key: word.text for word in words_of(with_core()[0])}
    label = snapshot.entities["deal"].fields["created_at"].label

    assert words[label.key] == label.text


def test_what_an_action_writes_into_a_record_is_no_text_to_translate():
    steps = [{"create": "deal", "values": {"label": "'x'"}}]
    deal = {**FILES["entities/deal.json"], "actions": {"copy": {"label": "Copy", "steps": steps}}}

    keys = [word.key for word in words_of(bundle({"entities/deal.json": deal})) if "/actions/" in word.key]
    assert keys == ["entity/deal/actions/copy/label"]
