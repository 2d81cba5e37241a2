"""Roles: a matrix of entities by what one may do with their records, and the rights on fields and rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from admin.bench import bench, keep, label_of, not_kept
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import CONDITION, Form, Input, Option, Section, at_controls, form_page
from admin.options import named
from admin.origins import origins_url
from admin.telling import ACTIONS, REACHES
from framework.errors import Fault, InvalidError, NotFoundError
from i18n.lazy import msg, nmsg
from metadata.edits import arranged
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from i18n.lazy import Message

URL = "/admin/roles"
_ALL = "*"
_REACHING = ("read", "update", "delete")
_OF_OWNED = ("none", "own", "team", "below", "all")
_OF_OTHERS = ("none", "all")
_RIGHTS = ("none", "read", "write")
_ABILITIES: Mapping[str, Message] = {
    "design": msg("Change definitions in drafts"),
    "publish": msg("Publish and roll back"),
    "translate": msg("Translate"),
    "manage_people": msg("Manage people"),
    "import": msg("Import"),
    "import_history": msg("Import who made what, and when"),
    "export": msg("Export"),
    "bulk_edit": msg("Change many records at once"),
    "merge": msg("Merge duplicates"),
    "view_history": msg("See the history"),
    "manage_integrations": msg("Manage links to the outside"),
    "operate": msg("See how the installation runs"),
}

pages = DeskPages(
    "roles",
    Place(
        Area.DESIGN,
        30,
        msg("Roles"),
        msg("Who may see, create, change and delete what."),
        "shield",
        URL,
        frozenset({"design", "publish"}),
    ),
)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role."""

    name: str
    label: str
    layer: str
    entities: int
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One right: a choice among reaches; `inherited` says that the grant over all entities gives it."""

    name: str
    label: str
    options: tuple[Option, ...]
    inherited: bool
    ruled: bool
    odd: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The rights on one entity."""

    name: str
    label: str
    cells: tuple[Cell, ...]
    note: str
    url: str


@pages.get(URL)
def show() -> Response:
    """List the roles."""
    text = reader().words.text
    lines = [
        RoleLine(
            one.name,
            text(label_of("role", one.name)),
            one.base.layer,
            len(one.body.get("grants", {})),
            f"{URL}/{one.name}",
        )
        for one in bench().merged.of_kind("role")
    ]
    return answer(
        "desk/roles.html", title=text(msg("Roles")), lines=sorted(lines, key=lambda one: one.label.casefold())
    )


@pages.get(f"{URL}/new")
def new() -> Response:
    """Ask for the name of a new role."""
    return _new_form({})


@pages.post(f"{URL}/new")
def create() -> Response:
    """Put a new role into the draft."""
    label = request.form.get("label", "").strip()
    name = named(label, "role")
    try:
        if ("role", name) in bench().merged.documents:
            _refuse_taken(name)
        keep({("role", name): {"label": label, "grants": {}}}, msg("Role “%(label)s” made", label=label))
    except InvalidError as error:
        return _new_form(request.form, error)
    return redirect(done(f"{URL}/{name}", "drafted"))


@pages.get(f"{URL}/<name>")
def one(name: str) -> Response:
    """Show the matrix of a role."""
    return _matrix(name)


