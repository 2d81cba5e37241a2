"""Makes up requests of every route: mostly right, with few things wrong. The same seed gives the same ones."""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import TypeVar
from urllib.parse import quote_from_bytes

from framework.records import opaque
from tests.http.malformed import odd
from tests.http.malformed.expressions import expression
from tests.http.malformed.raw import Headers, Raw

_T = TypeVar("_T")
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([a-z_]+)>")
_LIST = ("fields", "filter", "sort", "limit", "after", "search", "expand", "count", "deleted")
_LIST_OF_PAGES = (*_LIST, "loaded", "done")
_FIGURES = ("group", "measure", "filter", "search")
_FITTING = {
    "/api/v1/records/<entity>": _LIST,
    "/api/v1/records/<entity>/aggregate": _FIGURES,
    "/api/v1/records/<entity>/<ident>": ("fields", "expand"),
    "/api/v1/records/<entity>/<ident>/history": ("after", "limit"),
    "/api/v1/me/actions": ("after", "limit"),
    "/me/actions": ("after",),
    "/records/<entity>/<ident>/history": ("after",),
    "/api/v1/changes": ("after", "limit", "entity"),
    "/api/v1/explain": ("user", "action", "entity", "id", "field"),
    "/records/<entity>": _LIST_OF_PAGES,
    "/records/<entity>/count": _LIST_OF_PAGES,
    "/records/<entity>/export": _LIST_OF_PAGES,
    "/screens/<name>": _LIST_OF_PAGES,
    "/records/<entity>/new": ("from", "done"),
    "/records/<entity>/options/<field>": ("q",),
    "/search": ("q",),
    "/sign-in": ("next",),
}
_OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "starts_with", "blank", "like", "")
_MEASURES = ("count", "sum", "avg", "min", "max", "median", "count(", "")
_OWN_INPUTS = (
    "_version",
    "_key",
    "_seen",
    "_then",
    "_record",
    "_pick.text",
    "field",
    "change",
    "next",
    "email",
    "password",
    "theme",
    "language",
)
_LANGUAGES = ("en", "de", "ru", "ar")  # which decides how numbers and dates are read
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Place:
    """What there is to be asked for: routes with their methods, what stands for variables in them, and who may ask."""

    routes: tuple[tuple[str, tuple[str, ...]], ...]
    known: Mapping[str, tuple[str, ...]]
    fields: tuple[str, ...]
    inputs: tuple[str, ...]
    cursors: tuple[str, ...]
    token: Headers
    session: Headers
    csrf: str


