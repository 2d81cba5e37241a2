"""A plan in plain words: what changes where, what that does to tables and records, who may do more or less."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from i18n.lazy import Label, msg, nmsg
from metadata.diff import ChangeKind
from metadata.documents import canonical
from metadata.problems import Severity
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.publishing import Plan
    from metadata.diff import Change, RightsChange
    from metadata.problems import Problem

_KINDS = {
    "entity": msg("Entity"),
    "choices": msg("Choice list"),
    "screen": msg("Screen"),
    "view": msg("View"),
    "role": msg("Role"),
    "navigation": msg("Navigation"),
    "import": msg("Import"),
    "site": msg("Settings of the site"),
    "bundle": msg("Bundle"),
}
_PARTS = {
    "fields": msg("Field"),
    "rules": msg("Rule"),
    "unique": msg("Unique"),
    "actions": msg("Action"),
    "options": msg("Option"),
    "grants": msg("Rights over"),
    "groups": msg("Group"),
    "items": msg("Entry"),
}
_DONE = {
    ChangeKind.ADDED: msg("new"),
    ChangeKind.RETIRED: msg("retired"),
    ChangeKind.CHANGED: msg("changed"),
    ChangeKind.RENAMED: msg("renamed"),
    ChangeKind.RESTORED: msg("restored"),
}
_RISKS = {
    "none": msg("no data touched"),
    "instant": msg("at once"),
    "scan": msg("records are read"),
    "backfill": msg("records are written"),
    "lossy": msg("values are lost"),
    "blocked": msg("cannot be done"),
}
_STEPS = {
    "create_table": msg("a table is made"),
    "add_column": msg("a column is added"),
    "create_index": msg("an index is built beside the work"),
}
ACTIONS = {"read": msg("see"), "create": msg("create"), "update": msg("change"), "delete": msg("delete")}
REACHES = {
    "none": msg("none"),
    "own": msg("own"),
    "team": msg("team"),
    "below": msg("people below"),
    "all": msg("all"),
    "yes": msg("yes"),
    "no": msg("no"),
    "rule": msg("under a rule"),
    "read": msg("read"),
    "write": msg("write"),
}
CONFIRM = {
    "rights": msg("Some people will be able to do more than before. That is intended."),
    "lossy": msg("Values that cannot be converted will be lost. That is intended."),
    "retired": msg("Fields are retired; their values stay in the database. That is intended."),
    "restored": msg("Records of a retired entity will be seen again. That is intended."),
    "prune": msg("Definitions that are live are missing and will be retired. That is intended."),
}
_SEVERITIES = {Severity.ERROR: msg("Error"), Severity.WARNING: msg("Warning"), Severity.HINT: msg("Hint")}
_RIGHT = re.compile(r"([a-z_.*0-9]+): (.+)")


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change: `what` is which part of what, `did` what became of it, `notes` what that does."""

    what: str
    did: str
    notes: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ToldRight:
    """What one role gives more or less on one entity, and to how many people."""

    who: str
    more: tuple[str, ...]
    less: tuple[str, ...]
    people: str


