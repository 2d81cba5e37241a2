"""Checks that need what was live before: they run for a plan, beside those of the definitions alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from i18n.lazy import msg, nmsg
from metadata.check.base import Finding, Placed, numbered, problem
from metadata.diff.change import ChangeKind, Risk
from metadata.documents import pointer, value_at
from metadata.layers import merge
from metadata.nearest import nearest
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metadata.check.base import Check
    from metadata.diff.change import Change
    from metadata.documents import Layer
    from metadata.layers import Effective, Merged
    from metadata.problems import Problem


@dataclass(frozen=True, slots=True)
class Move:
    """From one set of definitions to another."""

    changes: Sequence[Change]
    before: Merged
    after: Merged


def check_changes(
    changes: Sequence[Change], after: Iterable[Layer], before: Iterable[Layer] = ()
) -> tuple[Problem, ...]:
    """What is wrong with going from one set of layers to another; `metadata.diff.difference` gives the changes.

    Without `before` nothing is said of keys that the site and a bundle both changed.
    """
    move = Move(changes, merge(before), merge(after))
    return tuple(
        problem(code, severity, placed.document, placed.finding)
        for check in CHECKS
        for code, severity, placed in check(move)
    )


def check_values(counts: Mapping[tuple[str, str], int], after: Iterable[Layer]) -> tuple[Problem, ...]:
    """What records hold that their fields no longer accept: (address of the field, key) → how many records."""
    merged = merge(after)
    return tuple(
        problem(code, severity, placed.document, placed.finding)
        for code, severity, placed in values_still_fit(counts, merged)
    )


@numbered("M705", Severity.WARNING)
def values_still_fit(counts: Mapping[tuple[str, str], int], after: Merged) -> Iterator[Placed]:
    """What a field accepts is not narrowed below what its records hold."""
    for (address, key), count in counts.items():
        if count:
            _, entity, _, name = address.split("/")
            message = nmsg(
                "1 record does not fit “%(key)s” of “%(name)s”.",
                "%(count)s records do not fit “%(key)s” of “%(name)s”.",
                count,
                key=key,
                name=name,
            )
            hint = msg("It keeps its value, but cannot be saved with it; find and mend such records.")
            yield Placed(after.documents["entity", entity], Finding(pointer("fields", name, key), message, hint, count))


@numbered("M701")
def kind_of_value_stays(move: Move) -> Iterator[Placed]:
    """A field with values keeps its type, and what decides how its values are stored."""
    for change in move.changes:
        if change.risk is Risk.BLOCKED:
            definition, name = _field(change, move.after)
            message = msg("“%(name)s” has values, and how they are stored cannot be changed yet.", name=name)
            hint = msg("Make a new field of the new type, and retire this one.")
            yield Placed(definition, Finding(pointer("fields", name), message, hint))


@numbered("M702", Severity.HINT)
def rename_is_written(move: Move) -> Iterator[Placed]:
    """A field that goes while one like it comes was perhaps renamed; then its column has to be named."""
    gone = {
        change.address: change
        for change in move.changes
        if _is_field(change, ChangeKind.RETIRED) and change.after is None
    }
    for change in move.changes:
        old = _likely(change, gone.values()) if _is_field(change, ChangeKind.ADDED) else None
        if old is not None:
            definition, name = _field(change, move.after)
            was = old.address.rpartition("/")[2]
            column = old.before.get("column", was)
            message = msg(
                "“%(old)s” goes and “%(new)s” comes: if that is one field renamed, its values would be lost.",
                old=was,
                new=name,
            )
            hint = msg(
                "Write “column”: “%(column)s” into the field “%(name)s”; then the values stay.",
                column=column,
                name=name,
            )
            yield Placed(definition, Finding(pointer("fields", name), message, hint))


@numbered("M703")
def rights_are_stated(move: Move) -> Iterator[Placed]:
    """A field that comes back starts without readers: every role that grants the entity says its right."""
    roles = list(move.after.of_kind("role"))
    for change in move.changes:
        if _is_field(change, ChangeKind.RESTORED):
            _, entity, _, name = change.address.split("/")
            for role in roles:
                grant = role.body["grants"].get(entity)
                if grant is not None and not {name, "*"} & grant.get("fields", {}).keys():
                    message = msg("“%(name)s” comes back, and this role does not say who may see it.", name=name)
                    hint = msg("Write none, read or write for “%(name)s” into the fields of this grant.", name=name)
                    yield Placed(role, Finding(pointer("grants", entity), message, hint))


@numbered("M704", Severity.HINT)
def site_stays_with_its_bundles(move: Move) -> Iterator[Placed]:
    """Where a bundle now says something else than what the site had changed, the site still wins."""
    for key, definition in move.after.documents.items():
        old = move.before.documents.get(key)
        if definition.patch is None or old is None or old.base.text == definition.base.text:
            continue
        for place in _leaves(definition.patch.body):
            was, now = value_at(old.base.body, place), value_at(definition.base.body, place)
            if was != now:
                message = msg(
                    "The bundle “%(bundle)s” changed this too; the site's value holds.", bundle=definition.base.layer
                )
                hint = msg("Look whether the site's change is still wanted.")
                yield Placed(definition.patch, Finding(place, message, hint, now))


CHECKS: tuple[Check[[Move], Placed], ...] = (
    kind_of_value_stays,
    rename_is_written,
    rights_are_stated,
    site_stays_with_its_bundles,
)


def _is_field(change: Change, kind: ChangeKind) -> bool:
    return change.kind is kind and "/fields/" in change.address


def _field(change: Change, merged: Merged) -> tuple[Effective, str]:
    _, entity, _, name = change.address.split("/")
    return merged.documents["entity", entity], name


def _likely(new: Change, gone: Iterable[Change]) -> Change | None:
    """The one retired field of the same entity and type that the new one was probably made of."""
    entity = new.address.rpartition("/")[0]
    alike = {
        old.address.rpartition("/")[2]: old
        for old in gone
        if old.address.rpartition("/")[0] == entity and _kind(old.before) == _kind(new.after)
    }
    same_label = [old for old in alike.values() if old.before.get("label") == new.after.get("label", "")]
    near = nearest(new.address.rpartition("/")[2], alike)
    if same_label:
        return same_label[0]
    return alike[near] if near else next(iter(alike.values())) if len(alike) == 1 else None


def _kind(body: dict[str, Any]) -> tuple[object, ...]:
    return body["type"], str(body.get("to")), body.get("choices")


def _leaves(patch: object, place: str = "") -> Iterator[str]:
    """Pointers to everything that a patch sets or removes."""
    if not isinstance(patch, dict):
        yield place
        return
    for key, value in patch.items():
        yield from _leaves(value, place + pointer(key))
