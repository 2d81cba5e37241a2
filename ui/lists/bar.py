"""What stands above the records of a list, board or calendar: views, search, filters, and other screens of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.lists.builder import builder_url
from ui.lists.filters import Chip, Menu, chips, menus, without_filters
from ui.lists.switcher import switcher_of
from ui.page.kinds import kinds_of

if TYPE_CHECKING:
    from framework.plans import Query
    from ui.lists.state import ListState
    from ui.lists.switcher import Switcher
    from ui.page.addresses import Address
    from ui.page.asked import Asked
    from ui.page.kinds import KindLink


@dataclass(frozen=True, slots=True)
class Bar:
    """All that the templates of the bar and of the views print."""

    url: str
    search: str
    kept: tuple[tuple[str, str], ...]
    menus: tuple[Menu, ...]
    chips: tuple[Chip, ...]
    switcher: Switcher
    kinds: tuple[KindLink, ...]
    builder_url: str
    clear_url: str
    in_bin: bool

    @property
    def narrows(self) -> bool:
        """Whether a filter or a search is on."""
        return bool(self.chips or self.search)


def bar_of(asked: Asked, address: Address, state: ListState, query: Query) -> Bar:
    """Give the bar above what a query of this address finds."""
    return Bar(
        url=address.path,
        search=query.search or "",
        kept=address.anew("search", None).parameters,
        menus=menus(asked, address, asked.screen.options.get("quick_filters")),
        chips=chips(asked, address, state),
        switcher=switcher_of(asked, address, state),
        kinds=() if query.bin else kinds_of(asked, address),
        builder_url=builder_url(address, state),
        clear_url=str(without_filters(address, state)),
        in_bin=query.bin,
    )
