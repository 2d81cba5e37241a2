"""Deeply frozen copies: a snapshot is shared by all threads, so nothing in it may change."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

_K = TypeVar("_K")
_V = TypeVar("_V")

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""The one empty mapping: most options, flows and aliases are empty."""


def frozen(mapping: Mapping[_K, _V]) -> Mapping[_K, _V]:
    """A read-only view of a mapping that was made for it alone."""
    return MappingProxyType(dict(mapping)) if mapping else NOTHING


def frozen_json(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A JSON value with read-only mappings and tuples for arrays."""
    if isinstance(value, dict):
        return frozen({key: frozen_json(part) for key, part in value.items()})
    return tuple(frozen_json(part) for part in value) if isinstance(value, list) else value
