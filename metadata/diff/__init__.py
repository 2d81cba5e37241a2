"""What changed between two sets of layers, for plans, reviews and the history of revisions.

changes = difference(before, after)          # layers; typed changes with risk and impact
rights = rights_changes(old, new)            # snapshots; what roles give more or less
aliases = renames(changes)                   # old addresses that go on working
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from metadata.compile.freeze import NOTHING
from metadata.diff.change import Change, ChangeKind, Risk, same
from metadata.diff.entities import entity_changes
from metadata.diff.impact import Mentions
from metadata.diff.rights import RightsChange, rights_changes
from metadata.diff.risks import changed_options, narrowed_keys
from metadata.layers import merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metadata.documents import Layer
    from metadata.layers import Merged

__all__ = ["Change", "ChangeKind", "RightsChange", "Risk", "difference", "narrowed_keys", "renames", "rights_changes"]


def difference(
    before: Iterable[Layer], after: Iterable[Layer], former: Mapping[str, frozenset[str]] = NOTHING
) -> tuple[Change, ...]:
    """Every change between two sets of checked layers, in the order of their addresses.

    Fields are matched by column and entities by table. `former` holds table → columns that some
    earlier revision had: a part that takes such an identity again is `restored`, not `added`.
    """
    old, new = merge(before), merge(after)
    changes = [*entity_changes(old, new, former), *_choices(old, new), *_documents(old, new), *_words(old, new)]
    return tuple(_with_impact(sorted(changes, key=lambda change: change.address), old, new))


def renames(changes: Iterable[Change]) -> dict[str, str]:
    """Old address → present name of what was renamed: the aliases that `compile_snapshot` takes."""
    return {
        change.old_address: change.address.rpartition("/")[2] for change in changes if change.old_address is not None
    }


def _choices(old: Merged, new: Merged) -> Iterator[Change]:
    """A list is compared option by option, since one that is gone may be held by records."""
    was = {one.name: one.body for one in old.of_kind("choices")}
    now = {one.name: one.body for one in new.of_kind("choices")}
    for name in {**was, **now}:
        before, after = was.get(name), now.get(name)
        risk = changed_options(before["options"], after["options"]) if before and after else Risk.NONE
        yield from _compared(f"choices/{name}", before, after, risk)


def _documents(old: Merged, new: Merged) -> Iterator[Change]:
    """What stands for itself: screens, views, roles, navigation, mappings, bundles, the site."""
    was, now = dict(_whole(old)), dict(_whole(new))
    for address in {**was, **now}:
        yield from _compared(address, was.get(address), now.get(address))


def _whole(merged: Merged) -> Iterator[tuple[str, Any]]:
    for definition in merged.documents.values():
        if definition.kind not in {"entity", "choices"}:
            yield definition.address, definition.body
    for manifest in merged.manifests:
        yield manifest.address, manifest.body
    if merged.site is not None:
        yield merged.site.address, merged.site.body


def _words(old: Merged, new: Merged) -> Iterator[Change]:
    """Translations, one change for each language of a layer; the texts themselves are too long to show."""
    was, now = dict(_locales(old)), dict(_locales(new))
    for address in {**was, **now}:
        for change in _compared(address, was.get(address), now.get(address)):
            yield replace(change, before=None, after=None)


def _locales(merged: Merged) -> Iterator[tuple[str, str]]:
    for layer in merged.layers:
        for locale, text in layer.locales.items():
            yield f"locale/{layer.name}/{locale}", text


def _compared(address: str, before: Any, after: Any, risk: Risk = Risk.NONE) -> Iterator[Change]:  # noqa: ANN401
    if before is None:
        yield Change(address, ChangeKind.ADDED, None, after)
    elif after is None:
        yield Change(address, ChangeKind.RETIRED, before, None)
    elif not same(before, after):
        yield Change(address, ChangeKind.CHANGED, before, after, risk)


def _with_impact(changes: Iterable[Change], old: Merged, new: Merged) -> Iterator[Change]:
    mentions: Mentions | None = None
    for change in changes:
        if change.kind in {ChangeKind.RETIRED, ChangeKind.RENAMED} or change.risk >= Risk.SCAN:
            mentions = mentions or Mentions(old, new)
            yield replace(change, impact=mentions.of(change.old_address or change.address))
        else:
            yield change
