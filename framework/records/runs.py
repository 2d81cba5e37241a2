"""Carries out actions: all steps in one transaction, by the plans of any other write, with the caller's own rights.

Each run leaves a record that says who did what with which record, and what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import ClashError, ConflictError, Fault, InvalidError, NotFoundError
from framework.fields.base import ValueRefusedError, type_of
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.records.acting import Acting
from framework.records.changes import known_id, plan_alteration, plan_creation
from framework.records.clashes import clashes
from framework.records.env import env_of
from framework.records.history import change_row, history_value, told
from framework.records.keys import new_id
from framework.records.known import Known, Memory, part_of
from framework.records.links import check_links
from framework.records.planner import plan_one, require_entity, unknown_name
from framework.records.ran import Made, Ran, listed
from framework.records.reader import read_one
from framework.records.stamps import system_values
from framework.records.writer import locked_values, perform, stored_values
from framework.rules.evaluate import evaluator
from framework.storage.change import append_changes, insert_records
from framework.storage.session import reading
from i18n.lazy import msg
from metadata.expressions import Ref, Root, refs
from metadata.nearest import nearest_hint
from metadata.places import INPUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.errors import ArmatureError
    from framework.permissions import Policy
    from framework.records.defaults import Seen
    from framework.records.record import Record
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database
    from i18n.lazy import Message
    from metadata.expressions import TypedNode
    from metadata.snapshot import Action, ActionStep, Entity, Field

RUN = "action_run"
RECORD = "record"
_INVALID = msg("Some values are not valid")
_REQUIRED = msg("%(label)s is missing")


class NotOfferedError(ClashError):
    """The condition of the action does not hold for the record."""

    code = "not_offered"
    title = msg("This cannot be done with the record as it is")


def possible(policy: Policy, entity: Entity) -> list[Action]:
    """The actions whose every step the policy's rights allow on some record; others are as absent."""
    return [action for action in entity.actions.values() if all(_allowed(policy, step) for step in action.steps)]


def _allowed(policy: Policy, step: ActionStep) -> bool:
    rights = policy.entity(step.entity)
    if not rights.visible:
        return False
    if step.target is None:
        return rights.create != NOTHING and rights.creatable.issuperset(step.values)
    return rights.update != NOTHING and rights.writable.issuperset(step.values)


def require_action(context: Context, entity: str, name: str) -> tuple[Entity, Action]:
    """The entity and the action. Raises NotFoundError where either is not there for the actor."""
    described, _ = require_entity(context, entity)
    offered = {action.name: action for action in possible(policy_for(context.snapshot, context.actor), described)}
    if name not in offered:
        hint = nearest_hint(name, offered)
        faults = [Fault("", "unknown_action", hint)] if hint else ()
        raise NotFoundError(msg("There is no action “%(name)s”", name=name[:60]), faults)
    return described, offered[name]


def holds(database: Database, context: Context, entity: str, ident: str, actions: Sequence[Action]) -> list[Action]:
    """Those of the actions whose condition holds for the record as it is now."""
    described, _ = require_entity(context, entity)
    with reading(database) as connection:
        values = stored_values(connection, database.name, context, described.name, known_id(ident))
        if values is None:
            return []
        known = Known(connection, database.name, context, described, values)
        return [action for action in actions if action.when is None or known.holds(action.when)]


def holds_for(context: Context, action: Action, record: Record) -> bool | None:
    """Whether the action's condition holds for a record that was read; None where it asks for more than was read."""
    if action.when is None:
        return True
    return holds_as_read(context, action.when, context.snapshot.entities[record.entity], record.values)


