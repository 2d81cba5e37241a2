"""How fast records come in: `python -m tests.bench.imports`.

The four mappings of `examples/b2b_sales`, on made-up files of the size of the real ones or on the real
ones in a folder (`--from`). What is timed is the whole command, its start included.
"""

import csv
import itertools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.support.databases import ENGINES, postgresql_database, sqlite_url

_BUNDLE = Path(__file__).parents[2] / "examples" / "b2b_sales"
_ARMATURE = Path(sys.executable).with_name("armature")
_MAPPINGS = ("accounts", "products", "sales_teams", "sales_pipeline")
_ACCOUNT = ("account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of")
_DEAL = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)
_DEALS, _FIRMS, _AGENTS = 8_800, 85, 35
_PRODUCTS = ("GTX Basic", "GTX Pro", "MG Special", "MG Advanced", "GTX Plus Basic", "GTX Plus Pro", "GTK 500")


@click.command()
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if absent.")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The real files.")
def main(engines: Sequence[str], folder: Path | None) -> None:
    """Measure the rows a second of wall and of processor time of the largest of the files."""
    for engine in engines or ENGINES:
        with ExitStack() as stack:
            made = Path(stack.enter_context(TemporaryDirectory(prefix="armature-bench-")))
            url = sqlite_url(made) if engine == "sqlite" else stack.enter_context(postgresql_database())
            environment = {**os.environ, "ARMATURE_DATABASE_URL": url, "ARMATURE_DATA_DIR": str(made)}
            _run(environment, "init", "--bundle", str(_BUNDLE))
            source = folder or _write_files(made / "files")
            for name in _MAPPINGS:
                mapping = _BUNDLE / "imports" / f"{name}.json"
                wall, used = _run(environment, "import", "--map", str(mapping), "--from", str(source))
            rows = sum(1 for _ in (source / "sales_pipeline.csv").open(encoding="utf-8")) - 1
            click.echo(
                f"{engine}: {rows} rows in {wall:.1f} s: {rows / wall:.0f} a second, "
                f"{rows / used:.0f} a second of the command's processor time"
            )


def _run(environment: Mapping[str, str], *arguments: str) -> tuple[float, float]:
    """Run a command to its end: seconds of wall and of its own processor time."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(_ARMATURE), *arguments], env=dict(environment), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, used


def _write_files(folder: Path) -> Path:
    folder.mkdir()
    firms, agents = [f"Firm {n}" for n in range(_FIRMS)], [f"Agent {n}" for n in range(_AGENTS)]
    _write(folder / "accounts.csv", _ACCOUNT, ((firm, "retail", 1990, "10.5", 100, "Kenya", "") for firm in firms))
    _write(folder / "products.csv", ("product", "series", "sales_price"), ((one, one[:3], 500) for one in _PRODUCTS))
    teams = ((agent, f"Manager {n % 6}", "Central") for n, agent in enumerate(agents))
    _write(folder / "sales_teams.csv", ("sales_agent", "manager", "regional_office"), teams)
    choices = zip(itertools.cycle(agents), itertools.cycle(_PRODUCTS), itertools.cycle(firms), range(_DEALS))
    deals = (
        (f"C{n:07}", agent, product, firm, "Won", "10/20/2016", "3/1/2017", n % 5_000)
        for agent, product, firm, n in choices
    )
    _write(folder / "sales_pipeline.csv", _DEAL, deals)
    return folder


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


if __name__ == "__main__":
    main()
