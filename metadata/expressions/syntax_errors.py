"""What a parser's refusal means to the person who wrote the expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import UnexpectedCharacters, UnexpectedToken

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError
from metadata.expressions.tree import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from i18n.lazy import Message

Refusal = UnexpectedToken | UnexpectedCharacters

_LONGEST_QUOTE = 40

# Spellings of other languages, and what is written here; longer ones first.
_SPELLINGS = {
    "==": msg("Write = to compare."),
    "<>": msg("Write != for “is not”."),
    "&&": msg("Write and."),
    "||": msg("Write or."),
    "≠": msg("Write !=."),
    "≤": msg("Write <=."),
    "≥": msg("Write >=."),
    "!": msg("Write not, or != to compare."),
    '"': msg("A text stands in single quotes: 'like this'."),
    "“": msg("A text stands in single quotes: 'like this'."),
    "\u2018": msg("A text stands in straight single quotes: 'like this'."),
    "\u2019": msg("A text stands in straight single quotes: 'like this'."),
    "^": msg("There is no power operator."),
    "[": msg("A list stands in round brackets: (1, 2)."),
}


def syntax_error(error: Refusal, text: str) -> ExpressionError:
    """The coded error for a refusal of the parser, with what was expected and a hint."""
    at = len(text) if _is_end(error) else (error.pos_in_stream or 0)
    expected = _expected(error)
    if at >= len(text):
        message = msg("Expected %(expected)s, but the expression ends.", expected=expected)
    else:
        message = msg("Expected %(expected)s, found %(found)s.", expected=expected, found=_found(error, text, at))
    return ExpressionError("syntax", message, at + 1, _hint(error, text, at))


def _is_end(error: Refusal) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _found(error: Refusal, text: str, at: int) -> str:
    found = str(error.token) if isinstance(error, UnexpectedToken) else text[at]
    return found if len(found) <= _LONGEST_QUOTE else f"{found[:_LONGEST_QUOTE]}…"


def _hint(error: Refusal, text: str, at: int) -> Message | None:
    if isinstance(error, UnexpectedCharacters) and text[at] == "'":
        return msg("The text that begins here is not closed; a quote inside it is written twice: ''.")
    for spelling, hint in _SPELLINGS.items():
        # Its first character may have been read as an operator of its own.
        if text.startswith(spelling, at) or (len(spelling) > 1 and text[max(at - 1, 0) : at + 1] == spelling):
            return hint
    words = [str(error.token)] if isinstance(error, UnexpectedToken) else []
    words.append(text[:at].rstrip().rpartition(" ")[2])
    for word in words:
        if word not in KEYWORDS and word.casefold() in KEYWORDS:
            return msg("Write %(word)s in small letters.", word=word.casefold())
    return None


def _expected(error: Refusal) -> Message:
    """The first description that fits what could have followed; the last one fits always."""
    accepted = _accepted(error)
    return next(words for terminals, words in _EXPECTED if terminals <= accepted)


# From the most to the least telling: a place that takes a number takes any value.
_EXPECTED: tuple[tuple[frozenset[str], Message], ...] = (
    (frozenset({"NUMBER", "RPAR"}), msg("a value, a name or a closing bracket")),
    (frozenset({"NUMBER"}), msg("a value or a name")),
    (frozenset({"LPAR", "NAME"}), msg("a list in brackets")),
    (frozenset({"NAME"}), msg("a name")),
    (frozenset({"COMMA"}), msg("an operator, a comma or a closing bracket")),
    (frozenset({"RPAR"}), msg("an operator or a closing bracket")),
    (frozenset({"$END"}), msg("an operator or the end")),
    (frozenset({"LPAR"}), msg("an opening bracket")),
    (frozenset({"_IN"}), msg("the word in")),
    (frozenset({"DOT"}), msg("a dot")),
    (frozenset(), msg("an operator or the end")),
)


def _accepted(error: Refusal) -> AbstractSet[str]:
    """The terminals that could really follow; what a state merely knows of includes too many."""
    parser = error.interactive_parser
    accepted: set[str] = parser.accepts() if parser else set()  # type: ignore[no-untyped-call]
    return accepted
