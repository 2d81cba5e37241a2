"""Checks over all definitions at once: layers, and what only shows when everything is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from i18n.lazy import msg, nmsg
from i18n.words import WordsNotReadable, read_words
from metadata.check.base import Finding, Placed, meant, numbered
from metadata.compile.screens import GENERATED_KINDS
from metadata.documents import Document, pointer
from metadata.kinds import MAX_ENTITIES
from metadata.layers import CORE, SITE
from metadata.problems import Severity
from metadata.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from i18n.words import Words
    from metadata.check.base import Check
    from metadata.check.look import Known
    from metadata.documents import Layer

RESERVED_BUNDLES = frozenset({CORE, SITE, "all", "head", "draft", "live"})


@numbered("M401")
def one_owner(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """Only the site may change what another layer defines."""
    for below, document in known.merged.clashes:
        message = msg("The bundle “%(bundle)s” defines this already.", bundle=below.layer)
        yield Placed(document, Finding("", message, msg("Give it another name, or change it in the site layer.")))


@numbered("M402")
def requirements_are_there(_known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """What a bundle requires is installed."""
    names = {layer.name for layer in layers}
    for layer in layers:
        for index, name in enumerate(layer.requires):
            if layer.manifest is not None and name not in names:
                message = msg("The bundle “%(name)s” is required but not installed.", name=name)
                hint = meant(name, names - {layer.name, CORE}) or msg(
                    "Install it first, or put its folder beside this one."
                )
                yield Placed(layer.manifest, Finding(pointer("requires", index), message, hint, name))


@numbered("M403")
def requirements_have_an_order(_known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """Bundles do not require each other in a circle."""
    requires = {layer.name: layer.requires for layer in layers}
    for layer in layers:
        if layer.manifest is not None and layer.name in _reached(layer.name, requires):
            yield Placed(
                layer.manifest, Finding("/requires", msg("The bundle requires itself, through what it requires."))
            )


@numbered("M404", Severity.HINT)
def patches_change_something(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """A null in the site layer removes something that is there."""
    for document in known.merged.documents.values():
        if document.patch is not None:
            for place in _idle(document.patch.body, document.base.body):
                yield Placed(
                    document.patch, Finding(place, msg("There is nothing here to remove."), msg("Remove the key."))
                )


@numbered("M405")
def bundle_name_is_free(_known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """A bundle does not take a name that means something else in commands."""
    for layer in layers:
        manifest = layer.manifest
        if manifest is not None and manifest.kind == "bundle" and layer.name in RESERVED_BUNDLES - {CORE}:
            message = msg("“%(name)s” cannot be the name of a bundle.", name=layer.name)
            yield Placed(manifest, Finding("/name", message, msg("Choose another name."), layer.name))


@numbered("M407")
def not_too_many(known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """There are at most 2,000 entities."""
    count = sum(1 for document in known.merged.documents.values() if document.kind == "entity")
    last = next((layer.manifest for layer in reversed(layers) if layer.manifest), None)
    if count > MAX_ENTITIES and last is not None:
        message = msg("There are %(count)s entities; at most %(most)s are possible.", count=count, most=MAX_ENTITIES)
        yield Placed(last, Finding("", message))


@numbered("M131")
def tables_differ(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """No two entities have the same identity."""
    taken: dict[str, str] = {}
    for entity in known.entities.values():
        if entity.table in taken:
            message = msg("The table “%(table)s” belongs to “%(name)s”.", table=entity.table, name=taken[entity.table])
            definition = known.sound["entity", entity.name]
            place = "/table" if "table" in definition.body else ""
            yield Placed(definition, Finding(place, message, msg("Give one of the two another table."), entity.table))
        taken.setdefault(entity.table, entity.name)


@numbered("M221")
def lines_are_of_one(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """No records are lines of two fields."""
    taken: dict[str, str] = {}
    for entity in known.entities.values():
        for field in entity.fields.values():
            if field.lines is None:
                continue
            child, name = field.lines[0], f"{entity.name}.{field.name}"
            if child in taken:
                message = msg(
                    "Records of “%(entity)s” are lines of “%(name)s” already.", entity=child, name=taken[child]
                )
                hint = msg("Make an entity of its own for each kind of lines.")
                place = pointer("fields", field.name, "entity")
                yield Placed(known.sound["entity", entity.name], Finding(place, message, hint, child))
            taken.setdefault(child, name)


@numbered("M208")
def records_can_be_made(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """Required links do not go in a circle: no first record could ever be made."""
    needs = {
        entity.name: {
            field.only_target: field.name
            for field in entity.fields.values()
            if field.required and field.only_target is not None and field.default is None
        }
        for entity in known.entities.values()
    }
    needs = {name: fields for name, fields in needs.items() if fields}
    for name, fields in needs.items():
        for target, field in fields.items():
            if name == target or name in _reached(target, needs):
                message = msg(
                    "A “%(name)s” needs a “%(target)s” first, and that needs a “%(name)s”.", name=name, target=target
                )
                hint = msg("One of the links in the circle cannot be required.")
                yield Placed(known.sound["entity", name], Finding(pointer("fields", field, "required"), message, hint))


@numbered("M209")
def zone_exists(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """The site's time zone is one of the IANA data base."""
    site = known.merged.site
    zone = site.body.get("zone") if site and isinstance(site.body, dict) else None
    if site is not None and isinstance(zone, str) and zone not in available_timezones():
        message = msg("There is no time zone “%(zone)s”.", zone=zone)
        yield Placed(site, Finding("/zone", message, meant(zone, available_timezones()), zone))


