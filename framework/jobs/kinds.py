"""What a job of a kind does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import UnavailableError
from i18n.lazy import msg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from framework.storage.engines import Database


class LeaseLostError(UnavailableError):
    """Another worker has the job by now; what this one does under its old claim would be done twice."""


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt at one job."""

    database: Database
    payload: Mapping[str, Any]
    now: dt.datetime
    _prolong: Callable[[], bool]

    def go_on(self) -> None:
        """Tell between two steps that the work is alive. Raises LeaseLostError where it must end here."""
        if not self._prolong():
            raise LeaseLostError(msg("Another worker has this job by now"))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: `run` may be called again for a job that was cut, and must bear it.

    With `every` one job of the kind is made by itself each time that long has passed.
    """

    name: str
    run: Callable[[Work], None]
    every: dt.timedelta | None = None
