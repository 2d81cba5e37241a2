"""Whether a definition has the form that its JSON Schema says.

jsonschema-rs decides, since nearly every definition is fine; jsonschema then words what is wrong with
the others, so that messages have one source.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from i18n.lazy import msg
from metadata.check.base import Finding
from metadata.check.wording import worded
from metadata.documents import pointer
from metadata.problems import Severity
from metadata.schemas import definition_schema

if TYPE_CHECKING:
    from metadata.catalogue import Catalogue
    from metadata.check.base import Found

MOST_FINDINGS = 200
"""A definition that is wrong all over is not worth more."""


class Structure:
    """The schemas of all kinds for one catalogue, each compiled at its first use."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Remember what fields and screens may be."""
        self._catalogue = catalogue
        self._schemas: dict[str, tuple[dict[str, Any], jsonschema_rs.Draft202012Validator]] = {}

    def findings(self, kind: str, body: object) -> list[Found]:
        """Everything that is wrong with the form of a body; empty where it fits."""
        schema, compiled = self._compiled(kind)
        if compiled.is_valid(body):
            return []
        worded_ = chain.from_iterable(map(worded, Draft202012Validator(schema).iter_errors(body)))
        found = {
            (code, finding.place, str(finding.message)): (code, Severity.ERROR, finding)
            for code, finding in islice(worded_, MOST_FINDINGS)
        }
        return list(found.values()) or [_unworded(compiled, body)]

    def _compiled(self, kind: str) -> tuple[dict[str, Any], jsonschema_rs.Draft202012Validator]:
        if kind not in self._schemas:
            schema = definition_schema(kind, self._catalogue)
            self._schemas[kind] = schema, jsonschema_rs.Draft202012Validator(schema)
        return self._schemas[kind]


def _unworded(compiled: jsonschema_rs.Draft202012Validator, body: object) -> Found:
    """What the fast validator says where the two disagree: a text with a line break at its end, say."""
    error = next(iter(compiled.iter_errors(body)))
    message = msg("%(text)s", text=error.message[:300])
    return "M029", Severity.ERROR, Finding(pointer(*error.instance_path), message)
