"""What screens show, by form: the columns of lists, the sections of forms and record pages.

Every button keeps the whole form in the draft, so that nothing that was typed beside it is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from admin.arranging import (
    columns,
    moved,
    moved_field,
    moved_section,
    section_at,
    sections,
    settings_of,
    with_columns,
    with_fields,
    with_label,
    with_section,
    with_settings,
)
from admin.bench import bench, keep, label_of
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import Option, refusal
from admin.options import named
from admin.origins import origins_url
from admin.screens import URL, fields_of, fitting, screen_body, screen_lines
from framework.errors import InvalidError, NotFoundError
from framework.extension import services
from i18n.lazy import msg
from metadata.compile.screens import GENERATED_KINDS
from metadata.edits import arranged, free_name
from ui.lists.column_panel import AUTO_WIDTH, FOOTER_WORDS, NO_FOOTER, WIDTH_WORDS, columns_of_field, footers_of
from ui.page.reader import reader
from ui.page.refusal import NOTHING_REFUSED
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response

    from i18n.lazy import Label, Message
    from metadata.snapshot import Field

_BY = {"up": -1, "down": 1}
_SAID = ("width", "footer")
_MAIN = "main-button"

pages = DeskPages(
    "screens",
    Place(
        Area.DESIGN,
        20,
        msg("Screens"),
        msg("What lists, forms and record pages show, and in which order."),
        "layout-list",
        URL,
        frozenset({"design", "publish"}),
    ),
)


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of a list; `footers` is empty where the foot can say nothing of it."""

    name: str
    label: str
    widths: tuple[Option, ...]
    footers: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class SectionRows:
    """One section of a form or record page with its fields; `tab` is the label of the tab that it lies in.

    `first` and `last` say where it stands among those of its tab.
    """

    key: str
    tab: str
    label: str
    fields: tuple[Option, ...]
    first: bool
    last: bool


@pages.get(URL)
def show() -> Response:
    """List the screens."""
    return answer("desk/screens.html", title=reader().words.text(msg("Screens")), lines=screen_lines())


@pages.get(f"{URL}/<name>")
def one(name: str) -> Response:
    """Show what stands on a screen."""
    return _page(name, screen_body(name))


@pages.post(f"{URL}/<name>")
def change(name: str) -> Response:
    """Put the screen into the draft as the form has it, after what the pressed button does."""
    body = screen_body(name)
    made, place = _list_made(body) if body["kind"] == "list" else _parts_made(name, body)
    try:
        if made != body:
            keep({("screen", name): made}, msg("Screen “%(label)s” arranged", label=str(made.get("label", name))))
    except InvalidError as error:
        return _page(name, made, error)
    return redirect(f"{done(f'{URL}/{name}', 'drafted')}#{place}")


