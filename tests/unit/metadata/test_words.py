"""Translators see every text that a bundle writes, under the key by which it is looked up."""

from metadata.check import check
from metadata.compile import compile_snapshot
from metadata.words import words_of
from tests.support.catalogue import CATALOGUE
from tests.support.layers import bundle, with_core

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
        "entity/deal/fields/label/label": "Label",
        "entity/deal/fields/label/help": "What it says.",
        "entity/deal/fields/kind/options/a/label": "First",
        "entity/deal/rules/r/message": "Say it.",
        "navigation/main/groups/g/label": "Work",
        "navigation/main/groups/g/items/deals/label": "Deals",
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
    po = "".join(f'msgctxt "{word.key}"\nmsgid "{word.text}"\nmsgstr "x"\n\n' for word in words_of(bundle(FILES)))

    assert check(with_core(bundle({**FILES, "locales/de.po": po})), CATALOGUE) == ()


def test_a_changed_text_lacks_its_translation():
    po = "".join(f'msgctxt "{word.key}"\nmsgid "old"\nmsgstr "x"\n\n' for word in words_of(bundle(FILES)))

    (problem,) = check(with_core(bundle({**FILES, "locales/de.po": po})), CATALOGUE)

    assert (problem.code, problem.file) == ("M801", "locales/de.po")
    assert "8 texts have no translation; the first is entity/deal/label." in str(problem.message)
