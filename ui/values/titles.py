"""The title of a single record, where only its id is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import NotFoundError
from framework.extension import services

if TYPE_CHECKING:
    from framework.context import Context


def title_of(context: Context, entity: str, ident: str) -> str | None:
    """Give the title; None where the actor may not see the record or there is none."""
    try:
        return services().door.get(context, entity, ident, fields=()).title
    except NotFoundError:
        return None
