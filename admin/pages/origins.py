"""How a definition holds with all layers, value by value, and which layer each value comes from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import request

from admin.bench import bench, label_of
from admin.desk import Area, DeskPages, Place, answer
from admin.inputs import Option
from admin.origins import DRAFT, origins, origins_url
from admin.telling import labels_of, place_of
from framework.errors import NotFoundError
from framework.extension import services
from i18n.lazy import msg
from metadata.documents import steps_of
from metadata.kinds import FOLDERS
from metadata.layers import SITE
from ui.page.reader import reader

if TYPE_CHECKING:
    from flask import Response

pages = DeskPages(
    "origins",
    Place(
        Area.DESIGN,
        13,
        msg("Where it comes from"),
        msg("Every value of a definition and the layer that says it."),
        "stack-2",
        "/admin/origins",
        frozenset({"design", "publish"}),
        shown=False,
    ),
)


@pages.get("/admin/origins/<folder>/<name>")
def show(folder: str, name: str) -> Response:
    """Show the values of a definition, or of the part at `at`; those of one layer alone where `layer` says so."""
    kind, text, here = FOLDERS.get(folder, ""), reader().words.text, bench()
    found, at, layer = here.found(kind, name), request.args.get("at", ""), request.args.get("layer", "")
    live = services().runtime.definitions(here.base).merged.documents.get((kind, name))
    values = origins(found, live, at)
    if not values:
        raise NotFoundError(msg("There is no definition “%(name)s”, or you may not see it", name=f"{name}{at}"[:60]))
    counted = Counter(one.layer for one in values if one.layer)
    address = "/".join((found.address, *steps_of(at)))
    words = {SITE: text(msg("the site")), DRAFT: text(msg("your draft"))}
    return answer(
        "desk/origins.html",
        title=text(msg("Where it comes from")),
        place=place_of(address, labels_of(here.merged.documents)),
        whole=Option(origins_url(kind, name), text(label_of(kind, name))) if at else None,
        text_url=f"/admin/documents/{folder}/{name}.json",
        layers=[Option(one, f"{words.get(one, one)} ({count})", one == layer) for one, count in counted.items()],
        at=at,
        all=not layer,
        values=[one for one in values if not layer or one.layer == layer],
        words=words,
    )
