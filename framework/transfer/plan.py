"""What an import will do with each column, settled before the first row: every name looked up, every right asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from framework.errors import CommandError, Fault, ForbiddenError
from framework.fields.base import type_of
from framework.permissions import policy_for
from framework.records.bulk import STAMPS
from framework.records.lookup import look_up_fields
from framework.records.names import present_field
from framework.records.planner import require_entity
from framework.transfer.cells import reader
from framework.transfer.patterns import pattern_of
from i18n.lazy import msg
from metadata.expressions import Kind
from metadata.nearest import nearest_hint
from metadata.snapshot import ImportColumn, ImportMapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from framework.context import Context
    from framework.permissions import EntityRights
    from framework.transfer.table import Table
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field

_ID = "id"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file that fills a field: at which place of a row, and how its cells are read.

    For a link to one entity, or several links, `target` and `by` say where its text is looked up; `own` that this is
    the imported entity itself, so that the text may name a row of the same file. With `several` the text names more
    than one record, with commas between them.
    """

    place: int
    header: str
    field: Field
    rule: ImportColumn
    read: Callable[[str], Any]
    target: str | None = None
    by: str = ""
    own: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Columns in the order of the file; `left_out` names those that the server fills.

    `fixed` are fields that existing records keep whatever the file says.
    """

    entity: Entity
    columns: tuple[Column, ...]
    match: tuple[str, ...]
    defaults: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
    fixed: frozenset[str] = field(default_factory=frozenset)

    def column_of(self, name: str) -> Column | None:
        """The column that fills a field whole."""
        return next((one for one in self.columns if one.field.name == name and one.rule.part is None), None)


def plan_import(
    context: Context, table: Table, mapping: ImportMapping | None, entity: str, match: Sequence[str]
) -> ImportPlan:
    """The plan of a file; without a mapping the headers are names of fields.

    Raises ForbiddenError without the ability `import`, CommandError with all that is wrong with the
    columns, NotFoundError for an entity that is not for the actor.
    """
    described, rights = require_entity(context, entity)
    abilities = policy_for(context.snapshot, context.actor).abilities()
    if "import" not in abilities:
        raise ForbiddenError(msg("You may not import records"))
    planner = _Planner(context, described, rights, "import_history" in abilities, table.typed)
    left_out: list[str] = []
    if mapping is None:
        columns, left_out = planner.by_names(table)
    else:
        columns = planner.by_mapping(table, mapping)
    wanted = planner.match(match or (mapping.match if mapping else ()), columns)
    if planner.faults:
        raise CommandError(msg("%(file)s does not fit", file=table.path.name), planner.faults)
    fixed = frozenset(one.field.name for one in columns if one.field.read_only_after_create)
    defaults = mapping.defaults if mapping else {}
    return ImportPlan(described, tuple(columns), wanted, defaults, tuple(left_out), fixed - set(wanted))


def run_key(context: Context, table: Table, mapping: ImportMapping | None, plan: ImportPlan) -> str:
    """What tells a run of a file from others, as text: the same file, mapping, match, entity and actor."""
    columns = {
        header: [rule.field, rule.part, rule.by, rule.blank_when_missing, rule.format, dict(rule.values)]
        for header, rule in (mapping.columns.items() if mapping else ())
    }
    told = [table.digest, plan.entity.table, plan.match, columns, plan.defaults, context.actor.id]
    return json.dumps(told, default=dict, sort_keys=True)


@dataclass(slots=True)
class _Planner:
    """Collects everything that is wrong, so that a file is mended once."""

    context: Context
    entity: Entity
    rights: EntityRights
    history: bool
    typed: bool
    faults: list[Fault] = field(default_factory=list)

    def by_names(self, table: Table) -> tuple[list[Column], list[str]]:
        """Columns named like fields or their parts; those that only the server fills are left out."""
        columns: list[Column] = []
        left_out: list[str] = []
        for place, header in enumerate(table.header):
            written, _, part = header.partition(".")
            name = present_field(self.entity, written)
            found = self.entity.fields.get(name)
            if found is None or name not in self.rights.readable | self.rights.creatable:
                self._unknown(header, header, self._names(), msg("There is no field “%(name)s”", name=header[:60]))
            elif name != _ID and self._set_by_server(found):
                left_out.append(header)
            else:
                columns += self._column(place, header, found, ImportColumn(name, {}, part or None))
        return columns, left_out

    def by_mapping(self, table: Table, mapping: ImportMapping) -> list[Column]:
        """Columns as the mapping says; it names all of the file's, and the file has all that it fills fields from."""
        columns: list[Column] = []
        for place, header in enumerate(table.header):
            rule = mapping.columns.get(header)
            if rule is None:
                message = msg("The mapping does not name the column “%(name)s”", name=header[:60])
                self._unknown(header, header, (*mapping.columns, *self._names()), message)
            elif rule.field is not None:
                columns += self._mapped(place, header, rule, rule.field)
        for header, rule in mapping.columns.items():
            if rule.field is not None and header not in table.header:
                message = msg("The file has no column “%(name)s”", name=header[:60])
                self._unknown(header, header, table.header, message)
        return columns

    def match(self, names: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
        """The present names of the match fields, each filled by a column."""
        found = [present_field(self.entity, name) for name in names]
        filled = {one.field.name for one in columns if one.rule.part is None}
        for name in found:
            if name not in filled:
                self._unknown("match", name, filled, msg("No column fills the match field “%(name)s”", name=name[:60]))
        if not self.faults:
            look_up_fields(self.context, self.entity.name, found)
        return tuple(found)

    def _mapped(self, place: int, header: str, rule: ImportColumn, name: str) -> list[Column]:
        present = present_field(self.entity, name)
        found = self.entity.fields.get(present)
        if found is None or present not in self.rights.readable | self.rights.creatable:
            self._unknown(header, name, self._names(), msg("There is no field “%(name)s”", name=name[:60]))
            return []
        if present != _ID and self._set_by_server(found):
            self._fault(header, msg("The server sets “%(name)s”; skip the column", name=name))
            return []
        return self._column(place, header, found, rule)

    def _column(self, place: int, header: str, found: Field, rule: ImportColumn) -> list[Column]:
        allowed = found.name in self.rights.creatable | self.rights.writable | STAMPS | {_ID}
        if not allowed:
            self._fault(header, msg("You may not write the field “%(name)s”", name=found.name))
            return []
        parts = type_of(found).part_types(found)
        if rule.part is not None and rule.part not in parts:
            message = msg("The field “%(name)s” has no part “%(part)s”", name=found.name, part=rule.part[:60])
            self._unknown(header, rule.part, parts, message)
            return []
        kind = type_of(found).expression_type(found).kind
        if rule.format is not None and kind not in {Kind.DATE, Kind.DATETIME}:
            self._fault(header, msg("A format is for dates and times, and “%(name)s” is neither", name=found.name))
            return []
        pattern = None if rule.format is None else pattern_of(rule.format)
        target = found.chosen_from
        plain = rule.part or target is not None or found.name == _ID
        read = str.strip if plain else reader(found, self.context, pattern, typed=self.typed)
        if target is None or found.name == _ID:
            return [Column(place, header, found, rule, read)]
        by = rule.by or self.context.snapshot.entities[target].title
        look_up_fields(self.context, target, [by])
        several = found.linked is not None
        own = target == self.entity.name and not several
        return [Column(place, header, found, rule, read, target, by, own, several)]

    def _set_by_server(self, found: Field) -> bool:
        if found.name in STAMPS:
            return not self.history
        # Lines are imported as records of their own.
        beside = found.read_only or found.lines is not None
        return found.system or found.computed or beside or type_of(found).server_set

    def _names(self) -> frozenset[str]:
        """The fields that a file may fill, for hints."""
        return frozenset(name for name in self.rights.creatable | self.rights.writable)

    def _fault(self, header: str, message: Message, hint: Message | None = None) -> None:
        self.faults.append(Fault(header, "column", message, hint))

    def _unknown(self, header: str, name: str, known: Iterable[str], message: Message) -> None:
        self._fault(header, message, nearest_hint(name, known))
