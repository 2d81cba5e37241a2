"""Looking up: own words, bundle words, fall-back, stale translations, pseudo-locales."""

import pytest

from i18n import Label, msg, nmsg
from i18n.catalog import Catalog
from i18n.cldr import chain
from i18n.words import WordsNotReadable

AMOUNT = Label("entity/opportunity/fields/amount/label", "Amount")


def po(key: str, source: str, translation: str) -> str:
    return f'msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{translation}"\n'


def test_a_label_is_translated_by_its_key_and_source_text():
    catalog = Catalog([{"de": po(AMOUNT.key, "Amount", "Betrag")}])
    assert catalog.translator("de").text(AMOUNT) == "Betrag"
    assert catalog.translator("de").text(Label("entity/quote/fields/amount/label", "Amount")) == "Amount"


def test_a_region_falls_back_to_its_language_then_to_the_source_text():
    catalog = Catalog([{"de": po(AMOUNT.key, "Amount", "Betrag")}])
    assert catalog.translator("de_AT").text(AMOUNT) == "Betrag"
    assert catalog.translator("de-AT").text(AMOUNT) == "Betrag"
    assert catalog.translator("fr").text(AMOUNT) == "Amount"
    assert chain("zh_Hant_TW") == ("zh_Hant_TW", "zh_Hant", "zh")


def test_a_region_overrides_its_language():
    catalog = Catalog(
        [{"de": po("a", "January", "Januar"), "de_AT": po("a", "January", "Jänner")}],
    )
    assert catalog.translator("de_AT").text(Label("a", "January")) == "Jänner"
    assert catalog.translator("de").text(Label("a", "January")) == "Januar"


def test_the_site_overrides_the_bundle():
    bundle = {"de": po("a", "Lead", "Lead") + "\n" + po("b", "Deal", "Geschäft")}
    catalog = Catalog([bundle, {"de": po("a", "Lead", "Interessent")}])
    assert catalog.translator("de").text(Label("a", "Lead")) == "Interessent"
    assert catalog.translator("de").text(Label("b", "Deal")) == "Geschäft"


def test_a_translation_of_another_source_text_is_not_shown_and_counts_as_stale():
    catalog = Catalog([{"de": po(AMOUNT.key, "Sum", "Summe") + "\n" + po("b", "B", "Be")}])
    assert catalog.translator("de").text(AMOUNT) == "Amount"
    labels = [AMOUNT, Label("b", "B"), Label("c", "C")]
    coverage = catalog.coverage("de", labels)
    assert (coverage.stale, coverage.translated, coverage.missing) == (
        (labels[0],),
        (labels[1],),
        (labels[2],),
    )


def test_a_stale_translation_of_the_site_does_not_hide_a_good_one_of_the_bundle():
    catalog = Catalog([{"de": po("a", "New", "Neu")}, {"de": po("a", "Old", "Alt")}])
    assert catalog.translator("de").text(Label("a", "New")) == "Neu"


def test_fuzzy_empty_and_keyless_entries_count_as_absent():
    text = "#, fuzzy\n" + po("a", "A", "X") + "\n" + po("b", "B", "") + '\nmsgid "C"\nmsgstr "Y"\n'
    translator = Catalog([{"de": text}]).translator("de")
    assert [translator.text(Label(key, key.upper())) for key in "abc"] == ["A", "B", "C"]


def test_broken_po_text_is_one_error_that_says_so():
    with pytest.raises(WordsNotReadable, match="no PO file"):
        Catalog([{"de": 'msgid "a"\nthis is none\n'}]).translator("de")


def test_locales_are_ours_and_the_bundles():
    assert Catalog([{"fr": ""}]).locales >= {"en", "de", "ru", "ar", "fr"}


def test_own_words_without_translation_show_their_source_text_filled():
    translator = Catalog().translator("fr")
    assert translator.text(msg("No field %(name)s", name="x")) == "No field x"
    assert translator.text(nmsg("1 field", "%(count)s fields", 2)) == "2 fields"
    assert translator.text("as it is") == "as it is"


def test_labels_inside_messages_are_translated_too():
    translator = Catalog([{"de": po(AMOUNT.key, "Amount", "Betrag")}]).translator("de")
    assert translator.text(msg("%(label)s: %(n)s", label=AMOUNT, n=3)) == "Betrag: 3"


def test_direction_and_language_tag():
    catalog = Catalog()
    assert catalog.translator("ar_EG").direction == "rtl"
    assert catalog.translator("ar_XB").direction == "rtl"
    assert catalog.translator("de_CH").direction == "ltr"
    assert catalog.translator("de_CH").language == "de-CH"
    assert catalog.translator("nonsense!").direction == "ltr"


def test_translators_are_made_once_and_strangers_cannot_fill_the_memory():
    catalog = Catalog()
    assert catalog.translator("de") is catalog.translator("de")
    for number in range(1_000):
        catalog.translator(f"de_{number}")
    assert len(catalog._translators) <= 200  # noqa: SLF001 - the bound is what is tested


def test_the_pseudo_locale_changes_labels_and_messages_but_no_placeholder():
    translator = Catalog().translator("en_XA")
    assert translator.text(AMOUNT) == "[Åmöûñţ one]".replace("ţ", "t")
    text = translator.text(msg("Hello <b>%(name)s</b> &amp; all", name="Ann"))
    assert "<b>Ann</b>" in text
    assert "&amp;" in text
    assert "Hello" not in text
    assert translator.ngettext("1 day", "%(count)s days", 2).count("%(count)s") == 1


def test_the_mirrored_locale_overrides_the_direction_of_each_part():
    text = Catalog().translator("ar_XB").gettext("Hello %(name)s")
    assert text == "\u200f\u202eHello \u202c\u200f%(name)s"
