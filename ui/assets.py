"""Static files under addresses that change with their content, so that browsers may keep them for ever.

One digest over all files stands in front of the path: relative addresses between them keep working.
"""

from __future__ import annotations

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, send_from_directory

ROOT = Path(__file__).parent / "static"
_FOR_EVER = 365 * 24 * 3600
# Not every system knows these, and a module of another type is not run.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def asset(path: str) -> str:
    """Give the address of a file under `static`."""
    return f"/static/{digest()}/{path}"


def send_asset(wanted: str, path: str) -> Response:
    """Answer a static file; an address of another release still finds its file, but is not kept."""
    kind = _TYPES.get(Path(path).suffix) or mimetypes.guess_type(path)[0]
    if kind is None:
        abort(404)
    made = send_from_directory(ROOT, path, mimetype=kind, max_age=_FOR_EVER)
    if wanted == digest():
        made.cache_control.public, made.cache_control.immutable = True, True
    else:
        made.cache_control.max_age = None
        made.cache_control.no_store = True
    return made


@lru_cache(maxsize=1)
def digest() -> str:
    """Give a digest of all static files, read once per process."""
    found = hashlib.sha256()
    for file in sorted(ROOT.rglob("*")):
        if file.is_file():
            found.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]
