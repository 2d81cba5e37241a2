"""What an administrator works on: the definitions as they would be with their draft, and the way to change them.

The first edit begins a draft. An edit says how a definition shall hold; the document that the site layer needs for
that is worked out. What the check finds wrong at the edited place is refused at once; all else may wait for later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g

from framework.errors import Fault, InvalidError, NotFoundError
from framework.extension import context, services
from framework.permissions import policy_for
from i18n.lazy import Label, msg
from metadata.edits import file_of, written
from metadata.layers import SITE, Merged, merge
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.publishing import Draft
    from framework.publishing.target import Target
    from i18n.lazy import Message
    from metadata.layers import Effective
    from metadata.problems import Problem

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bench:
    """The definitions that whoever asks works on: with their draft, where they have one, else as they are live."""

    draft: Draft | None
    base: int
    merged: Merged

    def found(self, kind: str, name: str) -> Effective:
        """Give a definition. Raises NotFoundError."""
        one = self.merged.documents.get((kind, name))
        if one is None:
            raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=name[:60]))
        return one

    def body(self, kind: str, name: str) -> dict[str, Any]:
        """Give a definition as it holds, to be copied before it is changed. Raises NotFoundError."""
        found: dict[str, Any] = self.found(kind, name).body
        return found

    def own(self, kind: str, name: str) -> bool:
        """Whether a definition is the site's own, so that its document is all there is of it."""
        one = self.merged.documents.get((kind, name))
        return one is None or one.base.layer == SITE

    def files(self) -> Mapping[str, str]:
        """Give the files of the site layer."""
        if self.draft is not None:
            return self.draft.files
        return next((layer.files() for layer in self.merged.layers if layer.name == SITE), {})

    def target(self) -> Target | None:
        """Give what publishing the draft would make live."""
        return services().drafts.target(self.draft.base, self.draft.files) if self.draft is not None else None

    def changed(self) -> frozenset[str]:
        """Give the addresses that the draft changes, and of what they are parts."""
        target = self.target()
        found = {change.address for change in target.changes} if target else set()
        return frozenset({*found, *("/".join(address.split("/")[:2]) for address in found)})


def bench() -> Bench:
    """Give what this request works on."""
    if "desk_bench" not in g:
        g.desk_bench = _bench()
    found: Bench = g.desk_bench
    return found


def keep(wanted: Mapping[Key, Mapping[str, Any] | None], note: Message, at: Mapping[Key, str] | None = None) -> None:
    """Make definitions hold as wanted, in the draft; None takes one of the site's away.

    `at` gives by definition the pointer of the edited part. Raises InvalidError, with faults whose pointers are
    relative to it, where the check finds something wrong there that was not wrong before.
    """
    here = bench()
    files = dict(here.files())
    for (kind, name), body in wanted.items():
        text = None if body is None else written(here.merged, kind, name, body)
        if text is None:
            files.pop(file_of(kind, name), None)
        else:
            files[file_of(kind, name)] = text
    places = {file_of(*key): (at or {}).get(key, "") for key in wanted}
    keep_files(files, note, places)


def keep_files(files: Mapping[str, str], note: Message, places: Mapping[str, str]) -> None:
    """Make these the files of the draft. `places` are the edited ones, as (file, pointer). Raises as `keep`."""
    known, here, drafts = context(), bench(), services().drafts
    before = {_found(one) for one in drafts.target(here.base, here.files()).problems}
    problems = drafts.target(here.base, files).problems
    faults = [
        Fault(one.pointer.removeprefix(places[one.file]), one.code, one.message, one.hint)
        for one in problems
        if one.severity is Severity.ERROR
        and one.file in places
        and one.pointer.startswith(places[one.file])
        and _found(one) not in before
    ]
    if faults:
        raise not_kept(*faults)
    draft = here.draft or drafts.begin(known.snapshot, known.actor)
    drafts.change(draft, files, note, known.snapshot, known.actor)
    g.pop("desk_bench", None)


def not_kept(*faults: Fault) -> InvalidError:
    """The refusal of an edit, for these reasons."""
    return InvalidError(msg("This cannot be kept as it is"), list(faults))


def label_of(kind: str, name: str, *steps: str, key: str = "label") -> Label:
    """Give the label of a part of a definition as it is on the bench; its name where it has none."""
    body: Any = bench().merged.documents[kind, name].body if (kind, name) in bench().merged.documents else {}
    for step in steps:
        body = body.get(step, {}) if isinstance(body, dict) else {}
    text = body.get(key) if isinstance(body, dict) else None
    return Label("/".join((kind, name, *steps, key)), text if isinstance(text, str) else (steps or (name,))[-1])


def _bench() -> Bench:
    known = context()
    designs = "design" in policy_for(known.snapshot, known.actor).abilities()
    draft = services().drafts.of(known.actor) if designs else None
    if draft is None:
        return Bench(None, known.revision, services().runtime.definitions(known.revision).merged)
    return Bench(draft, draft.base, merge(services().drafts.target(draft.base, draft.files).content.layers))


def _found(problem: Problem) -> tuple[str, str, str, str]:
    return problem.code, problem.file, problem.pointer, str(problem.message)