@dataclass(frozen=True, slots=True)
class ToldProblem:
    """One problem with its place; `url` leads to the text of the document."""

    severity: str
    code: str
    place: str
    text: str
    url: str
    grave: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that somebody has to say yes to."""

    name: str
    text: str
    concerned: tuple[str, ...]


def told_changes(
    changes: Iterable[tuple[Change, Iterable[str], int | None]], labels: Mapping[str, str]
) -> tuple[ToldChange, ...]:
    """Give changes with what they do to tables (names of steps) and to records, in words.

    `labels` gives what people call definitions, by address.
    """
    return tuple(_change(change, steps, rows, labels) for change, steps, rows in changes)


def told_rights(plan: Plan, labels: Mapping[str, str]) -> tuple[ToldRight, ...]:
    """Give what roles give more or less."""
    text = reader().words.text
    return tuple(
        ToldRight(
            _on(one.change, labels),
            tuple(_right(word) for word in one.change.widened),
            tuple(_right(word) for word in one.change.narrowed),
            text(nmsg("%(count)s person", "%(count)s people", one.people)),
        )
        for one in plan.rights
    )


def told_problems(problems: Iterable[Problem]) -> tuple[ToldProblem, ...]:
    """Give problems with the addresses at which they are mended."""
    text = reader().words.text
    return tuple(
        ToldProblem(
            text(_SEVERITIES[one.severity]),
            one.code,
            f"{one.file}{one.pointer}",
            f"{text(one.message)} {text(one.hint) if one.hint else ''}".strip(),
            f"/admin/documents/{one.file}" if one.file.endswith(".json") and one.file.count("/") == 1 else "",
            one.severity is Severity.ERROR,
        )
        for one in problems
    )


def ticks(plan: Plan, kinds: Iterable[str], labels: Mapping[str, str]) -> tuple[Tick, ...]:
    """Give what has to be confirmed, with what each is about; `kinds` are some of `plan.needs_confirmation`."""
    return tuple(
        Tick(kind, reader().words.text(CONFIRM[kind]), tuple(_concerned(plan, kind, labels))) for kind in kinds
    )


def place_of(address: str, labels: Mapping[str, str]) -> str:
    """Give an address in words: “Field “Amount” of “Opportunity””."""
    text, (kind, *steps) = reader().words.text, address.split("/")
    whole = f"{text(_KINDS[kind])}" if kind in _KINDS else kind
    if not steps:
        return whole
    name = labels.get(f"{kind}/{steps[0]}", steps[0])
    if len(steps) < 3:  # noqa: PLR2004 - kind, name, container, part
        return text(msg("%(kind)s “%(name)s”", kind=whole, name=name))
    part, inner = steps[1], "/".join(steps[2:])
    inner = labels.get(address, inner)
    word = text(_PARTS[part]) if part in _PARTS else part
    return text(msg("%(kind)s “%(part)s” of “%(name)s”", kind=word, part=inner, name=name))


def labels_of(*bodies: Mapping[tuple[str, str], Any]) -> dict[str, str]:
    """Give what people call definitions and their fields, by address; the first mapping that knows one counts."""
    text, found = reader().words.text, dict[str, str]()
    for one in bodies:
        for (kind, name), definition in one.items():
            body = definition.body
            if not isinstance(body, dict):
                continue
            address = f"{kind}/{name}"
            if isinstance(body.get("label"), str):
                found.setdefault(address, text(Label(f"{address}/label", body["label"])))
            for field, part in (body.get("fields") or {}).items() if kind == "entity" else ():
                if isinstance(part, dict) and isinstance(part.get("label"), str):
                    place = f"{address}/fields/{field}"
                    found.setdefault(place, text(Label(f"{place}/label", part["label"])))
    return found


def _change(change: Change, steps: Iterable[str], rows: int | None, labels: Mapping[str, str]) -> ToldChange:
    text = reader().words.text
    notes = [text(_STEPS[step]) for step in steps if step in _STEPS]
    notes = list(dict.fromkeys(notes))
    risk = str(change.risk)
    if risk in {"lossy", "blocked", "backfill"} or (risk == "scan" and rows):
        notes.append(text(_RISKS[risk]))
    if rows:
        notes.append(text(nmsg("%(count)s record holds a value", "%(count)s records hold a value", rows)))
    return ToldChange(
        place_of(change.address, labels),
        text(_DONE[change.kind]),
        tuple(notes),
        _shown(change.before),
        _shown(change.after),
    )


def _shown(body: Any) -> str:  # noqa: ANN401 - any JSON
    return "" if body is None else canonical(body).rstrip()


def _on(change: RightsChange, labels: Mapping[str, str]) -> str:
    text = reader().words.text
    role = labels.get(f"role/{change.role}", change.role)
    if change.entity is None:
        return text(msg("Role “%(role)s”, abilities", role=role))
    entity = text(msg("all entities")) if change.entity == "*" else labels.get(f"entity/{change.entity}", change.entity)
    return text(msg("Role “%(role)s” on “%(entity)s”", role=role, entity=entity))


def _right(word: str) -> str:
    """Give `update: own → all` in words."""
    text, found = reader().words.text, _RIGHT.fullmatch(word)
    if found is None:
        return word
    what, rest = found[1], found[2]
    first, _, name = what.partition(".")
    action = text(ACTIONS[first]) if first in ACTIONS else name or what
    if first == "rows" and name in ACTIONS:
        action = text(ACTIONS[name])
    sides = [text(REACHES[one]) if one in REACHES else one for one in rest.split(" → ")]
    return f"{action}: {' → '.join(sides)}"


def _concerned(plan: Plan, kind: str, labels: Mapping[str, str]) -> Iterable[str]:
    if kind == "prune":
        return [place_of(one, labels) for one in plan.target.missing]
    if kind == "rights":
        return [
            f"{_on(one.change, labels)}: {', '.join(_right(word) for word in one.change.widened)}"
            for one in plan.rights
            if one.gives_more
        ]
    if kind == "lossy":
        return [place_of(one.change.address, labels) for one in plan.changes if str(one.change.risk) == "lossy"]
    return [place_of(one.change.address, labels) for one in plan.changes if one.change.kind.value == kind]
