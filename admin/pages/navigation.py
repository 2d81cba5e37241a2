"""The entries of the menu at the side by form: groups and entries, their order, for whom an arrangement is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from admin.arranging import moved
from admin.bench import bench, keep, label_of
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import Form, Input, Option, Section, at_controls, form_page
from admin.options import named
from admin.origins import origins_url
from framework.errors import InvalidError, NotFoundError
from i18n.lazy import Label, msg
from metadata.edits import arranged, free_name, in_order_of
from metadata.layers import CORE
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

URL = "/admin/navigation"

pages = DeskPages(
    "navigation",
    Place(
        Area.DESIGN,
        25,
        msg("Navigation"),
        msg("What stands in the menu at the side, for whom."),
        "menu-2",
        URL,
        frozenset({"design", "publish"}),
    ),
)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of a group."""

    name: str
    label: str
    leads: str


@dataclass(frozen=True, slots=True)
class GroupLines:
    """One group with its entries."""

    name: str
    label: str
    entries: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement of the menu: `roles` is blank where it is for everybody."""

    name: str
    label: str
    roles: str
    layer: str
    groups: tuple[GroupLines, ...]
    origins_url: str


@pages.get(URL)
def show() -> Response:
    """Show every arrangement with its groups and entries."""
    text = reader().words.text
    found = [_arrangement(one.name) for one in bench().merged.of_kind("navigation")]
    return answer("desk/navigation.html", title=text(msg("Navigation")), arrangements=found)


@pages.get(f"{URL}/<name>/new")
def new(name: str) -> Response:
    """Ask for a new entry."""
    bench().found("navigation", name)
    return _form(name, {})


@pages.post(f"{URL}/<name>/new")
def create(name: str) -> Response:
    """Put a new entry into the draft."""
    form, body = request.form, bench().body("navigation", name)
    kind, _, to = form.get("leads", "").partition(".")
    entry: dict[str, Any] = {kind: to} if kind in {"screen", "entity"} else {"url": form.get("url", "").strip()}
    for key in ("label", "icon"):
        if form.get(key, "").strip():
            entry[key] = form[key].strip()
    groups = dict(body.get("groups", {}))
    group = form.get("group", "")
    if form.get("new_group", "").strip():
        group = free_name(named(form["new_group"], "group"), groups)
        groups[group] = {"label": form["new_group"].strip(), "items": {}}
    if group not in groups:
        raise NotFoundError(msg("There is no group “%(name)s”", name=group[:60]))
    items = groups[group]["items"]
    taken = {item for one in groups.values() for item in one["items"]}
    key = free_name(named(to or entry.get("label", "link"), "entry"), taken)
    groups[group] = {**groups[group], "items": {**items, key: entry}}
    note = msg("Entry “%(name)s” put on the navigation", name=str(entry.get("label") or to or entry.get("url")))
    try:
        keep(
            {("navigation", name): {**body, "groups": groups}},
            note,
            {("navigation", name): f"/groups/{group}/items/{key}"},
        )
    except InvalidError as error:
        return _form(name, form, error)
    return redirect(done(URL, "drafted"))


@pages.post(f"{URL}/<name>/<group>/<entry>")
def change(name: str, group: str, entry: str) -> Response:
    """Move an entry up or down, or take it away."""
    here, body = bench(), bench().body("navigation", name)
    inside = body.get("groups", {}).get(group)
    if inside is None or entry not in inside["items"]:
        raise NotFoundError(msg("There is no entry “%(name)s”", name=entry[:60]))
    by = request.form.get("by")
    if by == "remove":
        made = {**inside, "items": {key: value for key, value in inside["items"].items() if key != entry}}
        if "item_order" in made:
            made["item_order"] = [one for one in made["item_order"] if one != entry]
        note = msg("Entry “%(name)s” taken off the navigation", name=entry)
    else:
        names = moved(arranged(inside, "items"), entry, 1 if by == "down" else -1)
        made = in_order_of(inside, "items", names, own=here.own("navigation", name))
        note = msg("Entry “%(name)s” moved", name=entry)
    groups = {**body["groups"], group: made}
    wanted = {**body, "groups": groups}
    if entry in body.get("phone", ()) and by == "remove":
        wanted["phone"] = [one for one in body["phone"] if one != entry]
    keep({("navigation", name): wanted}, note, {("navigation", name): f"/groups/{group}"})
    return redirect(done(URL, "drafted"))


def _arrangement(name: str) -> Arrangement:
    text, here = reader().words.text, bench()
    body = here.body("navigation", name)
    groups = []
    for group in arranged(body, "groups"):
        inside = body["groups"][group]
        address = f"navigation/{name}/groups/{group}"
        label = text(Label(f"{address}/label", inside["label"])) if "label" in inside else ""
        entries = tuple(_entry(address, entry, inside["items"][entry]) for entry in arranged(inside, "items"))
        groups.append(GroupLines(group, label, entries))
    roles = ", ".join(text(label_of("role", role)) for role in body.get("for", ()))
    return Arrangement(
        name,
        text(label_of("navigation", name)),
        roles,
        here.found("navigation", name).base.layer,
        tuple(groups),
        origins_url("navigation", name),
    )


def _entry(address: str, name: str, body: Mapping[str, Any]) -> EntryLine:
    text = reader().words.text
    if "screen" in body:
        leads = text(label_of("screen", body["screen"]))
    elif "entity" in body:
        leads = text(label_of("entity", body["entity"], key="label_plural"))
    else:
        leads = str(body.get("url", ""))
    label = text(Label(f"{address}/items/{name}/label", body["label"])) if "label" in body else leads
    return EntryLine(name, label, leads)


def _form(name: str, values: Mapping[str, str], error: InvalidError | None = None) -> Response:
    text, here = reader().words.text, bench()
    chosen = values.get("leads", "")
    leads = [
        (
            f"entity.{one.name}",
            text(label_of("entity", one.name, key="label_plural" if "label_plural" in one.body else "label")),
        )
        for one in here.merged.of_kind("entity")
        if one.base.layer != CORE
    ]
    screens = [
        (f"screen.{one.name}", text(msg("Screen: %(label)s", label=text(label_of("screen", one.name)))))
        for one in here.merged.of_kind("screen")
    ]
    last_first = list(reversed(leads))
    options = [Option(value, label, value == chosen) for value, label in (*last_first, *screens)]
    options.append(Option("url", text(msg("An outside address")), chosen == "url"))
    found = _arrangement(name).groups
    groups = [Option(one.name, one.label or text(msg("First group")), one.name == values.get("group")) for one in found]
    inputs = (
        Input("leads", text(msg("Leads to")), "select", options=tuple(options)),
        Input("group", text(msg("Group")), "select", options=tuple(groups)),
        Input(
            "label",
            text(msg("Label")),
            value=values.get("label", ""),
            help=text(msg("Blank: that of what it leads to.")),
        ),
        Input("icon", text(msg("Icon")), "code", values.get("icon", "")),
        Input("new_group", text(msg("In a new group")), value=values.get("new_group", "")),
        Input("url", text(msg("Outside address")), "code", values.get("url", "")),
    )
    form = Form(
        f"{URL}/{name}/new",
        (Section(inputs),),
        text(msg("Keep in the draft")),
        URL,
        text(msg("Navigation")),
        {},
    )
    if error:
        error = at_controls(error, lambda pointer: f"/{pointer.rsplit('/', 1)[-1]}")
    return form_page(text(msg("New entry")), form, error)
