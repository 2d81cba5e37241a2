"""One set of definitions out of layers: core, then bundles in the order of `requires`, then the site.

Only the site may say something about a definition of another layer; its document is then an
RFC 7396 merge patch. Which document a value came from is asked, not stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from metadata.documents import Document, Layer, address_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CORE = "core"
SITE = "site"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Effective:
    """A definition as it holds: `body` is `base`, changed by the site's `patch` where there is one.

    Without a patch `body` is the very object of the document; nobody may change it.
    """

    base: Document
    body: Any = field(repr=False, hash=False)
    patch: Document | None = None

    @property
    def kind(self) -> str:
        """Kind of the definition."""
        return self.base.kind

    @property
    def name(self) -> str:
        """Name of the definition."""
        return self.base.name

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name."""
        return self.base.kind, self.base.name

    @property
    def address(self) -> str:
        """Address of the definition: `entity/deal`."""
        return address_of(self.base.kind, self.base.name)

    def origin(self, place: str = "") -> Document:
        """The document that says what stands at a JSON pointer of `body`, or removed it there."""
        return self.patch if self.patch is not None and _mentions(self.patch.body, place) else self.base


@dataclass(frozen=True, slots=True)
class Merged:
    """All layers as one: definitions by kind and name, lowest layer first, then by file.

    `clashes` are documents of bundles that define what another layer below already defines; they
    are left out. `broken` names definitions that exist but could not be read.
    """

    layers: tuple[Layer, ...]
    documents: Mapping[tuple[str, str], Effective]
    clashes: tuple[tuple[Document, Document], ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()

    @property
    def site(self) -> Document | None:
        """The site's own settings, `site.json`."""
        return next((layer.manifest for layer in self.layers if layer.name == SITE), None)

    @property
    def manifests(self) -> tuple[Document, ...]:
        """`bundle.json` of every layer that has one, lowest first; the site is not among them."""
        return tuple(layer.manifest for layer in self.layers if layer.manifest and layer.name != SITE)

    def of_kind(self, kind: str) -> Iterable[Effective]:
        """The definitions of a kind."""
        return (document for document in self.documents.values() if document.kind == kind)


def merge(layers: Iterable[Layer]) -> Merged:
    """Lay the layers over each other. Any order may be given; nothing is copied but patched bodies."""
    ordered = in_order(layers)
    found: dict[tuple[str, str], Effective] = {}
    clashes: list[tuple[Document, Document]] = []
    for layer in ordered:
        for document in layer.documents:
            below = found.get(document.key)
            if below is None:
                found[document.key] = Effective(document, document.body)
            elif layer.name == SITE:
                found[document.key] = Effective(below.base, merge_patch(below.body, document.body), document)
            else:
                clashes.append((below.base, document))
    broken = frozenset().union(*(layer.broken for layer in ordered))
    return Merged(tuple(ordered), MappingProxyType(found), tuple(clashes), broken)


def in_order(layers: Iterable[Layer]) -> list[Layer]:
    """Core first, the site last, each bundle after those that it requires; else by name.

    A requirement that is missing or goes in a circle is passed over here: a check reports it.
    """
    by_name = {layer.name: layer for layer in layers}
    seen: set[str] = set()
    done: list[Layer] = []

    def take(name: str) -> None:
        layer = by_name.get(name)
        if layer is None or name in seen:
            return
        seen.add(name)
        for required in sorted(layer.requires):
            if required != SITE:
                take(required)
        done.append(layer)

    for name in [CORE, *sorted(by_name.keys() - {CORE, SITE}), SITE]:
        take(name)
    return done


def merge_patch(target: Any, patch: Any) -> Any:  # noqa: ANN401 - any JSON
    """RFC 7396: the target with the patch applied. Neither is changed; untouched parts are shared.

    Keys that the target has keep their place; new ones follow in the order of the patch.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def ordered(items: Mapping[str, _T], order: object) -> dict[str, _T]:
    """The items with those that an order array names first; names that do not exist are passed over."""
    if not isinstance(order, list | tuple) or not order:
        return dict(items)
    first = [name for name in order if isinstance(name, str) and name in items]
    return {name: items[name] for name in dict.fromkeys([*first, *items])}


def _mentions(patch: object, place: str) -> bool:
    for step in steps_of(place):
        if not isinstance(patch, dict) or step not in patch:
            # A list or a plain value of the patch stands for all that lies in it.
            return not isinstance(patch, dict)
        patch = patch[step]
    return True
