"""A word on stderr for whoever waits longer than two seconds at a terminal; nobody else sees it."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_S = 2.0


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what is being done once it takes longer than two seconds."""
    if not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(_PATIENCE_S, lambda: click.echo(f"{what} …", err=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
