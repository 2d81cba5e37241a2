"""Drafts: changes of the site layer that are collected, checked and planned before anybody sees them.

No edit touches what is live. A draft stands on the revision that was live when it began; where another one went live
since, documents that only one side changed are taken over, and for others somebody says whose is kept.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import ClashError, Fault, ForbiddenError, InvalidError
from framework.permissions import policy_for
from framework.publishing import draft_rows
from framework.publishing.draft_rows import Draft
from framework.publishing.publisher import Refused
from framework.storage.session import reading, run_tx
from i18n.lazy import msg
from i18n.plain import plain
from metadata.edits import free_name
from metadata.layers import SITE
from metadata.load import read_layer
from metadata.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Actor
    from framework.publishing.plan import Plan
    from framework.publishing.publisher import Published, Publisher
    from framework.publishing.target import Target
    from framework.storage.engines import Database
    from i18n.lazy import Message
    from metadata.documents import Layer
    from metadata.problems import Problem
    from metadata.snapshot import Snapshot

MINE, THEIRS = "mine", "theirs"
_BEGUN = msg("Draft begun")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Clashing:
    """A document that both the draft and a revision since then changed; None where a side has it no more."""

    file: str
    was: str | None
    mine: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Rebased:
    """The files of a draft over another revision, and the documents for which somebody has to say whose is kept."""

    files: Mapping[str, str]
    clashing: tuple[Clashing, ...]


class Drafts:
    """The drafts in one database."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        """Keep what is needed; nothing is opened."""
        self._database, self._publisher = database, publisher
        self._targets: dict[object, Target] = {}

    def all(self) -> list[Draft]:
        """Every draft, those changed last first."""
        with reading(self._database) as connection:
            return [draft_rows.find(connection, name) for name in draft_rows.names_of(connection)]

    def of(self, actor: Actor) -> Draft | None:
        """The draft that somebody changed last, if they have one."""
        if actor.id is None:
            return None
        with reading(self._database) as connection:
            names = draft_rows.names_of(connection, actor.id)
            return draft_rows.find(connection, names[0]) if names else None

    def get(self, name: str) -> Draft:
        """A draft. Raises NotFoundError."""
        with reading(self._database) as connection:
            return draft_rows.find(connection, name)

    def begin(self, live: Snapshot, actor: Actor, name: str | None = None) -> Draft:
        """Begin a draft on what is live, by a name of its own or one made of the person's.

        Raises ForbiddenError without the ability `design`, ClashError where the name is taken.
        """
        _require_design(live, actor)
        head, layers = self._publisher.head()
        files, now = _site(layers), dt.datetime.now(dt.UTC)

        def once(connection: Connection) -> str:
            taken = set(draft_rows.names_of(connection))
            chosen = name or _free(actor.name, taken)
            if chosen in taken:
                raise ClashError(msg("There is a draft “%(name)s” already", name=chosen))
            fresh = Draft(chosen, actor.id, actor.name, head, 0, 0, now, files)
            draft_rows.begin(connection, fresh, _BEGUN)
            return chosen

        return self.get(run_tx(self._database, once))

    def change(self, draft: Draft, files: Mapping[str, str], note: Message, live: Snapshot, actor: Actor) -> Draft:
        """Add a step that makes these the files of the draft; nothing where they are so already.

        Raises ForbiddenError for the draft of somebody else, ClashError where it was changed meanwhile.
        """
        _require_own(draft, live, actor)
        if dict(files) == dict(draft.files):
            return draft
        now = dt.datetime.now(dt.UTC)
        run_tx(self._database, lambda connection: draft_rows.add_step(connection, draft, files, note, now))
        return self.get(draft.name)

    def step(self, draft: Draft, by: int, live: Snapshot, actor: Actor) -> Draft:
        """Undo a step (-1) or redo one (1), where there is one."""
        _require_own(draft, live, actor)
        wanted = min(max(draft.step + by, 0), draft.steps)
        now = dt.datetime.now(dt.UTC)
        run_tx(self._database, lambda connection: draft_rows.go_to(connection, draft, wanted, now))
        return self.get(draft.name)

    def discard(self, draft: Draft, live: Snapshot, actor: Actor) -> None:
        """Forget a draft of one's own."""
        _require_own(draft, live, actor)
        run_tx(self._database, lambda connection: draft_rows.forget(connection, draft.name))

    def layers(self, base: int, files: Mapping[str, str]) -> tuple[list[Layer], list[Problem]]:
        """The layers of a revision with these files as the site's, and the problems of reading them."""
        below = self._publisher.layers(base)
        previous = next((layer for layer in below if layer.name == SITE), None)
        site, problems = read_layer({path: text.encode() for path, text in files.items()}, previous)
        # An empty site layer is one, while a folder with nothing in it is a mistake.
        problems = [one for one in problems if one.code != "M010"] if not files else problems
        return [*(layer for layer in below if layer.name != SITE), site], problems

    def target(self, base: int, files: Mapping[str, str]) -> Target:
        """What publishing these files as the site layer over a revision would make live; worked out once."""
        key = (base, tuple(sorted(files.items())))
        found = self._targets.get(key)
        if found is None:
            layers, problems = self.layers(base, files)
            found = self._publisher.target(layers, base, problems)
            kept = dict(list(self._targets.items())[-_KEPT:])
            self._targets = {**kept, key: found}
        return found

    def plan(self, draft: Draft) -> Plan:
        """What publishing the draft would do. Raises ClashError where another revision went live meanwhile."""
        self._require_head(draft)
        return self._publisher.plan_of(self.target(draft.base, draft.files))

    def publish(self, draft: Draft, message: str, confirmed: Iterable[str], actor: Actor) -> Published | Refused:
        """Make the draft live and forget it.

        Raises InvalidError where something needs a confirmation that is not given, and as `Publisher.publish`.
        """
        plan = self.plan(draft)
        if not plan.publishable:
            return Refused(plan.problems)
        given = set(confirmed)
        missing = [kind for kind in plan.needs_confirmation if kind not in given]
        if missing:
            text = msg("This has to be confirmed")
            raise InvalidError(
                msg("Something in the plan has to be confirmed first"),
                [Fault(f"/confirm/{kind}", "confirmation", text) for kind in missing],
            )
        found = self._publisher.carry_out(plan.target, message, actor)
        if not isinstance(found, Refused):
            run_tx(self._database, lambda connection: draft_rows.forget(connection, draft.name))
        return found

    def moved_on(self, draft: Draft) -> bool:
        """Whether another revision went live since the draft began."""
        return self._publisher.head_number() != draft.base

    def rebased(self, draft: Draft, choices: Mapping[str, str] | None = None) -> Rebased:
        """The draft over what is live now; `choices` says by file whose document is kept where both changed it."""
        _, live = self._publisher.head()
        return _rebased(_site(self._publisher.layers(draft.base)), draft.files, _site(live), choices or {})

    def rebase(self, draft: Draft, choices: Mapping[str, str], live: Snapshot, actor: Actor) -> Draft:
        """Put the draft over what is live now. Raises ClashError while a document is claimed by both sides."""
        _require_own(draft, live, actor)
        found = self.rebased(draft, choices)
        if found.clashing:
            names = ", ".join(one.file for one in found.clashing)
            faults = [Fault(f"/{one.file}", "clash", msg("Both sides changed it")) for one in found.clashing]
            raise ClashError(msg("Both sides changed %(names)s", names=names), faults)
        head, layers = self._publisher.head()
        note = msg("Put over revision %(number)s", number=head)
        run_tx(
            self._database,
            lambda connection: draft_rows.begin_anew(connection, draft, head, _site(layers), found.files, note),
        )
        return self.get(draft.name)

    def _require_head(self, draft: Draft) -> None:
        head = self._publisher.head_number()
        if head != draft.base:
            raise ClashError(
                msg(
                    "Revision %(head)s was published meanwhile; yours is based on %(base)s", head=head, base=draft.base
                ),
                code="moved_on",
            )


