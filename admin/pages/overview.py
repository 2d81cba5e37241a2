"""The first page of the desk: what there is to do, as far as one's abilities reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from admin.desk import ADMIN_URL, answer, groups
from framework.errors import ForbiddenError
from i18n.lazy import msg
from ui.page.reader import reader

if TYPE_CHECKING:
    from flask import Response

pages = Blueprint("admin_overview", __name__)


@pages.get(ADMIN_URL)
def show() -> Response:
    """List the places of the desk with what each is for."""
    if not groups():
        raise ForbiddenError(msg("Administration needs an ability that none of your roles gives"))
    return answer("desk/overview.html", title=reader().words.text(msg("Administration")))
