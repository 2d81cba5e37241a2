"""Lines in a form: a table of controls, a row for each line, and one more for whoever adds one.

Inputs are named `lines.<row>.<field>`, in the order of the rows; `lines.was` names the lines that the form began with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from framework.extension import services
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.key import record_id
from framework.fields.money import Money
from framework.permissions import policy_for
from framework.plans import Query
from framework.records import Record
from i18n.lazy import msg
from metadata.expressions.tree import Binary, Literal, Path
from ui.forms.controls import (
    LineColumn,
    LineRow,
    LineTable,
    Total,
    Under,
    control_of,
    marks_of,
    read_values,
    seen_of,
    shown_only,
    texts_of,
    untouched,
)
from ui.forms.filled import links_by_text, offered_texts
from ui.forms.fitting import deciding
from ui.values.cells import cell_of, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.errors import Fault
    from i18n.lazy import Message
    from metadata.snapshot import Field
    from ui.forms.controls import Typed
    from ui.forms.filled import Filled
    from ui.page.asked import Asked

Rows = dict[str, dict[str, str]]
"""What is typed into each row, by its key."""
_KEY = re.compile(r"[a-z0-9]{1,16}", re.ASCII)
_ANY = Under(None, None, decides=False)
_ID, _SEEN, _WAS, _ACT = "id", "_seen", "was", "_line"
NEW = "new"
"""The key of the row from which scripts make new ones."""
_WIDTHS = {"money": "l-money", "choice": "l-few", "date": "l-money", "boolean": "l-number"}
# What has more than one input of a name, or a file, is edited on the page of the line.
_NOT_HERE = frozenset({"file", "lines", "links", "multi_choice", "rich_text", "tags"})


def there_of(asked: Asked, owner: Field) -> Asked:
    """Give the entity of the lines as asked for."""
    policy = policy_for(asked.context.snapshot, asked.context.actor)
    entity = asked.context.snapshot.entities[owner.linked or ""]
    return replace(asked, entity=entity, rights=policy.entity(entity.name))


def columns_of(there: Asked, owner: Field) -> list[Field]:
    """Give the fields of a line that are shown: as written, else all that people give or see."""
    assert owner.lines is not None  # noqa: S101  (callers look)
    beside = {owner.lines[1], owner.options.get("order")}
    fields = there.entity.fields
    names = owner.options.get("columns") or [one.name for one in fields.values() if not one.system]
    seen = there.rights.readable | there.rights.creatable
    return [fields[name] for name in names if name in fields and name in seen and name not in beside]


def as_new_lines(asked: Asked, texts: Mapping[str, str]) -> dict[str, str]:
    """Give what is typed with lines that belong to no record yet."""
    owners = {name for name, field in asked.entity.fields.items() if field.lines is not None}
    return {
        name: _text_as_new(name, text) if name.partition(".")[0] in owners else text for name, text in texts.items()
    }


def _text_as_new(name: str, text: str) -> str:
    return "" if name.rpartition(".")[2] in {_ID, _SEEN, _WAS} else text


def lines_of(asked: Asked, owner: Field, record: Record) -> tuple[Record, ...]:
    """Read the lines of a record, with the titles of what they link to."""
    assert owner.lines is not None  # noqa: S101  (callers look)
    there = there_of(asked, owner)
    if not there.rights.visible:
        return ()
    name, link = owner.lines
    columns = [one for one in columns_of(there, owner) if one.name in there.rights.readable]
    order = owner.options.get("order")
    query = Query(
        name,
        fields=("id", *(one.name for one in columns)),
        filter=Binary("=", Path((link,)), Literal(record.id)),
        sort=(order,) if order in there.rights.readable else (),
        limit=200,
        expand=tuple(one.name for one in columns if one.leads_to),
    )
    return services().door.find(there.context, query).records if link in there.rights.readable else ()


def totals_of(asked: Asked, owner: Field) -> dict[str, Field]:
    """Give the figures of the record that add up a field of all its lines, by that field."""
    return {
        one.options["field"]: one
        for one in asked.readable(asked.entity.fields)
        if one.of == owner.lines and one.options.get("measure") == "sum" and one.link_filter is None
    }


def is_number(field: Field) -> bool:
    """Whether a column is of numbers, which stand at its end."""
    return "sum" in shown_type(field).aggregates


def column_of(there: Asked, field: Field, *, required: bool = False) -> LineColumn:
    """Give the heading of a field's column."""
    number = is_number(field)
    width = _WIDTHS.get(shown_type(field).control, "l-number" if number else "")
    return LineColumn(field.name, there.text(field.label), number, required, width)


