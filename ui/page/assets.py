"""Static files under addresses that change with their content, so that browsers may keep them for ever.

One digest over all files stands in front of the path: relative addresses between them keep working.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Response, request
from werkzeug.security import safe_join

from framework.errors import NotFoundError

ROOT = Path(__file__).parents[1] / "static"
_FOR_EVER = 365 * 24 * 3600
# All that we serve; a module of another type than this is not run.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def asset(path: str) -> str:
    """Give the address of a file under `static`."""
    return f"/static/{digest()}/{path}"


def send_asset(wanted: str, path: str) -> Response:
    """Answer a static file; an address of another release still finds its file, but is not kept."""
    kind = _TYPES.get(Path(path).suffix)
    if kind is None or safe_join(str(ROOT), path) is None or not (ROOT / path).is_file():
        raise NotFoundError(NotFoundError.title)
    made = Response(mimetype=kind)
    made.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        made.set_data(_packed(path, digest()))
        made.content_encoding = "gzip"
    else:
        made.set_data((ROOT / path).read_bytes())
    if wanted == digest():
        made.cache_control.public, made.cache_control.immutable = True, True
        made.cache_control.max_age = _FOR_EVER
    else:
        made.cache_control.no_store = True
    return made


@lru_cache(maxsize=64)
def _packed(path: str, release: str) -> bytes:  # noqa: ARG001 - what is packed belongs to one release
    """Give the file compressed: done once, for the kit is eight times smaller so."""
    return gzip.compress((ROOT / path).read_bytes(), mtime=0)


@lru_cache(maxsize=1)
def digest() -> str:
    """Give a digest of all static files, read once per process."""
    found = hashlib.sha256()
    for file in sorted(ROOT.rglob("*")):
        if file.is_file():
            found.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]
