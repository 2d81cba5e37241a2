"""Cursors: where a list page ended, as an opaque text bound to its order, filter and entity."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, MalformedError
from framework.fields.base import ColumnKind, ValueRefusedError, type_of
from framework.fields.datetime import moment_text
from framework.fields.key import record_id
from framework.records import opaque
from framework.rules.sqlite_values import SECOND
from i18n.lazy import msg
from metadata.expressions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from framework.plans import ReadPlan, SortKey
    from metadata.snapshot import Field, Snapshot


def write_cursor(snapshot: Snapshot, plan: ReadPlan, values: Sequence[Any]) -> str:
    """The cursor behind a row with these values of the plan's sort keys."""
    kinds = _kinds(snapshot, plan)
    parts = [None if value is None else _WRITE[kind](value) for kind, value in zip(kinds, values, strict=True)]
    return opaque.written([_fingerprint(plan), *parts])


def read_cursor(snapshot: Snapshot, plan: ReadPlan, cursor: str) -> list[Any]:
    """The values of the plan's sort keys. Raises MalformedError for a foreign or damaged cursor."""
    try:
        fingerprint, *values = opaque.read(cursor)
        if fingerprint == _fingerprint(plan):
            kinds = _kinds(snapshot, plan)
            return [None if value is None else _READ[kind](value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, InvalidOperation, ValueRefusedError):
        raise _refusal(msg("This cursor is damaged; begin the list anew")) from None
    raise _refusal(msg("This cursor belongs to another filter or order; begin the list anew"))


def _refusal(message: Any) -> MalformedError:  # noqa: ANN401
    return MalformedError(message, [Fault("after", "cursor", message)], code="cursor")


def _fingerprint(plan: ReadPlan) -> str:
    told = (plan.entity, plan.sort, plan.filter, plan.bin)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _kinds(snapshot: Snapshot, plan: ReadPlan) -> list[ColumnKind]:
    fields = snapshot.entities[plan.entity].fields
    return [_kind(fields[key.field], key) for key in plan.sort]


def _kind(field: Field, key: SortKey) -> ColumnKind:
    """The kind of the column that a key compares; that of a part stands in a column as its type says."""
    part = None if key.part is None else type_of(field).part_types(field)[key.part].kind
    main = type_of(field).main_column(field).kind
    return main if part is None else ColumnKind.DECIMAL if part is Kind.DECIMAL else ColumnKind.TEXT


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004  (one kind of failure for the caller)
    return value


def _decimal(value: object) -> Decimal:
    found = Decimal(_text(value))
    if not found.is_finite():
        raise ValueError(value)
    return found


def _moment(value: object) -> dt.datetime:
    found = dt.datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def _span(value: object) -> dt.timedelta:
    try:
        return dt.timedelta(seconds=_integer(value))
    except OverflowError:
        raise ValueError(value) from None


_WRITE: dict[ColumnKind, Callable[[Any], object]] = {
    ColumnKind.KEY: str,
    ColumnKind.TEXT: str,
    ColumnKind.INTEGER: int,
    ColumnKind.BOOLEAN: bool,
    ColumnKind.DATE: dt.date.isoformat,
    ColumnKind.TIMESTAMP: moment_text,
    ColumnKind.DECIMAL: str,
    ColumnKind.TIME: dt.time.isoformat,
    ColumnKind.DURATION: lambda span: span // SECOND,
}
_READ: dict[ColumnKind, Callable[[object], Any]] = {
    ColumnKind.KEY: record_id,
    ColumnKind.TEXT: _text,
    ColumnKind.INTEGER: _integer,
    ColumnKind.BOOLEAN: _boolean,
    ColumnKind.DATE: lambda value: dt.date.fromisoformat(_text(value)),
    ColumnKind.TIMESTAMP: _moment,
    ColumnKind.DECIMAL: _decimal,
    ColumnKind.TIME: lambda value: dt.time.fromisoformat(_text(value)),
    ColumnKind.DURATION: _span,
}
