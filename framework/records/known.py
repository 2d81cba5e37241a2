"""Values for the references of expressions about one record: its own, its former ones, its links'.

Expressions decide and do not tell, so they see linked records whatever the actor may read.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from framework.fields.base import type_of
from framework.fields.formula import part_expression
from framework.plans import Access
from framework.plans.predicates import EVERYTHING
from framework.records.env import env_of
from framework.rules.evaluate import evaluator
from framework.storage.rows import first_row
from framework.storage.select import prepare_values
from metadata.expressions import Apply, Const, Ref, Root, refs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.env import Env
    from framework.rules.evaluate import Evaluator
    from framework.rules.operand import EngineName
    from metadata.expressions import TypedNode
    from metadata.snapshot import Entity, Field


class Program(NamedTuple):
    """A compiled expression with the references that it needs; the node is kept so that its id stays its own."""

    node: TypedNode
    run: Evaluator
    needs: tuple[tuple[str, Ref], ...]


@dataclass(slots=True)
class Memory:
    """What records written in one transaction share: values of linked records, compiled expressions, the request.

    `far` are values as they are, `seen` those that the actor may read.
    """

    env: Env
    far: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)

    def program(self, node: TypedNode) -> Program:
        """The compiled expression. Nodes go by identity: to compare trees costs as much as to compile them."""
        found = self.programs.get(id(node))
        if found is None:
            needs = tuple((ref.key, ref) for ref in refs(node))
            found = self.programs[id(node)] = Program(node, evaluator(node), needs)
        return found


@dataclass(slots=True)
class Known:
    """What is known of a record being written: `new` values, `old` ones (None on creation)."""

    connection: Connection
    engine: EngineName
    context: Context
    entity: Entity
    new: Mapping[str, Any]
    old: Mapping[str, Any] | None = None
    shared: InitVar[Memory | None] = None
    memory: Memory = field(init=False)

    def __post_init__(self, shared: Memory | None) -> None:
        """Remember for this record alone where nothing is shared."""
        self.memory = shared or Memory(env_of(self.context))

    def value(self, node: TypedNode) -> Any:  # noqa: ANN401
        """The value of an expression."""
        program = self.memory.program(node)
        return program.run({key: self._of(ref) for key, ref in program.needs}, self.memory.env)

    def made(self, field: Field, node: TypedNode) -> Any:  # noqa: ANN401
        """The value of an expression as the stored value of a field of its type."""
        made_of = type_of(field).stored(field)
        main = self.value(node)
        if main is None or made_of is None:
            return main
        parts = [name for name, fixed in type_of(field).named_parts(field).items() if fixed is None]
        return made_of((main, *(self.value(self._part(node, name)) for name in parts)))

    def holds(self, node: TypedNode) -> bool:
        """Whether a condition holds: true, neither false nor unknown."""
        return self.value(node) is True

    def _of(self, ref: Ref) -> Any:  # noqa: ANN401
        if ref.root is Root.ME:
            return self._of_me(ref)
        values = self.old if ref.root is Root.OLD else self.new
        if values is None:
            return None  # before a record was made it had no values
        first, *rest = ref.steps
        if rest:
            target = values.get(first.field)
            return None if target is None else self._behind(ref, rest[0].entity, target)
        found = self.entity.fields[first.field]
        if found.formula is not None:
            there = type(self)(self.connection, self.engine, self.context, self.entity, values, None, self.memory)
            return part_of(found, there.made(found, found.formula), ref.part)
        return part_of(found, values.get(first.field), ref.part)

    def _part(self, node: TypedNode, name: str) -> TypedNode:
        return part_expression(self.context.snapshot, self.entity.name, node, name)

    def _of_me(self, ref: Ref) -> Any:  # noqa: ANN401
        actor = self.context.actor
        name = ref.steps[0].field
        if len(ref.steps) == 1 and name in {"id", "name", "email", "locale", "zone", "team"}:
            return getattr(actor, name)
        return None if actor.id is None else self._behind(ref, "user", actor.id)

    def _behind(self, ref: Ref, entity: str, ident: str) -> Any:  # noqa: ANN401
        """A value of a linked record, read once however many expressions ask for it."""
        tail = ref.steps if ref.root is Root.ME else ref.steps[1:]
        key = (entity, ident, ".".join(step.field for step in tail) + (ref.part or ""))
        if key not in self.memory.far:
            wanted = type(ref)(Root.SELF, tail, ref.part, ref.type)
            access = Access(entity, EVERYTHING)
            statement, read = prepare_values(self.context.snapshot, self.engine, access, (), (wanted,))
            row = first_row(self.connection, statement, {"id": ident})
            self.memory.far[key] = None if row is None else read[0](row[0])
        return self.memory.far[key]


def part_of(field: Field, value: Any, part: str | None) -> Any:  # noqa: ANN401
    """What expressions see of a stored value: the named part, else what stands in the main column."""
    if value is None:
        return None
    kind = type_of(field)
    return kind.main_value(field, value) if part is None else kind.part_value(field, value, part)


def for_record(node: TypedNode, known: Known) -> TypedNode:
    """A filter over other records, with `$record` replaced by the values of the record being written."""
    if isinstance(node, Ref) and node.root is Root.RECORD:
        return Const(known.value(Ref(Root.SELF, node.steps, node.part, node.type)), node.type)
    if isinstance(node, Apply):
        return Apply(node.function, tuple(for_record(one, known) for one in node.arguments), node.type)
    return node