def line_table(asked: Asked, owner: Field, form: Filled, faults: Sequence[Fault]) -> LineTable:
    """Give the lines as they stand in the form, with what the server makes of what is typed."""
    there = there_of(asked, owner)
    columns, rows = columns_of(there, owner), rows_of_form(asked, owner, form)
    errors, whole = _errors(owner, faults, given_keys(asked, owner, form.texts))
    worked = _worked_out(there, columns, rows)
    for key, sub in rows.items():
        _follow(there, columns, sub, worked[key])
    prefix = f"s{form.sheet}-" if form.sheet else ""
    drawing = _Drawing(there, owner, columns, _titles(there, columns, rows.values()), errors, prefix)
    made = tuple(
        drawing.row(key, sub, worked[key], place, whole.get(key)) for place, (key, sub) in enumerate(rows.items(), 1)
    )
    return LineTable(
        owner.name,
        tuple(column_of(there, one, required=one.required) for one in columns),
        made,
        drawing.row(NEW, _blank(there, columns), {}, 0),
        tuple(_total(asked, owner, one, worked.values()) for one in columns),
        form.texts.get(f"{owner.name}.{_WAS}") or " ".join(sub[_ID] for sub in rows.values() if sub.get(_ID)),
        moves="order" in owner.options,
        adds=bool(there.rights.creatable),
    )


def rows_of_form(asked: Asked, owner: Field, form: Filled) -> Rows:
    """Give the rows as they were posted, else those of the record; a new record begins with a blank one."""
    there = there_of(asked, owner)
    posted = rows_in(form.texts, owner.name)
    if f"{owner.name}.{_WAS}" in form.texts or posted:
        return posted
    if form.record is not None:
        return {str(n): _texts(there, owner, one) for n, one in enumerate(lines_of(asked, owner, form.record))}
    return {"0": _blank(there, columns_of(there, owner))} if there.rights.creatable else {}


def texts_like(asked: Asked, record: Record) -> dict[str, str]:
    """Give what the controls of lines hold for new ones like those of a record."""
    found: dict[str, str] = {}
    for owner in _owners(asked, creating=True):
        found[f"{owner.name}.{_WAS}"] = ""
        for n, line in enumerate(lines_of(asked, owner, record)):
            sub = _texts(there_of(asked, owner), owner, line)
            found |= {f"{owner.name}.{n}.{name}": text for name, text in sub.items() if name not in {_ID, _SEEN}}
    return found


def rows_in(texts: Typed, name: str) -> Rows:
    """Give what was posted for each row, in the order of the rows."""
    found: Rows = {}
    for full, text in texts.items():
        owner, _, rest = full.partition(".")
        key, _, inner = rest.partition(".")
        if owner == name and inner and key != NEW and _KEY.fullmatch(key):
            found.setdefault(key, {})[inner] = text
    return found


def given_lines(asked: Asked, form: Filled) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values of the lines that were posted and touched, and what was not understood."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for owner in _owners(asked, creating=form.record is None):
        if f"{owner.name}.{_WAS}" not in form.texts:
            continue
        items, wrong = _items(asked, owner, form.texts)
        faults += wrong
        if items != form.texts[f"{owner.name}.{_WAS}"].split():
            values[owner.name] = items or None
    return values, faults


def given_keys(asked: Asked, owner: Field, texts: Typed) -> list[str]:
    """Give the keys of the rows that are lines, in their order: blank ones are none."""
    there = there_of(asked, owner)
    fields = columns_of(there, owner)
    return [key for key, sub in rows_in(texts, owner.name).items() if not _is_blank(there, fields, sub)]


def with_row_act(asked: Asked, texts: dict[str, str]) -> dict[str, str]:
    """Give what was posted after what the button of a row does: it adds, takes away or moves one."""
    name, _, rest = texts.get(_ACT, "").partition(":")
    act, _, key = rest.partition(":")
    owner = asked.entity.fields.get(name)
    if owner is None or owner.lines is None:
        return texts
    rows = list(rows_in(texts, name).items())
    at = next((place for place, (one, _) in enumerate(rows) if one == key), None)
    if act == "add":
        rows.append((_unused(rows), _blank(there_of(asked, owner), columns_of(there_of(asked, owner), owner))))
    elif act == "remove" and at is not None:
        del rows[at]
    elif act in {"up", "down"} and at is not None:
        to = max(0, at - 1) if act == "up" else at + 1
        rows.insert(to, rows.pop(at))
    rest_of = {one: text for one, text in texts.items() if one == f"{name}.{_WAS}" or one.partition(".")[0] != name}
    flat = {f"{name}.{one}.{inner}": text for one, sub in rows for inner, text in sub.items()}
    return {one: text for one, text in {**rest_of, **flat}.items() if one != _ACT}


