"""Table rows: what stands in records is text, whatever it looks like, and a row is one line of markup per value."""

from pathlib import Path

from ui.page.render import ICONS, TEMPLATES, drawn_once, icon, table_body

HOSTILE = "<script>alert(1)</script>\"' onmouseover=x"


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
        source = (Path(TEMPLATES.loader.searchpath[0]) / name).read_text(encoding="utf-8")  # type: ignore[union-attr]
        for forbidden in ("<style", " style=", "hx-on", "js:", "javascript:", " onclick", " onload"):
            assert forbidden not in source, (name, forbidden)
        assert "<script" not in source or name == "page/head.html"


def test_htmx_attributes_stand_in_macros_alone() -> None:
    """So that another version of htmx is one file's matter."""
    for name in TEMPLATES.list_templates():
        source = (Path(TEMPLATES.loader.searchpath[0]) / name).read_text(encoding="utf-8")  # type: ignore[union-attr]
        assert name == "page/parts.html" or " hx-" not in source, name
