"""What a change of a field, a choice list or an entity does to the records that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.diff.change import Risk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Body = "Mapping[str, Any]"

# Options that decide how a value lies in the table: another one needs a conversion.
_SHAPING = ("type", "to", "scale", "currency", "multiple", "zone", "parts", "result")
# Options that make an index; on a table with records it has to be built.
_INDEXING = ("unique", "indexed", "searchable")


def added_field(body: Mapping[str, Any], *, table_exists: bool) -> Risk:
    """A new column is empty: only what is looked up by it has to be built."""
    if not table_exists:
        return Risk.NONE
    return Risk.SCAN if any(body.get(key) for key in _INDEXING) else Risk.INSTANT


def changed_field(before: Mapping[str, Any], after: Mapping[str, Any]) -> Risk:
    """The worst of what the changed keys do."""
    return max((_risk_of_key(key, before, after) for key in _changed_keys(before, after)), default=Risk.NONE)


def narrowed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys whose new value may refuse what records hold."""
    return tuple(key for key in sorted(_changed_keys(before, after)) if _narrows(key, before.get(key), after.get(key)))


def changed_options(before: Mapping[str, Any], after: Mapping[str, Any]) -> Risk:
    """An option that is gone may be held by records, which have to be counted."""
    return Risk.SCAN if before.keys() - after.keys() else Risk.NONE


def _changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _risk_of_key(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Risk:
    if key in _SHAPING and after["type"] != "formula":
        return Risk.BLOCKED
    if key in _INDEXING:
        return Risk.SCAN if after.get(key) else Risk.INSTANT
    return Risk.SCAN if _narrows(key, before.get(key), after.get(key)) else Risk.NONE


def _narrows(key: str, before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    narrows = _NARROWING.get(key)
    return narrows is not None and narrows(before, after)


def _lower(before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    return after is not None and (before is None or not _numbers(before, after) or after < before)


def _higher(before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    return after is not None and (before is None or not _numbers(before, after) or after > before)


def _given(_before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    return bool(after)


def _gone(before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(before, dict) and isinstance(after, dict) and bool(before.keys() - after.keys())


def _numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) for value in values)


# Key → whether its new value may refuse what its old one allowed, so that offenders are counted.
_NARROWING: Mapping[str, Callable[[Any, Any], bool]] = {
    "required": _given,
    "pattern": _given,
    "choices": _given,
    "max_length": _lower,
    "max": _lower,
    "max_count": _lower,
    "max_size": _lower,
    "precision": _lower,
    "min_length": _higher,
    "min": _higher,
    "options": _gone,
}
