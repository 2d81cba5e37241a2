"""The fields of an entity by form: a new one with its place on screens, a changed one, retired and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from admin.arranging import columns, sections, with_columns, with_fields
from admin.bench import bench, keep, label_of, not_kept
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import Form, Input, Option, Section, form_page
from admin.options import OPTIONS, Asked, inputs_of, named, read, type_names, with_options
from admin.origins import origins_url
from admin.telling import labels_of, place_of
from framework.errors import ArmatureError, Fault, InvalidError, NotFoundError
from framework.extension import context, services
from framework.plans import Count, Query
from i18n.lazy import msg
from metadata.diff.impact import Mentions
from metadata.expressions import parse
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

URL = "/admin/entities/<entity>/fields"

pages = DeskPages(
    "fields",
    Place(
        Area.DESIGN,
        11,
        msg("Fields"),
        msg("The fields of an entity."),
        "columns-3",
        "/admin/entities",
        frozenset({"design", "publish"}),
        shown=False,
    ),
)


@pages.get(f"{URL}/new")
def new(entity: str) -> Response:
    """Ask for a new field: of the type that the address says, else of a text."""
    bench().found("entity", entity)
    kind = request.args.get("type", "text")
    return _form(entity, None, _known(kind), {"type": kind})


@pages.get(f"{URL}/types")
def types(entity: str) -> Response:
    """Show which types a field may have."""
    bench().found("entity", entity)
    found = [(label, f"{_url(entity)}/new?type={name}", name) for name, label in type_names()]
    label = reader().words.text(label_of("entity", entity))
    return answer(
        "desk/types.html", title=reader().words.text(msg("Type of the field")), types=found, entity=entity, label=label
    )


@pages.post(f"{URL}/new")
def create(entity: str) -> Response:
    """Put a new field into the draft, and onto the screens that are ticked."""
    here, form = bench(), request.form
    kind, label = _known(form.get("type", "text")), form.get("label", "").strip()
    body = here.body("entity", entity)
    name = form.get("name", "").strip() or named(label)
    made = read(kind, form, {"type": kind, "label": label})
    if form.get("drawn", kind) != kind:  # another type was chosen: it has other options
        return _form(entity, None, kind, made)
    try:
        _refuse_taken(name, body)
        wanted: dict[tuple[str, str], Mapping[str, Any] | None] = {
            ("entity", entity): {**body, "fields": {**body["fields"], name: made}}
        }
        for place in form.getlist("places"):
            screen, _, key = place.partition("|")
            wanted["screen", screen] = _placed(wanted.get(("screen", screen)) or here.body("screen", screen), key, name)
        note = msg("Field “%(label)s” added to “%(entity)s”", label=label, entity=str(label_of("entity", entity)))
        keep(wanted, note, {("entity", entity): f"/fields/{name}"})
    except InvalidError as error:
        return _form(entity, None, kind, made, error)
    if form.get("then") == "again":
        return redirect(done(f"{_url(entity)}/new", "drafted"))
    return redirect(done(f"/admin/entities/{entity}", "drafted"))


@pages.get(f"{URL}/<name>")
def edit(entity: str, name: str) -> Response:
    """Ask how a field shall be."""
    body = _field(entity, name)
    return _form(entity, name, str(body["type"]), body)


@pages.post(f"{URL}/<name>")
def change(entity: str, name: str) -> Response:
    """Put a changed field into the draft."""
    form, before = request.form, _field(entity, name)
    made = read(str(before["type"]), form, {**before, "label": form.get("label", "").strip()})
    if OPTIONS in made and OPTIONS in before:
        made = with_options({**made, OPTIONS: before[OPTIONS]}, made[OPTIONS], own=bench().own("entity", entity))
    try:
        note = msg("Field “%(label)s” changed", label=str(made["label"]))
        _keep_field(entity, name, made, note)
    except InvalidError as error:
        return _form(entity, name, str(before["type"]), made, error)
    return redirect(done(f"/admin/entities/{entity}", "drafted"))


@pages.get(f"{URL}/<name>/retire")
def ask_retire(entity: str, name: str) -> Response:
    """Show what uses a field and how many records are filled, before it is retired."""
    text, body = reader().words.text, _field(entity, name)
    label = text(label_of("entity", entity, "fields", name))
    labels = labels_of(bench().merged.documents)
    mentions = Mentions(bench().merged).of(f"entity/{entity}/fields/{name}")
    uses = sorted(place_of(one, labels) for one in mentions if one != "api")
    told = [
        text(
            msg(
                "%(count)s records hold a value; the values stay stored and come back with it.",
                count=_filled(entity, name),
            )
        )
    ]
    told.append(
        text(msg("It is used by: %(uses)s.", uses=", ".join(uses))) if uses else text(msg("Nothing else mentions it."))
    )
    form = Form(
        f"{_url(entity)}/{name}/retire",
        (),
        text(msg("Restore")) if body.get("retired") else text(msg("Retire")),
        f"{_url(entity)}/{name}",
        label,
        {},
        " ".join(told),
    )
    title = msg("Restore “%(label)s”", label=label) if body.get("retired") else msg("Retire “%(label)s”", label=label)
    return form_page(text(title), form)


@pages.post(f"{URL}/<name>/retire")
def retire(entity: str, name: str) -> Response:
    """Retire a field, or restore one that is."""
    body = dict(_field(entity, name))
    label = str(label_of("entity", entity, "fields", name))
    if body.pop("retired", False):
        note = msg("Field “%(label)s” restored", label=label)
    else:
        body["retired"] = True
        note = msg("Field “%(label)s” retired", label=label)
    _keep_field(entity, name, body, note)
    return redirect(done(f"/admin/entities/{entity}", "drafted"))


def _keep_field(entity: str, name: str, made: Mapping[str, Any], note: Any) -> None:  # noqa: ANN401
    body = bench().body("entity", entity)
    wanted = {**body, "fields": {**body["fields"], name: made}}
    keep({("entity", entity): wanted}, note, {("entity", entity): f"/fields/{name}"})


def _placed(body: Mapping[str, Any], key: str, field: str) -> dict[str, Any]:
    if key == "columns":
        return with_columns(body, [*columns(body), field])
    fields = next((one.fields for one in sections(body) if one.key == key), None)
    if fields is None:
        raise NotFoundError(msg("There is no section “%(name)s”", name=key[:60]))
    return with_fields(body, key, [*fields, field])


def _form(
    entity: str, name: str | None, kind: str, body: Mapping[str, Any], error: InvalidError | None = None
) -> Response:
    text = reader().words.text
    main, own, rare = inputs_of(kind, body, _asked())
    label = Input("label", text(msg("Label")), value=str(body.get("label", "")), required=True)
    if name is None:
        chosen = [Option(one, shown, one == kind) for one, shown in type_names()]
        kinds = Input("type", text(msg("Type")), "select", options=tuple(chosen), redraws=f"{_url(entity)}/new")
        head: tuple[Input, ...] = (label, kinds)
        told = Input(
            "name",
            text(msg("Name in files and the API")),
            "code",
            request.form.get("name", ""),
            text(msg("Blank: made of the label. It cannot change later.")),
        )
        rare = [told, *rare]
        url, title = f"{_url(entity)}/new", text(msg("New field"))
        places = _places(entity, error)
        shown = (Section((places,)),) if places.options else ()
        second = ("again", text(msg("Keep, and another one")))
    else:
        head, url, title, shown, second = (
            (label,),
            f"{_url(entity)}/{name}",
            text(label_of("entity", entity, "fields", name)),
            (),
            None,
        )
    ticks = [one for one in main if one.kind == "tick"]
    others = [one for one in main if one.kind != "tick"]
    form = Form(
        url,
        (
            Section((*head, *ticks)),
            *shown,
            *((Section(tuple(own), text(services().catalogue.field_types[kind].label)),) if own else ()),
            Section((*others, *rare), text(msg("More")), folded=True),
        ),
        text(msg("Keep in the draft")),
        f"/admin/entities/{entity}",
        text(label_of("entity", entity)),
        {"drawn": kind},
        second=second,
    )
    return answer_form(title, form, error, entity, name, body)


def answer_form(
    title: str, form: Form, error: ArmatureError | None, entity: str, name: str | None, body: Mapping[str, Any]
) -> Response:
    """Answer the form with what else may be done with a field that is there."""
    text = reader().words.text
    ways = []
    if name is None:
        ways.append((text(msg("All types")), f"{_url(entity)}/types"))
    else:
        ways.append(
            (text(msg("Restore")) if body.get("retired") else text(msg("Retire")), f"{_url(entity)}/{name}/retire")
        )
        if services().catalogue.field_types[str(body["type"])].has_choices and isinstance(body.get("choices"), str):
            ways.append((text(msg("Options")), f"/admin/choices/{body['choices']}"))
        ways.append((text(msg("Where does this come from?")), origins_url("entity", entity, f"/fields/{name}")))
    return form_page(title, form, error, ways=ways)


def _places(entity: str, error: InvalidError | None) -> Input:
    """Give the screens on which a new field may be put; on the first form and record page it is, unless one says no."""
    ticked = set(request.form.getlist("places")) if error else None
    options, seen = [], set()
    for one in bench().merged.of_kind("screen"):
        kind = one.body.get("kind")
        if one.body.get("entity") != entity or kind not in {"form", "record", "list"}:
            continue
        label = reader().words.text(services().catalogue.screen_kinds[kind].label)
        if kind == "list":
            if "columns" in one.body:
                key = f"{one.name}|columns"
                options.append(Option(key, f"{label}: {one.body.get('label', one.name)}", key in (ticked or ())))
            continue
        for place in sections(one.body):
            key = f"{one.name}|{place.key}"
            first = ticked is None and one.name not in seen
            seen.add(one.name)
            options.append(Option(key, f"{label}: {place.label}", first or key in (ticked or ())))
    return Input("places", reader().words.text(msg("Put it on")), "picks", options=tuple(options), wide=True)


def _asked() -> Asked:
    text, merged = reader().words.text, bench().merged
    entities = [(one.name, text(label_of("entity", one.name))) for one in merged.of_kind("entity")]
    lists = [(one.name, str(one.body.get("label", one.name))) for one in merged.of_kind("choices")]
    return Asked(tuple(sorted(entities, key=lambda one: one[1].casefold())), tuple(sorted(lists)))


def _refuse_taken(name: str, body: Mapping[str, Any]) -> None:
    if name in body["fields"]:
        text = msg("There is a field “%(name)s” already", name=name)
        raise not_kept(Fault("/name", "taken", text))


def _filled(entity: str, name: str) -> str:
    known = context()
    try:
        found = services().door.count(known, Query(entity, filter=parse(f"not is_blank({name})"), count=Count.CAPPED))
    except ArmatureError:
        return "0"
    text = reader().formats.integer(found.count or 0)
    return text if found.exact else f"{text}+"


def _field(entity: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = bench().body("entity", entity)["fields"].get(name)
    if found is None:
        raise NotFoundError(msg("There is no field “%(name)s”", name=name[:60]))
    return found


def _known(kind: str) -> str:
    if kind not in services().catalogue.field_types:
        raise NotFoundError(msg("There is no field type “%(name)s”", name=kind[:60]))
    return kind


def _url(entity: str) -> str:
    return f"/admin/entities/{entity}/fields"
