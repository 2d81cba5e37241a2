"""Answers made comparable: without what is drawn anew for every one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.clients import Answer

_UNLIKE = frozenset({"x-request-id", "date", "content-length"})
_RANDOM = (
    re.compile(rb'(?<=name="csrf-token" content=")[\w.-]+'),
    re.compile(rb'(?<=name="_csrf" value=")[\w.-]+'),
    re.compile(rb'(?<=name="_key" value=")[\w-]+'),
    # The record of a run of an action.
    re.compile(rb'(?<="id":")[\w-]+(?=","action":)'),
)
# The operation that a page offers to undo, and its signature.
_OPERATION = re.compile(r"(?<=[?&]done=)(\w+)\.[\w.-]+")
_NEXT = re.compile(rb'(?<="next":")[^"]*')


def plain(answer: Answer, *, sealed: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; `sealed` where the cursor is encrypted and so never the same twice."""
    number, body = answer.headers["x-request-id"].encode(), answer.body
    for pattern in (*_RANDOM, *([_NEXT] if sealed else ())):
        body = pattern.sub(b"", body)
    headers = {name: value for name, value in answer.headers.items() if name not in _UNLIKE}
    if "set-cookie" in headers:
        headers["set-cookie"] = headers["set-cookie"].partition("=")[0]
    if "location" in headers:
        headers["location"] = _OPERATION.sub(r"\1", headers["location"])
    return answer.status, headers, body.replace(number, b"")
