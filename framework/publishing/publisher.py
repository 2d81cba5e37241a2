"""Publishing: layers in, a live revision out, or problems and nothing changed.

Order matters: tables first (only additions), then the revision, last the head. If anything fails,
the old snapshot goes on; a repeated publish finds done what was done.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError, CommandError, ForbiddenError, UnavailableError
from framework.permissions import policy_for
from framework.publishing import store
from framework.publishing.columns import shapes
from framework.publishing.counts import people_with, records_holding
from framework.publishing.offenders import records_offending
from framework.publishing.plan import plan_of
from framework.publishing.runtime import NOTHING_PUBLISHED
from framework.publishing.target import Live, Makers, target_of, target_of_revision
from framework.storage import own
from framework.storage.ddl import run_steps
from framework.storage.figures import count_all
from framework.storage.session import hold_publishing_lock, reading, run_tx
from i18n.lazy import msg
from metadata.check import Checker
from metadata.layers import merge
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from framework.context import Actor
    from framework.publishing.plan import Plan
    from framework.publishing.runtime import Runtime
    from framework.publishing.store import Revision
    from framework.publishing.target import Target
    from framework.storage.ddl import Step
    from framework.storage.engines import Database
    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.problems import Problem
    from metadata.snapshot import Snapshot

_SITE_WORDS = "locale/site/"
LONGEST_MESSAGE = 1_000
"""Characters of what somebody says a revision is for."""
_LEASE = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Refused:
    """The layers have problems; nothing was changed."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The live revision; `moved` is False when the layers were live already."""

    revision: int
    snapshot: Snapshot
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    moved: bool


class Publisher:
    """Publishes into one database with one catalogue of parts."""

    def __init__(self, database: Database, catalogue: Catalogue, runtime: Runtime) -> None:
        """Keep what is needed; nothing is opened."""
        self._database, self._catalogue, self._runtime = database, catalogue, runtime
        self._checker, self._checking = Checker(catalogue), threading.Lock()

    def require_head(self) -> None:
        """Raise CommandError, with the command that mends it, before the first publish."""
        if not self.head_number():
            raise CommandError(NOTHING_PUBLISHED)

    def head_number(self) -> int:
        """The number of the live revision; 0 before the first publish."""
        with reading(self._database) as connection:
            return store.head(connection)

    def head(self) -> tuple[int, tuple[Layer, ...]]:
        """The number and the layers of what is live; 0 and none before the first publish."""
        with reading(self._database) as connection:
            number = store.head(connection)
            return number, store.load(connection, number).layers

    def layers(self, number: int) -> tuple[Layer, ...]:
        """The layers of a revision, lowest first. Raises NotFoundError for an unknown number."""
        with reading(self._database) as connection:
            return store.load(connection, number).layers

    def tables(self) -> frozenset[str]:
        """The tables of all entities that any revision had."""
        with reading(self._database) as connection:
            return frozenset(store.made_columns(connection))

    def revisions(self) -> list[Revision]:
        """All revisions, newest first."""
        with reading(self._database) as connection:
            return store.revisions(connection)

    def revision(self, number: int) -> Revision:
        """One revision without its documents. Raises NotFoundError for an unknown number."""
        with reading(self._database) as connection:
            return store.revision(connection, number)

    def plan(self, layers: Sequence[Layer], base: int, found: Sequence[Problem] = ()) -> Plan:
        """What publishing these layers over revision `base` would do; `found` are the problems of reading them."""
        return self.plan_of(self.target(layers, base, found))

    def target(self, layers: Sequence[Layer], base: int, found: Sequence[Problem] = ()) -> Target:
        """What these layers would make live over revision `base`, without what the records say of it."""
        with self._checking:
            return target_of(layers, self._live(base), self._makers(), found)

    def plan_of(self, target: Target) -> Plan:
        """What publishing a target would do."""
        with reading(self._database) as connection:
            live = target.live.snapshot
            rows = records_holding(connection, target.changes, live)
            offenders = records_offending(connection, target.changes, live)
            return plan_of(target, rows, people_with(connection, live), offenders)

    def plan_rollback(self, number: int, base: int) -> Plan:
        """What going back to an earlier revision would do. Raises NotFoundError for an unknown number."""
        with reading(self._database) as connection:
            earlier = store.load(connection, number)
        with self._checking:
            return self.plan_of(target_of_revision(earlier, self._live(base), self._makers()))

    def publish(self, layers: Sequence[Layer], message: str, actor: Actor, base: int) -> Published | Refused:
        """Make these layers live if `base` still is.

        Raises ForbiddenError without the ability `publish`, ClashError when another revision became
        live meanwhile.
        """
        return self.carry_out(self.target(layers, base), message, actor)

    def carry_out(self, target: Target, message: str, actor: Actor) -> Published | Refused:
        """Make a target live if what it was compared with still is. Raises as `publish`."""
        live = target.live
        _require_right(target, actor)
        if target.snapshot is None or has_errors(target.problems):
            return Refused(target.problems)
        if live.snapshot is not None and not target.moved and live.snapshot.digest == target.digest:
            self._refuse_if_moved(live.number)
            return Published(live.number, live.snapshot, (), target.problems, moved=False)
        with self._lease():
            self._refuse_if_moved(live.number)
            run_steps(self._database, target.steps)
            number = run_tx(self._database, lambda connection: _go_live(connection, target, message, actor))
        return Published(number, target.snapshot, target.steps, target.problems, moved=True)

    def _makers(self) -> Makers:
        return Makers(self._catalogue, self._checker, dt.datetime.now(dt.UTC))

    def _live(self, number: int) -> Live:
        with reading(self._database) as connection:
            content, made = store.load(connection, number), store.made_columns(connection)
        return Live(number, content, self._runtime.snapshot(number) if number else None, made)

    def _refuse_if_moved(self, base: int) -> None:
        with reading(self._database) as connection:
            _expect_head(store.head(connection), base)

    @contextmanager
    def _lease(self) -> Iterator[None]:
        """One publisher at a time changes tables; the lease of one that died runs out."""
        holder, now = secrets.token_hex(8), dt.datetime.now(dt.UTC)
        if not run_tx(self._database, lambda connection: _take_lease(connection, holder, now)):
            raise UnavailableError(msg("Somebody else is publishing just now"))
        try:
            yield
        finally:
            mine = delete(own.lease).where(own.lease.c.name == "publish", own.lease.c.holder == holder)
            run_tx(self._database, lambda connection: connection.execute(mine))


