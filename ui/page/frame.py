"""What stands around every page: the sidebar from the metadata, the person, what may be created.

What the actor may not open is not there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import request

from framework.extension import installed_parts, services
from framework.permissions import policy_for
from framework.plans.predicates import NOTHING
from framework.settings import DEMO_SIGN_IN
from i18n.lazy import msg
from ui.page.addresses import list_url, new_url, screen_url
from ui.page.desk import desk_url
from ui.page.people import Face, face
from ui.page.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.context import Context
    from framework.permissions import Policy
    from i18n.catalog import Translator
    from metadata.snapshot import Entity, Navigation, NavigationItem, Screen

_MOST_PHONE = 4
_MOST_LEFT_OVER = 8
_MOST_CREATABLE = 12
_HOME = msg("Home")
_MORE = msg("More")
_ALL = msg("All entities")
_CORE = "core"
_DEMO = msg("Demo data")
_REVISIONS, _SEE_REVISIONS = "admin_revisions.show", frozenset({"design", "publish"})
_NO_ROLE = frozenset({"everyone"})
ALL_URL = "/records"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the sidebar or of a menu."""

    name: str
    label: str
    icon: str
    url: str
    outside: bool = False
    counted: str = ""
    """The screen whose records are counted beside it, if any."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading, which the first group may lack."""

    label: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """All that the frame offers to one policy in one language."""

    groups: tuple[Group, ...]
    phone: tuple[Item, ...]
    creatable: tuple[Item, ...]
    entries: tuple[Item, ...] = ()
    """Places outside of the metadata, by one's abilities."""

    @property
    def first(self) -> str:
        """The address of the first page to show."""
        inside = [item.url for group in self.groups for item in group.items if not item.outside]
        return inside[0] if inside else "/me"

    def current(self, path: str) -> str:
        """The address of the row to which a page belongs: the longest that begins the page's own."""
        items = (*(item for group in self.groups for item in group.items), *self.entries)
        urls = [item.url for item in items if _begins(path, item.url)]
        return max(urls, key=len, default="")


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page."""

    language: str
    direction: str
    theme: str
    density: str
    keys: str
    width: str
    site: str
    current: str = ""
    revision: int = 0
    person: Face | None = None
    menu: Menu = Menu((), (), ())
    printed: str = ""
    stars: int | None = 0
    badges: tuple[str, ...] = ()
    """What tells this installation from a plain one."""
    revision_url: str = ""


def _begins(path: str, url: str) -> bool:
    return path == url or (url != ALL_URL and path.startswith(f"{url}/"))


def frame() -> Frame:
    """Give the frame of this request's page."""
    known = reader()
    asks, words = known.context, known.words
    looks = (words.language, words.direction, known.theme, known.density, known.keys, known.menu)
    if asks is None:
        return Frame(*looks, site="Armature")
    actor, offered = asks.actor, menu(asks, words)
    return Frame(
        *looks,
        asks.snapshot.site.name,
        offered.current(request.path),
        asks.revision,
        face(actor.id or "", actor.name, actor.email),
        offered,
        " · ".join((asks.snapshot.site.name, actor.name, known.formats.date_full(asks.today))),
        known.stars,
        tuple(_badges(words)),
        desk_url(asks, _REVISIONS, "/admin/revisions", _SEE_REVISIONS),
    )


def _badges(words: Translator) -> Iterator[str]:
    """Give what tells this installation from a plain one: its environment, and that its people are for trying out."""
    settings = services().settings
    if settings.environment:
        yield settings.environment
    if settings.data_dir.joinpath(DEMO_SIGN_IN).exists():
        yield words.text(_DEMO)


def menu(asks: Context, words: Translator) -> Menu:
    """Give the menu of the actor."""
    policy = policy_for(asks.snapshot, asks.actor)
    return _menu(policy, words)


@lru_cache(maxsize=256)
def _menu(policy: Policy, words: Translator) -> Menu:
    visible = {entity.name: entity for entity in policy.visible_entities()}
    arranged = _navigation(policy)
    groups, phone = [], []
    if arranged is not None:
        for group in arranged.groups:
            items = {item.name: _item(item, policy, visible, words) for item in group.items}
            found = tuple(item for item in items.values() if item is not None)
            if found:
                groups.append(Group(words.text(group.label) if group.label else None, found))
        named = {item.name: item for group in groups for item in group.items}
        phone = [named[name] for name in arranged.phone if name in named]
    rest = _left_over(groups, visible, words)
    if rest:
        groups.append(Group(words.text(_MORE) if groups else None, rest))
    first = [item for group in groups for item in group.items if not item.outside]
    return Menu(
        tuple(groups),
        tuple((phone or first)[:_MOST_PHONE]),
        _creatable(groups, policy, visible, words),
        _entries(policy, words),
    )


