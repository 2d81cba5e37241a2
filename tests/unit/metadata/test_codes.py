"""Each code of a check is documented and has a sample that fails it; nothing else is."""

import re
from pathlib import Path

from metadata.problems import Severity
from tests.unit.metadata.samples import CHECKING, READING

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs/reference/checks.md").read_text("utf-8")
# Found by reading a folder, and by comparing with what was live; their tests are beside these.
ELSEWHERE = {
    "M009": "test_load.py",
    "M701": "test_changes.py",
    "M702": "test_changes.py",
    "M703": "test_changes.py",
    "M704": "test_changes.py",
    "M705": "test_changes.py",
}


def source():
    for path in (ROOT / "metadata").rglob("*"):
        if path.suffix in {".py", ".json"}:
            yield path.read_text("utf-8")


def codes():
    return {code for text in source() for code in re.findall(r'"(M\d{3})"', text)}


def test_every_code_has_a_heading_and_every_heading_a_code():
    assert sorted(re.findall(r"^### (M\d{3})$", DOCS, re.MULTILINE)) == sorted(codes())


def test_every_code_has_a_sample():
    assert codes() == {*READING, *CHECKING, *ELSEWHERE}


def test_the_tests_elsewhere_name_their_codes():
    for code, file in ELSEWHERE.items():
        assert code in (Path(__file__).parent / file).read_text("utf-8")


def test_the_docs_say_the_severity_of_each_check():
    sections = dict(re.findall(r"^### (M\d{3})\n(.+)$", DOCS, re.MULTILINE))
    for text in source():
        for code, word in re.findall(r'@numbered\("(M\d{3})"(?:, Severity\.(\w+))?\)', text):
            severity = Severity[word] if word else Severity.ERROR
            assert sections[code].startswith(severity.value.capitalize()), code
