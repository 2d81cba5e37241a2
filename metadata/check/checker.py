"""The order of checking: form first, then what each definition says of others, then all together."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from i18n.lazy import msg
from metadata.check import core, together
from metadata.check.base import problem
from metadata.check.demo import check_demo, refs_of
from metadata.check.entities import check_entity
from metadata.check.formulas import formula_inputs, formulas_end
from metadata.check.imports import check_import
from metadata.check.look import Known, Look, reach_of
from metadata.check.memory import Memory
from metadata.check.names import builds_on_what_it_requires, check_names
from metadata.check.navigation import check_navigation
from metadata.check.roles import check_role
from metadata.check.screens import check_screen, check_view
from metadata.check.structure import Structure
from metadata.collection import collection_paused
from metadata.compile.choices import choices_of
from metadata.compile.entities import EntityCompiler
from metadata.compile.freeze import NOTHING
from metadata.compile.targets import TraitTargets
from metadata.layers import SITE, Effective, merge
from metadata.nearest import nearest
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metadata.catalogue import Catalogue
    from metadata.check.base import Finding, Found
    from metadata.check.formulas import Inputs
    from metadata.check.look import Key
    from metadata.documents import Layer
    from metadata.layers import Merged
    from metadata.problems import Problem
    from metadata.snapshot import Choices, Entity

_CHECKS: Mapping[str, Callable[[Effective, Look], Iterator[Found]]] = {
    "entity": check_entity,
    "screen": check_screen,
    "view": check_view,
    "role": check_role,
    "navigation": check_navigation,
    "import": check_import,
}
_RANK = {severity: rank for rank, severity in enumerate((Severity.ERROR, Severity.WARNING, Severity.HINT))}


class Checker:
    """Checks layers against one catalogue, and of layers like the last ones only what changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is compiled or remembered before the first check."""
        self._catalogue = catalogue
        self._structure = Structure(catalogue)
        self._definitions: dict[Key, Effective] = {}
        self._reach: dict[str, frozenset[str]] = {}
        self._forms: Memory[tuple[Found, ...]] = Memory()
        self._lists: Memory[Choices] = Memory()
        self._shells: Memory[Entity] = Memory()
        self._targets = TraitTargets()
        self._clean: Memory[bool] = Memory()
        self._formulas: Memory[Inputs] = Memory()

    @collection_paused()
    def check(self, layers: Iterable[Layer], former: Mapping[str, frozenset[str]] = NOTHING) -> tuple[Problem, ...]:
        """Every problem, errors first, each severity in the order of layers and files.

        `former` names, by entity, the fields that the live revision has: a screen or role that still
        names one which is gone gets a warning, not an error.
        """
        merged = merge(layers)
        definitions = self._same(merged)
        problems = [*self._manifests(merged), *self._shapes(definitions)]
        known = self._known(merged, {one.key: one for one in definitions if not self._form(one)}, former)
        for definition in known.sound.values():
            problems += self._content(definition, known)
        for layer in merged.layers:
            problems += self._demo(layer, known)
        problems += self._together(known, merged.layers)
        return tuple(sorted(problems, key=lambda found: _RANK[found.severity]))

    def _same(self, merged: Merged) -> list[Effective]:
        """The definitions, each as the object of the last time where its documents are the same."""
        found: list[Effective] = []
        for key, definition in merged.documents.items():
            last = self._definitions.get(key)
            same = last is not None and last.base is definition.base and last.patch is definition.patch
            found.append(last if same and last is not None else definition)
        gone = self._definitions.keys() - merged.documents.keys()
        for memory in (self._forms, self._lists, self._shells, self._clean, self._formulas):
            memory.forget(gone)
        self._definitions = {definition.key: definition for definition in found}
        return found

    def _manifests(self, merged: Merged) -> Iterator[Problem]:
        for layer in merged.layers:
            if layer.manifest is not None:
                for code, severity, finding in self._structure.findings(layer.manifest.kind, layer.manifest.body):
                    yield problem(code, severity, layer.manifest, finding)

    def _shapes(self, definitions: Iterable[Effective]) -> Iterator[Problem]:
        for definition in definitions:
            for code, severity, found in self._form(definition):
                finding = self._meant(definition, found) if code == "M021" else found
                yield problem(code, severity, definition.origin(finding.place), finding)

    def _meant(self, definition: Effective, finding: Finding) -> Finding:
        """What lacks a key in the site layer and patches nothing was probably to patch something else."""
        if definition.base.layer != SITE or finding.place:
            return finding
        names = (name for kind, name in self._definitions if kind == definition.kind and name != definition.name)
        near = nearest(definition.name, names)
        return (
            replace(
                finding,
                hint=msg("No bundle defines “%(name)s”; did you mean “%(near)s”?", name=definition.name, near=near),
            )
            if near
            else finding
        )

    def _form(self, definition: Effective) -> tuple[Found, ...]:
        found = self._forms.recall(definition, _nothing)
        if found is None:
            found = tuple(self._structure.findings(definition.kind, definition.body))
            self._forms.keep(definition, (), _nothing, found)
        return found

    def _known(self, merged: Merged, sound: dict[Key, Effective], former: Mapping[str, frozenset[str]]) -> Known:
        lists = {one.name: self._list(one) for one in sound.values() if one.kind == "choices"}
        compiler = EntityCompiler(self._catalogue, lists)
        reach = reach_of(merged.layers)
        # The same object where nothing changed, since that is what memories compare.
        self._reach = {name: self._reach[name] if self._reach.get(name) == now else now for name, now in reach.items()}
        alone = {one.name: self._shell(one, compiler, lists) for one in sound.values() if one.kind == "entity"}
        shells = self._targets.filled(alone)
        return Known(
            merged,
            self._catalogue,
            frozenset({*merged.documents, *merged.broken}),
            MappingProxyType(sound),
            MappingProxyType(shells),
            MappingProxyType(lists),
            former,
            self._reach,
        )

    def _list(self, definition: Effective) -> Choices:
        found = self._lists.recall(definition, _nothing)
        if found is None:
            found = choices_of(definition.address, definition.name, definition.body)
            self._lists.keep(definition, (), _nothing, found)
        return found

    def _shell(self, definition: Effective, compiler: EntityCompiler, lists: Mapping[str, Choices]) -> Entity:
        def face(key: Key) -> object:
            return lists.get(key[1])

        found = self._shells.recall(definition, face)
        if found is None:
            found = compiler.shell(definition)
            fields = definition.body["fields"].values()
            named = {("choices", field["choices"]) for field in fields if "choices" in field}
            self._shells.keep(definition, named, face, found)
        return found

    def _content(self, definition: Effective, known: Known) -> list[Problem]:
        """What is wrong with a definition of sound form; only what is clean is not looked at again."""
        if self._clean.recall(definition, known.face):
            return []
        look = Look(known)
        found = [*check_names(definition, look)]
        if definition.kind in _CHECKS:
            found += _CHECKS[definition.kind](definition, look)
        found += builds_on_what_it_requires(definition, look)
        if not found:
            self._clean.keep(definition, look.asked, known.face, value=True)
        return [problem(code, severity, definition.origin(one.place), one) for code, severity, one in found]

    def _demo(self, layer: Layer, known: Known) -> Iterator[Problem]:
        refs = refs_of(layer)
        for document in layer.demo:
            faults = self._structure.findings("demo", document.body)
            for code, severity, finding in faults or check_demo(document, Look(known), refs):
                yield problem(code, severity, document, finding)

    def _together(self, known: Known, layers: Sequence[Layer]) -> Iterator[Problem]:
        inputs: Inputs = {}
        for definition in known.sound.values():
            if definition.kind == "entity":
                inputs |= self._inputs(definition, known)
        found = [check(known, layers) for check in (*together.CHECKS, *core.CHECKS)]
        for code, severity, placed in chain(*found, formulas_end(known, inputs)):
            yield problem(code, severity, placed.document, placed.finding)

    def _inputs(self, definition: Effective, known: Known) -> Inputs:
        found = self._formulas.recall(definition, known.face)
        if found is None:
            look = Look(known)
            found = formula_inputs(definition, look)
            self._formulas.keep(definition, look.asked, known.face, found)
        return found


def _nothing(_key: Key) -> None:
    """The face of a result that depends on its own definition alone."""
