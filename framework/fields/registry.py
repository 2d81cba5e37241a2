"""The standard field types. Others come with parts (see `extension`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.fields.auto_number import AutoNumber
from framework.fields.boolean import Boolean
from framework.fields.choice import Choice
from framework.fields.date import Date
from framework.fields.datetime import Datetime
from framework.fields.decimal import Decimal
from framework.fields.email import Email
from framework.fields.formula import Formula
from framework.fields.integer import Integer
from framework.fields.key import Key
from framework.fields.link import Link
from framework.fields.long_text import LongText
from framework.fields.money import MoneyField
from framework.fields.percent import Percent
from framework.fields.phone import Phone
from framework.fields.text import Text
from framework.fields.url import Url

if TYPE_CHECKING:
    from framework.fields.base import FieldType

STANDARD: tuple[FieldType, ...] = (
    AutoNumber(),
    Boolean(),
    Choice(),
    Date(),
    Datetime(),
    Decimal(),
    Email(),
    Formula(),
    Integer(),
    Key(),
    Link(),
    LongText(),
    MoneyField(),
    Percent(),
    Phone(),
    Text(),
    Url(),
)
