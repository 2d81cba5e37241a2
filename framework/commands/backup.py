"""`armature backup` and `restore`: the whole database as one verified file, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from framework.commands.waiting import waiting
from framework.commands.world import refusing
from framework.settings import read_settings
from framework.storage.copies import back_up, put_back, verify


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusing
def backup(file: Path) -> None:
    """Write the whole database into a file, while people work, and verify it.

    The file holds everybody's data; files of the data folder (keys, uploads) are not in it.
    """
    with waiting("Writing and verifying"):
        back_up(read_settings().database_url, file)
    click.echo(f"{file}: {file.stat().st_size} bytes, verified.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusing
def restore(file: Path) -> None:
    """Replace the whole database by a backup. Stop servers and workers first, and start them afterwards."""
    url = read_settings().database_url
    with waiting("Verifying"):
        verify(file)
    if sys.stdin.isatty() and not click.confirm("All that is in the database now is replaced. Go on?"):
        click.echo("Nothing was changed.", err=True)
        sys.exit(1)
    with waiting("Restoring"):
        put_back(url, file)
    click.echo("Restored. Run armature init if this release is newer than the backup.")
