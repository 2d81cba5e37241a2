"""The addresses below a dashboard: one tile with its figures, and these as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from framework.errors import ForbiddenError, NotFoundError
from framework.extension import context
from framework.permissions import policy_for
from framework.transfer.cells import guarded
from i18n.lazy import msg
from ui.page.addresses import Address
from ui.page.asked import ABSENT
from ui.page.reader import reader
from ui.routes import opened_screen
from ui.screens.dashboard import DashboardKind, answer_tile, tile_figures

if TYPE_CHECKING:
    from metadata.snapshot import Screen

blueprint = Blueprint("dashboards", __name__)

_NO_EXPORT = msg("Your roles do not let you take records out as a file")


@blueprint.get("/screens/<name>/tiles/<tile>")
def tile(name: str, tile: str) -> Response:
    """Show one tile."""
    return answer_tile(reader(), context(), _dashboard(name), tile, _address())


@blueprint.get("/screens/<name>/tiles/<tile>/csv")
def figures(name: str, tile: str) -> Response:
    """Answer the figures of a chart as a file. Raises ForbiddenError without the ability."""
    known = context()
    screen = _dashboard(name)
    if "export" not in policy_for(known.snapshot, known.actor).abilities():
        raise ForbiddenError(_NO_EXPORT)
    found, drawn = tile_figures(reader(), known, screen, tile, _address())
    out = io.StringIO()
    writer = csv.writer(out)
    measured = f"{drawn.measured} ({drawn.currency})" if drawn.currency else drawn.measured
    writer.writerow([guarded(drawn.head), guarded(measured)])
    writer.writerows([guarded(item.label), str(item.value)] for item in drawn.items)
    made = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    made.headers.set("Content-Disposition", "attachment", filename=f"{found.name}-{known.today.isoformat()}.csv")
    return made


def _dashboard(name: str) -> Screen:
    found, kind = opened_screen(name)
    if not isinstance(kind, DashboardKind):
        raise NotFoundError(ABSENT)
    return found


def _address() -> Address:
    return Address(request.path.removesuffix("/csv"), tuple(request.args.items(multi=True)))
