"""Documents of the site layer as text, and choice lists by lines: with the same problems as `armature check`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import request

from admin.bench import bench, keep, keep_files, label_of
from admin.completing import cursor_of, offers
from admin.desk import Area, DeskPages, Place
from admin.inputs import Form, Input, Section, at_controls, form_page
from admin.naming import names_at
from admin.options import arranged_options, options_of, options_text, with_options
from admin.origins import origins_url
from framework.errors import Fault, InvalidError, NotFoundError
from framework.extension import services
from i18n.lazy import msg
from metadata.documents import canonical
from metadata.kinds import FOLDERS, NAME
from metadata.layers import merge_patch
from metadata.schemas import definition_schema
from ui.page.reader import reader
from ui.page.render import fragment, redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from flask import Response

    from metadata.documents import Document

pages = DeskPages(
    "documents",
    Place(
        Area.DESIGN,
        12,
        msg("Documents"),
        msg("Definitions as text."),
        "code",
        "/admin/documents",
        frozenset({"design"}),
        shown=False,
    ),
)


@pages.get("/admin/documents/<folder>/<name>.json")
def edit(folder: str, name: str) -> Response:
    """Show the site's document of a definition, beside how the definition holds with all layers."""
    return _text_form(folder, name, bench().files().get(f"{folder}/{name}.json", ""))


@pages.post("/admin/documents/<folder>/<name>.json")
def change(folder: str, name: str) -> Response:
    """Put a document into the draft as it was written; a blank one is none."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    file, files = f"{folder}/{name}.json", dict(bench().files())
    _kind(folder, name)
    if text.strip():
        files[file] = text
    else:
        files.pop(file, None)
    try:
        keep_files(files, msg("Document “%(name)s” written", name=file), {file: ""})
    except InvalidError as error:
        faults = [
            Fault("/text", one.code, msg("%(place)s: %(text)s", place=one.pointer, text=one.message), one.hint)
            for one in error.faults
        ]
        return _text_form(folder, name, text, InvalidError(error.detail, faults))
    return redirect(done("/admin/draft", "drafted"))


@pages.post("/admin/documents/<folder>/<name>.json/offers")
def complete(folder: str, name: str) -> Response:
    """Tell what may stand after `before`, of a document whose whole text is `text`; nothing is kept of it."""
    kind, form = _kind(folder, name), request.form
    found = bench().merged.documents.get((kind, name))
    holds = merge_patch(found.base.body if found else {}, _parsed(form.get("text", ""), found.patch if found else None))
    cursor = cursor_of(form.get("before", "").replace("\r\n", "\n"))
    schema = definition_schema(kind, services().catalogue)
    made = offers(cursor, schema, holds, lambda steps: names_at(kind, name, holds, steps))
    return fragment("desk/offers.html", offers=made, replaces=cursor.replaces)


@pages.get("/admin/choices/<name>")
def choices(name: str) -> Response:
    """Show the options of a choice list, one a line."""
    body = bench().body("choices", name)
    return _choices_form(name, options_text(arranged_options(body)))


@pages.post("/admin/choices/<name>")
def change_choices(name: str) -> Response:
    """Put the options of a choice list into the draft; those that are gone from the lines are retired."""
    body: dict[str, Any] = bench().body("choices", name)
    made = options_of(request.form.get("options", ""), body["options"])
    wanted = with_options(body, made, own=bench().own("choices", name))
    try:
        keep({("choices", name): wanted}, msg("Options of “%(label)s” changed", label=str(label_of("choices", name))))
    except InvalidError as error:
        return _choices_form(name, request.form.get("options", ""), at_controls(error, lambda _: "/options"))
    return redirect(done(f"/admin/choices/{name}", "drafted"))


def _choices_form(name: str, lines: str, error: InvalidError | None = None) -> Response:
    text = reader().words.text
    told = text(msg("One a line, as “key: Label”. A new line makes an option; one that is left out is retired."))
    options = bench().body("choices", name)["options"]
    gone = [str(one.get("label", key)) for key, one in options.items() if one.get("retired")]
    if gone:
        told += " " + text(msg("Retired, until they are written again: %(labels)s.", labels=", ".join(gone)))
    box = Input("options", text(msg("Options")), "area", lines, told, wide=True)
    button = text(msg("Keep in the draft"))
    form = Form(f"/admin/choices/{name}", (Section((box,)),), button, "/admin/entities", text(msg("Entities")), {})
    ways = [(text(msg("Where does this come from?")), origins_url("choices", name))]
    return form_page(text(label_of("choices", name)), form, error, ways=ways)


def _text_form(folder: str, name: str, shown: str, error: InvalidError | None = None) -> Response:
    text, kind = reader().words.text, _kind(folder, name)
    found = bench().merged.documents.get((kind, name))
    told = text(msg("What the site says itself: a whole definition, or only what differs from the layers below it."))
    url = f"/admin/documents/{folder}/{name}.json"
    box = Input("text", f"{folder}/{name}.json", "json", shown, told, wide=True, completes=f"{url}/offers")
    sections = [Section((box,))]
    if found is not None:
        holds = Input("holds", text(msg("As it holds, all layers together")), "json", canonical(found.body), wide=True)
        sections.append(Section((holds,), text(msg("As it holds, all layers together")), folded=True))
    back = f"/admin/entities/{name}" if kind == "entity" else "/admin/entities"
    button = text(msg("Keep in the draft"))
    form = Form(url, tuple(sections), button, back, text(msg("Entities")), {})
    ways = [(text(msg("Where does this come from?")), origins_url(kind, name))] if found else []
    return form_page(text(msg("As text")), form, error, ways=ways)


def _parsed(text: str, otherwise: Document | None) -> Any:  # noqa: ANN401 - any JSON
    """Give what a text says; while it cannot be read, what the site's document said before."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else otherwise.body if otherwise else {}


def _kind(folder: str, name: str) -> str:
    if folder not in FOLDERS or not NAME.fullmatch(name):
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=name[:60]))
    return FOLDERS[folder]
