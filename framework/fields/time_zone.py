"""Time zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.coded import Coded, only_option
from i18n.lazy import msg
from i18n.standards import former_zones, time_zones

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class TimeZone(Coded):
    """A time zone by its IANA name: `Europe/Zurich`. Former names become today's."""

    name = "time_zone"
    label = msg("Time zone")
    options_schema: ClassVar[Mapping[str, Any]] = {"only": only_option('`["Europe/Berlin", "Asia/Kolkata"]`')}
    names = staticmethod(time_zones)
    aliases = former_zones()
    refusal = msg("“%(text)s” is no time zone").msgid
    example = "Europe/Zurich"
