"""Ways from the screens to the pages of administrators, where a part brings them and the reader may go there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from framework.permissions import policy_for

if TYPE_CHECKING:
    from framework.context import Context

_DESIGNERS = frozenset({"design"})


def desk_url(context: Context, view: str, address: str, abilities: frozenset[str]) -> str:
    """Give the address of a page that any of these abilities opens; blank where it is shut or not there.

    The address is given, since a request to a host that is not ours can have none built.
    """
    there = view in current_app.view_functions
    return address if there and policy_for(context.snapshot, context.actor).abilities() & abilities else ""


def entity_design_url(context: Context, entity: str) -> str:
    """Give the address at which an entity is designed; blank for who may not."""
    return desk_url(context, "admin_entities.one", f"/admin/entities/{entity}", _DESIGNERS)


def screen_design_url(context: Context, screen: str) -> str:
    """Give the address at which it is said what stands on a screen; blank for who may not."""
    return desk_url(context, "admin_screens.one", f"/admin/screens/{screen}", _DESIGNERS)
