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
from ui.page.addresses import Address, address_of, undo_url
from ui.page.reader import reader

if TYPE_CHECKING:
    from framework.context import Context

DONE_WORDS = {
    "created": msg("Created"),
    "saved": msg("Saved"),
    "moved": msg("Moved"),
    "deleted": msg("Moved to the recycle bin"),
    "restored": msg("Restored"),
    "noted": msg("Note saved"),
    "logged": msg("Logged"),
    "task_added": msg("Task added"),
    "attached": msg("Files added"),
    "detached": msg("File moved to the recycle bin"),
    "task_done": msg("Done"),
    "task_open": msg("Open again"),
    "undone": msg("Undone"),
    "merged": msg("Merged"),
    "changed_many": msg("Records changed"),
    "deleted_many": msg("Records moved to the recycle bin"),
    "action_done": msg("Done"),
    "changed_none": msg("All of them had these values already"),
    "view_saved": msg("View saved"),
    "view_deleted": msg("View deleted"),
    "dashboard_reset": msg("This dashboard is again as it is for everybody"),
    "password_changed": msg("Password changed"),
    "session_ended": msg("Session ended"),
    "sessions_ended": msg("All other sessions ended"),
    "starred": msg("Starred"),
    "unstarred": msg("No longer starred"),
    "token_revoked": msg("Token revoked"),
    "person_changed": msg("Person saved"),
    "role_given": msg("Role given"),
    "role_taken": msg("Role taken away"),
    "team_joined": msg("Now in this team"),
    "team_left": msg("No longer in this team"),
    "team_made": msg("Team made"),
    "team_changed": msg("Team saved"),
    "team_deleted": msg("Team deleted"),
    "person_disabled": msg("This person cannot sign in any more"),
    "person_enabled": msg("This person can sign in again"),
    "link_sent": msg("The link is on its way"),
    "job_again": msg("It will be tried again"),
    "drafted": msg("Kept in your draft"),
    "draft_discarded": msg("Draft discarded"),
    "published": msg("Published"),
    "redone": msg("Done again"),
    "taken_over": msg("Taken over into your draft"),
}

# Done on the page of another record, which stays whether it is undone or not.
_BESIDE = frozenset({"noted", "logged", "task_added", "task_done", "task_open", "attached", "detached"})


@dataclass(frozen=True, slots=True)
class Toast:
    """What was done; `undo_url` takes it back, or is None, and leads to `back`: where that is blank, to the record."""

    text: str
    undo_url: str | None
    back: str = ""


def done(url: str, what: str) -> str:
    """Give the address of the page that says what was done."""
    return _having(url, what)


def done_undoable(url: str, what: str, known: Context, op_id: str | None = None) -> str:
    """Give the address of the page that says what this request did, or the operation named, and offers to undo it."""
    return _having(url, _signer(known).sign(f"{what}.{op_id or known.request_id}").decode())


def undoable(text: str, known: Context, back: str = "", op_id: str | None = None) -> Toast:
    """Give the toast that tells in place what this request did, or the operation named, and offers to undo it."""
    return Toast(text, undo_url(op_id or known.request_id), back)


def toast() -> Toast | None:
    """Give what the address of this page tells of the POST before it."""
    told, known = request.args.get("done", ""), reader().context
    what, _, rest = told.partition(".")
    words = DONE_WORDS.get(what)
    if words is None:
        return None
    op_id = _operation(told, known) if rest and known else None
    here = str(Address(request.path, tuple(request.args.items(multi=True))).without({"done"}))
    return Toast(reader().words.text(words), undo_url(op_id) if op_id else None, here if what in _BESIDE else "")


def _operation(told: str, known: Context) -> str | None:
    try:
        return _signer(known).unsign(told).decode().partition(".")[2]
    except BadSignature:
        return None


def _signer(known: Context) -> Signer:
    return Signer(services().settings.secret_key, salt=f"undo {known.actor.id}")


def _having(url: str, told: str) -> str:
    return str(address_of(url).having("done", told))
