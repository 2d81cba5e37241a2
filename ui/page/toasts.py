"""What the POST before a page did, and the way to take it back: both travel in the redirect's address.

The operation is signed for the person, so that no address made by somebody else offers to undo anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from itsdangerous import BadSignature, Signer

from framework.extension import services
from i18n.lazy import msg
from ui.page.addresses import address_of, undo_url
from ui.page.reader import reader

if TYPE_CHECKING:
    from framework.context import Context

_WORDS = {
    "created": msg("Created"),
    "saved": msg("Saved"),
    "moved": msg("Moved"),
    "deleted": msg("Moved to the recycle bin"),
    "restored": msg("Restored"),
    "noted": msg("Note saved"),
    "logged": msg("Logged"),
    "task_added": msg("Task added"),
    "task_done": msg("Done"),
    "task_open": msg("Open again"),
    "undone": msg("Undone"),
    "changed_many": msg("Records changed"),
    "deleted_many": msg("Records moved to the recycle bin"),
    "action_done": msg("Done"),
    "changed_none": msg("All of them had these values already"),
    "view_saved": msg("View saved"),
    "view_deleted": msg("View deleted"),
}


@dataclass(frozen=True, slots=True)
class Toast:
    """What was done; `undo_url` takes it back, None where that cannot be."""

    text: str
    undo_url: str | None


def done(url: str, what: str) -> str:
    """Give the address of the page that says what was done."""
    return _having(url, what)


def done_undoable(url: str, what: str, known: Context, op_id: str | None = None) -> str:
    """Give the address of the page that says what this request did, or the operation named, and offers to undo it."""
    return _having(url, _signer(known).sign(f"{what}.{op_id or known.request_id}").decode())


def undoable(text: str, known: Context) -> Toast:
    """Give the toast that tells in place what this request did, and offers to undo it."""
    return Toast(text, undo_url(known.request_id))


def toast() -> Toast | None:
    """Give what the address of this page tells of the POST before it."""
    told, known = request.args.get("done", ""), reader().context
    what, _, rest = told.partition(".")
    words = _WORDS.get(what)
    if words is None:
        return None
    op_id = _operation(told, known) if rest and known else None
    return Toast(reader().words.text(words), undo_url(op_id) if op_id else None)


def _operation(told: str, known: Context) -> str | None:
    try:
        return _signer(known).unsign(told).decode().partition(".")[2]
    except BadSignature:
        return None


def _signer(known: Context) -> Signer:
    return Signer(services().settings.secret_key, salt=f"undo {known.actor.id}")


def _having(url: str, told: str) -> str:
    return str(address_of(url).having("done", told))
