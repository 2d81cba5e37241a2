"""The written form of cursors: JSON as text that fits into an address."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 4000


def written(parts: Sequence[Any]) -> str:
    """The text of JSON values."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str) -> list[Any]:
    """The values of such a text. Raises ValueError for any other."""
    if len(text) > _LONGEST:
        raise ValueError(text)
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (binascii.Error, RecursionError) as error:
        raise ValueError(text) from error
    if not isinstance(found, list):
        raise ValueError(text)  # noqa: TRY004  (one kind of failure for the caller)
    return found
