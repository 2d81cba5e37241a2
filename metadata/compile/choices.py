"""Choice lists, named or written inside a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metadata.compile.freeze import frozen
from metadata.labels import label_of
from metadata.layers import ordered
from metadata.snapshot import Choices, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n.lazy import Label


def choices_of(address: str, name: str, body: Mapping[str, Any]) -> Choices:
    """The list that a definition of kind choices describes."""
    return Choices(name, label_of(address, body, name), options_of(address, body), ordered=body.get("ordered", False))


def inline_choices(address: str, name: str, label: Label, body: Mapping[str, Any]) -> Choices:
    """The list that a field writes down itself, under the field's label."""
    return Choices(name, label, options_of(address, body), ordered=body.get("ordered", False))


def options_of(address: str, body: Mapping[str, Any]) -> Mapping[str, Option]:
    """The options in the order of show."""
    return frozen(
        {
            key: Option(
                key,
                label_of(f"{address}/options/{key}", option, key),
                option.get("color"),
                option.get("outcome"),
                retired=option.get("retired", False),
            )
            for key, option in ordered(body["options"], body.get("option_order")).items()
        }
    )
