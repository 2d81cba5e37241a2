"""`armature serve`: the web server."""

from __future__ import annotations

import atexit
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from framework.app import create_app
from framework.commands.world import refusing, services_ready
from framework.errors import CommandError
from framework.publishing.processes import Telling
from framework.settings import DEMO_SIGN_IN, LOOPBACK
from framework.storage.engines import optimise
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.app import Application

_THREADS = 4


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port there.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="More than one needs PostgreSQL."
)
@refusing
def serve(host: str, port: int, workers: int) -> None:
    """Serve pages and the API until stopped."""
    known = services_ready()
    settings = known.settings
    if workers > 1 and known.database.is_sqlite:
        raise CommandError(msg("SQLite is served by one worker; use PostgreSQL for more"))
    sign_in = settings.data_dir / DEMO_SIGN_IN
    if host not in LOOPBACK:
        if sign_in.exists():
            raise CommandError(
                msg(
                    "Demo passwords lie in %(file)s; only a loopback address is served while it exists",
                    file=str(sign_in),
                )
            )
        if not settings.base_url:
            raise CommandError(msg("Set ARMATURE_BASE_URL to the https address under which people reach the server"))
    optimise(known.database)
    known.database.close()
    _require_free(host, port)
    click.echo(f"Armature: {settings.base_url or f'http://{host}:{port}'}")
    if sign_in.exists():
        click.echo("Sign in as one of (demo):")
        for line in sign_in.read_text(encoding="utf-8").splitlines():
            email, _, password = line.partition(" ")
            click.echo(f"  {email:<24} password {password}")
    server = Server(
        "framework.commands.serve:served",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        backpressure=256,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
    )
    with _worker(beside=known.database.is_sqlite):
        server.serve()


def served() -> Application:
    """The application in a process of the server, which tells of itself for as long as it lives."""
    app = create_app()
    known = app.extensions["armature"]
    atexit.register(Telling(known.database, known.runtime, "serve").__enter__().__exit__)
    return app


@contextmanager
def _worker(*, beside: bool) -> Iterator[None]:
    """The worker in a process of its own; elsewhere operators start `armature work` themselves."""
    if not beside:
        yield
        return
    command = (sys.executable, "-c", "from framework.cli import main; main()", "work", "--until-closed")
    with subprocess.Popen(command, stdin=subprocess.PIPE) as worker:  # noqa: S603  (our own command)
        try:
            yield
        finally:
            worker.terminate()


def _require_free(host: str, port: int) -> None:
    """Raise CommandError where somebody else listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                msg(
                    "%(host)s:%(port)s cannot be served (%(why)s); choose another with --port",
                    host=host,
                    port=port,
                    why=error.strerror or "",
                )
            ) from None
