"""The entities of the installation: what is in them, a new one, its labels, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from admin.arranging import moved
from admin.bench import bench, keep, label_of, not_kept
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import LONGEST_LABEL, Form, Input, Section, form_page
from admin.options import named
from admin.origins import origins_url
from admin.screens import screen_lines
from framework.errors import ArmatureError, Fault, InvalidError, NotFoundError
from framework.extension import context, services
from framework.permissions import policy_for
from framework.plans import Count, Query
from i18n.lazy import msg
from metadata.edits import arranged, free_name, in_order_of
from metadata.layers import CORE, SITE
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from admin.screens import ScreenLine
    from framework.context import Context

URL = "/admin/entities"
_TRAITS = {
    "owned": msg("Records belong to somebody"),
    "comments": msg("People may comment"),
    "activities": msg("Calls, meetings and tasks may be logged"),
    "attachments": msg("Files may be attached"),
}
_LABELS = {
    "label": msg("Name of one record"),
    "label_plural": msg("Name of many"),
    "icon": msg("Icon"),
    "help": msg("Help"),
    "title": msg("The field that names a record"),
    "name": msg("Name in files and the API"),
}

pages = DeskPages(
    "entities",
    Place(
        Area.DESIGN,
        10,
        msg("Entities"),
        msg("The kinds of records, their fields and rules."),
        "database",
        URL,
        frozenset({"design", "publish"}),
    ),
)


@dataclass(frozen=True, slots=True)
class EntityLine:
    """One entity; `records` is blank where whoever asks may not read its records. `changed` says that the draft is."""

    name: str
    label: str
    icon: str
    layer: str
    fields: str
    records: str
    changed: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of an entity."""

    name: str
    label: str
    type: str
    marks: str
    layer: str
    url: str
    changed: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of an entity."""

    name: str
    condition: str
    message: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """All that the template of an entity prints."""

    name: str
    label: str
    url: str
    layer: str
    traits: str
    records: str
    list_url: str
    fields: tuple[FieldLine, ...]
    retired: tuple[FieldLine, ...]
    rules: tuple[RuleLine, ...]
    screens: tuple[ScreenLine, ...]
    origins_url: str
    removable: bool


@pages.get(URL)
def show() -> Response:
    """List the entities with counts of their fields and records."""
    known, here, read = context(), bench(), reader()
    changed = bench().changed()
    lines = [
        EntityLine(
            one.name,
            read.words.text(
                label_of("entity", one.name, key="label_plural" if "label_plural" in one.body else "label")
            ),
            str(one.body.get("icon", "database")),
            one.base.layer,
            read.formats.integer(sum(not field.get("retired") for field in one.body["fields"].values())),
            _records(known, one.name),
            f"entity/{one.name}" in changed,
        )
        for one in here.merged.of_kind("entity")
    ]
    lines.sort(key=lambda one: (one.layer == CORE, one.label.casefold()))
    return answer("desk/entities.html", title=read.words.text(msg("Entities")), lines=lines, retired=_retired())


@pages.get(f"{URL}/new")
def new() -> Response:
    """Ask for what a new entity needs."""
    return _new_form({"owned": "1"})


@pages.post(f"{URL}/new")
def create() -> Response:
    """Put a new entity into the draft."""
    form = request.form
    label, plural = form.get("label", "").strip(), form.get("label_plural", "").strip()
    name = form.get("name", "").strip() or named(label, "entity")
    body: dict[str, Any] = {"label": label, "label_plural": plural or label, "icon": form.get("icon") or "file-text"}
    traits = {trait: True for trait in _TRAITS if form.get(trait)}
    title = form.get("title", "").strip() or reader().words.text(msg("Name"))
    field = named(title, "name")
    fields = {field: {"type": "text", "label": title, "required": True, "max_length": 200, "searchable": True}}
    body |= {"title": field, **({"traits": traits} if traits else {}), "fields": fields}
    try:
        _refuse_long({"label": label})
        _refuse_taken(name)
        keep({("entity", name): body}, msg("Entity “%(label)s” made", label=label))
    except InvalidError as error:
        return _new_form(form, error)
    return redirect(done(f"{URL}/{name}", "drafted"))


@pages.get(f"{URL}/<name>")
def one(name: str) -> Response:
    """Show an entity: its fields, rules and screens."""
    here, read = bench(), reader()
    found, body = here.found("entity", name), here.body("entity", name)
    text, changed = read.words.text, bench().changed()
    lines = [_field(name, field, changed) for field in arranged(body, "fields")]
    live = context().snapshot.entities.get(name)
    page = EntityPage(
        name,
        text(label_of("entity", name)),
        f"{URL}/{name}",
        found.base.layer,
        ", ".join(text(_TRAITS[trait]) for trait in _TRAITS if body.get("traits", {}).get(trait)),
        _records(context(), name),
        f"/records/{name}" if live is not None else "",
        tuple(line for line in lines if not body["fields"][line.name].get("retired")),
        tuple(line for line in lines if body["fields"][line.name].get("retired")),
        tuple(
            RuleLine(
                rule, str(one.get("refuse_when", "")), text(label_of("entity", name, "rules", rule, key="message"))
            )
            for rule, one in body.get("rules", {}).items()
        ),
        tuple(screen_lines(name)),
        origins_url("entity", name),
        here.own("entity", name),
    )
    return answer("desk/entity.html", title=page.label, page=page)


@pages.get(f"{URL}/<name>/edit")
def edit(name: str) -> Response:
    """Ask for an entity's labels and traits."""
    body = bench().body("entity", name)
    traits = body.get("traits", {})
    values = {key: str(body.get(key, "")) for key in ("label", "label_plural", "icon", "help", "title")}
    return _edit_form(name, {**values, **{trait: "1" for trait in _TRAITS if traits.get(trait)}})


