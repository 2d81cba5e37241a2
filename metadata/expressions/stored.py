"""Tree ↔ JSON: the form in which saved views keep their filters.

Numbers are strings, for other programs read JSON numbers as floats; paths are written as in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from i18n.lazy import msg
from metadata.expressions.errors import ExpressionError, nearest_hint
