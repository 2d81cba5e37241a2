"""The API's own page: Swagger UI over the description of what its reader may call; a plain table without scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from framework.api.openapi import document
from framework.extension import context
from framework.permissions import policy_for
from framework.records.parse import closed
from i18n.lazy import msg
from ui.page.reader import reader
from ui.page.render import fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

blueprint = Blueprint("api_pages", __name__)

# Swagger UI gives elements styles by attribute and draws its signs from data; no script of others, and no other host.
_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the table."""

    method: str
    path: str
    summary: str


@blueprint.get("/docs/api")
def show() -> Response:
    """Show what may be called, and let it be tried with one's own session or a token."""
    known = context()
    closed(request.args.items(multi=True), frozenset())
    told = json.loads(document(policy_for(known.snapshot, known.actor), known.revision))
    title = reader().words.text(msg("API"))
    made = fragment("page/api.html", title=title, operations=tuple(_operations(told["paths"])))
    made.headers["Content-Security-Policy"] = _CONTENT
    return made


def _operations(paths: dict[str, dict[str, dict[str, str]]]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, told in methods.items():
            yield Operation(method.upper(), path, told["summary"])