def complaint_of(asked: Asked, fault: Fault, form: Filled) -> tuple[str, str] | None:
    """Give (id of the control without its prefix, label) of what is wrong with a line; None for anything else."""
    name, _, rest = fault.pointer.lstrip("/").partition("/")
    owner = asked.entity.fields.get(name)
    place, _, inner = rest.partition("/")
    if owner is None or owner.lines is None or not place.isdigit():
        return None
    keys = given_keys(asked, owner, form.texts)
    if int(place) >= len(keys):
        return None
    there = there_of(asked, owner)
    field = there.entity.fields.get(inner.partition("/")[0])
    number = list(rows_in(form.texts, name)).index(keys[int(place)]) + 1
    what = there.text(field.label) if field else there.text(there.entity.label)
    label = asked.text(msg("Row %(number)s, %(field)s", number=number, field=what))
    shown = field.name if field else columns_of(there, owner)[0].name
    return f"f-{name}-{keys[int(place)]}-{shown}", label


def _owners(asked: Asked, *, creating: bool) -> list[Field]:
    allowed = asked.rights.creatable if creating else asked.rights.writable
    return [one for one in asked.entity.fields.values() if one.lines is not None and one.name in allowed]


def _items(asked: Asked, owner: Field, texts: Typed) -> tuple[list[Any], list[Fault]]:
    there = there_of(asked, owner)
    fields = columns_of(there, owner)
    items: list[Any] = []
    faults: list[Fault] = []
    for sub in rows_in(texts, owner.name).values():
        if _is_blank(there, fields, sub):
            continue
        mine = _writable(there, fields, creating=not sub.get(_ID))
        values, wrong = links_by_text(there, mine, sub, *read_values(there, mine, sub, sub.get(_SEEN, "")))
        faults += [replace(one, pointer=f"/{owner.name}/{len(items)}{one.pointer}") for one in wrong]
        if sub.get(_ID):
            items.append({_ID: sub[_ID], **values} if values else sub[_ID])
        else:
            default = {one.name for one in mine if one.default_expression is not None}
            items.append({name: value for name, value in values.items() if value is not None or name not in default})
    return items, faults


def _is_blank(there: Asked, fields: list[Field], sub: Typed) -> bool:
    """Whether nobody typed anything into a row that is no line yet."""
    if sub.get(_ID):
        return False
    values, faults = read_values(there, _writable(there, fields, creating=True), sub, sub.get(_SEEN, ""))
    sought = [one for one in fields if sub.get(f"{one.name}.text", "") != sub.get(f"{one.name}.shown", "")]
    given = [value for value in values.values() if value is not None]
    return not (given or faults or sought)


def _writable(there: Asked, fields: Iterable[Field], *, creating: bool) -> list[Field]:
    allowed = there.rights.creatable if creating else there.rights.writable
    return [
        one
        for one in fields
        if one.name in allowed
        and type_of(one).control not in _NOT_HERE
        and not one.read_only
        and (creating or not one.read_only_after_create)
    ]


def _blank(there: Asked, columns: list[Field]) -> dict[str, str]:
    fields = _writable(there, columns, creating=True)
    texts = offered_texts(there, fields)
    for field in fields:
        if field.default is not None:
            kind = type_of(field)
            default = kind.settle(field, None, kind.load(field, field.default), there.context)
            texts |= texts_of([field], {field.name: default}, there.reader)
    return {_ID: "", **texts, _SEEN: seen_of(fields, texts)}


def _texts(there: Asked, owner: Field, line: Record) -> dict[str, str]:
    fields = _writable(there, columns_of(there, owner), creating=False)
    texts = texts_of(fields, line.values, there.reader)
    texts |= offered_texts(there, [one for one in fields if line.values.get(one.name) is None])
    seen = seen_of(fields, texts)
    for field in fields:
        end = line.links.get(field.name)
        if end is not None:
            texts |= {f"{field.name}.text": end.title or "", f"{field.name}.shown": end.title or ""}
    return {_ID: line.id, **texts, _SEEN: seen}


def _worked_out(there: Asked, columns: list[Field], rows: Rows) -> dict[str, Mapping[str, Any]]:
    """Give by row what the server makes of what is typed: formulas, and defaults that nobody touched."""
    if not rows:
        return {}
    asked_for = []
    for sub in rows.values():
        fields = _writable(there, columns, creating=not sub.get(_ID))
        values, _ = read_values(there, fields, sub, "")
        waiting = {one.name for one in _waiting(fields, sub)}
        asked_for.append(({name: one for name, one in values.items() if name not in waiting}, _known(sub.get(_ID))))
    found = services().door.lines_worked_out(there.context, there.entity.name, asked_for)
    return dict(zip(rows, found, strict=True))