@numbered("M601", Severity.HINT)
def screens_can_be_reached(known: Known, _layers: Sequence[Layer]) -> Iterator[Placed]:
    """A screen that is none of an entity's own pages is in some navigation."""
    named = {
        item.get("screen")
        for definition in known.sound.values()
        if definition.kind == "navigation"
        for group in definition.body["groups"].values()
        for item in group["items"].values()
    }
    for definition in known.sound.values():
        if definition.kind != "screen" or definition.name in named:
            continue
        if definition.body["kind"] not in GENERATED_KINDS or "entity" not in definition.body:
            hint = msg("Name it in an item of navigation/<name>.json.")
            yield Placed(definition, Finding("", msg("No navigation leads to this screen."), hint))


@numbered("M801", Severity.HINT)
def words_are_translated(_known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """A language that a bundle has, has all of its texts."""
    for layer in layers:
        for document, translated in _translations(layer):
            texts = [(word.key, word.source) for word in words_of(layer)]
            missing = [text for text in texts if text not in translated]
            if missing:
                message = nmsg(
                    "One text has no translation: %(first)s.",
                    "%(count)s texts have no translation; the first is %(first)s.",
                    len(missing),
                    first=missing[0][0],
                )
                yield Placed(document, Finding("", message))


@numbered("M802")
def translations_can_be_read(_known: Known, layers: Sequence[Layer]) -> Iterator[Placed]:
    """A PO file is one."""
    for layer in layers:
        for locale, text in layer.locales.items():
            try:
                read_words([text])
            except WordsNotReadable as error:
                yield Placed(_po(layer, locale), Finding("", error.message))


CHECKS: tuple[Check[[Known, Sequence[Layer]], Placed], ...] = (
    one_owner,
    requirements_are_there,
    requirements_have_an_order,
    patches_change_something,
    bundle_name_is_free,
    not_too_many,
    tables_differ,
    lines_are_of_one,
    records_can_be_made,
    zone_exists,
    screens_can_be_reached,
    words_are_translated,
    translations_can_be_read,
)


def _translations(layer: Layer) -> Iterator[tuple[Document, Words]]:
    for locale, text in layer.locales.items():
        try:
            yield _po(layer, locale), read_words([text])
        except WordsNotReadable:
            continue  # reported by its own check


def _po(layer: Layer, locale: str) -> Document:
    return Document("locale", locale, layer.name, f"locales/{locale}.po", "", None)


def _reached(start: str, edges: Mapping[str, Any]) -> set[str]:
    """All that can be reached from a start over one or more edges."""
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges.get(name, ())
    return found


def _idle(patch: object, target: object, place: str = "") -> Iterator[str]:
    """Places of nulls in a patch that have nothing to remove."""
    if not isinstance(patch, dict):
        return
    below = target if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None and key not in below:
            yield place + pointer(key)
        else:
            yield from _idle(value, below.get(key), place + pointer(key))
