"""Publishing: layers in, a live revision out, or problems and nothing changed.

Order matters: tables first (only additions), then the revision, last the head. If anything fails,
the old snapshot goes on; a repeated publish finds done what was done.
"""

from __future__ import annotations

import datetime as dt
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError, UnavailableError
from framework.publishing import store
from framework.storage import own
from framework.storage.ddl import plan_steps, run_steps
from framework.storage.session import hold_publishing_lock, reading, run_tx
from i18n.lazy import msg
from metadata.check import check
from metadata.compile import compile_snapshot
from metadata.layers import in_order
from metadata.problems import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from framework.context import Actor
    from framework.publishing.runtime import Runtime
    from framework.storage.ddl import Step
    from framework.storage.engines import Database
    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.problems import Problem
    from metadata.snapshot import Snapshot

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

    def head_number(self) -> int:
        """The number of the live revision; 0 before the first publish."""
        with reading(self._database) as connection:
            return store.head(connection)

    def head(self) -> tuple[int, tuple[Layer, ...]]:
        """The number and the layers of what is live; 0 and none before the first publish."""
        with reading(self._database) as connection:
            number = store.head(connection)
            return number, store.load_layers(connection, number) if number else ()

    def publish(self, layers: Sequence[Layer], message: str, actor: Actor, base: int) -> Published | Refused:
        """Make these layers live if `base` still is.

        Raises ClashError when another revision became live meanwhile.
        """
        ordered = in_order(layers)
        problems = tuple(check(ordered, self._catalogue))
        if has_errors(problems):
            return Refused(problems)
        after = compile_snapshot(ordered, self._catalogue)
        before = self._runtime.snapshot(base) if base else None
        if before is not None and before.digest == after.digest and self._same_files(base, ordered):
            return Published(base, before, (), problems, moved=False)
        steps = plan_steps(before, after)
        with self._lease():
            self._refuse_if_moved(base)
            run_steps(self._database, steps)
            number = run_tx(self._database, lambda c: self._go_live(c, base, ordered, after.digest, message, actor))
        return Published(number, after, steps, problems, moved=True)

    def _same_files(self, number: int, layers: Sequence[Layer]) -> bool:
        with reading(self._database) as connection:
            live = store.load_layers(connection, number)
        return [(one.name, one.files()) for one in live] == [(one.name, one.files()) for one in layers]

    def _refuse_if_moved(self, base: int) -> None:
        with reading(self._database) as connection:
            _expect_head(store.head(connection), base)

    def _go_live(
        self, connection: Connection, base: int, layers: Sequence[Layer], digest: str, message: str, actor: Actor
    ) -> int:
        number = store.next_number(connection)
        now = dt.datetime.now(dt.UTC)
        store.save(
            connection, number=number, base=base, layers=layers, digest=digest, message=message, actor=actor, now=now
        )
        hold_publishing_lock(connection)
        _expect_head(store.head(connection), base)
        store.move_head(connection, number)
        return number

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
