"""The standard field types. Others come with parts (see `extension`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.fields.address import AddressField
from framework.fields.auto_number import AutoNumber
from framework.fields.barcode import Barcode
from framework.fields.boolean import Boolean
from framework.fields.choice import Choice
from framework.fields.color import Color
from framework.fields.country import Country
from framework.fields.date import Date
from framework.fields.datetime import Datetime
from framework.fields.decimal import Decimal
from framework.fields.duration import Duration
from framework.fields.email import Email
from framework.fields.file import FileField
from framework.fields.files import FilesField
from framework.fields.formula import Formula
from framework.fields.image import ImageField
from framework.fields.integer import Integer
from framework.fields.json import Json
from framework.fields.key import Key
from framework.fields.language import Language
from framework.fields.lines import Lines
from framework.fields.link import Link
from framework.fields.links import Links
from framework.fields.location import LocationField
from framework.fields.long_text import LongText
from framework.fields.money import MoneyField
from framework.fields.multi_choice import MultiChoice
from framework.fields.percent import Percent
from framework.fields.person_name import PersonNameField
from framework.fields.phone import Phone
from framework.fields.rating import Rating
from framework.fields.rich_text import RichTextField
from framework.fields.rollup import Rollup
from framework.fields.tags import Tags
from framework.fields.text import Text
from framework.fields.time import Time
from framework.fields.time_zone import TimeZone
from framework.fields.url import Url

if TYPE_CHECKING:
    from framework.fields.base import FieldType

STANDARD: tuple[FieldType, ...] = (
    AddressField(),
    AutoNumber(),
    Barcode(),
    Boolean(),
    Choice(),
    Color(),
    Country(),
    Date(),
    Datetime(),
    Decimal(),
    Duration(),
    Email(),
    FileField(),
    FilesField(),
    Formula(),
    ImageField(),
    Integer(),
    Json(),
    Key(),
    Language(),
    Lines(),
    Link(),
    Links(),
    LocationField(),
    LongText(),
    MoneyField(),
    MultiChoice(),
    Percent(),
    PersonNameField(),
    Phone(),
    Rating(),
    RichTextField(),
    Rollup(),
    Tags(),
    Text(),
    Time(),
    TimeZone(),
    Url(),
)
