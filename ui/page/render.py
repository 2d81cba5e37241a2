"""Turns values into an answer: a whole page, or for htmx only the part that it asked for.

Decided here once. The only module that makes Markup: what templates print is escaped, always.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, g
from flask_htmx import HTMX
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemLoader
from markupsafe import Markup

from framework.extension import installed_parts
from framework.fields.markup import sanitised
from ui.page.assets import asset
from ui.page.compiled import kept
from ui.page.folding import FoldingEnvironment
from ui.page.frame import frame
from ui.page.inlining import Inlining
from ui.page.reader import reader
from ui.page.toasts import toast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from gettext import NullTranslations

    from jinja2 import Environment, Template

    from ui.page.frame import Frame

# Text that is HTML already, for annotations elsewhere; making some is for this module alone.
Html = Markup

HERE = Path(__file__).parents[1]
ICONS = frozenset((HERE / "icons.txt").read_text(encoding="utf-8").split())
_FALLBACK_ICON = "point"

# Error answers are swapped like others: the server says by header where they go (ui.pages.problems).
_HTMX = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "selfRequestsOnly": True,
    # New controls listen at once: what is done in a moment before they do would be lost.
    "defaultSettleDelay": 0,
    "timeout": 20_000,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "401", "swap": False, "error": True},
        {"code": "4..", "swap": True},
        {"code": "5..", "swap": True},
    ],
}

htmx = HTMX()


def answer(template: str, *, title: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Answer a page; only its main part where htmx asks for that."""
    layout = "page/fragment.html" if is_fragment("main") else "page/frame.html"
    return fragment(template, status=status, layout=layout, title=title, toast=toast(), **values)


def fragment(template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Answer exactly this template."""
    around = frame()
    body = templates().get_template(template).render(frame=around, **values)
    made = Response(body, status, content_type="text/html; charset=utf-8")
    made.vary.add("HX-Request")
    # A page that stayed open over a publish learns of it from the next part that it asks for.
    made.headers["Armature-Revision"] = str(around.revision)
    return made


def csrf_token() -> str:
    """Give the token of this request, made once: a board has a form for each of its cards."""
    found: str | None = g.get("csrf_text")
    if found is None:
        found = g.csrf_text = str(generate_csrf())
    return found


@lru_cache(maxsize=512)
def frame_part(template: str, known: Frame) -> Markup:
    """Draw a part of the frame, which is the same for every page of a person's until the metadata changes."""
    return Markup(templates().get_template(template).render(frame=known))  # noqa: S704 - what it prints is escaped


def is_fragment(target: str) -> bool:
    """Whether htmx asks for the part with this id, rather than a browser for a page."""
    return bool(htmx) and not htmx.history_restore_request and htmx.target == target


def redirect(url: str) -> Response:
    """Answer a POST that was carried out: 303 to the page that shows it."""
    if htmx:
        # A script's request would follow a redirect out of sight; this header moves the page.
        return Response(status=204, headers={"HX-Redirect": url})
    return Response(status=303, headers={"Location": url})


def moved(url: str) -> Response:
    """Answer a request for a page that lies elsewhere for good, with what was sent to it."""
    return Response(status=308, headers={"Location": url})


@dataclass(frozen=True, slots=True)
class RowForm:
    """What rows of a table have beside their cells; a row ends with what that needs, in this order.

    `edits` are the columns whose cells can be edited in place, as (position, field, label), where the row says so;
    `marks` gives each row the class of a colour; with `picks` it begins with a box to tick; with `acts` it has buttons.
    The record's id is last. `left` rows are of records that do not belong to the list any more.
    """

    entity: str = ""
    edits: tuple[tuple[int, str, str], ...] = ()
    marks: bool = False
    picks: bool = False
    acts: bool = False
    left: bool = False

    @property
    def named(self) -> bool:
        """Whether rows end with the id of their record."""
        return self.picks or self.drawn_anew

    @property
    def drawn_anew(self) -> bool:
        """Whether a row may take the place of its former self, so that it has an id in the page."""
        return self.acts or bool(self.edits)


def table_body(cells: Iterable[tuple[str, str]], rows: Iterable[tuple[Any, ...]], form: RowForm = RowForm()) -> Markup:
    """Draw table rows: (address, title, value, …) each; `cells` gives (cell template, class) per value."""
    return Markup(_row_template(templates(), tuple(cells), form).render(rows=rows))  # noqa: S704 - what the template prints is escaped


def drawn_once(cell: str) -> Callable[[Any], Markup | None]:
    """Give what draws a cell's values, each distinct one only once: most rows repeat their stages and people."""
    template, drawn = templates().get_template(f"cells/{cell}.html"), dict[Any, Markup]()

    def draw(value: Any) -> Markup | None:  # noqa: ANN401
        if value is None:
            return None
        if value not in drawn:
            drawn[value] = Markup(template.render(cell=value).strip())  # noqa: S704 - what the template prints is escaped
        return drawn[value]

    return draw


def rich_text(html: str) -> Markup:
    """Draw stored rich text, sanitised once more: what an older release let pass may be known by now."""
    return Markup(sanitised(html))  # noqa: S704 - only harmless tags are left


@lru_cache(maxsize=1_024)
def icon(name: str, classes: str = "") -> Markup:
    """Draw an icon of the sprite; one that is not in it is a point."""
    known = name if name in ICONS else _FALLBACK_ICON
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        classes, asset("vendor/icons.svg"), known
    )


