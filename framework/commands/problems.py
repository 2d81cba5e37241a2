"""Problems of metadata at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.problems import Problem


def show_problems(problems: Iterable[Problem]) -> None:
    """Print each problem with its place, the way a compiler does."""
    for problem in problems:
        place = f"{problem.file}#{problem.pointer}" if problem.pointer else problem.file
        click.echo(f"{place}: {problem.severity} {problem.code}: {problem.message}", err=True)
        if problem.hint:
            click.echo(f"    {problem.hint}", err=True)
