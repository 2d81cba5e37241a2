"""The row above a list that switches between views, and what may be done with the one that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from i18n.lazy import msg
from ui.lists.state import reset
from ui.lists.views import ENTITY, OF_SCREENS, Origin
from ui.lists.written import columns_text
from ui.page.stars import looked_up, star_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.lists.state import ListState
    from ui.lists.views import View
    from ui.page.addresses import Address
    from ui.page.asked import Asked
    from ui.page.stars import Star

_ALL = msg("All")
_GROUPS = {Origin.OWN: msg("Mine"), Origin.SHARED: msg("Shared"), Origin.STANDARD: msg("Standard")}
_LOST = msg("This view names a field or value that is not there for you. It is shown without that.")
_GONE = msg("This view is no longer there, or it is not shared any more.")


@dataclass(frozen=True, slots=True)
class Tab:
    """A view to open; `by` names whoever shares it."""

    key: str
    label: str
    url: str
    current: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class TabGroup:
    """Views of one origin under their heading."""

    label: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Switcher:
    """All that the template of the row prints.

    `kept` are the parts of the present state that saving stores; `own` is the open view where the reader may change
    it. Blank addresses mean that it may not be done.
    """

    tabs: tuple[Tab, ...]
    groups: tuple[TabGroup, ...]
    changed: bool
    reset_url: str
    kept: tuple[tuple[str, str], ...]
    create_url: str
    own: View | None
    save_url: str
    note: str
    star: Star | None = None


def switcher_of(asked: Asked, address: Address, state: ListState) -> Switcher:
    """Give the row for a list in this state."""
    rights = policy_for(asked.context.snapshot, asked.context.actor).entity(ENTITY)
    own = state.view if state.view and state.view.origin is Origin.OWN and rights.update != NOTHING else None
    below = f"/records/{asked.entity.name}/views"
    return Switcher(
        tabs=tuple(_tabs(asked, address, state)),
        groups=tuple(_groups(asked, address, state)),
        changed=state.changed,
        reset_url=str(reset(address)),
        kept=(
            ("filter", state.whole_filter),
            ("columns", columns_text(state.columns)),
            ("sort", ",".join(state.sort)),
            ("list", str(replace(address, parameters=_of_screen(address)))),
        ),
        create_url=below if rights.creatable else "",
        own=own,
        save_url=f"{below}/{own.key}" if own else "",
        note=asked.text(_GONE if state.gone else _LOST) if state.gone or state.lost else "",
        star=_star(asked, address, state),
    )


def _star(asked: Asked, address: Address, state: ListState) -> Star | None:
    """Give the star of the view that is open; standard ones have none."""
    if state.view is None or state.view.origin is Origin.STANDARD:
        return None
    back = str(_opening(address, state.view.key))
    return looked_up(star_of(asked.reader, asked.context, ENTITY, state.view.key, back), asked.context)


def _of_screen(address: Address) -> tuple[tuple[str, str], ...]:
    """Give what an address says that no view holds: the days of a calendar and its people."""
    return tuple(pair for pair in address.parameters if pair[0] in OF_SCREENS)


def _tabs(asked: Asked, address: Address, state: ListState) -> Iterable[Tab]:
    """Give the whole list, what is pinned, and the open view in any case."""
    yield Tab("", asked.text(_ALL), str(_opening(address, None)), current=state.view is None)
    for view in state.views:
        if view.pinned or view is state.view:
            yield _tab(address, state, view)


def _groups(asked: Asked, address: Address, state: ListState) -> Iterable[TabGroup]:
    for origin, words in _GROUPS.items():
        found = tuple(_tab(address, state, view) for view in state.views if view.origin is origin)
        if found:
            yield TabGroup(asked.text(words), found)


def _tab(address: Address, state: ListState, view: View) -> Tab:
    by = view.owner if view.origin is Origin.SHARED else ""
    return Tab(view.key, view.label, str(_opening(address, view.key)), view is state.view, by)


def _opening(address: Address, key: str | None) -> Address:
    return reset(address).having("view", key)
