"""`armature work`: does what is to be done outside of requests."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from framework.commands.world import refusing, services_ready
from framework.logs import set_up_logs
from framework.publishing.processes import Telling

if TYPE_CHECKING:
    from types import FrameType


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option("--until-closed", is_flag=True, hidden=True, help="End when standard input closes.")
@refusing
def work(*, once: bool, until_closed: bool) -> None:
    """Do jobs and schedules until stopped."""
    known = services_ready()
    set_up_logs(known.settings.log)
    worker = known.jobs.worker
    if once:
        worker.work_off()
        return
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if until_closed:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    with Telling(known.database, known.runtime, "work"):
        worker.run(stop)


def _wait_for_end_of_input(stop: threading.Event) -> None:
    """The server that started us holds the other end, however it ends."""
    sys.stdin.buffer.read()
    stop.set()
