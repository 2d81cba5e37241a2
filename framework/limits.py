"""How many requests somebody may send in a minute. Counted in the memory of each process: see decision 16."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 60
# Windows that are over are forgotten when so many are kept; somebody who sends nothing costs nothing.
_MOST_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Quota:
    """Where somebody stands: requests a window, how many are left in this one, and seconds until the next begins."""

    limit: int
    remaining: int
    reset_s: int
    exceeded: bool = False


class Limiter:
    """Counts requests by subject in windows of a minute, which begin with the subject's first request."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow `most` requests a window; 0 counts nothing."""
        self._most, self._clock = most, clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, subject: str) -> Quota | None:
        """Count one request; None where nothing is limited. What is refused is not counted."""
        if not self._most:
            return None
        now = self._clock()
        with self._lock:
            ends, sent = self._windows.get(subject, (0.0, 0))
            if ends <= now:
                self._forget(now)
                ends, sent = now + WINDOW_S, 0
            exceeded = sent >= self._most
            self._windows[subject] = (ends, sent if exceeded else sent + 1)
        left = 0 if exceeded else self._most - sent - 1
        return Quota(self._most, left, max(1, ceil(ends - now)), exceeded)

    def _forget(self, now: float) -> None:
        if len(self._windows) >= _MOST_KEPT:
            self._windows = {subject: kept for subject, kept in self._windows.items() if kept[0] > now}