@pages.post(f"{URL}/<name>")
def change(name: str) -> Response:
    """Put the matrix into the draft; what was not touched stays as it is written.

    `then` says where to go on to: the plan, or the fields and rules of an entity.
    """
    form, body, then = request.form, bench().body("role", name), request.form.get("then", "")
    grants = dict(body.get("grants", {}))
    for entity in (_ALL, *_entities()):
        grant = dict(grants.get(entity, {}))
        for action in ACTIONS:
            given = form.get(f"{entity}.{action}")
            if given is not None and given != form.get(f"{entity}.{action}.was"):
                grant = {**(grant or _inherited(grants, entity)), action: _wire(action, given)}
        if grant != grants.get(entity, {}):
            grants[entity] = grant
    abilities = {**body.get("abilities", {}), **{one: bool(form.get(f"may.{one}")) for one in _ABILITIES}}
    abilities = {one: on for one, on in abilities.items() if on}
    wanted = {**body, "abilities": abilities, "grants": grants}
    if not abilities:
        del wanted["abilities"]
    # What is written otherwise but means the same is no change of anybody's.
    wanted = {key: wanted[key] for key in dict.fromkeys([*(key for key in body if key in wanted), *wanted])}
    entity = f"{URL}/{name}/{then}" if then in _entities() else ""
    if entity and wanted == body:  # who only looks on begins no draft
        return redirect(entity)
    try:
        keep({("role", name): wanted}, msg("Rights of “%(label)s” changed", label=str(label_of("role", name))))
    except InvalidError as error:
        return _matrix(name, error)
    return redirect("/admin/draft" if then == "plan" else done(entity or f"{URL}/{name}", "drafted"))


@pages.get(f"{URL}/<name>/<entity>")
def fields(name: str, entity: str) -> Response:
    """Show a role's rules and fields on one entity."""
    return _fields(name, entity, bench().body("role", name).get("grants", {}).get(entity, {}))


@pages.post(f"{URL}/<name>/<entity>")
def change_fields(name: str, entity: str) -> Response:
    """Put a role's rules and fields on one entity into the draft."""
    form, body = request.form, bench().body("role", name)
    grants = body.get("grants", {})
    grant = dict(grants.get(entity) or _inherited(grants, entity))
    rows = {action: rule for action in ACTIONS if (rule := form.get(f"rows-{action}", "").strip())}
    rights = {field: right for field in _fields_of(entity) if (right := form.get(f"field-{field}", "")) in _RIGHTS}
    rights = {**{key: right for key, right in grant.get("fields", {}).items() if key == _ALL}, **rights}
    for key, value in (("rows", rows), ("fields", rights)):
        if value:
            grant[key] = value
        else:
            grant.pop(key, None)
    wanted = {**body, "grants": {**grants, entity: grant}}
    note = msg("Rights of “%(label)s” changed", label=str(label_of("role", name)))
    try:
        keep({("role", name): wanted}, note, {("role", name): f"/grants/{entity}"})
    except InvalidError as error:
        return _fields(name, entity, grant, error)
    return redirect(done(f"{URL}/{name}", "drafted"))


def _matrix(name: str, error: InvalidError | None = None) -> Response:
    text, body = reader().words.text, bench().body("role", name)
    grants = body.get("grants", {})
    named_first = sorted(_entities(), key=lambda one: (one not in grants, text(label_of("entity", one)).casefold()))
    rows = [_row(name, _ALL, text(msg("All others")), grants)]
    rows += [_row(name, one, text(label_of("entity", one)), grants) for one in named_first]
    held = body.get("abilities", {})
    return answer(
        "desk/role.html",
        title=text(label_of("role", name)),
        status=error.status if error else 200,
        problems=[f"{text(fault.message)} {text(fault.hint) if fault.hint else ''}" for fault in error.faults]
        if error
        else [],
        url=f"{URL}/{name}",
        name=name,
        origins_url=origins_url("role", name),
        actions=[text(word) for word in ACTIONS.values()],
        rows=rows,
        abilities=[Option(one, text(label), bool(held.get(one))) for one, label in _ABILITIES.items()],
    )


