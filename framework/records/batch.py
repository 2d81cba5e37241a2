"""Many writes in one call and one transaction: each judged alone, kept together or one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import ArmatureError, Fault, MalformedError, RevisionMovedError
from framework.plans import Creation
from framework.records import changes
from framework.records.clashes import clashes
from framework.records.planner import require_entity
from framework.records.upsert import plan_upsert
from framework.records.writer import perform
from framework.storage.session import run_write, savepoint
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.plans import ChangePlan
    from framework.records.writer import Written
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database

MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One write: `do` is create, update, upsert or delete; `by` names a record by a unique value."""

    do: str
    ident: str | None
    version: int | None
    by: tuple[str, Any] | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: what was written, or why not. `created` tells 201 from 200."""

    written: Written | None
    error: ArmatureError | None = None
    created: bool = False


class NotAppliedError(ArmatureError):
    """The item was fine but is not kept, because another one of its batch was refused."""

    status = 424
    code = "not_applied"
    title = msg("Not applied, because another item was refused")


class _UndoError(Exception):
    """Takes an atomic batch back."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def batch(database: Database, context: Context, entity: str, items: Sequence[Item], *, atomic: bool) -> list[Outcome]:
    """Carry out the items in order; outcomes in the same order.

    With `atomic` nothing is kept unless all are accepted; then every accepted one has NotAppliedError.
    Raises NotFoundError for an entity that is not for the actor.
    """
    entity = require_entity(context, entity)[0].name

    def work(connection: Connection) -> list[Outcome]:
        outcomes = [_one(connection, database.name, context, entity, item) for item in items]
        if atomic and any(outcome.error for outcome in outcomes):
            raise _UndoError(outcomes)
        return outcomes

    try:
        return run_write(database, context.revision, work)
    except _UndoError as undo:
        left_out = NotAppliedError(NotAppliedError.title)
        return [outcome if outcome.error else Outcome(None, left_out) for outcome in undo.outcomes]


def item_of(given: Any, index: int) -> Item:  # noqa: ANN401
    """An item as a caller wrote it. Raises MalformedError."""
    pointer = f"/items/{index}"
    if not isinstance(given, dict):
        raise _malformed(pointer, msg("An item is an object"))
    unknown = given.keys() - {"do", "id", "version", "by", "values"}
    if unknown:
        raise _malformed(f"{pointer}/{min(unknown)[:60]}", msg("There is no such key here"))
    do, ident, version = given.get("do"), given.get("id"), given.get("version")
    by, values = given.get("by"), given.get("values", {})
    if do not in {"create", "update", "upsert", "delete"}:
        raise _malformed(f"{pointer}/do", msg("Give create, update, upsert or delete"))
    if not isinstance(values, dict):
        raise _malformed(f"{pointer}/values", msg("Values are an object"))
    if version is not None and type(version) is not int:
        raise _malformed(f"{pointer}/version", msg("A version is a whole number"))
    if do in {"update", "delete"} and not isinstance(ident, str):
        raise _malformed(f"{pointer}/id", msg("Say which record"))
    if do == "upsert" and not (isinstance(by, dict) and len(by) == 1):
        raise _malformed(f"{pointer}/by", msg("Give one unique field with its value"))
    if do == "create" and ident is not None:
        values = {**values, "id": ident}
    return Item(do, ident, version, next(iter(by.items())) if isinstance(by, dict) and do == "upsert" else None, values)


def _malformed(pointer: str, message: Any) -> MalformedError:  # noqa: ANN401
    return MalformedError(message, [Fault(pointer, "item", message)])


def _one(connection: Connection, engine: EngineName, context: Context, entity: str, item: Item) -> Outcome:
    try:
        with clashes(context, entity), savepoint(connection):
            plan = _planned(connection, engine, context, entity, item)
            return Outcome(perform(connection, engine, context, plan), created=isinstance(plan, Creation))
    except RevisionMovedError:
        raise
    except ArmatureError as error:
        return Outcome(None, error)


def _planned(connection: Connection, engine: EngineName, context: Context, entity: str, item: Item) -> ChangePlan:
    match item.do:
        case "create":
            return changes.plan_creation(context, entity, item.values)
        case "update":
            return changes.plan_alteration(context, entity, str(item.ident), item.values, item.version)
        case "delete":
            return changes.plan_removal(context, entity, str(item.ident), item.version)
        case _:
            assert item.by is not None  # noqa: S101  (`item_of` lets no upsert through without)
            return plan_upsert(connection, engine, context, entity, item.by, item.values)
