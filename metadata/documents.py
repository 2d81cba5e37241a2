"""Definitions as they were written, and the folders (layers) they came in.

Text is kept beside the parsed body, because the order of keys is meaning and a pull must give
back the bytes that were applied.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """One definition: `text` as it was written and `body` as parsed, which nobody may change.

    `file` is relative to the folder of the layer (`entities/deal.json`); `name` is the file's
    name, for `bundle.json` the bundle's own name and for `site.json` the word `site`.
    """

    kind: str
    name: str
    layer: str
    file: str
    text: str = field(repr=False)
    body: Any = field(repr=False, hash=False)

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name: what identifies a definition across layers."""
        return self.kind, self.name

    @property
    def address(self) -> str:
        """How findings and translations name the definition: `entity/deal`."""
        return address_of(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder of definitions: the core, a bundle or the site.

    `manifest` is `bundle.json` or `site.json` (a site may lack it); `demo` holds one document per
    entity; `texts` keeps the other files (`locales/de.po`, `README.md`) as they are; `broken`
    names the definitions whose file could not be read, so that nothing else calls them unknown.
    """

    name: str
    manifest: Document | None
    documents: tuple[Document, ...] = ()
    demo: tuple[Document, ...] = ()
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    broken: frozenset[tuple[str, str]] = frozenset()

    @property
    def locales(self) -> Mapping[str, str]:
        """Locale → text of its PO file."""
        return {
            path.removeprefix("locales/").removesuffix(".po"): text
            for path, text in self.texts.items()
            if path.startswith("locales/")
        }

    @property
    def requires(self) -> tuple[str, ...]:
        """Names of the bundles that this one builds on."""
        if self.manifest is None or not isinstance(self.manifest.body, dict):
            return ()
        names = self.manifest.body.get("requires")
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()

    def files(self) -> dict[str, str]:
        """Every file of the layer: path relative to its folder → text, byte for byte as loaded.

        This is what storage keeps and what a pull writes; `load.read_layer` is the way back.
        """
        manifest = [self.manifest] if self.manifest else []
        documents = [*manifest, *self.documents, *self.demo]
        return {**{document.file: document.text for document in documents}, **self.texts}


def address_of(kind: str, name: str) -> str:
    """The address of a definition: `entity/deal`; the site's settings are just `site`."""
    return kind if kind == "site" else f"{kind}/{name}"


def canonical(body: object) -> str:
    """The one written form of a JSON value.

    Two-space indent, one member or element a line, key order kept, non-ASCII unescaped, final
    newline. Raises ValueError for what JSON cannot hold (NaN); loaded documents never do.
    """
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def digest(documents: Iterable[tuple[str, object]], *others: str) -> str:
    """A sha256 in hex over (address, body) pairs in the order of their addresses, and other texts.

    Equal for equal definitions, whatever their files look like and wherever they lie.
    """
    found = hashlib.sha256()
    for address, body in sorted(documents, key=lambda pair: pair[0]):
        compact = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        found.update(f"{address}\n{compact}\n".encode())
    for text in others:
        found.update(b"\0" + text.encode())
    return found.hexdigest()


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901) of these steps; none of them is the whole document: `""`."""
    return "".join(["/" + (_escaped(step) if isinstance(step, str) else str(step)) for step in steps])


def _escaped(step: str) -> str:
    # Hardly any key needs it, and pointers are made by the hundred thousand.
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step


def steps_of(place: str) -> list[str]:
    """The steps of a JSON pointer, unescaped."""
    return [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]


def value_at(body: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands at a JSON pointer; None where nothing does."""
    for step in steps_of(place):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body
