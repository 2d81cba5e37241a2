"""JSON bodies and preconditions of calls, read strictly."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec
from flask import request

from framework.errors import Fault, MalformedError, MediaTypeError, PreconditionRequiredError, TooLargeError
from framework.records.batch import MOST_ITEMS, Item, item_of
from i18n.lazy import msg

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_DEEPEST = 40
_ETAG = re.compile(r'"(\d{1,18})"', re.ASCII)


def json_object() -> dict[str, Any]:
    """The body, which must be a JSON object; numbers with a point are exact decimals.

    Raises MediaTypeError or MalformedError.
    """
    if request.mimetype != "application/json":
        raise MediaTypeError(msg("Send JSON with the content type application/json"))
    try:
        body = _decoder.decode(request.get_data())
    except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError) as error:
        message = msg("The body is not valid JSON: %(why)s", why=str(error)[:200])
        raise MalformedError(message, [Fault("", "json", message)], code="json") from None
    if not isinstance(body, dict):
        message = msg("The body must be a JSON object")
        raise MalformedError(message, [Fault("", "json", message)], code="json")
    if _depth(body) > _DEEPEST:
        message = msg("The body is more than %(most)s levels deep", most=_DEEPEST)
        raise MalformedError(message, [Fault("", "depth", message)], code="json")
    return body


def batch_of(body: dict[str, Any]) -> tuple[bool, list[Item]]:
    """(whether all or none, items) of a batch. Raises MalformedError."""
    unknown = body.keys() - {"atomic", "items"}
    atomic, items = body.get("atomic", False), body.get("items")
    if unknown or not isinstance(atomic, bool) or not isinstance(items, list):
        message = msg('A batch is {"atomic": true or false, "items": […]}')
        raise MalformedError(message, [Fault(f"/{min(unknown)[:60]}" if unknown else "", "batch", message)])
    if len(items) > MOST_ITEMS:
        message = msg("A batch has at most %(most)s items", most=MOST_ITEMS)
        raise TooLargeError(message, [Fault("/items", "too_many", message)])
    return atomic, [item_of(item, index) for index, item in enumerate(items)]


def expected_version() -> int | None:
    """The record version of `If-Match`; None for `*`.

    Raises PreconditionRequiredError without the header, MalformedError for what is no version.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequiredError(msg("Send If-Match with the ETag that you read, or *"))
    if given.strip() == "*":
        return None
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        message = msg('If-Match is a version in quotes, such as "3", or *')
        raise MalformedError(message, [Fault("If-Match", "etag", message)], code="etag")
    return int(found[1])


def etag(version: int) -> str:
    """The ETag of a record version."""
    return f'"{version}"'


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(one, dict):
            waiting += [(part, level + 1) for part in one.values()]
        elif isinstance(one, list):
            waiting += [(part, level + 1) for part in one]
    return deepest
