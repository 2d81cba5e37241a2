"""What the template of the filter builder prints: the draft with its controls in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from framework.extension import services
from framework.permissions import policy_for
from framework.plans import Query
from framework.records.parse import list_query
from i18n.lazy import msg
from metadata.expressions import to_text
from ui.forms.controls import Hit
from ui.forms.picks import picks
from ui.lists.builder import APPLY, draft_from, draft_of, filter_of
from ui.lists.operands import ME_TEXT, MY_TEAMS_TEXT, WITHOUT_VALUE, chosen_by_name, operators_of
from ui.lists.state import OWN_PARAMETERS
from ui.lists.views import OF_SCREENS
from ui.lists.wording import CURRENCY, operator_words, reach
from ui.page.render import answer, fragment, is_fragment, redirect
from ui.values.cells import shown_type, yes_and_no
from ui.values.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from metadata.expressions import Node
    from metadata.snapshot import Entity, Field
    from ui.lists.builder import Draft, Row, RowGroup
    from ui.lists.wording import Reached
    from ui.page.addresses import Address
    from ui.page.asked import Asked

_MOST_RECORDS = 200
_LISTED = frozenset({"user", "team"})
_KEPT = frozenset({"view", "sort", "columns", "group", "search", "limit"}) | OF_SCREENS
_FORM_PARTS = frozenset({"join", "kept", "do"})
_UNPROCESSABLE = 422
_ME, _MY_TEAMS = msg("Me"), msg("My teams")
_FILTER = msg("Filter")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a control offers."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of the list's entity, or of the one behind a link, under its label."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """One condition: `control` is none, options, select, record or text."""

    name: str
    label: str
    fields: tuple[FieldGroup, ...]
    operators: tuple[Choice, ...]
    control: str
    options: tuple[Choice, ...]
    text: str
    value: str
    options_url: str
    hits: tuple[Hit, ...]
    relative: bool
    fault: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group of conditions."""

    join: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class BuilderView:
    """All that the template prints."""

    heading: str
    url: str
    back_url: str
    hidden: tuple[tuple[str, str], ...]
    join: str
    groups: tuple[GroupView, ...]
    kept: tuple[str, ...]
    fault: str


def answer_builder(asked: Asked, address: Address) -> Response:
    """Answer the builder, or lead to the list under the filter that it says."""
    form = [pair for pair in address.parameters if _is_form(pair[0])]
    own = [pair for pair in address.parameters if not _is_form(pair[0])]
    # Nothing but what a list's address may hold, each once; its own filter is drawn, not asked for.
    list_query(asked.entity.name, [pair for pair in own if pair[0] != "filter"], OWN_PARAMETERS | OF_SCREENS)
    if not any(name == "join" for name, _ in form):
        return _answer(asked, address, draft_of(asked, address.get("filter") or ""))
    draft = draft_from(form)
    if ("do", APPLY) not in form:
        return _answer(asked, address, draft)
    condition, checked = filter_of(asked, draft)
    if condition is None and checked != draft:
        return _answer(asked, address, checked, status=_UNPROCESSABLE)
    return redirect(str(_list(address).having("filter", _text(address, condition))))


def _is_form(name: str) -> bool:
    return name in _FORM_PARTS or name.partition(".")[0].rstrip("0123456789") in {"c", "g"}


def _text(address: Address, condition: Node | None) -> str | None:
    """Give the filter's text; a blank one takes away what the view would filter by."""
    if condition is not None:
        return to_text(condition)
    return "" if address.get("view") else None


def _list(address: Address) -> Address:
    kept = tuple(pair for pair in address.parameters if pair[0] in _KEPT)
    return replace(address, parameters=kept)


def _answer(asked: Asked, address: Address, draft: Draft, status: int = 200) -> Response:
    view = _view(asked, address, draft)
    if is_fragment("builder"):
        return fragment("screens/list_builder.html", status=status, builder=view)
    return answer("screens/builder.html", title=view.heading, status=status, builder=view)


def _view(asked: Asked, address: Address, draft: Draft) -> BuilderView:
    back = _list(address)
    listed = _Listed(asked)
    return BuilderView(
        heading=asked.text(msg("%(name)s: filter", name=asked.text(asked.screen.label))),
        url=str(address.below("filter").path),
        back_url=str(back.having("filter", address.get("filter"))),
        hidden=(*back.parameters, *((("filter", address.get("filter") or ""),) if address.get("filter") else ())),
        join=draft.join,
        groups=tuple(_group(asked, listed, at, group) for at, group in enumerate(draft.groups)),
        kept=draft.kept,
        fault=draft.fault,
    )


def _group(asked: Asked, listed: _Listed, at: int, group: RowGroup) -> GroupView:
    rows = tuple(_row(asked, listed, f"c{at}.{place}", row) for place, row in enumerate(group.rows))
    return GroupView(group.join, rows)


