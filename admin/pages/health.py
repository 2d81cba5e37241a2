"""How the installation is, for operators: the figures of `armature doctor`, and what failed to be tried again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from admin.desk import Area, DeskPages, Place, answer
from framework.extension import context, own_session, services
from framework.health import examined, shown, versions
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.addresses import job_url
from ui.page.moments import Moment, moment
from ui.page.reader import reader
from ui.page.render import redirect
from ui.page.toasts import done

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from framework.context import Context
    from framework.health import Health

HEALTH_URL = "/admin/health"
_NOTHING = "—"
_KINDS = {"serve": msg("Server"), "work": msg("Worker")}
pages = DeskPages(
    "health",
    Place(
        Area.OPERATION,
        10,
        msg("Health"),
        msg("Database, processes, work that failed, back-ups, settings in force."),
        "report",
        HEALTH_URL,
        frozenset({"operate"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """One process; `behind` tells that it serves another revision than the live one."""

    kind: str
    where: str
    release: str
    revision: str
    behind: bool
    seen: Moment


@dataclass(frozen=True, slots=True)
class DeadLine:
    """One job that failed too often."""

    title: str
    error: str
    at: Moment | None
    url: str
    retry_url: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """All that the template prints."""

    problems: tuple[str, ...]
    figures: tuple[Line, ...]
    processes: tuple[ProcessLine, ...]
    jobs: tuple[Line, ...]
    dead: tuple[DeadLine, ...]
    settings: tuple[Line, ...]
    versions: tuple[Line, ...]


@pages.get("/admin/health")
def show() -> Response:
    """Show everything."""
    own_session()
    closed(request.args.items(multi=True), frozenset({"done"}))
    known = context()
    found = examined(services(), known.now)
    page = HealthPage(
        problems=tuple(reader().words.text(one) for one in found.problems),
        figures=tuple(_figures(known, found)),
        processes=tuple(_processes(known, found)),
        jobs=tuple(_jobs(known, found)),
        dead=tuple(_dead(known, found)),
        settings=tuple(Line(name, text or _NOTHING) for name, text in shown(services().settings).items()),
        versions=tuple(Line(name, text) for name, text in versions().items()),
    )
    return answer("desk/health.html", title=reader().words.text(msg("Health")), page=page)


@pages.post("/admin/health/jobs/<ident>/retry")
def retry(ident: str) -> Response:
    """Have a job that failed too often tried anew."""
    closed(request.form.items(multi=True), frozenset({"_csrf"}))
    services().jobs.retry(context(), ident)
    return redirect(done(HEALTH_URL, "job_again"))


def _figures(known: Context, found: Health) -> Iterator[Line]:
    text, number = reader().words.text, reader().formats.integer
    engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[found.engine]
    yield Line(text(msg("Database")), f"{engine} {found.server or ''}".strip())
    if found.database_bytes is not None:
        yield Line(text(msg("Size of the database")), reader().formats.file_size(found.database_bytes))
    if found.files_bytes is not None:
        yield Line(text(msg("Uploaded files")), reader().formats.file_size(found.files_bytes))
    if found.free_bytes is not None:
        yield Line(text(msg("Free on the disc")), reader().formats.file_size(found.free_bytes))
    yield Line(text(msg("Version of our own tables")), str(found.schema or _NOTHING))
    yield Line(text(msg("Live revision")), number(found.head or 0))
    yield Line(text(msg("Bundles")), ", ".join(found.bundles) or _NOTHING)
    drift = ", ".join(found.drift[:10]) or text(msg("none"))
    yield Line(text(msg("Missing in the database")), drift)
    last = found.backup
    told = text(msg("none made from here"))
    if last is not None:
        told = f"{moment(last.at, known.now).exact} · {last.file} · {reader().formats.file_size(last.size)}"
    yield Line(text(msg("Last back-up")), told)


def _processes(known: Context, found: Health) -> Iterator[ProcessLine]:
    text = reader().words.text
    for one in found.processes:
        yield ProcessLine(
            kind=text(_KINDS[one.kind]) if one.kind in _KINDS else one.kind,
            where=f"{one.host}:{one.pid}",
            release=one.release,
            revision=reader().formats.integer(one.revision) if one.revision else _NOTHING,
            behind=one.revision not in {found.head, 0},
            seen=moment(one.seen_at, known.now),
        )


def _jobs(known: Context, found: Health) -> Iterator[Line]:
    if found.queue is None:
        return
    text, number = reader().words.text, reader().formats.integer
    yield Line(text(msg("Waiting")), number(found.queue.waiting))
    yield Line(text(msg("Under way")), number(found.queue.running))
    yield Line(text(msg("Failed")), number(found.queue.dead))
    if found.queue.oldest is not None and found.queue.oldest < known.now:
        yield Line(text(msg("The first waits since")), moment(found.queue.oldest, known.now).when)


def _dead(known: Context, found: Health) -> Iterator[DeadLine]:
    for one in found.queue.letters if found.queue else ():
        job = services().jobs.get(known, one.id)
        yield DeadLine(
            title=job.title(reader().words),
            error=one.error or "",
            at=moment(one.at, known.now) if one.at else None,
            url=job_url(one.id),
            retry_url=f"{HEALTH_URL}/jobs/{one.id}/retry",
        )