def errors_in(problems: Iterable[Problem]) -> int:
    """How many of the problems stop a publish."""
    return sum(one.severity is Severity.ERROR for one in problems)


def _require_design(live: Snapshot, actor: Actor) -> None:
    if "design" not in policy_for(live, actor).abilities():
        raise ForbiddenError(msg("Drafts need the ability “design”, which none of your roles gives"))


def _require_own(draft: Draft, live: Snapshot, actor: Actor) -> None:
    _require_design(live, actor)
    if draft.owner != actor.id:
        raise ForbiddenError(msg("This draft is of %(name)s; only they change it", name=draft.owner_name))


def _site(layers: Sequence[Layer]) -> dict[str, str]:
    return next((layer.files() for layer in layers if layer.name == SITE), {})


def _free(person: str, taken: set[str]) -> str:
    stem = _NOT_IN_NAMES.sub("_", plain(person)).strip("_")[:_LONGEST_NAME]
    return free_name(stem if stem[:1].isalpha() else "draft", taken)


def _rebased(
    was: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str], choices: Mapping[str, str]
) -> Rebased:
    files, clashing = dict[str, str](), []
    for path in dict.fromkeys([*theirs, *mine]):
        before, here, there = was.get(path), mine.get(path), theirs.get(path)
        if here in (there, before):
            kept = there
        elif before == there or choices.get(path) == MINE:
            kept = here
        elif choices.get(path) == THEIRS:
            kept = there
        else:
            clashing.append(Clashing(path, before, here, there))
            continue
        if kept is not None:
            files[path] = kept
    return Rebased(files, tuple(clashing))
