"""`armature backup` and `restore`: the whole database as one verified file, uploads beside it, and back."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from framework.commands.waiting import waiting
from framework.commands.world import refusing
from framework.files import Store
from framework.files.copies import beside, pack, unpack
from framework.health import remember_backup
from framework.settings import read_settings
from framework.storage.copies import back_up, put_back, verify


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusing
def backup(file: Path) -> None:
    """Write the whole database into a file, while people work, and verify it.

    The file holds everybody's data; keys of the data folder are not in it. What people uploaded is put
    beside it, in FILE.files, unless ARMATURE_FILES_URL names a store that somebody else keeps.
    """
    settings = read_settings()
    store = Store(settings.files_url)
    with waiting("Writing and verifying"):
        back_up(settings.database_url, file)
        # Behind the database, so that all that it names is among them.
        count = None if store.folder is None else pack(store, beside(file))
    remember_backup(settings, file, dt.datetime.now(dt.UTC))
    click.echo(f"{file}: {file.stat().st_size} bytes, verified.")
    if count is None:
        click.echo("The store of ARMATURE_FILES_URL is not in it; back it up where it is kept.")
    else:
        click.echo(f"{beside(file)}: {count} uploaded files.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusing
def restore(file: Path) -> None:
    """Replace the whole database by a backup, and put back what lies in FILE.files.

    Stop servers and workers first, and start them afterwards.
    """
    settings = read_settings()
    with waiting("Verifying"):
        verify(file)
    if sys.stdin.isatty() and not click.confirm("All that is in the database now is replaced. Go on?"):
        click.echo("Nothing was changed.", err=True)
        sys.exit(1)
    with waiting("Restoring"):
        # First, for it only adds: a damaged archive is found before the database is touched.
        if beside(file).exists():
            unpack(Store(settings.files_url), beside(file))
        put_back(settings.database_url, file)
    click.echo("Restored. Run armature init if this release is newer than the backup.")
