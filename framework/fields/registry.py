"""The standard field types. Others come with parts (see `extension`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.fields.boolean import Boolean
from framework.fields.choice import Choice
from framework.fields.date import Date
from framework.fields.datetime import Datetime
from framework.fields.integer import Integer
from framework.fields.key import Key
from framework.fields.link import Link
from framework.fields.long_text import LongText
from framework.fields.text import Text

if TYPE_CHECKING:
    from framework.fields.base import FieldType

STANDARD: tuple[FieldType, ...] = (Boolean(), Choice(), Date(), Datetime(), Integer(), Key(), Link(), LongText(), Text())