@pages.post(f"{URL}/<name>/edit")
def change(name: str) -> Response:
    """Put an entity's labels and traits into the draft."""
    form, body = request.form, dict(bench().body("entity", name))
    for key in ("label", "label_plural", "icon", "help", "title"):
        value = form.get(key, "").strip()
        if value:
            body[key] = value
        else:
            body.pop(key, None)
    traits = {**body.get("traits", {}), **{trait: bool(form.get(trait)) for trait in _TRAITS}}
    traits = {trait: on for trait, on in traits.items() if on}
    if traits:
        body["traits"] = traits
    else:
        body.pop("traits", None)
    try:
        _refuse_long({"label": form.get("label", "").strip()})
        keep({("entity", name): body}, msg("Entity “%(label)s” changed", label=form.get("label", name)))
    except InvalidError as error:
        return _edit_form(name, form, error)
    return redirect(done(f"{URL}/{name}", "drafted"))


@pages.post(f"{URL}/<name>/order")
def order(name: str) -> Response:
    """Move a field up or down."""
    here, body = bench(), bench().body("entity", name)
    field, by = request.form.get("field", ""), 1 if request.form.get("by") == "down" else -1
    names = moved(arranged(body, "fields"), field, by)
    wanted = in_order_of(body, "fields", names, own=here.own("entity", name))
    keep({("entity", name): wanted}, msg("Field “%(name)s” moved", name=field))
    return redirect(done(f"{URL}/{name}", "drafted"))


@pages.get(f"{URL}/<name>/rules/new")
def new_rule(name: str) -> Response:
    """Ask for a rule that refuses what should not be saved."""
    bench().found("entity", name)
    return _rule_form(name, "", {})


@pages.get(f"{URL}/<name>/rules/<rule>")
def edit_rule(name: str, rule: str) -> Response:
    """Ask how a rule shall be."""
    found = bench().body("entity", name).get("rules", {}).get(rule)
    if found is None:
        raise NotFoundError(msg("There is no rule “%(name)s”", name=rule[:60]))
    return _rule_form(name, rule, {key: str(value) for key, value in found.items()})


@pages.post(f"{URL}/<name>/rules/new")
@pages.post(f"{URL}/<name>/rules/<rule>")
def keep_rule(name: str, rule: str = "") -> Response:
    """Put a rule into the draft, or take it away."""
    form, body = request.form, bench().body("entity", name)
    rules = dict(body.get("rules", {}))
    key = rule or free_name(named(form.get("message", "")[:40], "rule"), rules)
    if form.get("then") == "remove":
        rules.pop(key, None)
        note = msg("Rule “%(name)s” removed", name=key)
    else:
        said = {part: form.get(part, "").strip() for part in ("refuse_when", "message", "field")}
        rules[key] = {part: value for part, value in said.items() if value}
        note = msg("Rule “%(name)s” kept", name=key)
    wanted = {**body, "rules": rules} if rules else {part: value for part, value in body.items() if part != "rules"}
    try:
        keep({("entity", name): wanted}, note, {("entity", name): f"/rules/{key}"})
    except InvalidError as error:
        return _rule_form(name, rule, form, error)
    return redirect(done(f"{URL}/{name}", "drafted"))