def _list_made(body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Give the list as it shall be, and the id of what one goes on with."""
    form, made = request.form, dict(body)
    for name in columns(body):
        made = with_settings(made, name, {key: form[f"{key}.{name}"] for key in _SAID if f"{key}.{name}" in form})
    names = columns(made)
    if form.get("add"):
        return with_columns(made, [*names, *_added("new")]), "new"
    what, _, name = form.get("field", "").partition(":")
    if not what:
        return made, _MAIN
    _require(name in names, name)
    if what == "remove":
        return with_columns(made, [one for one in names if one != name]), "new"
    return with_columns(made, moved(names, name, _by(what))), f"{what}-{name}"


def _parts_made(name: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Give the form or record page as it shall be, and the id of what one goes on with."""
    form, made = request.form, dict(body)
    for place in sections(body):
        if f"label.{place.key}" in form:
            made = with_label(made, place.key, form[f"label.{place.key}"].strip())
    keys = [place.key for place in sections(made)]
    if "add" in form:
        _require(form["add"] in keys, form["add"])
        there = section_at(made, form["add"])["fields"]
        return with_fields(made, form["add"], [*there, *_added(f"new.{form['add']}")]), f"new.{form['add']}"
    if "section" in form:
        return _section_done(made, form["section"], own=bench().own("screen", name))
    what, _, rest = form.get("field", "").partition(":")
    key, _, field = rest.partition(":")
    if not what:
        return made, _MAIN
    _require(key in keys and field in section_at(made, key)["fields"], field)
    if what == "remove":
        left = [one for one in section_at(made, key)["fields"] if one != field]
        return with_fields(made, key, left), f"new.{key}"
    return moved_field(made, key, field, _by(what)), f"{what}-{field}"


def _section_done(body: Mapping[str, Any], pressed: str, *, own: bool) -> tuple[dict[str, Any], str]:
    """Give the screen after what a button does with a section: a new one, another place, none any more."""
    what, _, key = pressed.partition(":")
    if what == "new":
        label = request.form.get("new_label", "").strip()
        tab = request.form.get("new_tab", "")
        _require(not tab or tab in body.get("tabs", {}), tab)
        taken = [place.section for place in sections(body) if place.tab == tab]
        made = f"{tab}.{free_name(named(label, 'section'), taken)}"
        return with_label(with_section(body, made, {"fields": []}), made, label), f"new.{made}"
    _require(key in [place.key for place in sections(body)], key)
    if what == "remove":
        return with_section(body, key, None), _MAIN
    return moved_section(body, key, _by(what), own=own), f"{what}-section-{key}"


def _added(control: str) -> list[str]:
    chosen = request.form.get(control, "")
    return [chosen] if chosen else []


def _by(what: str) -> int:
    _require(what in _BY, what)
    return _BY[what]


def _require(there: bool, name: str) -> None:  # noqa: FBT001 - what is asked for is the whole of it
    if not there:
        raise NotFoundError(msg("There is no “%(name)s” on this screen", name=name[:60]))


def _page(name: str, body: Mapping[str, Any], error: InvalidError | None = None) -> Response:
    text, kind, entity = reader().words.text, str(body["kind"]), str(body.get("entity", ""))
    if kind not in GENERATED_KINDS:
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=name[:60]))
    found, known = bench().merged.documents.get(("screen", name)), fields_of(entity)
    labels = {key: text(label) for field in fitting(kind, known.values()) for key, label in _places_of(kind, field)}
    if kind == "list":
        names = columns(body)
        parts: dict[str, Any] = {"rows": [_column(body, one, labels.get(one, one), known.get(one)) for one in names]}
    else:
        names = [field for place in sections(body) for field in place.fields]
        parts = {"sections": _sections(body, labels), "tabs": _tabs(body)}
    return answer(
        "desk/columns.html" if kind == "list" else "desk/sections.html",
        title=text(label_of("screen", name)) if found else str(body["label"]),
        status=error.status if error else 200,
        form=refusal(error, ()) if error else NOTHING_REFUSED,
        url=f"{URL}/{name}",
        name=name,
        kind=text(services().catalogue.screen_kinds[kind].label),
        layer=found.base.layer if found else "",
        origins_url=origins_url("screen", name),
        entity=Option(f"/admin/entities/{entity}", text(label_of("entity", entity))),
        free=[Option(key, label) for key, label in labels.items() if key not in names],
        **parts,
    )


def _places_of(kind: str, field: Field) -> Iterable[tuple[str, Label | Message]]:
    """Give the names and labels that a field has on a screen of this kind: as a column, parts have theirs."""
    return columns_of_field(field) if kind == "list" else [(field.name, field.label)]


def _column(body: Mapping[str, Any], name: str, label: str, field: Field | None) -> ColumnRow:
    text, said = reader().words.text, settings_of(body, name)
    widths = {"": AUTO_WIDTH, **WIDTH_WORDS}
    footers = {"": NO_FOOTER, **{one: FOOTER_WORDS[one] for one in footers_of(field)}} if field else {}
    return ColumnRow(
        name,
        label,
        tuple(Option(key, text(word), key == said.get("width", "")) for key, word in widths.items()),
        tuple(Option(key, text(word), key == said.get("footer", "")) for key, word in footers.items())
        if len(footers) > 1 or "footer" in said
        else (),
    )


def _sections(body: Mapping[str, Any], labels: Mapping[str, str]) -> list[SectionRows]:
    tabs, found = {one.value: one.label for one in _tabs(body)}, sections(body)
    last = {place.tab: place.key for place in found}
    first = {place.tab: place.key for place in reversed(found)}
    return [
        SectionRows(
            place.key,
            tabs.get(place.tab, ""),
            section_at(body, place.key).get("label", ""),
            tuple(Option(name, labels.get(name, name)) for name in place.fields),
            place.key == first[place.tab],
            place.key == last[place.tab],
        )
        for place in found
    ]


def _tabs(body: Mapping[str, Any]) -> list[Option]:
    return [Option(tab, str(body["tabs"][tab].get("label", tab))) for tab in arranged(body, "tabs")]
