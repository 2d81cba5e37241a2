"""A request byte for byte, given to the application as a server gives it: no client tidies it up on the way."""

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import run_wsgi_app

from tests.support.clients import Answer

Headers = tuple[tuple[str, str], ...]
_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


@dataclass(frozen=True, slots=True)
class Raw:
    """One request. The target is what stands in the request line; a length that is not given is the body's."""

    method: str
    target: bytes
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def having(self, name: str, value: str) -> "Raw":
        """The request with one more header."""
        return Raw(self.method, self.target, (*self.headers, (name, value)), self.body)


def send(app: Flask, raw: Raw) -> Answer:
    """Call the application; an exception that it lets out is a failure of its own."""
    body, status, headers = run_wsgi_app(app.wsgi_app, environ_of(raw), buffered=True)
    return Answer(int(status.split()[0]), {name.lower(): value for name, value in headers}, b"".join(body))


def environ_of(raw: Raw) -> dict[str, Any]:
    """What a WSGI server makes of the request: bytes as Latin-1, the path without its escapes."""
    path, _, query = raw.target.partition(b"?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": raw.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_LENGTH": str(len(raw.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(raw.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in raw.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in _WITHOUT_PREFIX else f"HTTP_{key}"] = value
    return environ
