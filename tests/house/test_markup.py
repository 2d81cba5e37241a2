"""Only ui.page.render may declare text to be safe HTML; everything else is escaped by the templates."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.reading import FLOORS, ROOT, Source, breaks, findings, imported

RENDER = "ui.page.render"
UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\b")


def declares_html_safe(source: Source) -> Iterator[ast.AST]:
    if not source.inside(RENDER):
        yield from (node for node, name in imported(source) if name.endswith(".Markup"))


def test_the_house_keeps_the_rule() -> None:
    assert findings(declares_html_safe) == []


@pytest.mark.parametrize("text", ["from markupsafe import Markup", "flask.Markup('')"])
def test_markup_is_noticed_outside_render(text: str) -> None:
    assert breaks(declares_html_safe, "framework.fields.rich_text", text)
    assert not breaks(declares_html_safe, "ui.page.render", text)


def test_no_template_switches_escaping_off() -> None:
    templates = (path for floor in FLOORS for path in (ROOT / floor).rglob("*.html"))
    assert [str(path) for path in templates if UNESCAPED.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("text", ["{{ note|safe }}", "{{ note | safe }}", "{% autoescape false %}"])
def test_an_unescaped_template_is_noticed(text: str) -> None:
    assert UNESCAPED.search(text)
