"""What would be live: layers checked, compared with what is live and compiled. Pure; nothing is changed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.publishing.aliases import in_force, next_aliases
from framework.publishing.columns import assigned, kept
from framework.publishing.store import Content
from framework.storage.ddl import plan_steps
from metadata.check.changes import check_changes
from metadata.compile import compile_snapshot, layers_digest
from metadata.diff import ChangeKind, difference, rights_changes
from metadata.layers import in_order, merge
from metadata.problems import has_errors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from framework.publishing.columns import Made
    from framework.storage.ddl import Step
    from metadata.catalogue import Catalogue
    from metadata.check import Checker
    from metadata.diff import Change, RightsChange
    from metadata.documents import Layer
    from metadata.problems import Problem
    from metadata.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Live:
    """What is live: the number (0 for nothing), what the revision holds, and all columns there ever were."""

    number: int
    content: Content
    snapshot: Snapshot | None
    made: Mapping[str, Mapping[str, Made]]


@dataclass(frozen=True, slots=True)
class Target:
    """What a publish would make live. `snapshot` is None where `problems` leave nothing to compile.

    `missing` names documents that their layer had and has no more, `moved` says whether any file differs.
    """

    live: Live
    content: Content
    digest: str
    problems: tuple[Problem, ...]
    moved: bool
    missing: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    rights: tuple[RightsChange, ...] = ()
    steps: tuple[Step, ...] = ()
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Makers:
    """What targets are made with."""

    catalogue: Catalogue
    checker: Checker
    now: dt.datetime


def target_of(layers: Sequence[Layer], live: Live, makers: Makers, found: Sequence[Problem] = ()) -> Target:
    """The target that layers make; `found` are the problems of reading them."""
    return _target(_Wish(tuple(in_order(layers)), tuple(found)), live, makers)


def target_of_revision(earlier: Content, live: Live, makers: Makers) -> Target:
    """The target of a roll-back: the layers and columns of an earlier revision, on the core of this release.

    That revision was checked against its own past, so it is not checked against what is live.
    """
    core = [layer for layer in live.content.layers if layer.name == "core"]
    layers = in_order([*core, *(layer for layer in earlier.layers if layer.name != "core")])
    return _target(_Wish(tuple(layers), (), earlier), live, makers)


@dataclass(frozen=True, slots=True)
class _Wish:
    layers: tuple[Layer, ...]
    problems: tuple[Problem, ...]
    earlier: Content | None = None


def _target(wish: _Wish, live: Live, makers: Makers) -> Target:
    merged = merge(wish.layers)
    digest = layers_digest(merged, makers.catalogue)
    moved = _files(wish.layers) != _files(live.content.layers)
    problems = (*wish.problems, *makers.checker.check(wish.layers, _former_fields(live.snapshot)))
    if has_errors(problems):
        return Target(live, Content(wish.layers), digest, problems, moved)
    before = merge(live.content.layers)
    former = {table: frozenset(columns) for table, columns in live.made.items()} if wish.earlier is None else {}
    changes = difference(live.content.layers, wish.layers, former)
    if wish.earlier is None:
        problems += check_changes(changes, wish.layers, live.content.layers)
    stays = kept(before, live.content.stems)
    if wish.earlier is not None:
        stays |= _over(stays, kept(merge(wish.earlier.layers), wish.earlier.stems))
    aliases = next_aliases(live.content.aliases, changes, merged, makers.now)
    plain = compile_snapshot(wish.layers, makers.catalogue, in_force(aliases, makers.now))
    stems = assigned(merged, plain, stays, live.made)
    # Hardly any revision has a column of a second generation: only then is it compiled with them.
    snapshot = compile_snapshot(wish.layers, makers.catalogue, in_force(aliases, makers.now), stems) if stems else plain
    return Target(
        live,
        Content(wish.layers, stems, aliases),
        digest,
        problems,
        moved,
        _missing(live.content.layers, wish.layers, changes),
        changes,
        rights_changes(live.snapshot, snapshot),
        plan_steps(live.snapshot, snapshot),
        snapshot,
    )


def _files(layers: Sequence[Layer]) -> list[tuple[str, dict[str, str]]]:
    return [(layer.name, layer.files()) for layer in layers]


def _former_fields(live: Snapshot | None) -> dict[str, frozenset[str]]:
    return {name: frozenset(entity.fields) for name, entity in live.entities.items()} if live else {}


def _over(below: Mapping[str, Mapping[str, str]], above: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {table: {**below.get(table, {}), **columns} for table, columns in above.items()}


def _missing(before: Sequence[Layer], after: Sequence[Layer], changes: Sequence[Change]) -> tuple[str, ...]:
    """Addresses of documents that their layer has no more and that were not renamed, and of its languages likewise."""
    renamed = {change.old_address for change in changes if change.kind is ChangeKind.RENAMED}
    now = {layer.name: set(_addresses(layer)) for layer in after}
    return tuple(
        address
        for layer in before
        for address in _addresses(layer)
        if address not in now.get(layer.name, ()) and address not in renamed
    )


def _addresses(layer: Layer) -> Iterator[str]:
    yield from (document.address for document in layer.documents)
    yield from (f"locale/{layer.name}/{locale}" for locale in layer.locales)
