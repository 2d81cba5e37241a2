"""Text with headings, lists, emphasis and links, kept as HTML that can do nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from framework.fields.base import Column, ColumnKind, FieldType, ValueRefusedError
from framework.fields.markdown import to_html, to_markdown
from framework.fields.markup import as_blocks, is_markup, plain_text, sanitised
from framework.fields.words import clean_text
from i18n.lazy import msg, nmsg
from metadata.expressions import types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from framework.context import Context
    from i18n.formats import Formats
    from metadata.snapshot import Field

_LONGEST = 200_000
_MOST_TAGS = 5_000
_TAG = re.compile(r"<[A-Za-z]")


class RichText(NamedTuple):
    """HTML and its words alone: the stored value of a rich_text field."""

    text: str
    html: str


@dataclass(frozen=True)
class RichTextField(FieldType):
    """Formatted text. What is not allowed in it is taken out when it is written, and again when it leaves."""

    name = "rich_text"
    label = msg("Rich text")
    options_schema: ClassVar[Mapping[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": _LONGEST,
            "description": "Characters at most, without the markup.",
        },
        "rows": {"type": "integer", "minimum": 2, "maximum": 40, "description": "Height of the control in lines."},
    }
    operators = ("contains", "starts_with", "blank")
    sortable = False
    searchable = True
    control = "rich_text"
    cell = "rich_text"
    telling = False
    listed_by_default = False

    def columns(self, field: Field) -> tuple[Column, ...]:  # noqa: ARG002
        """The words, which are sought, and the HTML."""
        return (Column(ColumnKind.TEXT), Column(ColumnKind.TEXT, "__html"))

    def parts(self, field: Field, value: RichText) -> tuple[str, str]:  # noqa: ARG002
        """Both."""
        return (value.text, value.html)

    def stored(self, field: Field) -> Callable[[Sequence[Any]], RichText | None]:  # noqa: ARG002
        """Both; words without HTML were made by an expression and are read as if typed."""
        return lambda columns: _rich(to_html(columns[0])) if columns[1] is None else RichText(*columns)

    def named_parts(self, field: Field) -> Mapping[str, str | None]:  # noqa: ARG002
        """The HTML has a column, but no expression names it."""
        return {"html": None}

    def main_value(self, field: Field, value: RichText) -> str:  # noqa: ARG002
        """The words."""
        return value.text

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text: the words."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> RichText | None:  # noqa: ANN401
        """What is left of the HTML; without a word in it there is no value."""
        found = _rich(_measured(as_blocks(_measured(clean_text(value)))))
        most = field.options.get("max_length")
        if found and most and len(found.text) > most:
            raise ValueRefusedError(
                nmsg("At most 1 character", "At most %(count)s characters", most),
                "max_length",
                msg("It has %(length)s", length=len(found.text)),
            )
        return found

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """HTML."""
        return {"type": ["string", "null"], "contentMediaType": "text/html"}

    def wire(self, field: Field) -> Callable[[RichText], str]:  # noqa: ARG002
        """The HTML, sanitised by the rules of today."""
        return lambda value: sanitised(value.html)

    def to_text(self, field: Field, value: RichText | None, formats: Formats) -> str:  # noqa: ARG002
        """The HTML: a file loses nothing."""
        return "" if value is None else sanitised(value.html)

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The HTML of Markdown; what begins with one of our blocks is HTML itself."""
        typed = text.strip()
        return typed or None if is_markup(typed) else to_html(_measured(clean_text(typed))) or None

    def typed(self, field: Field, value: RichText | None, formats: Formats) -> Mapping[str, str]:  # noqa: ARG002
        """Markdown, or HTML where that cannot say it."""
        return {"": "" if value is None else to_markdown(sanitised(value.html))}

    def shown(self, field: Field, value: RichText | None, formats: Formats) -> str:  # noqa: ARG002
        """The words."""
        return "" if value is None else value.text


def _measured(text: str) -> str:
    """A text that is read in reasonable time: that of nested tags grows with their square."""
    if len(text) > _LONGEST:
        raise ValueRefusedError(msg("The text is longer than %(most)s characters", most=_LONGEST), "max_length")
    if len(_TAG.findall(text)) > _MOST_TAGS:
        raise ValueRefusedError(msg("The text has more than %(most)s tags", most=_MOST_TAGS), "max_length")
    return text


def _rich(markup: str) -> RichText | None:
    words = plain_text(markup)
    return RichText(words, markup) if words else None
