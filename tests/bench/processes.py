"""Processor time of processes, from /proc: user and system together, children too."""

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg

_TICK_MS = 1_000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int


def tree_ms(root: int) -> float:
    """Give the milliseconds that a process and all its descendants have run so far."""
    return sum(process.ticks for process in _tree(root).values()) * _TICK_MS


def backends_ms(database_url: str) -> float:
    """Give the milliseconds that the PostgreSQL backends of a database have run so far.

    The server must be on this machine. A backend that ended takes its time along, so ask while
    the connections of the measured process are pooled.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return sum(_ticks(pid) for (pid,) in found) * _TICK_MS


def _tree(root: int) -> dict[int, _Process]:
    known = _processes()
    found, waiting = {root: known[root]}, [root]
    while waiting:
        parent = waiting.pop()
        children = {pid: process for pid, process in known.items() if process.parent == parent}
        found |= children
        waiting += children
    return found


def largest_mb(root: int) -> float:
    """Give the megabytes of resident memory of the largest process among one and its descendants."""
    return max(_resident_kb(pid) for pid in _tree(root)) / 1_000


def _resident_kb(pid: int) -> int:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


def _processes() -> dict[int, _Process]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))):
            found[int(folder.name)] = _Process(int(fields[1]), _sum(fields))
    return found


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return _sum(fields) if fields else 0


def _stat(pid: int) -> list[str]:
    """Give the fields of /proc/<pid>/stat behind the name, which may hold blanks; none if it ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _sum(fields: list[str]) -> int:
    """Add utime, stime, and those of children that ended (proc(5), fields 14 to 17)."""
    return sum(int(ticks) for ticks in fields[11:15])
