"""Whether a JSON value fits a field: asked of the field's type, which may be a stranger's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.lazy import msg

if TYPE_CHECKING:
    from i18n.lazy import Message
    from metadata.snapshot import Field


def misfit(field: Field, value: object) -> Message | None:
    """What is wrong with a value for a field; None if nothing, or if nothing can be said.

    Null is no value, and a choice whose list is missing is reported where the list is named.
    """
    if value is None or (field.type.has_choices and field.choices is None):
        return None
    try:
        return field.type.check_value(field, value)
    except Exception as error:  # noqa: BLE001 - a faulty option or part must not take the whole check down
        return msg("the field type cannot judge it (%(why)s)", why=type(error).__name__)
