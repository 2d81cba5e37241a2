"""Finding our own words in source, and keeping translations when the source changes."""

from pathlib import Path

from babel.messages.pofile import read_po

from i18n import extract


def test_words_of_python_and_templates_are_collected(tmp_path: Path):
    (tmp_path / "ui" / "templates").mkdir(parents=True)
    (tmp_path / "ui" / "a.py").write_text('x = msg("No %(name)s", name=1)\ny = nmsg("1 day", "%(count)s days", 3)\n')
    (tmp_path / "ui" / "b.py").write_text('z = msg("%(text)s", text=1)\nplain("not this")\n')
    (tmp_path / "ui" / "templates" / "c.html").write_text(
        '{{ _("Save") }}{{ pgettext("verb", "Open") }}{% trans n=2 %}1 row{% pluralize %}{{ n }} rows{% endtrans %}'
    )
    found = {(message.id, message.context) for message in extract.collect(tmp_path, ["ui"]) if message.id}
    assert found == {
        ("No %(name)s", None),
        (("1 day", "%(count)s days"), None),
        ("Save", None),
        ("Open", "verb"),
        (("1 row", "%(n)s rows"), None),
    }


def test_translations_stay_and_what_fell_away_is_dropped(tmp_path: Path):
    path = tmp_path / "de" / "messages.po"
    path.parent.mkdir()
    path.write_text('msgid "Save"\nmsgstr "Speichern"\n\nmsgid "Gone"\nmsgstr "Weg"\n')
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "a.py").write_text('msg("Save")\nmsg("New")\n')
    new = extract.updated(path, extract.collect(tmp_path, ["ui"]))
    assert {message.id: message.string for message in new if message.id} == {"Save": "Speichern", "New": ""}


def test_own_po_files_are_readable_and_have_their_plural_forms():
    for locale, forms in {"de": 2, "ru": 3, "ar": 6}.items():
        with (extract.LOCALES / locale / "messages.po").open("rb") as source:
            assert read_po(source, locale=locale, abort_invalid=True).num_plurals == forms