@dataclass(slots=True)
class Maker:
    """Makes requests up."""

    place: Place
    seed: str
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin at the seed."""
        self.random = Random(self.seed)  # noqa: S311  (repeatable, which is all that matters here)

    def requests(self, count: int) -> Iterator[Raw]:
        """So many requests, all routes in turn."""
        for (rule, methods), _ in zip(cycle(self.place.routes), range(count), strict=False):
            yield self._request(rule, methods)

    def _request(self, rule: str, methods: Sequence[str]) -> Raw:
        method = self._one(methods) if self._often(0.95) else self._one(odd.METHODS)
        pages = not rule.startswith("/api/")
        headers, body = self._body(rule, pages=pages) if method in {"POST", "PUT", "PATCH"} else ((), b"")
        given = {**dict(self._caller(rule)), **dict(headers), **dict(self._headers_of(method))}
        return Raw(
            method,
            self._path(rule) + self._query(_FITTING.get(rule, ()) if method == "GET" else ()),
            tuple(given.items()),
            body,
        )

    def _path(self, rule: str) -> bytes:
        path = _VARIABLE.sub(lambda found: self._segment(found[1]), rule).encode("latin-1")
        if self._often(0.02):
            return path + self._one((b"/", b"//", b"%00", b"/..", b";x=1", b"%2f%2e%2e"))
        return path

    def _segment(self, variable: str) -> str:
        known = self.place.known.get(variable, ())
        if known and self._often(0.93):
            return self._one(known)
        return self._one(odd.ADDRESS_BYTES).decode("latin-1") or "x"

    def _query(self, fitting: Sequence[str]) -> bytes:
        count = self._one((0, 1, 1, 1, 2, 3)) if fitting else self._one((*[0] * 20, 1))
        pairs = [self._pair(fitting) for _ in range(count)]
        if pairs and self._often(0.05):
            pairs.append(pairs[0])
        return b"?" + self._one((b"&", b"&", b"&", b";", b"&&")).join(pairs) if pairs else b""

    def _pair(self, fitting: Sequence[str]) -> bytes:
        if not fitting or self._often(0.05):
            return self._one(odd.ADDRESS_BYTES) + b"=" + self._one(odd.ADDRESS_BYTES)
        if "sort" in fitting and self._often(0.3):
            name = f"filter[{self._one(self.place.fields)}][{self._one(_OPERATORS)}]".encode()
            return name + b"=" + self._value(self._one(odd.TYPED))
        parameter = self._one(fitting)
        value = self._one(odd.ADDRESS_BYTES) if self._often(0.2) else self._value(self._parameter(parameter))
        return parameter.encode() + b"=" + value

    def _value(self, text: str) -> bytes:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").encode()

    def _parameter(self, name: str) -> str:
        fields, one = self.place.fields, self._one
        match name:
            case "filter":
                return expression(self.random, fields)
            case "group":
                return one((one(fields), f"month({one(fields)})", ",".join(fields), expression(self.random, fields)))
            case "measure":
                inner = one((one(fields), "", expression(self.random, fields)))
                return f"{one(_MEASURES)}({inner})"
            case "after":
                return self._cursor()
            case "sort" | "fields" | "expand":
                names = [
                    one(("", "", "-")) + one((one(fields), one(fields), "x", "id.id")) for _ in range(one((1, 1, 7)))
                ]
                return ",".join(names)
            case _:
                fitting = (*self.place.known.get(name, ()), *odd.PARAMETERS.get(name, ()))
                return one(fitting) if fitting and self._often(0.5) else one(odd.TYPED)

    def _cursor(self) -> str:
        """A cursor as it was given, cut, or with other values under its true fingerprint."""
        cursor = self._one(self.place.cursors)
        if self._often(0.2):
            return cursor
        if self._often(0.3) or cursor == self.place.cursors[-1]:
            return cursor[: self.random.randrange(len(cursor))] + self._one(("", "A", "=", "é", "_-", "AAAA"))
        fingerprint, *rest = opaque.read(cursor)
        values = [self._wire() if self._often(0.7) else json.dumps(value) for value in rest]
        values += self._one(([], [], ["1"]))
        text = f"[{','.join([json.dumps(fingerprint), *values])}]"
        return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")

    def _caller(self, rule: str) -> Headers:
        if self._often(0.02):
            return ()
        if rule.startswith("/api/") and self._often(0.95):
            return self.place.token
        return tuple((name, f"{cookie}; language={self._one(_LANGUAGES)}") for name, cookie in self.place.session)

    def _headers_of(self, method: str) -> Headers:
        found: dict[str, str] = {}
        if method in {"PATCH", "DELETE"}:
            found["If-Match"] = self._one(("*", "*", '"1"', '"99"'))
        if method not in {"GET", "HEAD", "OPTIONS"}:
            found["Origin"] = "http://127.0.0.1:8000"
        if self._often(0.15):
            found["HX-Request"] = "true"
        for _ in range(self._one((0, 0, 0, 0, 0, 1, 1, 2))):
            name = self._one(tuple(odd.HEADERS))
            found[name] = self._one(odd.HEADERS[name])
        return tuple(found.items())

    def _body(self, rule: str, *, pages: bool) -> tuple[Headers, bytes]:
        if pages:
            return self._form()
        text = self._json(rule)
        return (("Content-Type", "application/json"),), self._damaged(text.encode("utf-8", "surrogatepass"))

    def _json(self, rule: str) -> str:
        if rule.endswith("/batch"):
            items = [self._item() for _ in range(self._one((0, 1, 2, 3)))]
            return self._object({"atomic": self._one(("true", "false", "1")), "items": f"[{','.join(items)}]"})
        if rule.endswith("/rollback"):
            return self._object({"revision": self._one(("99", self._wire())), "message": self._wire()})
        return self._record()

    def _item(self) -> str:
        ident = json.dumps(self._one((*self.place.known["ident"], "x")))
        version = self._one(("1", "null", self._wire()))
        members = {"do": self._one(('"create"', '"update"', '"delete"', '"upsert"', '"x"', "1"))}
        members |= self._one(({}, {"id": ident}, {"id": self._wire()}, {"id": ident, "version": version}))
        members |= self._one(({}, {"by": f'{{"text": {self._wire()}}}'}, {"by": self._wire()}))
        return self._object({**members, "values": self._one((self._record(), self._wire()))})

    def _record(self) -> str:
        names = self.random.sample(self.place.inputs, self._one((1, 1, 1, 2, 4)))
        return self._object({name: self._wire() for name in names})

    def _object(self, members: Mapping[str, str]) -> str:
        texts = [f"{json.dumps(name)}: {value}" for name, value in members.items()]
        if texts and self._often(0.04):
            texts.append(texts[0])
        if self._often(0.04):
            texts.append(f"{self._one(('x', '', chr(34) + chr(92) + 'ud800' + chr(34), chr(34) * 2))}: 1")
        return "{" + ", ".join(texts) + "}"

    def _wire(self) -> str:
        return self._one(odd.JSON_VALUES if self._often(0.98) else odd.NO_JSON)

    def _damaged(self, body: bytes) -> bytes:
        if self._often(0.9):
            return body
        return self._one((
            body[: self.random.randrange(len(body))],
            b"\xef\xbb\xbf" + body,
            body + b"\x00",
            body.replace(b":", b"\xff:", 1),
            body.decode("utf-8", "replace").encode("utf-16"),
            gzip.compress(body, mtime=0),
            b"[" + body + b"]",
            b'{"a":' * 200 + body + b"}" * 200,
            body + body,
            b"",
        ))  # fmt: skip

    def _form(self) -> tuple[Headers, bytes]:
        names = self.random.sample(self.place.inputs, self._one((0, 1, 1, 2, 5)))
        pairs = [(f"{name}{self._one(('', '', '', '.amount', '.currency', '.text'))}", self._typed()) for name in names]
        pairs += [(name, self._typed()) for name in _OWN_INPUTS if self._often(0.08)]
        pairs += [("_version", self._one(("1", "1", "99")))] if self._often(0.7) else []
        pairs = [("_csrf", self.place.csrf), *pairs] if self._often(0.97) else pairs
        if self._often(0.15):
            return self._multipart(pairs)
        parts = [self._escaped(name) + b"=" + self._escaped(text) for name, text in pairs]
        if self._often(0.1):
            parts.append(self._one(odd.ADDRESS_BYTES) + b"=" + self._one(odd.ADDRESS_BYTES))
        body = b"&".join(parts)
        return (("Content-Type", _FORM),), body if self._often(0.95) else body[: self.random.randrange(len(body) + 1)]

    def _typed(self) -> str:
        return self._one(odd.TYPED)

    def _escaped(self, text: str) -> bytes:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass")).encode()

    def _multipart(self, pairs: Sequence[tuple[str, str]]) -> tuple[Headers, bytes]:
        whole = self._parts(pairs, self._one(("", "", "", '; filename="a.txt"', '; filename="\x00"')))
        text = self._parts(pairs, "")  # a file that is cut off would stay open until it is collected
        body = self._one((whole, whole, text[: len(text) // 2], text.replace(b"\r\n", b"\n"), b"--odd\r\n" * 3_000))
        return (("Content-Type", "multipart/form-data; boundary=odd"),), body

    def _parts(self, pairs: Sequence[tuple[str, str]], file: str) -> bytes:
        head = "--odd\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{name}"{file}\r\n\r\n{text}\r\n' for name, text in pairs]
        return ("".join(parts) + "--odd--\r\n").encode("utf-8", "surrogatepass")

    def _often(self, share: float) -> bool:
        return self.random.random() < share

    def _one(self, values: Sequence[_T]) -> _T:
        return self.random.choice(values)