def _row(role: str, entity: str, label: str, grants: Mapping[str, Any]) -> Row:
    text = reader().words.text
    own = grants.get(entity)
    grant = own if own is not None else _inherited(grants, entity)
    if grant.get("via"):
        note = text(msg("as its %(link)s", link=text(label_of("entity", entity, "fields", grant["via"]))))
        return Row(entity, label, (), note, f"{URL}/{role}/{entity}" if entity != _ALL else "")
    owned = entity == _ALL or _is_owned(entity)
    cells = []
    for action in ACTIONS:
        value = _value(grant, action)
        reaches = ("no", "yes") if action == "create" else _OF_OWNED if owned else _OF_OTHERS
        reaches = reaches if value in reaches else (*reaches, value)
        cells.append(
            Cell(
                f"{entity}.{action}",
                f"{label}: {text(ACTIONS[action])}",
                tuple(Option(one, text(REACHES[one]), one == value) for one in reaches),
                own is None,
                action in grant.get("rows", {}),
                action != "read" and value not in {"none", "no"} and _value(grant, "read") == "none",
            )
        )
    said = len(grant.get("fields", {}))
    note = text(nmsg("%(count)s field apart", "%(count)s fields apart", said)) if said else ""
    return Row(entity, label, tuple(cells), note, f"{URL}/{role}/{entity}" if entity != _ALL else "")


def _fields(name: str, entity: str, grant: Mapping[str, Any], error: InvalidError | None = None) -> Response:
    text = reader().words.text
    bench().found("entity", entity)
    rules = tuple(
        Input(f"rows-{action}", text(word), "code", grant.get("rows", {}).get(action, ""), text(CONDITION), wide=True)
        for action, word in ACTIONS.items()
    )
    rights = tuple(
        Input(
            f"field-{field}",
            text(label_of("entity", entity, "fields", field)),
            "select",
            options=(
                Option("", text(msg("as the record")), field not in grant.get("fields", {})),
                *(Option(one, text(REACHES[one]), grant.get("fields", {}).get(field) == one) for one in _RIGHTS),
            ),
        )
        for field in _fields_of(entity)
    )
    form = Form(
        f"{URL}/{name}/{entity}",
        (Section(rules, text(msg("Only records for which this holds"))), Section(rights, text(msg("Fields")))),
        text(msg("Keep in the draft")),
        f"{URL}/{name}",
        text(label_of("role", name)),
        {},
    )
    title = msg(
        "Rights of “%(role)s” over “%(entity)s”",
        role=text(label_of("role", name)),
        entity=text(label_of("entity", entity)),
    )
    if error:
        error = at_controls(error, _control_of)
    return form_page(text(title), form, error)


def _control_of(pointer: str) -> str:
    """Give the control of a pointer: `/rows/read` stands in `rows-read`, `/fields/x` in `field-x`."""
    steps = pointer.strip("/").split("/")
    part = {"rows": "rows", "fields": "field"}.get(steps[0])
    return f"/{part}-{steps[1]}" if part and len(steps) > 1 else pointer


def _new_form(values: Mapping[str, str], error: InvalidError | None = None) -> Response:
    text = reader().words.text
    label = Input("label", text(msg("Label")), value=values.get("label", ""), required=True)
    form = Form(f"{URL}/new", (Section((label,)),), text(msg("Keep in the draft")), URL, text(msg("Roles")), {})
    return form_page(text(msg("New role")), form, error)


def _refuse_taken(name: str) -> None:
    text = msg("There is a role “%(name)s” already", name=name)
    raise not_kept(Fault("/label", "taken", text))


def _entities() -> list[str]:
    return [one.name for one in bench().merged.of_kind("entity")]


def _fields_of(entity: str) -> list[str]:
    found = bench().merged.documents.get(("entity", entity))
    if found is None:
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=entity[:60]))
    return [name for name in arranged(found.body, "fields") if not found.body["fields"][name].get("retired")]


def _is_owned(entity: str) -> bool:
    return bool(bench().body("entity", entity).get("traits", {}).get("owned"))


def _inherited(grants: Mapping[str, Any], entity: str) -> Mapping[str, Any]:
    """Give what the grant over all entities gives on one that the role does not name."""
    return grants.get(_ALL, {}) if entity != _ALL else {}


def _value(grant: Mapping[str, Any], action: str) -> str:
    value = grant.get(action, False)
    if action == "create":
        return "yes" if value else "no"
    return "none" if value is False else str(value)


def _wire(action: str, value: str) -> bool | str:
    if action == "create":
        return value == "yes"
    return False if value == "none" else value
