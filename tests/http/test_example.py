"""Whole examples as their people open them: all is there, asks the database seldom, and speaks their language."""

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape

import pytest
from babel.messages.pofile import read_po

from i18n.words import LOCALES
from metadata.load import load_core, load_folder
from metadata.words import words_of
from tests.http.walk import EXAMPLES, Visit, example, walk

CRM = EXAMPLES / "crm"
MOST = 20
LANGUAGES = ("ar", "ru")
# What a page says; the names of keys stand as they do on keyboards, in every language. A parser in Python takes
# longer than the pages themselves, and these have no script and no bare angle bracket in what they say.
_SAID = (
    re.compile(r"<(?!kbd\b)[^>]*>([^<]*[^<\s][^<]*)"),
    re.compile(r'\s(?:title|alt|placeholder|aria-label|aria-description)="([^"]+)"'),
)
# In front of what is counted or named, such as “Stage: New” or “Accounts · Armature”.
_JOINTS = re.compile(r"[:·,،()«»“”\n]+| · ")


@dataclass(slots=True)
class Walked:
    """What a walk found wrong: addresses that failed, that cost too much, and that show words as they were written."""

    count: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    dear: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, tuple[str, set[str]]] = field(default_factory=dict)

    def note(self, visit: Visit) -> None:
        """Take a page in."""
        self.count += 1
        if visit.status not in {200, 303}:
            self.failed[visit.path] = visit.status
        if visit.cost > MOST:
            self.dear[visit.path] = visit.cost


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The CRM, walked through once, in the languages into which it is translated and that share no letters with it.

    Lists are a third each day under all that they may be asked for.
    """
    written, data, found = {locale: _written(locale) for locale in LANGUAGES}, _data(), Walked()
    with example("crm", tmp_path_factory.mktemp("crm")) as app:
        for visit in walk(app, LANGUAGES, parts=3):
            found.note(visit)
            left = {text for text in _shown(visit.page) if text in written[visit.locale] and text not in data}
            if left and visit.status == 200:
                found.foreign[visit.path] = (visit.locale, left)
    return found


@pytest.mark.timeout(900)  # the whole CRM
def test_no_page_of_the_crm_asks_more_than_twenty_statements(crm: Walked) -> None:
    assert crm.failed == {}
    assert crm.dear == {}


@pytest.mark.timeout(900)
def test_no_page_of_the_crm_shows_a_label_as_it_was_written(crm: Walked) -> None:
    assert crm.count > 100
    assert crm.foreign == {}


@pytest.mark.timeout(600)
def test_no_page_of_the_helpdesk_asks_more_than_twenty_statements(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = Walked()
    with example("helpdesk", tmp_path_factory.mktemp("helpdesk")) as app:
        for visit in walk(app):
            found.note(visit)
    assert found.failed == {}
    assert found.dear == {}


def _written(locale: str) -> frozenset[str]:
    """Texts of core, CRM and product as they were written, without those that are alike in the language."""
    texts = {word.text for layer in (load_core(), load_folder(CRM)[0]) for word in words_of(layer)}
    with (LOCALES / locale / "messages.po").open("rb") as source:
        own = {str(one.id) for one in read_po(source, locale=locale) if one.id and one.id != one.string}
    return frozenset(text for text in texts | own if re.search("[A-Za-z]{3}", text))


def _data() -> frozenset[str]:
    """What the records themselves say, which nobody translates."""
    found: set[str] = set()

    def gather(value: object) -> None:
        if isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                gather(part)
        elif isinstance(value, str):
            found.update({value, *_parts(value)})

    for document in load_folder(CRM)[0].demo:
        gather(document.body)
    return frozenset(found)


def _shown(page: str) -> set[str]:
    return {part for said in _SAID for text in set(said.findall(page)) for part in _parts(unescape(text))}


@cache
def _parts(text: str) -> set[str]:
    return {text.strip(), *(part.strip() for part in _JOINTS.split(text))}
