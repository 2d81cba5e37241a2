"""The pages of contacts: a list of 50 and the form. Their words are English, their zone is UTC."""

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import Blueprint, abort, g, render_template

from tests.bench.baseline.contacts import fetch_form, fetch_shown
from tests.bench.baseline.tables import CHOICES

if TYPE_CHECKING:
    from tests.bench.baseline.auth import Actor

bp = Blueprint("pages", __name__, template_folder="templates")
STATUSES = CHOICES["contact_status"]
_COLORS = ("petrol", "blue", "violet", "plum", "orange", "olive")
_ROWS = 50
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_DAYS_IN_WORDS = 60


@bp.get("/records/contact")
def index() -> str:
    """Show the first 50 contacts by name."""
    actor: Actor = g.actor
    rows = fetch_shown(actor, _ROWS + 1)
    now = dt.datetime.now(dt.UTC)
    return render_template(
        "list.html",
        actor=actor,
        title="Contacts",
        current="contact",
        rows=rows[:_ROWS],
        more=rows[_ROWS - 1].id if len(rows) > _ROWS else None,
        ago=lambda moment: ago((now - moment).total_seconds()),
        exact=exact,
        statuses=STATUSES,
        face=face,
        initials=initials,
    )


@bp.get("/records/contact/<ident>/edit")
def edit(ident: str) -> str:
    """Show the form of one contact."""
    actor: Actor = g.actor
    row: Any = fetch_form(actor, ident)
    if row is None:
        abort(404)
    return render_template(
        "form.html",
        actor=actor,
        title=f"Edit {row.name}",
        current="contact",
        row=row,
        copy_key=uuid4(),
        date=_date_input,
        statuses=STATUSES,
        face=face,
        initials=initials,
    )


def ago(seconds: float) -> str:
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days <= _DAYS_IN_WORDS else f"{days // 30} months ago"


def exact(moment: dt.datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y, %H:%M:%S} UTC"


@bp.app_template_global("today")
def _today() -> str:
    today = dt.datetime.now(dt.UTC)
    return f"{today:%A}, {today.day} {today:%B %Y}"


def _date_input(value: dt.date | None) -> str:
    return "" if value is None else f"{value:%d/%m/%Y}"


@lru_cache(1_000)
def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[0], words[-1])).upper()


@lru_cache(1_000)
def face(name: str) -> str:
    return _COLORS[sum(name.encode()) % len(_COLORS)]