def _row(asked: Asked, listed: _Listed, name: str, row: Row) -> RowView:
    reached = reach(asked, tuple(row.path.split(".")[:2])) if row.path else None
    offered = operators_of(reached) if reached else ()
    operator = row.operator if row.operator in offered else next(iter(offered), "")
    control = _control(asked, reached, operator)
    value = next(iter(row.texts), "")
    hits: tuple[Hit, ...] = ()
    if reached and control == "record" and not value and row.sought:
        found = picks(replace(asked, entity=reached.entity), reached.field, row.sought[:200])
        hits = tuple(Hit(pick.id, pick.title, pick.second) for pick in found)
    return RowView(
        name=name,
        label=reached.label if reached else asked.text(_FILTER),
        fields=tuple(_fields(asked, row.path)),
        operators=_operators(asked, reached, offered, operator),
        control=control,
        options=tuple(_options(asked, listed, reached, row)) if reached else (),
        text=_shown(asked, reached, control, value, row.sought) if reached else "",
        value=value,
        options_url=f"/records/{reached.entity.name}/options/{reached.field.name}" if reached else "",
        hits=hits,
        relative=control == "text" and reached is not None and shown_type(reached.field).cell in {"date", "datetime"},
        fault=row.fault,
        fresh=row.fresh,
    )


def _operators(asked: Asked, reached: Reached | None, offered: Iterable[str], chosen: str) -> tuple[Choice, ...]:
    if reached is None:
        return ()
    return tuple(Choice(one, operator_words(asked, reached, one), one == chosen) for one in offered)


def _control(asked: Asked, reached: Reached | None, operator: str) -> str:
    if reached is None or operator in WITHOUT_VALUE:
        return "none"
    if reached.field.choices is not None:
        return "options"
    if reached.field.leads_to and not _LISTED.issuperset(reached.field.leads_to):
        return "record"
    return "select" if reached.field.leads_to or chosen_by_name(asked, reached) else "text"


def _shown(asked: Asked, reached: Reached, control: str, value: str, sought: str) -> str:
    if control != "record":
        return value
    return sought or (title_of(asked.context, reached.field.leads_to[0], value) or "" if value else "")


def _options(asked: Asked, listed: _Listed, reached: Reached, row: Row) -> Iterable[Choice]:
    asked_for = reached.field
    if asked_for.choices is not None:
        for option in asked_for.choices.options.values():
            if not option.retired or option.key in row.texts:
                yield Choice(option.key, asked.text(option.label), option.key in row.texts)
    elif shown_type(asked_for).cell == "boolean":
        for key, words in zip(("true", "false"), yes_and_no(asked_for, asked.reader.words), strict=True):
            yield Choice(key, words, key in row.texts)
    elif named := shown_type(asked_for).named_values(asked_for, asked.reader.formats):
        for key, label in named:
            yield Choice(key, asked.text(label), key in row.texts)
    elif asked_for.leads_to and _LISTED.issuperset(asked_for.leads_to):
        yield from _oneself(asked, asked_for, row)
        for ident, title in listed.of(asked_for.leads_to[0]):
            yield Choice(ident, title, ident in row.texts)


def _oneself(asked: Asked, link: Field, row: Row) -> Iterable[Choice]:
    """Give what stands for whoever reads: a field of links names records, and has no such words."""
    if link.targets:
        key, words = (ME_TEXT, _ME) if link.targets == ("user",) else (MY_TEAMS_TEXT, _MY_TEAMS)
        yield Choice(key, asked.text(words), key in row.texts)


@dataclass(slots=True)
class _Listed:
    """People and teams to choose from, each kind asked for once."""

    asked: Asked
    found: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def of(self, entity: str) -> list[tuple[str, str]]:
        """Give ids and titles of the first records by title."""
        if entity not in self.found:
            title = self.asked.context.snapshot.entities[entity].title
            query = Query(entity, (title,), sort=(title,), limit=_MOST_RECORDS)
            page = services().door.find(self.asked.context, query)
            self.found[entity] = [(record.id, record.title or record.id) for record in page.records]
        return self.found[entity]


def _fields(asked: Asked, chosen: str) -> Iterable[FieldGroup]:
    """Give what may be asked about: the entity's own fields, then those one link away."""
    own = _usable(asked, asked.entity)
    yield FieldGroup(asked.text(asked.entity.label), tuple(_choices(asked, own, (), chosen)))
    for link in own:
        there = asked.context.snapshot.entities.get(link.targets[0]) if len(link.targets) == 1 else None
        if there is not None and not link.system:
            far = [one for one in _usable(asked, there) if not one.system]
            if far:
                yield FieldGroup(asked.text(link.label), tuple(_choices(asked, far, (link.name,), chosen)))


def _usable(asked: Asked, entity: Entity) -> list[Field]:
    readable = policy_for(asked.context.snapshot, asked.context.actor).entity(entity.name).readable
    return [
        one
        for one in entity.fields.values()
        if one.name in readable and one.name != "id" and not one.name.startswith("deleted_") and len(one.targets) < 2  # noqa: PLR2004
    ]


def _choices(asked: Asked, fields: Iterable[Field], before: tuple[str, ...], chosen: str) -> Iterable[Choice]:
    for one in fields:
        paths = [(*before, one.name)]
        if not before and shown_type(one).cell == "money" and CURRENCY not in one.options:
            paths.append((one.name, CURRENCY))
        for path in paths:
            reached = reach(asked, path)
            if reached is not None and operators_of(reached):
                key = ".".join(path)
                yield Choice(key, reached.label, key == chosen)
