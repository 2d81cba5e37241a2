"""The demo data of the installation: what of it is left, and the button that takes it away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from flask import request

from admin.desk import Area, DeskPages, Place, answer
from framework.errors import MalformedError
from framework.extension import context, services
from framework.jobs.demo import REMOVE_DEMO
from framework.jobs.parts import MOST_AT_ONCE
from i18n.lazy import msg
from ui.page.addresses import job_url
from ui.page.reader import reader
from ui.page.render import redirect

if TYPE_CHECKING:
    from flask import Response

_URL = "/admin/demo"

pages = DeskPages(
    "demo",
    Place(
        Area.OPERATION,
        90,
        msg("Demo data"),
        msg("The records that came along for trying out, and the way to be rid of them."),
        "flask",
        _URL,
        frozenset({"operate"}),
    ),
)


@dataclass(frozen=True, slots=True)
class DemoLine:
    """How many demo records of one entity are left."""

    label: str
    icon: str
    count: str


@pages.get(_URL)
def show() -> Response:
    """Count what is left of the demo data, by entity."""
    known, read = context(), reader()
    left = Counter(entity for entity, _ in services().door.demo_left(known))
    lines = [
        DemoLine(read.words.text(entity.label_plural), entity.icon, read.formats.integer(count))
        for name, count in left.most_common()
        for entity in [known.snapshot.entities[name]]
    ]
    return answer(
        "desk/demo.html",
        title=read.words.text(msg("Demo data")),
        lines=lines,
        count=left.total(),
        number=read.formats.integer(left.total()),
        key=uuid4(),
        url=_URL,
    )


@pages.post(_URL)
def remove() -> Response:
    """Have the demo data removed: at once where it is little, else in the background."""
    known, jobs = context(), services().jobs
    left = services().door.demo_left(known)
    if not left:
        return redirect(_URL)
    payload = {"records": [list(key) for key in left]}
    if len(left) > MOST_AT_ONCE:
        return redirect(job_url(jobs.ask(known, REMOVE_DEMO.name, payload, len(left), _once())))
    return redirect(job_url(jobs.do(known, REMOVE_DEMO.name, payload, len(left), _once()).id))


def _once() -> str:
    """Give the id of the job: the same for the same page, so that a form sent twice is carried out once."""
    try:
        page = UUID(request.form.get("_key", ""))
    except ValueError:
        raise MalformedError(msg("This form is not complete; open the page again")) from None
    return str(uuid5(page, f"{context().actor.id} {_URL}"))
