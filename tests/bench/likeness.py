"""Before anything is measured: do both sides give the same? Else the figures would mean nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.bench.operations import BOARD, CALENDAR, DASHBOARD, Request
from tests.bench.sides import Side

_ANSWERED = "/api/v1/records/contact"
# Each side makes people and moments of its own.
_OWN = frozenset({"created_at", "created_by", "updated_at", "updated_by", "owner", "team"})
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")
# What is hidden, stands in a closed dialog or menu, or is for browsers without scripts; the product has more of that,
# which counts against it alone.
_UNSHOWN = re.compile(r"<(dialog|details|noscript)\b.*?</\1>|<(\w+)[^>]* hidden\b[^>]*>.*?</\2>", re.DOTALL)
# Words of a page that may differ: what one side says and the other does not.
_MOST_MISSING = 0.03


class UnlikeError(Exception):
    """The two sides do not do the same work."""


def require_likeness(baseline: Side, product: Side) -> None:
    """Compare a record, a page of the API and all pages. Raises UnlikeError with the differences."""
    ident = baseline.records.measured_contacts()[0]
    _require_equal("a record", *(_record(side, ident) for side in (baseline, product)))
    pages = [_api(side, f"{_ANSWERED}?sort=name&limit=50&count=exact") for side in (baseline, product)]
    first, second = ({key: page[key] for key in ("count", "count_exact")} for page in pages)
    _require_equal("the count", first, second)
    _require_equal("the fields of a list", *(set(page["items"][0]) for page in pages))
    of_one = f"/records/contact/{ident}"
    for path in ("/records/contact", of_one, f"{of_one}/edit", BOARD, CALENDAR, *DASHBOARD):
        _require_words(path, *(_words(side, path) for side in (baseline, product)))


def _record(side: Side, ident: str) -> Mapping[str, Any]:
    found = _api(side, f"{_ANSWERED}/{ident}")
    return {key: None if key in _OWN else value for key, value in found.items()}


def _api(side: Side, path: str) -> dict[str, Any]:
    answer = Request("GET", path, side.bearer).sent_to(side)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _words(side: Side, path: str) -> list[str]:
    page = Request("GET", path, side.cookie).sent_to(side).body.decode()
    return _WORD.findall(_TAG.sub(" ", _UNSHOWN.sub(" ", page)))


def _require_equal(what: str, baseline: Any, product: Any) -> None:
    if baseline != product:
        raise UnlikeError(f"{what} differs:\nbaseline {baseline}\nproduct  {product}")


def _require_words(what: str, baseline: list[str], product: list[str]) -> None:
    """Nearly every word that one side shows, the other must show too."""
    for one, other in ((baseline, product), (product, baseline)):
        missing = sorted(set(one) - set(other))
        if len(missing) > len(set(one)) * _MOST_MISSING:
            raise UnlikeError(f"{what}: only the {'baseline' if one is baseline else 'product'} has {missing[:40]}")
