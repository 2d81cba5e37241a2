"""Conditions over many records that compare amounts of money with a plain number, in whatever currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.check.base import Finding, numbered
from metadata.expressions.currencies import amounts_without_currency, compared_across, currency_hint
from metadata.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metadata.check.look import Look
    from metadata.places import Place


@numbered("M306")
def currency_is_told(places: Iterable[tuple[str, Place]], look: Look) -> Iterator[Finding]:
    """A filter or row rule says in which currency it compares; `places` gives each with its pointer."""
    for pointer, place in places:
        try:
            amounts = amounts_without_currency(look.meanings.of(place))
        except ExpressionError:
            continue  # reported where the expressions are checked
        for amount in amounts:
            yield Finding(pointer, compared_across(amount), currency_hint(amount), place.text)
