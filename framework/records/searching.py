"""What a person types into a search, as fragments, and as a condition over what they may read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from framework.errors import Fault, MalformedError
from framework.fields.base import ValueRefusedError
from framework.fields.searched import searched_fields
from framework.fields.words import clean_text
from framework.plans.sought import SHORT, Sought
from i18n.plain import plain
from metadata.expressions import logic
from metadata.expressions.tree import Call, Literal, Path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from framework.permissions import Policy
    from metadata.expressions import Node
    from metadata.snapshot import Entity

_MOST_FRAGMENTS = 6
_LEAST_DIGITS = 4
# Digits with what people put between them.
_NUMBER = re.compile(r"[\d\s()+./-]+")
_BETWEEN = re.compile(r"\D+")
# What stands before each field's text, so that no fragment is found across two of them.
_BREAK = "\n"


def sought_of(text: str | None) -> Sought | None:
    """Give what a text looks for, None for a blank one. Raises MalformedError for signs that no text may hold.

    The first few words count; they are found in any order and in any fields. A number of four digits or more
    is also found however its digits are grouped, and whether or not it begins with the zeros of a call from home.
    """
    if not text:
        return None
    try:
        clean_text(text)
    except ValueRefusedError as error:
        raise MalformedError(error.message, [Fault("search", error.code, error.message)]) from None
    words = tuple(dict.fromkeys(plain(text).split()))[:_MOST_FRAGMENTS]
    if not words:
        return None
    digits = _BETWEEN.sub("", text).lstrip("0") if _NUMBER.fullmatch(text) else ""
    if len(digits) >= _LEAST_DIGITS and (digits,) != words:
        return Sought((words, (digits,)))
    return Sought((words,))


def search_condition(policy: Policy, entity: Entity, sought: Sought) -> Node:
    """Give the records whose searchable texts hold what is sought, as far as the actor may read these."""
    readable = policy.entity(entity.name).readable
    names = [field.name for field in searched_fields(entity) if field.name in readable]
    if not names:
        return Literal(value=False)
    texts = (part for name in names for part in (Literal(_BREAK), Path((name,))))
    whole = Call("plain", (Call("concat", tuple(texts)),))
    return logic("or", [logic("and", list(_held(whole, words))) for words in sought.alternatives])


def _held(whole: Node, words: Iterable[str]) -> Iterable[Node]:
    for word in words:
        if len(word) >= SHORT:
            yield Call("contains", (whole, Literal(word)))
        else:
            begins = [Call("contains", (whole, Literal(before + word))) for before in (_BREAK, " ")]
            yield logic("or", begins)