@pages.get(f"{URL}/<name>/retire")
def ask_retire(name: str) -> Response:
    """Show what retiring an entity would touch."""
    here, text = bench(), reader().words.text
    label = text(label_of("entity", name))
    here.found("entity", name)
    _require_own(name)
    form = Form(
        f"{URL}/{name}/retire",
        (),
        text(msg("Retire")),
        f"{URL}/{name}",
        label,
        {},
        text(
            msg(
                "Its %(records)s records stay stored and come back with it. Publishing asks once more.",
                records=_records(context(), name) or "0",
            )
        ),
    )
    return form_page(text(msg("Retire “%(label)s”", label=label)), form)


@pages.post(f"{URL}/<name>/retire")
def retire(name: str) -> Response:
    """Take an entity of the site's own out of the draft."""
    _require_own(name)
    label = str(label_of("entity", name))
    keep({("entity", name): None}, msg("Entity “%(label)s” retired", label=label))
    return redirect(done(URL, "drafted"))


@pages.get(f"{URL}/<name>/restore")
def ask_restore(name: str) -> Response:
    """Show which entity would come back."""
    text, body = reader().words.text, _retired_body(name)
    told = text(
        msg("It comes back as it was last, with its records. Rights, screens and the navigation are said anew.")
    )
    form = Form(f"{URL}/{name}/restore", (), text(msg("Restore")), URL, text(msg("Entities")), {}, told)
    return form_page(text(msg("Restore “%(label)s”", label=_label_in(body, name))), form)


@pages.post(f"{URL}/<name>/restore")
def restore(name: str) -> Response:
    """Put an entity that was retired into the draft, as it was last."""
    body = _retired_body(name)
    keep({("entity", name): body}, msg("Entity “%(label)s” restored", label=_label_in(body, name)))
    return redirect(done(f"{URL}/{name}", "drafted"))


def _label_in(body: Mapping[str, Any], name: str) -> str:
    """Give the label of an entity that is not on the bench; its name where it has none."""
    return str(body.get("label", name))


def _require_own(name: str) -> None:
    if not bench().own("entity", name):
        raise InvalidError(msg("A bundle brings this entity; only the bundle can retire it"))


def _retired() -> list[str]:
    """Give the names of tables of entities that are not there any more."""
    known = {one.body.get("table", one.name) for one in bench().merged.of_kind("entity")}
    return sorted(services().publisher.tables() - known)


def _retired_body(table: str) -> dict[str, Any]:
    """Give the entity of a table as the site said it last. Raises NotFoundError."""
    publisher = services().publisher
    for revision in publisher.revisions() if table in _retired() else ():
        for layer in publisher.layers(revision.number):
            for one in layer.documents if layer.name == SITE else ():
                if one.kind == "entity" and one.body.get("table", one.name) == table and "fields" in one.body:
                    return {"table": table, **one.body} if one.name != table else dict(one.body)
    raise NotFoundError(msg("There is no retired entity “%(name)s” that the site could restore", name=table[:60]))


def _new_form(values: Mapping[str, str], error: InvalidError | None = None) -> Response:
    text = reader().words.text
    main = (
        Input("label", text(_LABELS["label"]), value=values.get("label", ""), required=True),
        Input("label_plural", text(_LABELS["label_plural"]), value=values.get("label_plural", "")),
        Input("title", text(_LABELS["title"]), value=values.get("title", ""), help=text(msg("Blank: Name."))),
    )
    more = (
        Input(
            "name",
            text(_LABELS["name"]),
            "code",
            values.get("name", ""),
            text(msg("Blank: made of the label. It cannot change later.")),
        ),
        Input("icon", text(_LABELS["icon"]), "code", values.get("icon", "")),
    )
    form = Form(
        f"{URL}/new",
        (
            Section(main),
            Section(_ticks(values), text(msg("What its records can do"))),
            Section(more, text(msg("More")), folded=True),
        ),
        text(msg("Keep in the draft")),
        URL,
        text(msg("Entities")),
        {},
    )
    return form_page(text(msg("New entity")), form, error)


