"""Work in the background, as people see it: what waits, runs and has ended, and one job with what came of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context, services
from framework.jobs.desk import OPERATE
from framework.permissions import policy_for
from framework.records.parse import closed
from i18n.lazy import msg, nmsg
from ui.page.addresses import job_url, list_url, record_url, undo_url
from ui.page.reader import reader
from ui.page.render import answer, fragment, is_fragment, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response

    from framework.context import Context
    from framework.jobs import Job, Refusal
    from i18n.lazy import Message

blueprint = Blueprint("jobs", __name__)

_MOST_LINES = 200
_STATES = {
    "waiting": msg("Waiting"),
    "running": msg("Under way"),
    "done": msg("Done"),
    "dead": msg("Failed"),
    "cancelled": msg("Cancelled"),
}
_VAIN = msg("Nothing could be done")
_STOPPING = msg("Ending after this part")
_ICONS = {"waiting": "hourglass", "running": "refresh", "done": "check", "dead": "alert-triangle", "cancelled": "x"}
_WHATS = {
    "updated": (msg("changed"), 0),
    "deleted": (msg("moved to the recycle bin"), 0),
    "unchanged": (msg("had this value already"), 1),
    "update": (msg("changed back"), 0),
    "delete": (msg("moved to the recycle bin"), 0),
    "restore": (msg("restored"), 0),
    "run": (msg("done"), 0),
    "merged": (msg("merged"), 0),
    "unseen": (msg("not visible to you any more"), 2),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One record that a job left as it was, and why."""

    title: str
    url: str | None
    text: str


@dataclass(frozen=True, slots=True)
class JobView:
    """One job, as its templates print it; `part` and `whole` are empty texts where nothing is counted."""

    title: str
    url: str
    state: str
    word: str
    icon: str
    who: str
    iso: str
    when: str
    exact: str
    handled: int
    total: int
    part: str
    whole: str
    counts: tuple[tuple[str, str], ...]
    failed: str
    ended: bool
    waiting: bool
    faulty: bool
    cancel_url: str | None
    undo_url: str | None
    list_url: str | None
    lines: tuple[Line, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class JobsPage:
    """All that the template of the list of jobs prints."""

    jobs: tuple[JobView, ...]
    everybody: bool
    operates: bool


@blueprint.get("/jobs")
def show() -> Response:
    """List one's own jobs; those of everybody for who operates the product."""
    given = closed(request.args.items(multi=True), frozenset({"of", "done"}))
    known, everybody = context(), given.get("of") == "everybody"
    operates = OPERATE in policy_for(known.snapshot, known.actor).abilities()
    found = services().jobs.of(known, everybody=everybody and operates)
    names = _names(known, found)
    page = JobsPage(tuple(_view(known, one, names) for one in found), everybody and operates, operates)
    return answer("page/jobs.html", title=reader().words.text(msg("Background work")), page=page)


@blueprint.get("/jobs/<ident>")
def show_one(ident: str) -> Response:
    """Show one job; only its state where a page that stands open asks for it."""
    closed(request.args.items(multi=True), frozenset({"done"}))
    known = context()
    found = services().jobs.get(known, ident)
    view = _whole(known, found)
    if is_fragment("job"):
        return fragment("page/job_state.html", job=view)
    return answer("page/job.html", title=view.title, job=view)


@blueprint.post("/jobs/<ident>/cancel")
def cancel(ident: str) -> Response:
    """Have a job end where it is."""
    services().jobs.stop(context(), ident)
    return redirect(job_url(ident))


def _names(known: Context, found: Iterable[Job]) -> dict[str, str]:
    """Give the names of those who asked for the jobs of others."""
    others = {one.actor for one in found if one.actor and not one.mine}
    return services().door.titles(known, "user", others)


def _whole(known: Context, one: Job) -> JobView:
    view = _view(known, one, _names(known, [one]))
    refused, unseen = one.refused[:_MOST_LINES], reader().words.text(msg("A record that you do not see"))
    titles = _titles(known, refused)
    lines = tuple(
        Line(titles[key], record_url(*key), line.message) if key in titles else Line(unseen, None, line.message)
        for line in refused
        for key in [(line.entity, line.ident)]
    )
    more = one.failed - len(lines) if one.mine else 0
    words = reader().words
    told = words.text(nmsg("and one more", "and %(count)s more", more)) if more > 0 else ""
    return replace(view, lines=lines, more=told)


def _titles(known: Context, refused: Iterable[Refusal]) -> dict[tuple[str, str], str]:
    by_entity: dict[str, set[str]] = defaultdict(set)
    for line in refused:
        by_entity[line.entity].add(line.ident)
    titles, door = {}, services().door
    for entity, idents in by_entity.items():
        titles.update({(entity, ident): title for ident, title in door.titles(known, entity, idents).items()})
    return titles


def _view(known: Context, one: Job, names: dict[str, str]) -> JobView:
    reads, number = reader(), reader().formats.integer
    handled, total = one.done + one.failed, one.total or 0
    vain = one.state == "done" and one.failed > 0 and not one.done
    state = _STOPPING if one.stopping else _VAIN if vain else _STATES[one.state]
    return JobView(
        title=one.title(reads.words),
        url=job_url(one.id),
        state="dead" if vain else one.state,
        word=reads.words.text(state),
        icon=_ICONS["dead" if vain else one.state],
        who="" if one.mine else names.get(one.actor or "", reads.words.text(msg("a schedule"))),
        iso=one.asked_at.isoformat(),
        when=reads.formats.relative(one.asked_at, known.now),
        exact=reads.formats.exact(one.asked_at),
        handled=handled,
        total=total,
        part=number(handled) if total else "",
        whole=number(total) if total else "",
        counts=tuple((number(count), reads.words.text(word)) for word, count in _counted(one)),
        failed=number(one.failed) if one.failed else "",
        ended=one.ended,
        waiting=one.state == "waiting",
        faulty=one.state == "dead",
        cancel_url=f"{job_url(one.id)}/cancel" if one.stoppable else None,
        undo_url=undo_url(one.id) if one.undoable else None,
        list_url=list_url(one.entity) if one.entity else None,
    )


def _counted(one: Job) -> list[tuple[Message, int]]:
    known = [(name, count) for name, count in one.counts.items() if count and name in _WHATS]
    known.sort(key=lambda pair: _WHATS[pair[0]][1])
    return [(_WHATS[name][0], count) for name, count in known]
