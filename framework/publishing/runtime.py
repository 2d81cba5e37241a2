"""The snapshots that this process serves. A new revision is loaded by the first request that needs it."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import CommandError
from framework.publishing.aliases import in_force
from framework.publishing.store import load
from framework.storage.session import reading
from i18n.catalog import Catalog
from i18n.lazy import msg
from metadata.compile import compile_snapshot
from metadata.layers import merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.publishing.aliases import Alias
    from framework.storage.engines import Database
    from metadata.catalogue import Catalogue
    from metadata.layers import Merged
    from metadata.snapshot import Snapshot

NOTHING_PUBLISHED = msg("Nothing is published yet; run: armature init")
_KEPT = 4  # the live one, a pilot, and their predecessors while old requests end


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a revision as they hold, and the old names that still work, by address."""

    merged: Merged
    aliases: Mapping[str, Alias]


class Runtime:
    """Revision number → compiled snapshot and its words; each loaded once per process."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        """Load nothing yet."""
        self._database, self._catalogue = database, catalogue
        self._snapshots: dict[int, Snapshot] = {}
        self._words: dict[str, Catalog] = {}
        self._definitions: tuple[int, Definitions] | None = None
        self._own_words = Catalog()
        self._lock = threading.Lock()

    def snapshot(self, number: int) -> Snapshot:
        """The compiled form of a revision.

        Raises CommandError when nothing was published yet, NotFoundError for an unknown number.
        """
        found = self._snapshots.get(number)
        if found is not None:
            return found
        with self._lock:
            return self._snapshots.get(number) or self._load(number)

    @property
    def newest(self) -> int:
        """The newest revision that this process has served; 0 before the first."""
        return max(self._snapshots, default=0)

    def _load(self, number: int) -> Snapshot:
        if number == 0:
            raise CommandError(NOTHING_PUBLISHED)
        with reading(self._database) as connection:
            found = load(connection, number)
        aliases = in_force(found.aliases, dt.datetime.now(dt.UTC))
        snapshot = compile_snapshot(found.layers, self._catalogue, aliases, found.stems)
        # Copied and swapped, because other threads read the old dictionary meanwhile.
        kept = dict(sorted([*self._snapshots.items(), (number, snapshot)])[-_KEPT:])
        self._snapshots = kept
        # It stays as long as it is live: searching it for garbage again and again would cost every request.
        gc.freeze()
        return snapshot

    def definitions(self, number: int) -> Definitions:
        """The definitions of a revision as written; those asked for last are kept. Raises as `snapshot`."""
        kept = self._definitions
        if kept is None or kept[0] != number:
            with reading(self._database) as connection:
                found = load(connection, number)
            kept = self._definitions = (number, Definitions(merge(found.layers), found.aliases))
        return kept[1]

    def own_words(self) -> Catalog:
        """The product's own words, for somebody before whom no snapshot lies yet."""
        return self._own_words

    def words(self, snapshot: Snapshot) -> Catalog:
        """The product's own words and those of the snapshot's layers."""
        found = self._words.get(snapshot.digest)
        if found is None:
            found = Catalog(_by_layer(snapshot))
            self._words = (
                {**self._words, snapshot.digest: found} if len(self._words) < _KEPT else {snapshot.digest: found}
            )
        return found


def _by_layer(snapshot: Snapshot) -> list[dict[str, str]]:
    """Translations as one mapping of locale → PO text per layer, lowest first."""
    depth = max((len(texts) for texts in snapshot.translations.values()), default=0)
    return [
        {locale: texts[level] for locale, texts in snapshot.translations.items() if level < len(texts)}
        for level in range(depth)
    ]
