"""What a page is asked for: which screen of which entity, by whom, with which rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.errors import NotFoundError
from framework.permissions import policy_for
from i18n.lazy import Label, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Context
    from framework.permissions import EntityRights
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field, Screen
    from ui.page.reader import Reader

ABSENT = msg("There is no such page, or you may not see it")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which screen of which entity is asked for by whom."""

    reader: Reader
    context: Context
    screen: Screen
    entity: Entity
    rights: EntityRights

    def text(self, label: Label | Message | str) -> str:
        """Give words in the reader's language."""
        return self.reader.words.text(label)

    def new_label(self) -> str:
        """Give the words of the button that creates a record."""
        return self.text(msg("New %(entity)s", entity=self.inside(self.entity.label)))

    def inside(self, label: Label) -> str:
        """Give a label as it stands inside a phrase: small, where the language writes nouns so."""
        return self.reader.words.inside(label)

    def counted(self, entity: Entity, count: int) -> str:
        """Give what so many records of an entity are called, without the number."""
        return self.reader.words.counted(entity.label, entity.label_plural, count)

    def own_label(self, written: Mapping[str, Any], *steps: str, default: str = "") -> str:
        """Give the label of a part of the screen's options, which lies at `steps`."""
        text = written.get("label")
        if text is None:
            return default
        return self.text(Label("/".join(("screen", self.screen.name, *steps, "label")), text))

    def readable(self, names: Iterable[str]) -> list[Field]:
        """Give the fields that exist and may be read; a screen that mentions others still works."""
        fields = self.entity.fields
        return [fields[name] for name in names if name in fields and name in self.rights.readable]


def ask(reader: Reader, context: Context, screen: Screen) -> Asked:
    """Give what is asked for. Raises NotFoundError where the actor may not see it."""
    policy = policy_for(context.snapshot, context.actor)
    entity = context.snapshot.entities.get(screen.entity or "")
    hidden = screen.roles and not policy.roles.intersection(screen.roles)
    if entity is None or hidden or not policy.entity(entity.name).visible:
        raise NotFoundError(ABSENT)
    return Asked(reader, context, screen, entity, policy.entity(entity.name))


def screen_of(context: Context, entity: str, kind: str) -> Screen:
    """Give the actor's screen of a kind for an entity. Raises NotFoundError where there is none."""
    roles = context.actor.roles
    found = [
        screen
        for screen in context.snapshot.entity_screens.get((entity, kind), ())
        if not screen.roles or roles.intersection(screen.roles)
    ]
    # Made for one's role, else the one that bears the name of a generated screen, else the first.
    found.sort(key=lambda screen: (not screen.roles, screen.name != f"{entity}_{kind}"))
    if found:
        return found[0]
    raise NotFoundError(ABSENT)
