"""The addresses below a dashboard: one tile with its figures, and these as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from framework.errors import ForbiddenError, NotFoundError
from framework.extension import context
from framework.permissions import policy_for
from framework.records.parse import closed
from framework.transfer.cells import guarded
from i18n.lazy import msg
from ui.dashboards.copies import changed, forget, offered, store
from ui.dashboards.drawing import table_texts
from ui.page.addresses import Address
from ui.page.asked import ABSENT
from ui.page.reader import reader
from ui.page.render import redirect
from ui.routes.screens import opened_screen
from ui.screens.dashboard import (
    ARRANGE,
    DashboardKind,
    answer_tile,
    layout_for,
    seen_at,
    seen_tiles,
    tile_figures,
)

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
    if found.kind == "table":
        rows = table_texts(found, seen_at(known, screen, _address()))
        writer.writerows([guarded(cell) for cell in row] for row in rows)
    else:
        measured = f"{drawn.measured} ({drawn.currency})" if drawn.currency else drawn.measured
        writer.writerow([guarded(drawn.head), guarded(measured)])
        writer.writerows([guarded(item.label), str(item.value)] for item in drawn.items)
    made = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    made.headers.set("Content-Disposition", "attachment", filename=f"{found.name}-{known.today.isoformat()}.csv")
    return made


@blueprint.post("/screens/<name>/copy")
def arrange(name: str) -> Response:
    """Change somebody's own dashboard by one step; the first one makes it."""
    known, screen = context(), _dashboard(name)
    record, layout = layout_for(reader(), known, screen)
    do = closed(request.form.items(multi=True), frozenset({"do", "_csrf"})).get("do", "")
    addable = [tile for _, tiles in offered(reader(), known, layout) for tile in tiles]
    wanted = changed(layout, do, addable)
    if wanted != layout or record is None:
        store(known, screen.name, record, wanted)
    key = do.partition(":")[2]
    place = f"#place-{key.replace('.', '-')}" if key in {one.key for one in wanted} else ""
    return redirect(f"{_arranged(name)}{place}")


@blueprint.post("/screens/<name>/copy/reset")
def reset(name: str) -> Response:
    """Let a dashboard be again as it is for everybody."""
    known, screen = context(), _dashboard(name)
    seen_tiles(reader(), known, screen)
    forget(known, screen.name)
    return redirect(str(Address(f"/screens/{name}", _parameters()).having("done", "dashboard_reset")))


def _arranged(name: str) -> Address:
    return Address(f"/screens/{name}", _parameters()).having(ARRANGE, "1")


def _parameters() -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in request.args.items(multi=True) if pair[0] in {"period", "from", "person"})


def _dashboard(name: str) -> Screen:
    found, kind = opened_screen(name)
    if not isinstance(kind, DashboardKind):
        raise NotFoundError(ABSENT)
    return found


def _address() -> Address:
    return Address(request.path.removesuffix("/csv"), tuple(request.args.items(multi=True)))