def _entries(policy: Policy, words: Translator) -> tuple[Item, ...]:
    may = policy.abilities()
    return tuple(
        Item(f"{part.name}-{place}", words.text(one.label), one.icon, one.url)
        for part in installed_parts()
        for place, one in enumerate(part.entries)
        if may & one.abilities
    )


def every_entity(asks: Context, words: Translator) -> tuple[Item, ...]:
    """Give all that the actor may read, by name; nothing to who reads only what everybody must."""
    visible = policy_for(asks.snapshot, asks.actor).visible_entities()
    if asks.actor.roles <= _NO_ROLE and all(entity.layer == _CORE for entity in visible):
        return ()
    found = [
        Item(entity.name, words.text(entity.label_plural), entity.icon, list_url(entity.name)) for entity in visible
    ]
    return tuple(sorted(found, key=lambda item: item.label.casefold()))


def _navigation(policy: Policy) -> Navigation | None:
    """Give the arrangement made for one of the actor's roles, else the one for everybody."""
    every = policy.snapshot.navigation.values()
    own = (one for one in every if policy.roles.intersection(one.roles))
    return next(own, next((one for one in every if not one.roles), None))


def _item(item: NavigationItem, policy: Policy, visible: dict[str, Entity], words: Translator) -> Item | None:
    if item.url is not None:
        return Item(item.name, words.text(item.label or item.url), item.icon or "external-link", item.url, outside=True)
    screen = policy.snapshot.screens.get(item.screen) if item.screen else None
    if screen and screen.entity is None:
        return _of_no_entity(item, screen, policy, words)
    name = item.entity or (screen.entity if screen else None)
    entity = visible.get(name) if name else None
    if entity is None or (screen and screen.roles and not policy.roles.intersection(screen.roles)):
        return None
    label = item.label or (screen.label if screen else entity.label_plural)
    url = screen_url(screen) if screen else list_url(entity.name)
    counted = screen.name if screen and item.counted else ""
    return Item(item.name, words.text(label), item.icon or entity.icon, url, counted=counted)


def _of_no_entity(item: NavigationItem, screen: Screen, policy: Policy, words: Translator) -> Item | None:
    """Give the row of a screen that is about no entity of its own, such as a dashboard."""
    if screen.roles and not policy.roles.intersection(screen.roles):
        return None
    return Item(item.name, words.text(item.label or screen.label), item.icon or "dashboard", screen_url(screen))


def _left_over(groups: list[Group], visible: dict[str, Entity], words: Translator) -> tuple[Item, ...]:
    """Give readable entities that no navigation names, but for lines; all on a page of their own if they are many."""
    shown = {item.url for group in groups for item in group.items}
    rest = [
        Item(entity.name, words.text(entity.label_plural), entity.icon, list_url(entity.name))
        for entity in visible.values()
        if entity.layer != _CORE and entity.part_of is None and list_url(entity.name) not in shown
    ]
    more = [Item("records", words.text(_ALL), "dots", ALL_URL)] if visible else []
    return (*rest[:_MOST_LEFT_OVER], *more)


def _creatable(groups: list[Group], policy: Policy, visible: dict[str, Entity], words: Translator) -> tuple[Item, ...]:
    """Give the entities of which records may be made by themselves, those of the sidebar first; beyond a dozen, all."""
    may = [
        entity
        for entity in visible.values()
        if entity.layer != _CORE and entity.part_of is None and policy.entity(entity.name).create != NOTHING
    ]
    shown = [item.url for group in groups for item in group.items]
    may.sort(key=lambda entity: shown.index(url) if (url := list_url(entity.name)) in shown else len(shown))
    items = [Item(entity.name, words.text(entity.label), entity.icon, new_url(entity.name)) for entity in may]
    more = [Item("records", words.text(_ALL), "dots", ALL_URL)] if len(items) > _MOST_CREATABLE else []
    return (*items[:_MOST_CREATABLE], *more)
