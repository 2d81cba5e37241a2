"""What one sample says of a field type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value in its three forms: as given, as it leaves in JSON, as the door and expressions have it.

    `literal` is how a filter writes it, where that is not the wire form.
    """

    given: object
    wire: object
    stored: object
    literal: str | None = None

    @property
    def text(self) -> str:
        """How a filter writes it."""
        return str(self.wire) if self.literal is None else self.literal


@dataclass(frozen=True, slots=True)
class Sample:
    """A field definition and values of it, smallest first (texts in any order) and all different to a sort.

    `refused` pairs values that are not accepted with the code of the refusal; `typed` pairs what
    a person types in English with the wire value that it becomes. `beside` are further fields of the
    entity. `through` is the field that is written so that this one has its value, for those that are
    computed; None where nothing that is written gives it one.
    """

    name: str
    field: Mapping[str, Any]
    values: tuple[Value, ...] = ()
    refused: tuple[tuple[object, str], ...] = ()
    typed: tuple[tuple[str, object], ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    through: str | None = "value"

    @property
    def type(self) -> str:
        """The name of the field type."""
        found: str = self.field["type"]
        return found

    @property
    def entity(self) -> str:
        """The name of the entity that holds the field."""
        return f"sample_{self.name}"

    @property
    def document(self) -> dict[str, Any]:
        """The entity with the field `value`, and `run`, by which a test finds its own records."""
        own = {"run": {"type": "text", "required": True}, **self.beside, "value": self.field}
        return {"title": "run", "fields": own}
