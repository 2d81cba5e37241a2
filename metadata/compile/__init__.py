"""From checked layers to the frozen snapshot.

    snapshot = compile_snapshot(layers, catalogue)

Checking comes first: what `metadata.check.check` calls an error may raise here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.collection import collection_paused
from metadata.compile.choices import choices_of
from metadata.compile.entities import EntityCompiler, complete, links_in, parts_of
from metadata.compile.fields import owned_by_author, owner_fields
from metadata.compile.freeze import NOTHING, frozen
from metadata.compile.imports import import_of
from metadata.compile.navigation import navigation_of
from metadata.compile.roles import role_of
from metadata.compile.screens import entity_screens, screens_of, views_of
from metadata.compile.site import site_of, translations_of
from metadata.compile.targets import TraitTargets
from metadata.documents import digest
from metadata.layers import CORE, merge
from metadata.meanings import Meanings
from metadata.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.layers import Merged
    from metadata.snapshot import Entity, Field

__all__ = ["compile_snapshot", "layers_digest"]


@collection_paused()
def compile_snapshot(
    layers: Iterable[Layer],
    catalogue: Catalogue,
    aliases: Mapping[str, str] = NOTHING,
    physical: Mapping[str, Mapping[str, str]] = NOTHING,
) -> Snapshot:
    """The snapshot of layers (core among them) in which `check` found no error.

    `aliases` are the old names that still work, by address: `entity/deal/fields/value` → `amount`,
    `entity/lead` → `enquiry` (the present name). `physical` gives, by table and identity, the stem of a
    field's columns where it is another (`amount__2`). Both come from the revisions, not from documents,
    and do not count for the digest. Fields whose type nobody supplies are left out.
    """
    merged = merge(layers)
    lists = {found.name: choices_of(found.address, found.name, found.body) for found in merged.of_kind("choices")}
    compiler = EntityCompiler(catalogue, lists, physical)
    shells = TraitTargets().filled({found.name: compiler.shell(found) for found in merged.of_kind("entity")})
    meanings = Meanings(shells, catalogue.functions)
    owner = owned_by_author(owner_fields(catalogue), meanings)
    entities = _completed(merged, meanings, owner, aliases)
    screens = screens_of(merged.of_kind("screen"), entities)
    return Snapshot(
        layers_digest(merged, catalogue),
        site_of(merged.site),
        frozen(entities),
        frozen(lists),
        screens,
        frozen({found.name: role_of(found, meanings) for found in merged.of_kind("role")}),
        frozen({found.name: navigation_of(found) for found in merged.of_kind("navigation")}),
        bundles=tuple(document.name for document in merged.manifests if document.name != CORE),
        translations=translations_of(merged.layers),
        entity_screens=entity_screens(screens),
        views=views_of(merged.of_kind("view")),
        imports=frozen({found.name: import_of(found.name, found.body) for found in merged.of_kind("import")}),
        aliases=frozen(
            {address.removeprefix("entity/"): name for address, name in aliases.items() if address.count("/") == 1}
        ),
    )


def layers_digest(merged: Merged, catalogue: Catalogue) -> str:
    """What identifies all that these definitions mean: equal on every engine and machine."""
    documents = [(found.address, found.body) for found in merged.documents.values()]
    documents += [(document.address, document.body) for document in merged.manifests]
    documents += [(merged.site.address, merged.site.body)] if merged.site else []
    words = [f"{layer.name}/{locale}\n{text}" for layer in merged.layers for locale, text in layer.locales.items()]
    return digest(documents, catalogue.digest, *sorted(words))


def _completed(
    merged: Merged, meanings: Meanings, owner: Mapping[str, Field], aliases: Mapping[str, str]
) -> dict[str, Entity]:
    links, parts = links_in(meanings.entities.values()), parts_of(meanings.entities.values())
    old_names = _field_aliases(aliases)
    return {
        found.name: complete(
            meanings.entities[found.name],
            found.body,
            meanings,
            owner,
            parts.get(found.name),
            links_in=links.get(found.name, ()),
            aliases=frozen(old_names.get(found.name, NOTHING)),
        )
        for found in merged.of_kind("entity")
    }


def _field_aliases(aliases: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for address, name in aliases.items():
        kind, _, rest = address.partition("/")
        entity, middle, old = rest.partition("/fields/")
        if kind == "entity" and middle:
            found.setdefault(entity, {})[old] = name
    return found
