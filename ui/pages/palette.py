"""What the palette offers for what is typed into it: records, things to do, screens, people, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from i18n.lazy import msg
from i18n.plain import plain
from ui.lists.views import ENTITY as SAVED_VIEW
from ui.page.addresses import ACTIONS_URL, Address
from ui.page.frame import every_entity, menu
from ui.page.stars import STARS_URL, starred
from ui.pages.hits import PERSON, Finder, Hit
from ui.values.telling import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from framework.context import Context
    from ui.page.reader import Reader
    from ui.pages.hits import Group

ACTIONS, PEOPLE = ">", "@"
_MOST = 5
_STARRED, _RECENT, _RECORDS, _DO, _SCREENS, _PEOPLE = (
    msg("Starred"),
    msg("Recent"),
    msg("Records"),
    msg("Actions"),
    msg("Screens and saved views"),
    msg("People"),
)
_OWN = (
    (msg("Settings"), "settings", "/me"),
    (msg("Starred"), "star", STARS_URL),
    (msg("What I did, and undo"), "history", ACTIONS_URL),
)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a small head; `all_url` leads to all of them, where there are more.

    `acts` marks those that do something: the page that is open adds what may be done there.
    """

    label: str
    hits: tuple[Hit, ...]
    all_url: str | None = None
    acts: bool = False


def sections_of(
    reader: Reader, context: Context, typed: str, recent: tuple[tuple[str, str], ...]
) -> tuple[Section, ...]:
    """Give the sections for a text; `recent` are the records seen last, shown while nothing is typed."""
    finder, text, sought = Finder(reader, context), reader.words.text, typed.strip()
    if sought.startswith(ACTIONS):
        return _filled([Section(text(_DO), _places(_actions(reader, context), sought[1:]), acts=True)])
    if sought.startswith(PEOPLE):
        people = finder.groups(sought[1:], _MOST, PERSON)
        return _filled([Section(text(_PEOPLE), people[0].hits if people else ())])
    do = Section(text(_DO), _places(_actions(reader, context), sought), acts=True)
    screens = _places(_screens(reader, context), sought)
    if not sought:
        stars = starred(context)[:_MOST] if reader.stars != 0 else ()
        seen = tuple(one for one in recent if one not in stars)[:_MOST]
        # Asked for together: what is of one entity costs one statement.
        hits = {(hit.entity, hit.id): hit for hit in finder.titled((*stars, *seen))}
        parts = ((_STARRED, stars), (_RECENT, seen))
        kept = [Section(text(label), tuple(hits[one] for one in some if one in hits)) for label, some in parts]
        return _filled([*kept, Section(text(_SCREENS), screens), do])
    found = finder.groups(sought, _MOST)
    apart = {
        name: [hit for group in found if group.name == name for hit in group.hits] for name in (PERSON, SAVED_VIEW)
    }
    return _filled(
        [
            _records(text(_RECORDS), [group for group in found if group.name not in apart], sought),
            do,
            Section(text(_SCREENS), (*screens, *apart[SAVED_VIEW])[:_MOST]),
            Section(text(_PEOPLE), tuple(apart[PERSON])),
        ]
    )


def _records(label: str, groups: Sequence[Group], sought: str) -> Section:
    """Give the best of each entity before the second best of any."""
    in_turns = (hit for hit in chain.from_iterable(zip_longest(*(group.hits for group in groups))) if hit is not None)
    shown = tuple(islice(in_turns, _MOST))
    more = any(group.all_url for group in groups) or sum(len(group.hits) for group in groups) > len(shown)
    return Section(label, shown, str(Address("/search", (("q", sought),))) if more else None)


def _filled(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.hits)


def _actions(reader: Reader, context: Context) -> Iterable[tuple[str, str, str]]:
    """Give (label, icon, address) of what may be done from anywhere."""
    for item in menu(context, reader.words).creatable:
        yield reader.words.text(msg("New: %(entity)s", entity=item.label)), "plus", item.url
    for label, icon, url in _OWN:
        yield reader.words.text(label), icon, url


def _screens(reader: Reader, context: Context) -> Iterable[tuple[str, str, str]]:
    """Give the rows of the sidebar, and the lists that it does not name."""
    offered = menu(context, reader.words)
    shown = [item for group in offered.groups for item in group.items if not item.outside]
    known = {item.url for item in shown}
    rest = [item for item in every_entity(context, reader.words) if item.url not in known]
    return ((item.label, item.icon, item.url) for item in (*shown, *rest, *offered.entries))


def _places(offered: Iterable[tuple[str, str, str]], sought: str) -> tuple[Hit, ...]:
    """Give those of which each word is in the label, those that begin with the text first."""
    words = plain(sought).split()
    fitting = [one for one in offered if all(word in plain(one[0]) for word in words)]
    fitting.sort(key=lambda one: not plain(one[0]).startswith(words[0] if words else ""))
    return tuple(Hit(url, cut(label, sought.strip()), "", "", icon, "", "") for label, icon, url in fitting[:_MOST])
