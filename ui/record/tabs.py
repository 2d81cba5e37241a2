"""The tabs of a record's page: what is done and noted, lists that lead here, files, history. One is read at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.permissions import policy_for
from i18n.lazy import msg
from ui.record.attachments import count_files, offers_files
from ui.record.related import count_of, links_to
from ui.record.timeline import offers_timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.records import Record
    from ui.page.addresses import Address
    from ui.page.asked import Asked

# Tabs that are no related lists; a list of such a key would be hidden behind them.
DETAILS, ACTIVITY, FILES, HISTORY = "details", "activity", "files", "history"
PARAMETERS = frozenset({"tab", "kind", "after", "list"})


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `new_url` adds a record to its list. If it `counts`, `count` is known once it was asked for."""

    key: str
    label: str
    url: str
    open: bool
    new_url: str | None = None
    new_label: str = ""
    counts: bool = False
    count: str = ""


def tabs_of(asked: Asked, record: Record, here: Address, wanted: str | None) -> tuple[Tab, ...]:
    """Give the tabs that there are for the reader; open is the wanted one, without any (or for details) the first."""
    found = list(_tabs(asked, record, here))
    if wanted in {None, DETAILS} and found:
        wanted = found[0].key
    return tuple(replace(tab, open=tab.key == wanted) for tab in found)


def counted(asked: Asked, record: Record, tabs: tuple[Tab, ...]) -> tuple[Tab, ...]:
    """Give the tabs with how much they hold: a statement for each list, and one for the files."""
    counts = {link.key: count_of(link, record) for link in links_to(asked)}
    if offers_files(asked):
        counts[FILES] = count_files(asked, record)
    return tuple(replace(tab, count=counts.get(tab.key, "")) for tab in tabs)


def _tabs(asked: Asked, record: Record, here: Address) -> Iterator[Tab]:
    def tab(key: str, label: str, **more: Any) -> Tab:  # noqa: ANN401
        return Tab(key, label, str(here.having("tab", key)), open=False, **more)

    if offers_timeline(asked):
        yield tab(ACTIVITY, asked.text(msg("Activity")))
    for link in links_to(asked):
        new_url = link.new_url(record.id)
        yield tab(link.key, link.label, new_url=new_url, new_label=link.there.new_label(), counts=True)
    if offers_files(asked):
        yield tab(FILES, asked.text(msg("Files")), counts=True)
    if "view_history" in policy_for(asked.context.snapshot, asked.context.actor).abilities():
        yield tab(HISTORY, asked.text(msg("History")))
