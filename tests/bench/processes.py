"""Processor time of processes, in nanoseconds from their clocks: user and system together, children too.

The ticks of /proc/<pid>/stat are 10 ms long, as long as twenty requests: too coarse for one turn.
"""

import ctypes
import time
from pathlib import Path

import psycopg

_LIBC = ctypes.CDLL(None)


def tree_ms(root: int) -> float:
    """Give the milliseconds that a process and its living descendants have run so far."""
    return sum(_run_ms(pid) for pid in _tree(root))


def backends_ms(database_url: str) -> float:
    """Give the milliseconds that the PostgreSQL backends of a database have run so far.

    The server must be on this machine. A backend that ended takes its time along, so ask while
    the connections of the measured process are pooled.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return sum(_run_ms(pid) for (pid,) in found)


def largest_mb(root: int) -> float:
    """Give the megabytes of resident memory of the largest process among one and its descendants."""
    return max(_resident_kb(pid) for pid in _tree(root)) / 1_000


def _run_ms(pid: int) -> float:
    """Read the clock of a process and all its threads, clock_getcpuclockid(3); 0 if it ended."""
    clock = ctypes.c_int()
    if _LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)):
        return 0.0
    try:
        return time.clock_gettime_ns(clock.value) / 1e6
    except OSError:
        return 0.0


def _tree(root: int) -> list[int]:
    parents = _parents()
    found, waiting = [root], [root]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, of in parents.items() if of == parent]
        found += children
        waiting += children
    return found


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))):
            found[int(folder.name)] = int(fields[1])
    return found


def _stat(pid: int) -> list[str]:
    """Give the fields of /proc/<pid>/stat behind the name, which may hold blanks; none if it ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _resident_kb(pid: int) -> int:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])