RODS = Markup('<i class="rods"></i>')
"""The five rods of an ordered option; its class says how many are filled."""
DOT = Markup('<i class="dot"></i>')
"""The mark of an option that has a colour."""


def templates() -> Environment:
    """Give the templates in the language of this request."""
    return templates_in(reader().words.own)


@lru_cache(maxsize=16)
def templates_in(words: NullTranslations) -> Environment:
    """Give the templates in one language; what they are made of does not change while a server runs."""

    def word(text: str) -> Markup:
        # As the extension does it, doubled percent signs too.
        return Markup(words.gettext(text)) % {}  # noqa: S704 - our own words may hold entities

    folders = [HERE / "templates", *_brought()]
    made = FoldingEnvironment(
        {"_": word, "gettext": word, "icon": icon, "asset": asset},
        loader=FileSystemLoader(folders),
        bytecode_cache=kept(words, folders),
        autoescape=True,
        extensions=["jinja2.ext.i18n", Inlining],
        # Asking the disk for each of them costs more than it helps.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # comes with the extension
    made.globals.update(
        frame_part=frame_part, icon=icon, asset=asset, csrf_token=csrf_token, htmx_config=json.dumps(_HTMX)
    )
    return made


def _brought() -> list[Path]:
    """Give the folders of templates of other parts; a name that we have too is ours."""
    return [part.templates for part in installed_parts() if part.templates is not None]


# The id of the record stands last in its row; the box belongs to the form of the bar over the list.
_PICK = (
    '<td class="p-pick"><input class="tick" type="checkbox" name="id" form="selection" value="{{ row[-1] }}" '
    'aria-label="{{ row[1] }}"></td>'
)
_TITLE = (
    '<th scope="row" class="p-title">'
    '{% if row[0] %}<a href="{{ row[0] }}" dir="auto">{{ row[1] }}</a>'
    '{% else %}<span class="t strong" dir="auto">{{ row[1] }}</span>{% endif %}</th>'
)


@lru_cache(maxsize=1_024)
def _row_template(environment: Environment, cells: tuple[tuple[str, str], ...], form: RowForm) -> Template:
    """Put the cell templates of a list together, as one would write them by hand for just this list.

    Including or calling one per cell would cost more than all the rest of the page.
    """
    parts = [_row_begins(form), *([_PICK] if form.picks else []), _TITLE]
    edits = {position: (name, label) for position, name, label in form.edits}
    for position, (name, classes) in enumerate(cells, start=2):
        source = (HERE / "templates" / "cells" / f"{name}.html").read_text(encoding="utf-8").strip()
        parts.append(f"{{% set cell = row[{position}] %}}")
        if position in edits:
            parts.append(_editable(form, source, classes, *edits[position]))
        else:
            parts.append(f'<td class="{classes}">{source}</td>')
    return environment.from_string("".join([*parts, "</tr>{% endfor %}"]))


def _row_begins(form: RowForm) -> str:
    named = ' id="row-{{ row[-1] }}"' if form.drawn_anew else ""
    left, marks = ("left " if form.left else ""), ' class="left"' if form.left else ""
    if form.marks:
        place = -2 if form.named else -1
        marks = f'{{% if row[{place}] %}} class="{left}marked c-{{{{ row[{place}] }}}}"{{% else %}}{marks}{{% endif %}}'
    imported = '{% import "page/parts.html" as part %}' if form.edits else ""
    return f"{imported}{{% for row in rows %}}<tr{named}{marks}>"


def _editable(form: RowForm, source: str, classes: str, name: str, label: str) -> str:
    """Give a cell whose value can be edited where it stands, in rows that say so."""
    may = f"row[{-3 if form.marks else -2}]"
    place = f"cell-{name}-{{{{ row[-1] }}}}"
    opens = f'part.opens_field("/records/{form.entity}/" ~ row[-1] ~ "/fields/{name}", "cell-{name}-" ~ row[-1])'
    words = (
        f'aria-label="{{{{ _("Edit %(field)s", field={json.dumps(label, ensure_ascii=False)}) }}}}: {{{{ row[1] }}}}"'
    )
    link = f"<a class=\"edit-field\" data-edit-field {{{{ {opens} }}}} {words}>{{{{ icon('pencil') }}}}</a>"
    return (
        f'<td class="{classes}{{{{ " editable" if {may} }}}}" id="{place}" data-column="{name}">{source}'
        f"{{% if {may} %}}{link}{{% endif %}}</td>"
    )
