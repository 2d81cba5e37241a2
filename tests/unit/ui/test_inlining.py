"""Templates joined before compiling draw what they draw when each is included."""

from collections.abc import Sequence

import pytest
from jinja2 import DictLoader, Environment, TemplateNotFound

from ui.page.inlining import Inlining

FILES = {
    "page.html": (
        '{% for part in parts %}\n<li>\n{% include "parts/" ~ part.kind ~ ".html" %}\n</li>\n{% endfor %}\n'
        '{% include "foot.html" %}\n<hr>'
    ),
    "parts/text.html": '<b>{{ part.text }}</b>{% include "mark.html" %}\n',
    "parts/number.html": "{% set shown = part.text * 2 %}<i>{{ shown }}</i>\n",
    "mark.html": " ({{ part.kind }})\n",
    "foot.html": "{{ parts|length }} parts\n",
}
PARTS = ({"kind": "text", "text": "<x>"}, {"kind": "number", "text": 4}, {"kind": "text", "text": "y"})


def drawn(*extensions: type[Inlining], parts: Sequence[object] = PARTS) -> str:
    made = Environment(
        loader=DictLoader(FILES), extensions=extensions, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("page.html").render(parts=parts)


def test_they_draw_the_same() -> None:
    assert drawn(Inlining) == drawn()
    assert "<b>&lt;x&gt;</b>" in drawn(Inlining)


def test_a_part_that_has_no_file_is_told_of() -> None:
    with pytest.raises(TemplateNotFound, match="parts/none"):
        drawn(Inlining, parts=[{"kind": "none"}])
