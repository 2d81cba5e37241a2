"""Addresses of the web."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from framework.fields.base import FieldType, ValueRefusedError
from framework.fields.words import clean_text
from i18n.lazy import msg
from metadata.expressions import types

if TYPE_CHECKING:
    from framework.context import Context
    from i18n.formats import Formats
    from i18n.lazy import Message
    from metadata.snapshot import Field

LONGEST = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_LONGEST_HOST = 253
# What RFC 3986 has in no address, and what would let one look like another.
_FORBIDDEN = re.compile(r"[\s\x00-\x20\x7f-\x9f<>\"\\^`{|}\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Url(FieldType):
    """One http or https address, so that a link of it can never run anything. Names and passwords are refused."""

    name = "url"
    label = msg("Web address")
    operators = ("eq", "ne", "in", "contains", "starts_with", "blank")
    searchable = True
    cell = "url"
    telling = False

    def expression_type(self, field: Field) -> types.Type:  # noqa: ARG002
        """Text."""
        return types.TEXT

    def load(self, field: Field, value: Any) -> str | None:  # noqa: ANN401, ARG002
        """The address with scheme and host in small letters; a blank one is no value."""
        text = clean_text(value).strip()
        if not text:
            return None
        if len(text) > LONGEST:
            raise ValueRefusedError(msg("At most %(most)s characters", most=LONGEST), "max_length")
        if _FORBIDDEN.search(text):
            raise _refusal(text, msg('Spaces and the signs < > " \\ ^ ` { | } are written as %%20 and so on'))
        try:
            parts = urlsplit(text)
            found = _normal(parts)
        except ValueError:
            found = None
        if found is None:
            raise _refusal(text, msg("It begins with https:// or http://"))
        return found

    def json_schema(self, field: Field) -> dict[str, Any]:  # noqa: ARG002
        """A URI."""
        return {"type": ["string", "null"], "format": "uri", "maxLength": LONGEST}

    def from_text(self, field: Field, text: str, context: Context, formats: Formats) -> object:  # noqa: ARG002
        """The address; people leave out the scheme, so https is supplied."""
        word = text.strip()
        bare = word and "://" not in word and _host(word.partition("/")[0].partition(":")[0]) is not None
        return (f"https://{word}" if bare and "." in word else word) or None


def _normal(parts: SplitResult) -> str | None:
    """The one written form of an address; None for what is none. Raises ValueError for a port that is none."""
    scheme, port = parts.scheme.lower(), parts.port
    host = _host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or host is None or "@" in parts.netloc:
        return None
    place = host if port is None or port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    path = "" if parts.path == "/" and not parts.query and not parts.fragment else parts.path
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{scheme}://{place}{path}{query}{fragment}"


def _host(name: str) -> str | None:
    """The host in its normal form; None for what cannot be one."""
    host = unicodedata.normalize("NFKC", name).lower().rstrip(".")
    if ":" in host:
        return f"[{ip_address(host)}]"
    fits = len(host) <= _LONGEST_HOST and all(_LABEL.fullmatch(label) for label in host.split("."))
    return host if host and fits else None


def _refusal(text: str, hint: Message) -> ValueRefusedError:
    return ValueRefusedError(msg("“%(text)s” is no web address", text=text[:60]), "url", hint)
