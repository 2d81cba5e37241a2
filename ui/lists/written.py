"""The columns of a list as its address and its saved views write them: `name,stage,amount:wide:sum`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError
from framework.records.names import present_field
from framework.records.planner import unknown_name
from i18n.lazy import msg
from ui.values.cells import shown_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metadata.snapshot import Field
    from ui.page.asked import Asked

WIDTHS = ("narrow", "normal", "wide")
FOOTERS = ("sum", "avg", "min", "max")
FROZEN = "frozen"
_SETTINGS = (*WIDTHS, *FOOTERS, FROZEN)
MOST = 40


def columns_text(columns: Sequence[Any]) -> str:
    """Give columns as a text; a column is a name, or an object as the metadata writes it."""
    return ",".join(one if isinstance(one, str) else _text(one) for one in columns)


def _text(column: Mapping[str, Any]) -> str:
    parts = [column[key] for key in ("field", "width", "footer") if key in column]
    return ":".join([*parts, FROZEN] if column.get(FROZEN) else parts)


def columns_of(text: str) -> tuple[Mapping[str, Any], ...]:
    """Give the columns that a text names, as the metadata would write them; what is no setting is left out."""
    return tuple(_column(part) for part in text.split(",") if part.strip())


def _column(text: str) -> Mapping[str, Any]:
    name, *more = (part.strip() for part in text.split(":"))
    found: dict[str, Any] = {"field": name}
    for part in more:
        if part in WIDTHS:
            found["width"] = part
        elif part in FOOTERS:
            found["footer"] = part
        elif part == FROZEN:
            found[FROZEN] = True
    return found


def asked_columns(asked: Asked, text: str) -> tuple[Mapping[str, Any], ...]:
    """Give the columns of an address. Raises MalformedError for a field or part that is not there for the reader."""
    for part in filter(None, text.split(",")):
        name, *more = (one.strip() for one in part.split(":"))
        if present_column(asked, name) is None:
            raise _refusal(unknown_name(name, asked.rights.readable, "columns"))
        odd = next((one for one in more if one not in _SETTINGS), None)
        if odd is not None:
            message = msg("“%(value)s” is none of %(names)s", value=odd[:40], names=", ".join(_SETTINGS))
            raise _refusal(Fault("columns", "value", message))
    found = readable_columns(asked, columns_of(text))
    if len(found) > MOST:
        raise _refusal(Fault("columns", "too_many", msg("Give up to %(most)s columns", most=MOST)))
    return found


def readable_columns(asked: Asked, columns: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Give the columns that exist for the reader, each once and by its present name."""
    found: dict[str, Mapping[str, Any]] = {}
    for column in columns:
        name = present_column(asked, column["field"])
        if name is not None:
            found.setdefault(name, {**column, "field": name})
    return tuple(found.values())


def present_column(asked: Asked, name: str) -> str | None:
    """Give the present name of a field, or of a part such as `address.city`; None for what is not there to read."""
    written, _, part = name.partition(".")
    present = present_field(asked.entity, written)
    if present not in asked.rights.readable:
        return None
    if not part:
        return present
    field = asked.entity.fields[present]
    return f"{present}.{part}" if part in parts_shown(field) else None


def parts_shown(field: Field) -> tuple[str, ...]:
    """Give the parts of a field that may be columns of their own."""
    kind = shown_type(field)
    known = kind.part_types(field)
    return tuple(part for part in kind.part_labels if part in known)


def _refusal(fault: Fault) -> MalformedError:
    return MalformedError(fault.message, [fault], code=fault.code)
