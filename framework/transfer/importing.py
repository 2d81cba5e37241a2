"""Records from a file, through the door, a thousand rows a transaction.

Each row is accepted or refused alone; each step notes in its own transaction how far the run has
come, so that one which was cut goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from framework.errors import RevisionMovedError
from framework.fields.base import ValueRefusedError, type_of
from framework.fields.members import SEPARATOR
from framework.records.bulk import STAMPS, Row, Stored
from framework.storage.imports import (
    Progress,
    forget_run,
    keep_step,
    next_waiting,
    progress_of,
    settle_waiting,
)
from framework.storage.turns import Turns
from framework.transfer.cells import json_cell, unguarded
from framework.transfer.line import Line
from framework.transfer.links import LinkFinder, is_id
from framework.transfer.plan import plan_import, run_key
from framework.transfer.refused import Refused
from i18n.lazy import msg
from metadata.expressions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.errors import ArmatureError
    from framework.records import Door
    from framework.storage.engines import Database
    from framework.transfer.plan import Column, ImportPlan
    from framework.transfer.table import Table
    from i18n.lazy import Message
    from metadata.snapshot import ImportMapping

ROWS_A_STEP = 1000
_MOST_SHOWN = 20
_MOST_QUOTED = 40


@dataclass(frozen=True, slots=True)
class Job:
    """What to import: a file into an entity, by a mapping or by names, in earnest or as a trial."""

    table: Table
    entity: str
    mapping: ImportMapping | None = None
    match: tuple[str, ...] = ()
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run. `reasons` are the first refusals as (line, reason); `resumed` rows were done before.

    `counts` has created, updated, unchanged, refused, and incomplete: records without a link that
    should have been set after the last row.
    """

    rows: int
    counts: Mapping[str, int]
    reasons: Sequence[tuple[int, str]]
    refused_file: str | None
    resumed: int
    left_out: tuple[str, ...]
    fixed: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything was accepted."""
        return not self.counts["refused"] and not self.counts["incomplete"]


@dataclass(slots=True)
class _Read:
    """A row of the file as far as it is understood: wire values, what keeps it out, links that have to wait."""

    line: Line
    values: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    ident: str | None = None
    again: bool = False


class Importer:
    """One run of a job; `renew` gives a context on the revision that is live by then."""

    def __init__(self, database: Database, door: Door, renew: Callable[[], Context], job: Job) -> None:
        """Settle what becomes of each column. Raises as `plan_import`."""
        self._database, self._door, self._renew, self._job = database, door, renew, job
        self._counts: Counter[str] = Counter()
        self._reasons: list[tuple[int, str]] = []
        self._refused: Refused | None = None
        self._step_refused: list[tuple[Line, str]] = []
        self._take_context()
        key = run_key(self._context, job.table, job.mapping, self._plan)
        self._run = hashlib.sha256(key.encode()).hexdigest()
        self._own_texts = self._texts_of_own_links()
        # A trial keeps nothing, so what its earlier rows would have made is remembered here.
        self._tried: set[tuple[Any, ...]] = set()

    def run(self, tell: Callable[[int], None]) -> Report:
        """Import every row; `tell` hears how many are done. Raises what stops the whole run."""
        before = None if self._job.trial else progress_of(self._database, self._run)
        self._counts.update(before.counts if before else {})
        if not self._job.trial:
            self._refused = Refused(self._job.table, self._counts["refused"] + self._counts["incomplete"])
        done = resumed = before.rows if before else 0
        tell(done)
        turns = Turns(self._database)
        lines = self._job.table.lines(done)
        pending = list(islice(lines, ROWS_A_STEP))
        while pending:
            taken = self._on_live(lambda: self._step(pending, done))  # noqa: B023  (called at once)
            done += taken
            tell(done)
            turns.give()
            pending = [*pending[taken:], *islice(lines, ROWS_A_STEP - len(pending) + taken)]
        if not self._job.trial:
            self._set_waiting_links()
            forget_run(self._database, self._run)
        return self._report(resumed)

    def _report(self, resumed: int) -> Report:
        names = ("created", "updated", "unchanged", "refused", "incomplete")
        written = None if self._refused is None or not self._refused.path.exists() else str(self._refused.path)
        return Report(
            self._job.table.count,
            {name: self._counts[name] for name in names},
            self._reasons,
            written,
            resumed,
            self._plan.left_out,
            tuple(sorted(self._plan.fixed)) if self._plan.match else (),
        )

    def _take_context(self) -> None:
        self._context = self._renew()
        job = self._job
        self._plan: ImportPlan = plan_import(self._context, job.table, job.mapping, job.entity, job.match)
        self._finder = LinkFinder(self._door, self._context)

    def _on_live(self, work: Callable[[], int]) -> int:
        """Do the work; once more where a revision was published meanwhile."""
        try:
            return work()
        except RevisionMovedError:
            self._take_context()
            return work()

    def _texts_of_own_links(self) -> dict[str, set[str]]:
        """For links to the imported entity itself: what the rows of this file will be found by, per field."""
        names = {name for one in self._plan.columns if one.own for name in ("id", one.by)}
        columns = [column for name in names if (column := self._plan.column_of(name))]
        found: dict[str, set[str]] = {column.field.name: set() for column in columns}
        for line in self._job.table.lines() if columns else ():
            for column in columns:
                if column.place < len(line.cells):
                    found[column.field.name].add(_text(column, line.cells[column.place]))
        return found

    def _step(self, lines: Sequence[Line], done: int) -> int:
        """Import rows up to the first that names the same record as one before it; how many these are."""
        rows = [self._read(line) for line in lines]
        self._link(rows)
        rows = self._matched(rows)
        sound = [row for row in rows if not row.faults and not row.again]
        counts, refused = Counter(self._counts), [(row.line, "; ".join(row.faults)) for row in rows if row.faults]

        again = sum(row.again and not row.faults for row in rows)

        def also(connection: Connection, outcomes: list[Stored]) -> None:
            # Called anew where the transaction is: it begins from what was before the step.
            self._counts = (
                counts + Counter(outcome.what for outcome in outcomes) + Counter(refused=len(refused), updated=again)
            )
            told = [(row.line, self._why(o.error, row.line)) for row, o in zip(sound, outcomes, strict=True) if o.error]
            self._step_refused = sorted([*refused, *told], key=lambda pair: pair[0].number)
            if self._refused is not None:
                self._refused.add(self._step_refused)
                waiting = [_waits(row, o) for row, o in zip(sound, outcomes, strict=True) if row.waiting and o.ident]
                progress = Progress(done + len(rows), dict(self._counts))
                keep_step(connection, self._run, progress, waiting, self._context.now)

        self._door.write_many(
            self._context,
            self._plan.entity.name,
            [self._row(row) for row in sound],
            keep=not self._job.trial,
            also=also,
        )
        self._note(self._step_refused)
        return len(rows)

    def _note(self, refused: Sequence[tuple[Line, str]]) -> None:
        if self._refused is not None:
            self._refused.settle()
        self._reasons += [(line.number, why) for line, why in refused[: _MOST_SHOWN - len(self._reasons)]]

    def _read(self, told: Line) -> _Read:
        line = _with_json(self._plan.columns, told)
        row = _Read(line)
        width, cells = len(self._job.table.header), line.cells
        if len(cells) != width:
            row.faults.append(
                str(msg("The row has %(count)s cells, the header %(width)s", count=len(cells), width=width))
            )
            return row
        for column in self._plan.columns:
            text = _text(column, cells[column.place])
            if not text:
                self._put(row, column, None)
            elif column.target is not None:
                row.links[column.header] = text
            else:
                try:
                    self._put(row, column, column.read(text))
                except ValueRefusedError as error:
                    row.faults.append(_told(_where(column, line), error.message, error.hint))
        return row

    def _put(self, row: _Read, column: Column, value: Any) -> None:  # noqa: ANN401
        name, part = column.field.name, column.rule.part
        if name in STAMPS:
            if value is not None:
                row.stamps[name] = value
        elif part is None:
            row.values[name] = value
        elif value is not None:
            row.values[name] = {**(row.values.get(name) or {}), part: value}
        else:
            row.values.setdefault(name, None)

    def _link(self, rows: Sequence[_Read]) -> None:
        """Links of all rows from texts to ids, a few statements for each column."""
        for column in self._plan.columns:
            if column.target is None:
                continue
            if column.target == self._plan.entity.name:
                self._finder.forget(column)
            told = [(row, row.links[column.header]) for row in rows if column.header in row.links]
            self._finder.learn(column, {one for _, text in told for one in (text, *_members(column, text))})
            for row, text in told:
                if column.several:
                    self._link_several(row, column, text)
                else:
                    self._link_one(row, column, text)

    def _link_several(self, row: _Read, column: Column, text: str) -> None:
        """Set links to all that a text names; a name may itself hold commas, so it is sought as a whole first."""
        if len(self._finder.ids(column, text)) == 1:
            self._put(row, column, self._finder.ids(column, text))
            return
        found: dict[str, None] = {}
        for name in _members(column, text):
            ids = self._finder.ids(column, name)
            if len(ids) == 1:
                found[ids[0]] = None
            elif ids or not column.rule.blank_when_missing:
                row.faults.append(_told(column.header, self._finder.not_one(column, name)))
        self._put(row, column, list(found) or None)

    def _link_one(self, row: _Read, column: Column, text: str) -> None:
        ids = self._finder.ids(column, text)
        if len(ids) == 1:
            self._put(row, column, ids[0])
        elif not ids and column.own and column.field.name not in self._plan.match and self._comes(column, text):
            row.waiting[column.field.name] = text
        elif not ids and column.rule.blank_when_missing:
            self._put(row, column, None)
        else:
            row.faults.append(_told(column.header, self._finder.not_one(column, text)))

    def _comes(self, column: Column, text: str) -> bool:
        """Whether a row of this file will be what the text names."""
        name = "id" if column.rule.by is None and is_id(text) else column.by
        return text in self._own_texts.get(name, ())

    def _matched(self, rows: list[_Read]) -> list[_Read]:
        """The rows with the records that they change, up to the first whose record another row names too."""
        match = self._plan.match
        if not match:
            return rows
        keys = {id(row): tuple(row.values.get(name) for name in match) for row in rows if not row.faults}
        whole = {key for key in keys.values() if None not in key}
        found = self._door.look_up(self._context, self._plan.entity.name, match, whole)
        seen: set[Any] = set()
        for place, row in enumerate(rows):
            key = keys.get(id(row))
            if key is None or None in key:
                continue
            ids = found[key]
            if {key, *ids} & seen:
                return rows[:place]
            seen |= {key, *ids}
            row.again = not ids and key in self._tried
            if len(ids) > 1:
                row.faults.append(str(msg("%(count)s records match", count=len(ids))))
            row.ident = ids[0] if ids else None
            if self._job.trial:
                self._tried.add(key)
        return rows

    def _row(self, row: _Read) -> Row:
        if row.ident is None:
            blank_id = "id" in row.values and row.values["id"] is None
            values = {**self._plan.defaults, **row.values}
            return Row({name: v for name, v in values.items() if not (blank_id and name == "id")}, None, row.stamps)
        left = {*self._plan.match, *self._plan.fixed, "id"}
        return Row({name: v for name, v in row.values.items() if name not in left}, row.ident, row.stamps)

    def _why(self, error: ArmatureError, line: Line) -> str:
        """A refusal in the words of the file: its columns with what stands in them."""
        told = []
        for fault in error.faults:
            name = fault.pointer.removeprefix("/")
            column = self._plan.column_of(name)
            told.append(_told(name if column is None else _where(column, line), fault.message, fault.hint))
        return "; ".join(told) or str(error.detail)

    def _set_waiting_links(self) -> None:
        """Set the links to rows of the file that came later, step by step as they were left."""
        while True:
            found = next_waiting(self._database, self._run)
            if found is None:
                return
            self._on_live(lambda: self._set_links(*found))  # noqa: B023  (called at once)

    def _set_links(self, rows: int, waiting: Sequence[Sequence[Any]]) -> int:
        changes, lost = self._found_links(waiting)
        counts = Counter(self._counts)

        def also(connection: Connection, outcomes: list[Stored]) -> None:
            reasons = {place: list(some) for place, some in lost.items()}
            for (place, _), outcome in zip(changes, outcomes, strict=True):
                if outcome.error:
                    reasons.setdefault(place, []).append(self._why(outcome.error, Line(*waiting[place][:2])))
            self._step_refused = [
                (Line(*waiting[place][:2]), f"{_HALF}: {'; '.join(some)}") for place, some in sorted(reasons.items())
            ]
            self._counts = counts + Counter(incomplete=len(reasons))
            if self._refused is not None:
                self._refused.add(self._step_refused)
            settle_waiting(connection, self._run, rows, dict(self._counts))

        self._door.write_many(self._context, self._plan.entity.name, [row for _, row in changes], also=also)
        self._note(self._step_refused)
        return len(waiting)

    def _found_links(self, waiting: Sequence[Sequence[Any]]) -> tuple[list[tuple[int, Row]], dict[int, list[str]]]:
        """(place, change) of what waits, and by place why a link cannot be set."""
        own = {one.field.name: one for one in self._plan.columns if one.own}
        for name, column in own.items():
            self._finder.forget(column)
            self._finder.learn(column, {texts[name] for *_, texts in waiting if name in texts})
        changes: list[tuple[int, Row]] = []
        lost: dict[int, list[str]] = {}
        for place, (_, _, ident, texts) in enumerate(waiting):
            values = {}
            for name, text in texts.items():
                ids = self._finder.ids(own[name], text)
                if len(ids) == 1:
                    values[name] = ids[0]
                elif ids or not own[name].rule.blank_when_missing:
                    lost.setdefault(place, []).append(_told(own[name].header, self._finder.not_one(own[name], text)))
            if values:
                changes.append((place, Row(values, ident)))
        return changes, lost


_HALF = msg("The record is there, but not this link")


def _with_json(columns: Iterable[Column], line: Line) -> Line:
    """The line with JSON itself in the cells of fields that hold it."""
    if line.values is None:
        return line
    cells = list(line.cells)
    for column in columns:
        if type_of(column.field).expression_type(column.field).kind is Kind.JSON:
            cells[column.place] = json_cell(line.values[column.place])
    return line._replace(cells=cells)


def _members(column: Column, text: str) -> list[str]:
    """The names in a text that may name several records, each as the mapping has it."""
    if not column.several:
        return []
    names = (one.strip() for one in text.split(SEPARATOR))
    return [column.rule.values.get(one, one) for one in names if one]


def _text(column: Column, cell: str) -> str:
    text = unguarded(cell).strip()
    return column.rule.values.get(text, text)


def _where(column: Column, line: Line) -> str:
    cell = line.cells[column.place].strip()
    return f"{column.header} “{cell[:_MOST_QUOTED]}”" if cell else column.header


def _told(where: str, message: Message, hint: Message | None = None) -> str:
    told = f"{where}: {message}" if where else str(message)
    return f"{told} ({hint})" if hint else told


def _waits(row: _Read, outcome: Stored) -> list[Any]:
    return [row.line.number, row.line.cells, outcome.ident, row.waiting]
