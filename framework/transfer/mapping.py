"""A mapping file: read and checked as those of bundles are, with hints only from what the actor may read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from framework.errors import CommandError, Fault
from framework.permissions import policy_for
from i18n.lazy import msg
from metadata.check.imports import check_import
from metadata.check.look import Known, Look
from metadata.check.structure import Structure
from metadata.compile.imports import import_of
from metadata.documents import Document
from metadata.layers import Effective, merge
from metadata.reading import Source, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from framework.context import Context
    from metadata.catalogue import Catalogue
    from metadata.snapshot import Entity, ImportMapping


def read_mapping(context: Context, catalogue: Catalogue, path: Path) -> ImportMapping:
    """The mapping in a file. Raises CommandError with everything that is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CommandError(msg("%(file)s cannot be read: %(why)s", file=str(path), why=why)) from None
    text, body, problems = read_json(data, Source("import", path.stem, path.name))
    faults = [Fault(one.pointer, one.code, one.message, one.hint) for one in problems]
    if not faults:
        found = Structure(catalogue).findings("import", body)
        if not found:
            document = Document("import", path.stem, "", path.name, text, body)
            found = list(check_import(Effective(document, body), Look(_known(context, catalogue))))
        faults = [Fault(one.place, code, one.message, one.hint) for code, _, one in found]
    if faults:
        raise CommandError(msg("%(file)s is no mapping that can be used", file=path.name), faults)
    return import_of(path.stem, body)


def _known(context: Context, catalogue: Catalogue) -> Known:
    snapshot, policy = context.snapshot, policy_for(context.snapshot, context.actor)
    entities = {
        entity.name: _readable(entity, policy.entity(entity.name).readable) for entity in policy.visible_entities()
    }
    entities |= {old: entities[new] for old, new in snapshot.aliases.items() if new in entities}
    present = frozenset(("entity", name) for name in entities)
    return Known(merge(()), catalogue, present, {}, entities, snapshot.choices, {}, {})


def _readable(entity: Entity, names: frozenset[str]) -> Entity:
    """The entity with the fields that are there for the actor, by old names too."""
    fields = {name: field for name, field in entity.fields.items() if name in names}
    old = {old: fields[new] for old, new in entity.aliases.items() if new in fields}
    return replace(entity, fields={**fields, **old})