def _known(ident: str | None) -> str | None:
    try:
        return record_id(ident) if ident else None
    except ValueRefusedError:
        return None


def _waiting(fields: Iterable[Field], sub: Typed) -> list[Field]:
    """Give the fields of a new line whose default may still follow what is typed elsewhere."""
    computed = [one for one in fields if one.default_expression is not None]
    return [] if sub.get(_ID) else untouched(computed, sub, sub.get(_SEEN, ""))


def _follow(there: Asked, columns: list[Field], sub: dict[str, str], worked: Mapping[str, Any]) -> None:
    """Put defaults into the controls that nobody touched, marked so that they may follow again."""
    made = _waiting(_writable(there, columns, creating=True), sub)
    if not made:
        return
    sub |= texts_of([one for one in made if worked.get(one.name) is not None], worked, there.reader)
    marks = {**marks_of(sub.get(_SEEN, "")), **marks_of(seen_of(made, sub))}
    sub[_SEEN] = " ".join(f"{name}:{mark}" for name, mark in marks.items())


def _titles(there: Asked, columns: list[Field], rows: Iterable[Typed]) -> dict[str, dict[str, str]]:
    """Give titles of what links of lines lead to where the form does not hold them: a statement for each link."""
    found: dict[str, dict[str, str]] = {}
    listed = list(rows)
    for field in columns:
        target = field.only_target
        lacking = {
            ident for sub in listed if (ident := _known(sub.get(field.name))) and not sub.get(f"{field.name}.text")
        }
        if target is not None and lacking:
            found[field.name] = services().door.titles(there.context, target, lacking)
    return found


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What rows are drawn with: titles of far ends by field and id, and faults by row and field."""

    there: Asked
    owner: Field
    columns: list[Field]
    titles: Mapping[str, Mapping[str, str]]
    errors: Mapping[tuple[str, str], Message]
    prefix: str

    def row(self, key: str, sub: Typed, worked: Mapping[str, Any], place: int, error: Message | None = None) -> LineRow:
        """Give the row of a line."""
        there, name = self.there, f"{self.owner.name}.{key}"
        writable = {one.name for one in _writable(there, self.columns, creating=not sub.get(_ID))}
        controls = []
        for field in self.columns:
            if field.name in writable:
                title = {field.name: self.titles.get(field.name, {}).get(sub.get(field.name, ""), "")}
                made = control_of(there, field, sub, self.errors.get((key, field.name)), title, _ANY)
            else:
                made = shown_only(there, field, Record("", sub.get(_ID, ""), 0, None, worked))
            parts = tuple(replace(part, name=f"{name}.{part.name}") for part in made.parts)
            along = "closest [data-line]" if deciding(there, field) else ""
            controls.append(
                replace(made, name=f"{name}.{field.name}", parts=parts, help=None, along=along, prefix=self.prefix)
            )
        label, told = there.text(msg("Row %(number)s", number=place)), there.text(error) if error else None
        return LineRow(key, name, sub.get(_ID, ""), sub.get(_SEEN, ""), label, tuple(controls), told)


def _total(asked: Asked, owner: Field, column: Field, rows: Iterable[Mapping[str, Any]]) -> Total | None:
    figure = totals_of(asked, owner).get(column.name)
    if figure is None:
        return None
    values = [one[column.name] for one in rows if one.get(column.name) is not None]
    total: Any = None
    if values and isinstance(values[0], Money):
        total = Money(sum((one.amount for one in values), Decimal(0)), values[0].currency)
    elif values:
        total = sum(values[1:], values[0])
    cell = cell_of(figure, asked.reader, exact=True)
    return Total(asked.text(figure.label), cell.template, cell.write(Record("", "", 0, None, {figure.name: total})))


def _errors(
    owner: Field, faults: Iterable[Fault], keys: Sequence[str]
) -> tuple[dict[tuple[str, str], Message], dict[str, Message]]:
    """Give what is wrong by (row, field), and by row where it is about a line as a whole."""
    cells: dict[tuple[str, str], Message] = {}
    whole: dict[str, Message] = {}
    for fault in faults:
        name, _, rest = fault.pointer.lstrip("/").partition("/")
        place, _, inner = rest.partition("/")
        if name != owner.name or not place.isdigit() or int(place) >= len(keys):
            continue
        key, field = keys[int(place)], inner.partition("/")[0]
        if field:
            cells.setdefault((key, field), fault.message)
        else:
            whole.setdefault(key, fault.message)
    return cells, whole


def _unused(rows: Sequence[tuple[str, object]]) -> str:
    taken = {key for key, _ in rows}
    return next(str(n) for n in range(len(rows) + 1) if str(n) not in taken)
