"""Table rows: what stands in records is text, whatever it looks like, and a row is one line of markup per value."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g

from admin.desk import DeskPages
from admin.part import part
from i18n.catalog import Catalog
from i18n.formats import formats
from i18n.words import own_words
from ui.page.reader import Reader
from ui.page.render import ICONS, drawn_once, icon, table_body, templates_in

TEMPLATES = templates_in(own_words("en"))
ROOT = Path(__file__).parents[3]
HOSTILE = "<script>alert(1)</script>\"' onmouseover=x"


@pytest.fixture(autouse=True)
def _reading() -> Iterator[None]:
    with Flask("reading").app_context():
        g.reader = Reader(None, Catalog().translator("en"), formats("en", "UTC"), "light", "compact")
        yield


def test_every_value_of_a_row_is_escaped() -> None:
    cells = [("text", ""), ("link", "p-sub"), ("date", ""), ("email", "")]
    row = ("/records/deal/1", HOSTILE, HOSTILE, (HOSTILE, HOSTILE), (HOSTILE, HOSTILE), HOSTILE)
    made = str(table_body(cells, [row]))
    assert "<script>" not in made
    assert "\"' onmouseover" not in made
    assert made.count("&lt;script&gt;") == 8


def test_a_row_without_an_address_is_no_link() -> None:
    assert "<a" not in table_body([], [("", "Deleted")])


def test_repeated_values_are_drawn_once_and_escaped() -> None:
    draw = drawn_once("choice")
    first = draw(("plain", "", HOSTILE))
    assert first is draw(("plain", "", HOSTILE))
    assert "<script>" not in str(first)
    assert draw(None) is None


def test_an_icon_that_the_sprite_lacks_is_a_point() -> None:
    assert "#home" in icon("home")
    assert "#point" in icon("no-such-icon")
    assert "point" in ICONS


def test_every_template_compiles_and_holds_no_inline_script_style_or_handler() -> None:
    for name in TEMPLATES.list_templates():
        TEMPLATES.get_template(name)
        source = TEMPLATES.loader.get_source(TEMPLATES, name)[0]  # type: ignore[union-attr]
        for forbidden in ("<style", " style=", "hx-on", "js:", "javascript:", " onclick", " onload"):
            assert forbidden not in source, (name, forbidden)
        # The page of the API brings a program of its own, and a policy for it.
        assert "<script" not in source or name in {"page/head.html", "page/api.html"}, name
        assert source.count("<script") == source.count("<script src="), name


def test_htmx_attributes_stand_in_macros_alone() -> None:
    """So that another version of htmx is one file's matter."""
    for name in TEMPLATES.list_templates():
        source = TEMPLATES.loader.get_source(TEMPLATES, name)[0]  # type: ignore[union-attr]
        assert name == "page/parts.html" or " hx-" not in source, name


@pytest.mark.parametrize("folder", ["examples", "metadata/core"])
def test_entities_that_come_along_have_icons_that_are_there(folder: str) -> None:
    found = [json.loads(file.read_text("utf-8")).get("icon") for file in (ROOT / folder).glob("**/entities/*.json")]
    assert found
    assert {one for one in found if one is not None} <= ICONS


def test_places_of_the_desk_have_icons_that_are_there() -> None:
    assert {one.place.icon for one in part.blueprints if isinstance(one, DeskPages)} <= ICONS