def require_publish(live: Snapshot | None, actor: Actor) -> None:
    """Raise ForbiddenError unless the actor may publish over what is live."""
    if live is not None and "publish" not in policy_for(live, actor).abilities():
        raise ForbiddenError(msg("Publishing needs the ability “publish”, which none of your roles gives"))


def _require_right(target: Target, actor: Actor) -> None:
    """As `require_publish`; who may translate may publish what changes nothing but translations of the site."""
    live = target.live.snapshot
    words_alone = bool(target.changes) and all(change.address.startswith(_SITE_WORDS) for change in target.changes)
    if not (words_alone and live is not None and "translate" in policy_for(live, actor).abilities()):
        require_publish(live, actor)


def _go_live(connection: Connection, target: Target, message: str, actor: Actor) -> int:
    assert target.snapshot is not None  # noqa: S101  (`carry_out` refuses the others)
    number, base = store.next_number(connection), target.live.number
    revision = store.Revision(number, base or None, target.digest, message, actor.name, dt.datetime.now(dt.UTC))
    store.save(connection, revision, target.content, actor.id)
    stems = target.content.stems
    store.remember_columns(connection, shapes(merge(target.content.layers), target.snapshot, stems))
    hold_publishing_lock(connection)
    _expect_head(store.head(connection), base)
    # Writers are kept out by the lock, so that no record is written between the count and the first writer that counts.
    count_all(connection, target.snapshot, target.live.snapshot)
    store.move_head(connection, number)
    return number


def _take_lease(connection: Connection, holder: str, now: dt.datetime) -> bool:
    lease, until = own.lease, now + _LEASE
    over = update(lease).where(lease.c.name == "publish", lease.c.until < now).values(holder=holder, until=until)
    if connection.execute(over).rowcount:
        return True
    if connection.execute(select(lease.c.holder).where(lease.c.name == "publish")).scalar() is not None:
        return False
    try:
        connection.execute(insert(lease).values(name="publish", holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def _expect_head(found: int, base: int) -> None:
    if found != base:
        raise ClashError(
            msg("Revision %(head)s was published meanwhile; yours is based on %(base)s", head=found, base=base),
            code="moved_on",
        )