def holds_as_read(context: Context, when: TypedNode, entity: Entity, read: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds for stored values that were read; None where it asks for more than these."""
    values: dict[str, object] = {}
    for ref in refs(when):
        name = ref.steps[0].field
        if ref.root is not Root.SELF or len(ref.steps) > 1 or name not in read:
            return None
        values[ref.key] = part_of(entity.fields[name], read[name], ref.part)
    return evaluator(when)(values, env_of(context)) is True


def suggested(database: Database, context: Context, entity: str, ident: str, name: str) -> dict[str, Any]:
    """The inputs of an action as they are suggested for a record: stored values, of what the actor reads.

    Raises NotFoundError, and NotOfferedError where the action's condition does not hold.
    """
    described, action = require_action(context, entity, name)
    with reading(database) as connection:
        ident = known_id(ident)
        _require_offered(connection, database.name, context, described, ident, action, None)
        seen = _seen(connection, database.name, context, described, ident)
        return {one.name: _default(seen, one) for one in action.inputs.fields.values()}


def run(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: str,
    ident: str,
    name: str,
    given: Mapping[str, Any],
) -> Ran:
    """Do an action with a record, in the caller's transaction; `given` are wire values of its inputs.

    Raises NotFoundError, NotOfferedError, and whatever refuses one of its writes; with that all are refused.
    """
    described, action = require_action(context, entity, name)
    ident = known_id(ident)
    locked = locked_values(connection, engine, context, described.name, ident)
    _require_offered(connection, engine, context, described, ident, action, locked)
    seen = _seen(connection, engine, context, described, ident)
    inputs = _inputs(connection, engine, context, action, seen, given)
    seen.named = {INPUT: (action.inputs, inputs)}
    made = _Steps(connection, engine, context, described, ident, action, seen).done()
    opened = next((one for one in made if one.name == action.open), Made(RECORD, described.name, ident, created=False))
    run_id = _note(connection, context, described, ident, action, inputs, made)
    return Ran(run_id, action.name, context.request_id, tuple(made), opened.entity, opened.id)


def _require_offered(
    connection: Connection,
    engine: EngineName,
    context: Context,
    entity: Entity,
    ident: str,
    action: Action,
    values: dict[str, Any] | None,
) -> None:
    if action.when is None:
        return
    values = values or stored_values(connection, engine, context, entity.name, ident)
    if values is None:
        raise NotFoundError(msg("There is no such record, or you may not see it"))
    if not Known(connection, engine, context, entity, values).holds(action.when):
        raise NotOfferedError(NotOfferedError.title)


def _seen(connection: Connection, engine: EngineName, context: Context, entity: Entity, ident: str) -> Acting:
    """The record as the actor reads it, for expressions that write what others will read."""
    readable = policy_for(context.snapshot, context.actor).entity(entity.name).readable
    fields = tuple(name for name in entity.fields if name in readable and not name.startswith("deleted_"))
    (record,) = read_one(connection, engine, context, plan_one(context, entity.name, fields), ident).records()
    seen = Acting(connection, engine, context, entity, record.values, None, Memory(env_of(context)))
    seen.named = {}
    return seen


def _default(seen: Seen, field: Field) -> Any:  # noqa: ANN401
    if field.default_expression is not None:
        return seen.made(field, field.default_expression)
    return None if field.default is None else type_of(field).load(field, field.default)


def _inputs(
    connection: Connection,
    engine: EngineName,
    context: Context,
    action: Action,
    seen: Seen,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """The stored values of the inputs: those given, else those suggested. Raises InvalidError with all faults."""
    fields, found = action.inputs.fields, dict[str, Any]()
    faults = [unknown_name(name, fields, f"/{name[:60]}") for name in given if name not in fields]
    for field in fields.values():
        try:
            found[field.name] = _input(context, seen, field, given)
        except ValueRefusedError as error:
            faults.append(Fault(f"/{field.name}", error.code, error.message, error.hint))
        else:
            if field.required and found[field.name] is None:
                faults.append(Fault(f"/{field.name}", "required", msg(_REQUIRED.msgid, label=field.label)))
    if faults:
        raise InvalidError(_INVALID, faults)
    check_links(connection, Known(connection, engine, context, action.inputs, found), found)
    return found


def _input(context: Context, seen: Seen, field: Field, given: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if field.name not in given:
        return _default(seen, field)
    kind, value = type_of(field), given[field.name]
    loaded = None if value is None else kind.load(field, value)
    return None if loaded is None else kind.settle(field, None, loaded, context)


@dataclass(slots=True)
class _Steps:
    """The steps of one run, one after the other."""

    connection: Connection
    engine: EngineName
    context: Context
    entity: Entity
    ident: str
    action: Action
    seen: Acting

    def done(self) -> list[Made]:
        """Carry them out; what was written, in that order, each record once."""
        made: dict[str, Made] = {}
        for index, step in enumerate(self.action.steps):
            if step.when is not None and not self.seen.holds(step.when):
                continue
            try:
                found = self._create(step, index) if step.target is None else self._update(step, step.target, made)
            except (InvalidError, ClashError) as error:
                raise _as_asked(self.context, step, error) from None
            if found is not None:
                made.setdefault(found.name, found)
        return list(made.values())

    def _create(self, step: ActionStep, index: int) -> Made:
        # What is blank may still get its default.
        values = {name: value for name, value in self._values(step).items() if value is not None}
        plan = plan_creation(self.context, step.entity, values)
        with clashes(self.context, step.entity):
            written = perform(self.connection, self.engine, self.context, plan)
        self._remember(step.name, step.entity, written.id)
        return Made(step.name or f"step_{index + 1}", step.entity, written.id, created=True)

    def _update(self, step: ActionStep, target: str, made: Mapping[str, Made]) -> Made | None:
        ident = self.ident if target == RECORD else made[target].id if target in made else None
        if ident is None:
            return None
        plan = plan_alteration(self.context, step.entity, ident, self._values(step), None)
        with clashes(self.context, step.entity):
            perform(self.connection, self.engine, self.context, plan)
        if target != RECORD:
            self._remember(target, step.entity, ident)
        return Made(target, step.entity, ident, created=False)

    def _values(self, step: ActionStep) -> dict[str, object]:
        fields = self.context.snapshot.entities[step.entity].fields
        return {name: self.seen.wire(fields[name], node) for name, node in step.values.items()}

    def _remember(self, name: str | None, entity: str, ident: str) -> None:
        """Let later steps name the record, as the actor reads it now."""
        if name is not None:
            there = _seen(self.connection, self.engine, self.context, self.context.snapshot.entities[entity], ident)
            self.seen.named[name] = (there.entity, there.new)


def _as_asked(context: Context, step: ActionStep, error: ArmatureError) -> ArmatureError:
    """The refusal of a step, at the input that it comes from, or with the name of the entity that it is about."""
    if isinstance(error, ConflictError) or not error.faults:
        return error
    label = context.snapshot.entities[step.entity].label
    faults = [
        _fault(step, fault, msg("%(entity)s: %(message)s", entity=label, message=fault.message))
        for fault in error.faults
    ]
    return type(error)(error.detail, faults, code=error.error_code)


def _fault(step: ActionStep, fault: Fault, message: Message) -> Fault:
    node = step.values.get(fault.pointer.lstrip("/").partition("/")[0])
    given = node.arguments[0] if node is not None and not isinstance(node, Ref) and hasattr(node, "arguments") else node
    if isinstance(given, Ref) and given.root is Root.NAMED and given.steps[0].field == INPUT:
        return Fault(f"/{given.steps[1].field}", fault.code, fault.message, fault.hint)
    return Fault("", fault.code, message, fault.hint)


def _note(
    connection: Connection,
    context: Context,
    entity: Entity,
    ident: str,
    action: Action,
    inputs: Mapping[str, Any],
    made: Iterable[Made],
) -> str:
    """Add the record of the run, which nobody else may write. It is not undone with the operation."""
    about = context.snapshot.entities[RUN]
    texts = {
        "inputs": {name: history_value(action.inputs.fields[name], value) for name, value in inputs.items()},
        "outcome": listed(made),
    }
    wire = {"about": {"entity": entity.name, "id": ident}, "action": action.name, **texts}
    given = {name: type_of(about.fields[name]).load(about.fields[name], value) for name, value in wire.items()}
    run_id = new_id()
    insert_records(connection, context.snapshot, RUN, [{**system_values(context, about, run_id), **given}])
    append_changes(connection, [change_row(context, about, run_id, 1, "create", told(about, {}, given), ident)])
    return run_id
