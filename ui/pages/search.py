"""Search over all entities: the plain page, and the palette that asks for it while somebody types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.extension import context
from framework.records.parse import closed
from i18n.lazy import msg, nmsg
from ui.page.reader import reader
from ui.page.render import answer, fragment, is_fragment
from ui.pages.hits import Finder
from ui.pages.palette import sections_of

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("search", __name__)

_A_GROUP, _LONGEST, _MOST_RECENT = 5, 200, 10
_RECENT = re.compile(r"([a-z][a-z0-9_]{0,47})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@blueprint.get("/search")
def search() -> Response:
    """Show what is found; only readable records and fields are looked through."""
    given = closed(request.args.items(multi=True), frozenset({"q", "recent"}))
    sought, words = given.get("q", "").strip()[:_LONGEST], reader().words
    if is_fragment("palette-list"):
        recent = tuple((one[1], one[2]) for one in _RECENT.finditer(given.get("recent", "")))[:_MOST_RECENT]
        sections = sections_of(reader(), context(), sought, recent)
        found = sum(len(section.hits) for section in sections)
        told = words.text(nmsg("1 result that you may read", "%(count)s results that you may read", found))
        return fragment("page/palette_list.html", sections=sections, sought=sought, told=told)
    groups = Finder(reader(), context()).groups(sought, _A_GROUP) if sought else ()
    heading = words.text(msg("Search: %(sought)s", sought=sought) if sought else msg("Search"))
    nothing = msg("Nothing that you may see matches.") if sought else msg("Type what you are looking for above.")
    return answer(
        "page/search.html", title=heading, heading=heading, groups=groups, nothing=words.text(nothing), sought=sought
    )
