"""Addresses of pages. The state of a list (filters, order, search) is its address, so it is changed here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.snapshot import Screen

# What tells where in the list one is, and which panel is open; a changed filter begins anew.
_PLACE = frozenset({"after", "loaded", "count", "done", "panel"})
_SAFE = "[]:,"
ACTIONS_URL = "/me/actions"
JOBS_URL = "/jobs"


@dataclass(frozen=True, slots=True)
class Address:
    """A path with its parameters in order."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Give the address as a link holds it."""
        return f"{self.path}?{urlencode(self.parameters, safe=_SAFE)}" if self.parameters else self.path

    def get(self, name: str) -> str | None:
        """Give the value of a parameter."""
        return next((value for key, value in self.parameters if key == name), None)

    def having(self, name: str, value: str | None) -> Address:
        """Give the address with this parameter set, or taken out where `value` is None."""
        kept = [pair for pair in self.parameters if pair[0] != name]
        return replace(self, parameters=(*kept, *([(name, value)] if value is not None else ())))

    def anew(self, name: str, value: str | None) -> Address:
        """Give the address of the list so changed, from its first row."""
        return self.without(_PLACE).having(name, value)

    def without(self, names: Iterable[str]) -> Address:
        """Give the address without these parameters."""
        gone = frozenset(names)
        return replace(self, parameters=tuple(pair for pair in self.parameters if pair[0] not in gone))

    def left(self) -> str:
        """Give what the addresses of records in this list say of it: its state, not the place in it."""
        return f"?{urlencode({'list': str(self.without(_PLACE))}, safe='/')}"

    def below(self, part: str) -> Address:
        """Give the address of a part of this page."""
        return replace(self, path=f"{self.path}/{part}")


def address_of(url: str) -> Address:
    """Give the address that a link holds."""
    path, _, query = url.partition("?")
    return Address(path, tuple(parse_qsl(query, keep_blank_values=True)))


def list_url(entity: str) -> str:
    """Give the address of an entity's list."""
    return f"/records/{entity}"


def new_url(entity: str) -> str:
    """Give the address of the form that creates a record."""
    return f"/records/{entity}/new"


def record_url(entity: str, ident: str) -> str:
    """Give the address of a record's page."""
    return f"/records/{entity}/{ident}"


def file_url(entity: str, ident: str, field: str, digest: str = "") -> str:
    """Give the address of the file in a field of a record; of one of several by its hash."""
    return f"/records/{entity}/{ident}/files/{field}{f'/{digest}' if digest else ''}"


def history_url(entity: str, ident: str) -> str:
    """Give the address of a record's history."""
    return f"/records/{entity}/{ident}/history"


def action_url(entity: str, ident: str, name: str) -> str:
    """Give the address at which an action is done with a record."""
    return f"{record_url(entity, ident)}/actions/{name}"


def tick_url(entity: str, ident: str, field: str) -> str:
    """Give the address at which a field of a record is ticked."""
    return f"{record_url(entity, ident)}/ticks/{field}"


def undo_url(op_id: str) -> str:
    """Give the address that takes an operation back."""
    return f"{ACTIONS_URL}/{op_id}/undo"


def job_url(ident: str) -> str:
    """Give the address of a job."""
    return f"{JOBS_URL}/{ident}"


def screen_url(screen: Screen) -> str:
    """Give the address of a screen; an entity's own list has its plain one."""
    if screen.kind == "list" and screen.entity and screen.name == f"{screen.entity}_list":
        return list_url(screen.entity)
    return f"/screens/{screen.name}"


def own_path(wanted: str) -> str | None:
    """Give an address to return to if it is a path of ours; None for anything that could lead elsewhere."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # half an IPv6 address
        return None
    strange = parts.scheme or parts.netloc or "\\" in wanted or any(ord(sign) < ord(" ") for sign in wanted)
    if strange or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    return wanted


def sign_in_url(wanted: str) -> str:
    """Give the address of the sign-in page that leads on to `wanted`."""
    return f"/sign-in?next={quote(wanted, safe='/')}" if wanted not in {"", "/"} else "/sign-in"
