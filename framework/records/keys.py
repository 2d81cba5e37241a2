"""Record ids: UUID version 7 (RFC 9562), made by the application, ordered by the time they were made."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new id, greater as a text than every id this process made before."""
    # 12 bits behind the millisecond hold a fraction of it, so that a batch keeps its order.
    global _last  # noqa: PLW0603  (order within a process is the point)
    with _lock:
        now = time.time_ns()
        _last = tick = max(_last + 1, (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000))
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    number = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=number))
