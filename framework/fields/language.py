"""Languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from framework.fields.coded import Coded, only_option
from i18n.lazy import msg
from i18n.standards import languages

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Language(Coded):
    """A language by its BCP 47 tag: `de`, `de-AT`, `zh-Hant`."""

    name = "language"
    label = msg("Language")
    options_schema: ClassVar[Mapping[str, Any]] = {"only": only_option('`["de", "fr", "it"]`')}
    names = staticmethod(languages)
    refusal = msg("“%(text)s” is no language that is known here").msgid
    example = "de-AT"
