"""Words to translators and back: each file says the same, and what does not fit is refused with its place."""

from contextlib import suppress

import pytest

from i18n.exchange.entries import Entry, State, Text, entries_of, po_text, with_entries
from i18n.exchange.found import Found
from i18n.exchange.po import read_found
from i18n.exchange.rows import rows_of, units_in
from i18n.exchange.taking import take
from i18n.exchange.units import found_of, units_of
from i18n.exchange.xliff import read_xliff, write_xliff
from i18n.plurals import numbers_of, plural_count
from i18n.words import WordsNotReadable, read_words

NAME = Text("entity/deal/fields/name/label", "Name", "label")
HELP = Text("entity/deal/help", 'Say "why":\nin {words}', "help")
DEALS = Text("entity/deal/counted", "Deal", "counted", "Deals")
TEXTS = (NAME, HELP, DEALS)
RUSSIAN = {
    NAME.key: ("Название",),
    HELP.key: ('Скажите "почему":\nв {words}',),
    DEALS.key: ("сделка", "сделки", "сделок"),
}


def translated() -> tuple[Entry, ...]:
    return tuple(Entry(text, RUSSIAN[text.key], State.TRANSLATED) for text in TEXTS)


def as_rows(units):
    return units_in(enumerate(rows_of(units), 1))


FILES = {
    "po": lambda entries: read_found(po_text(entries, "ru"), "ru"),
    "xliff": lambda entries: found_of(read_xliff(write_xliff(units_of(entries, "ru"), "ru", "en"))),
    "xlsx": lambda entries: found_of(as_rows(units_of(entries, "ru"))),
}


@pytest.mark.parametrize("form", FILES)
def test_what_was_written_comes_back(form: str) -> None:
    empty = tuple(Entry(text) for text in TEXTS)
    taken = take(empty, FILES[form](translated()), "ru")
    assert taken.findings == ()
    assert taken.entries == translated()
    assert set(taken.new) == set(RUSSIAN)


@pytest.mark.parametrize("form", FILES)
def test_what_is_missing_or_stale_comes_back_as_such(form: str) -> None:
    stale = Entry(NAME, ("Имя",), State.STALE, "Title")
    taken = take((stale, Entry(HELP), Entry(DEALS)), FILES[form]((stale, Entry(HELP), Entry(DEALS))), "ru")
    assert (taken.new, taken.findings, taken.left) == ((), (), 3)


def test_a_stale_translation_typed_over_in_a_sheet_is_taken() -> None:
    stale = Entry(NAME, ("Имя",), State.STALE, "Title")
    rows = [list(row) for row in rows_of(units_of([stale], "ru"))]
    rows[1][2] = "Название"
    taken = take((stale,), found_of(units_in(enumerate(rows, 1))), "ru", typed=True)
    assert taken.entries == (Entry(NAME, ("Название",), State.TRANSLATED),)


def test_a_changed_text_makes_its_translation_stale_and_keeps_it() -> None:
    old = po_text([Entry(Text(NAME.key, "Title"), ("Заголовок",), State.TRANSLATED)], "ru")
    (entry,) = entries_of([NAME], [old], "ru")
    assert entry == Entry(NAME, ("Заголовок",), State.STALE, "Title")
    again = po_text([entry], "ru")
    assert '#, fuzzy\n#| msgid "Title"\n' in again
    assert read_words([again]) == {}
    assert entries_of([NAME], [again], "ru") == (entry,)


def test_a_site_says_otherwise_than_the_bundle() -> None:
    layers = [po_text([Entry(NAME, (word,), State.TRANSLATED)], "ru") for word in ("Имя", "Название")]
    (entry,) = entries_of([NAME], layers, "ru")
    assert entry.target == ("Название",)


def test_a_file_with_some_entries_changed_keeps_the_others() -> None:
    before = po_text(translated(), "ru")
    after = with_entries(before, [Entry(NAME, ("Имя",), State.TRANSLATED)], "ru")
    assert [entry.target for entry in entries_of(TEXTS, [after], "ru")] == [
        ("Имя",), RUSSIAN[HELP.key], RUSSIAN[DEALS.key],
    ]  # fmt: skip
    assert with_entries(after, [Entry(NAME, RUSSIAN[NAME.key], State.TRANSLATED)], "ru") == before


REFUSED = {
    "unknown": Found("entity/deal/fields/nam/label", "Name", None, ("Имя",), place="line 7"),
    "conflict": Found(NAME.key, "Title", None, ("Имя",), place="line 7"),
    "placeholders": Found(HELP.key, HELP.text, None, ("Скажите {слова}",), place="line 7"),
    "forms": Found(DEALS.key, "Deal", "Deals", ("сделка", "", "сделок"), place="line 7"),
    "characters": Found(NAME.key, "Name", None, ("Имя\x07",), place="line 7"),
    "length": Found(NAME.key, "Name", None, ("и" * 181,), place="line 7"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_does_not_fit_is_refused_with_place_and_hint(code: str) -> None:
    taken = take(tuple(Entry(text) for text in TEXTS), [REFUSED[code]], "ru")
    (finding,) = taken.findings
    assert (finding.place, finding.code, finding.hint is not None) == ("line 7", code, True)
    assert taken.new == ()


def test_the_nearest_key_is_named() -> None:
    (finding,) = take((Entry(NAME),), [REFUSED["unknown"]], "ru").findings
    assert NAME.key in str(finding.hint)


def test_a_key_twice_is_refused_once() -> None:
    twice = [Found(NAME.key, "Name", None, (word,)) for word in ("Имя", "Название")]
    taken = take((Entry(NAME),), twice, "ru")
    assert ([finding.code for finding in taken.findings], taken.entries[0].target) == (["twice"], ("Имя",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a",
        b"<xliff version='2.0'/>",
        b"<html/>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><xliff version='1.2'>&a;</xliff>",
    ],
)
def test_what_is_no_xliff_is_refused(data: bytes) -> None:
    with pytest.raises(WordsNotReadable):
        list(read_xliff(data))


def test_a_sheet_without_its_columns_is_refused() -> None:
    with pytest.raises(WordsNotReadable, match="target"):
        list(units_in([(1, ["key", "source"])]))


@pytest.mark.parametrize(
    "text", ['msgid "a"\nnone\n', 'msgctxt "a"\nmsgstr "b"\n', 'msgid "a"\nmsgstr[5] "b"\n', "\x00"]
)
def test_what_is_no_po_file_is_refused_or_read_and_never_fails_otherwise(text: str) -> None:
    with suppress(WordsNotReadable):
        assert list(read_found(text, "ru")) == []


@pytest.mark.parametrize(("locale", "forms"), [("de", 2), ("ru", 3), ("ar", 6), ("ja", 1)])
def test_each_form_has_numbers_that_show_it(locale: str, forms: int) -> None:
    assert plural_count(locale) == forms
    assert all(numbers_of(locale, form) for form in range(forms))