def _edit_form(name: str, values: Mapping[str, str], error: InvalidError | None = None) -> Response:
    text = reader().words.text
    main = tuple(
        Input(key, text(_LABELS[key]), kind, values.get(key, ""), required=key == "label", wide=key == "help")
        for key, kind in (
            ("label", "text"),
            ("label_plural", "text"),
            ("icon", "code"),
            ("title", "code"),
            ("help", "area"),
        )
    )
    form = Form(
        f"{URL}/{name}/edit",
        (Section(main), Section(_ticks(values), text(msg("What its records can do")))),
        text(msg("Keep in the draft")),
        f"{URL}/{name}",
        text(label_of("entity", name)),
        {},
    )
    return form_page(text(msg("Labels and behaviour")), form, error)


def _rule_form(name: str, rule: str, values: Mapping[str, str], error: InvalidError | None = None) -> Response:
    text, body = reader().words.text, bench().body("entity", name)
    inputs = (
        Input(
            "refuse_when",
            text(msg("Refuse when")),
            "code",
            values.get("refuse_when", ""),
            text(msg("A condition over the fields, such as: ends_on < starts_on")),
            required=True,
            wide=True,
            offers="field-names",
        ),
        Input(
            "message",
            text(msg("What people read then")),
            value=values.get("message", ""),
            help=text(msg("Say what to do.")),
            required=True,
            wide=True,
        ),
        Input("field", text(msg("At which field")), "code", values.get("field", ""), offers="field-names"),
    )
    form = Form(
        f"{URL}/{name}/rules/{rule or 'new'}",
        (Section(inputs),),
        text(msg("Keep in the draft")),
        f"{URL}/{name}",
        text(label_of("entity", name)),
        {},
        second=("remove", text(msg("Remove"))) if rule else None,
    )
    title = text(msg("Rule")) if rule else text(msg("New rule"))
    return form_page(title, form, error, offers={"field-names": list(body["fields"])})


def _ticks(values: Mapping[str, str]) -> tuple[Input, ...]:
    text = reader().words.text
    return tuple(Input(trait, text(label), "tick", values.get(trait, "")) for trait, label in _TRAITS.items())


def _refuse_long(labels: Mapping[str, str]) -> None:
    """Raise InvalidError for a label that is blank or too long to be one."""
    faults = [
        Fault(f"/{name}", "label", msg("Between 1 and %(most)s characters", most=LONGEST_LABEL))
        for name, label in labels.items()
        if not 0 < len(label) <= LONGEST_LABEL
    ]
    if faults:
        raise not_kept(*faults)


def _refuse_taken(name: str) -> None:
    if ("entity", name) in bench().merged.documents:
        text = msg("There is an entity “%(name)s” already", name=name)
        raise not_kept(Fault("/name", "taken", text))


def _field(entity: str, name: str, changed: frozenset[str]) -> FieldLine:
    here, text = bench(), reader().words.text
    body = here.body("entity", entity)["fields"][name]
    kind = services().catalogue.field_types.get(body.get("type", ""))
    marks = [
        text(words)
        for key, words in (
            ("required", msg("required")),
            ("unique", msg("unique")),
            ("searchable", msg("searched")),
        )
        if body.get(key)
    ]
    return FieldLine(
        name,
        text(label_of("entity", entity, "fields", name)),
        text(kind.label) if kind else str(body.get("type", "")),
        ", ".join(marks),
        here.found("entity", entity).origin(f"/fields/{name}").layer,
        f"{URL}/{entity}/fields/{name}",
        f"entity/{entity}/fields/{name}" in changed,
    )


def _records(known: Context, entity: str) -> str:
    """Give how many records whoever asks may read."""
    if entity not in known.snapshot.entities or not policy_for(known.snapshot, known.actor).entity(entity).visible:
        return ""
    try:
        found = services().door.count(known, Query(entity, count=Count.CAPPED))
    except ArmatureError:
        return ""
    text = reader().formats.integer(found.count or 0)
    return text if found.exact else f"{text}+"
