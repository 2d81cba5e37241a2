"""What a job is about, as JSON: numbers stay as exact as they were given."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def packed(payload: Mapping[str, Any]) -> str:
    """The text that is kept."""
    return _encoder.encode(payload).decode()


def unpacked(text: str) -> Mapping[str, Any]:
    """What it says."""
    return _decoder.decode(text)
