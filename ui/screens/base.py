"""What every screen kind is: a name, the keys of its metadata, and a page out of what was asked.

A kind asks the door through its context and draws by a template; it never touches SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.errors import NotFoundError
from framework.permissions import policy_for
from i18n.lazy import Label, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.context import Context
    from framework.permissions import EntityRights
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field, Screen
    from ui.reader import Reader

ABSENT = msg("There is no such page, or you may not see it")

_CAPITAL_NOUNS = frozenset({"de", "lb"})

NAME = {"type": "string"}
NAMES = {"type": "array", "items": NAME, "uniqueItems": True}
LABEL = {"type": "string", "minLength": 1, "maxLength": 200}
WIDTH = {"enum": ["narrow", "normal", "wide"], "description": "Without it the width follows from the type."}
COLUMN = {
    "oneOf": [
        NAME,
        {
            "type": "object",
            "properties": {
                "field": NAME,
                "width": WIDTH,
                "footer": {
                    "enum": ["count", "sum", "avg", "min", "max"],
                    "description": "What the foot says of all matching records.",
                },
            },
            "required": ["field"],
            "additionalProperties": False,
        },
    ]
}
SECTIONS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "label": LABEL,
            "columns": {"enum": [1, 2], "description": "Fields beside each other on a wide screen."},
            "fields": NAMES,
        },
        "required": ["fields"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True)
class ScreenKind:
    """Base of all screen kinds. It satisfies `metadata.catalogue.ScreenKind`.

    `field_places` and `expression_places` tell the language where names of the screen's entity and
    conditions over it stand in the options.
    """

    name: ClassVar[str]
    label: ClassVar[Message]
    options_schema: ClassVar[Mapping[str, Any]]
    field_places: ClassVar[tuple[tuple[str, ...], ...]]
    expression_places: ClassVar[tuple[tuple[str, ...], ...]] = ()


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
        text = self.text(label)
        if self.reader.words.language.partition("-")[0] in _CAPITAL_NOUNS or not text[1:2].islower():
            return text
        return text[:1].lower() + text[1:]

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


def ordered(items: Mapping[str, Any], first: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """Give keyed parts in their order of show."""
    named = [name for name in first if name in items]
    return [(name, items[name]) for name in dict.fromkeys([*named, *items])]
