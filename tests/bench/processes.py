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
    known = _processes()
    ticks = known[root].ticks
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, process in known.items() if process.parent == parent]
        ticks += sum(known[pid].ticks for pid in children)
        waiting += children
    return ticks * _TICK_MS


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
