"""What was measured, as a table for people and as JSON for comparing runs."""

import datetime as dt
import json
import platform
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """One side did one operation some times in a row. Times are milliseconds, for all requests."""

    engine: str
    operation: str
    side: str
    requests: int
    server_ms: float
    database_ms: float
    wall_ms: tuple[float, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Figure:
    """All turns of one side at one operation: milliseconds and bytes a request."""

    server_ms: float
    database_ms: float
    median_wall_ms: float
    late_wall_ms: float
    bytes: int

    @property
    def cpu_ms(self) -> float:
        """Give what server and database took together."""
        return self.server_ms + self.database_ms


@dataclass(frozen=True, slots=True)
class Comparison:
    """One operation on one engine."""

    engine: str
    operation: str
    baseline: Figure
    product: Figure

    @property
    def ratio(self) -> float:
        """Give how often the product's server needs the baseline's processor time."""
        return self.product.server_ms / self.baseline.server_ms if self.baseline.server_ms else float("nan")

    @property
    def whole_ratio(self) -> float:
        """Give the same with the database's time on both sides."""
        return self.product.cpu_ms / self.baseline.cpu_ms if self.baseline.cpu_ms else float("nan")


def compare(turns: Iterable[Turn], baseline: str = "baseline", product: str = "product") -> list[Comparison]:
    """Put the turns of both sides beside each other, in the order of the first of each."""
    by_key: dict[tuple[str, str], dict[str, list[Turn]]] = {}
    for turn in turns:
        by_key.setdefault((turn.engine, turn.operation), {}).setdefault(turn.side, []).append(turn)
    return [
        Comparison(engine, operation, _figure(sides[baseline]), _figure(sides[product]))
        for (engine, operation), sides in by_key.items()
    ]


def _figure(turns: list[Turn]) -> Figure:
    requests = sum(turn.requests for turn in turns)
    wall = sorted(ms for turn in turns for ms in turn.wall_ms)
    return Figure(
        sum(turn.server_ms for turn in turns) / requests,
        sum(turn.database_ms for turn in turns) / requests,
        statistics.median(wall),
        wall[int(len(wall) * 0.95)],
        sum(turn.bytes for turn in turns) // requests,
    )


def table(comparisons: Iterable[Comparison]) -> str:
    """Give the comparison as text; `db` columns are zero where the database has no process."""
    head = ("engine", "operation", "baseline", "product", "ratio", "db base", "db prod", "with db", "p95 wall", "kB")
    rows = [
        (
            one.engine,
            one.operation,
            f"{one.baseline.server_ms:.2f}",
            f"{one.product.server_ms:.2f}",
            f"{one.ratio:.2f}",
            f"{one.baseline.database_ms:.2f}",
            f"{one.product.database_ms:.2f}",
            f"{one.whole_ratio:.2f}",
            f"{one.baseline.late_wall_ms:.1f} {one.product.late_wall_ms:.1f}",
            f"{one.baseline.bytes / 1000:.1f} {one.product.bytes / 1000:.1f}",
        )
        for one in comparisons
    ]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    texts = 2
    lines = [
        "  ".join(
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
    note = "Milliseconds of processor time a request. ratio = product / baseline; p95 wall, kB: baseline product."
    return "\n".join([*lines, "", note])


def as_json(comparisons: Iterable[Comparison], turns: Iterable[Turn]) -> Mapping[str, Any]:
    """Give everything that was measured, and on what."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "comparisons": [{**asdict(one), "ratio": one.ratio, "whole_ratio": one.whole_ratio} for one in comparisons],
        "turns": [{**asdict(one), "wall_ms": [round(ms, 3) for ms in one.wall_ms]} for one in turns],
    }


def write_json(path: Path, found: Mapping[str, Any]) -> None:
    """Write the JSON, making the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
