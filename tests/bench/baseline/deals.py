"""The pages about opportunities: a board, a month, a few figures, and the page of a contact with its deals."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, g, render_template, request
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, true

from tests.bench.baseline.auth import Actor
from tests.bench.baseline.contacts import database, fetch_form, known_id
from tests.bench.baseline.pages import STATUSES, ago, exact, face, initials
from tests.bench.baseline.statements import ALL as ALL_CONTACTS
from tests.bench.baseline.tables import CHOICES, Key, account, opportunity, person

bp = Blueprint("deals", __name__, template_folder="templates")
STAGES = CHOICES["sales_stage"]
_OPEN = ("new", "proposal")
_CARDS, _DEALS, _LARGEST, _WEEKS, _A_DAY = 25, 20, 10, 6, 3


@dataclass(frozen=True, slots=True)
class Deals:
    """What can be asked of opportunities by somebody who sees all of them, or only their own."""

    lanes: Select[Any]
    cards: Select[Any]
    between: Select[Any]
    of_contact: Select[Any]
    stages: Select[Any]
    open: Select[Any]
    largest: Select[Any]


def _deals(seen: ColumnElement[bool]) -> Deals:
    deal = opportunity.c
    alive = (deal.deleted_at.is_(None), seen)
    account_of = opportunity.outerjoin(account, account.c.id == deal.account)
    owned = account_of.outerjoin(person, person.c.id == deal.owner)
    place = func.row_number().over(partition_by=deal.stage, order_by=(deal.closes_on, deal.id)).label("place")
    card = (deal.id, deal.version, deal.name, deal.stage, deal.amount, deal.closes_on)
    ranked = select(*card, account.c.name.label("account"), person.c.name.label("owner"), place)
    first = ranked.select_from(owned).where(*alive).subquery()
    in_time = deal.closes_on.between(bindparam("first"), bindparam("last"))
    is_open = deal.stage.in_(_OPEN)
    return Deals(
        select(deal.stage, func.count().label("count"), func.sum(deal.amount).label("amount"))
        .where(*alive)
        .group_by(deal.stage),
        select(first).where(first.c.place <= _CARDS).order_by(first.c.stage, first.c.place),
        select(*card).where(*alive, in_time).order_by(deal.closes_on, deal.id),
        select(*card)
        .where(*alive, deal.contact == bindparam("contact", type_=Key))
        .order_by(deal.id.desc())
        .limit(_DEALS),
        select(deal.stage, func.count().label("count")).where(*alive).group_by(deal.stage),
        select(func.count().label("count"), func.sum(deal.amount).label("amount")).where(*alive, is_open),
        select(*card).where(*alive, is_open).order_by(deal.amount.desc(), deal.id).limit(_LARGEST),
    )


_ALL, _MINE = _deals(true()), _deals(opportunity.c.owner == bindparam("me", type_=Key))


@bp.get("/records/contact/<ident>")
def contact(ident: str) -> str:
    """Show one contact and the deals with them."""
    row = fetch_form(_actor(), ident)
    if row is None:
        abort(404)
    deals = _rows("of_contact", contact=known_id(ident))
    return _page("record.html", "contact", row.name, row=row, deals=deals, ago=_since, exact=exact)


@bp.get("/screens/pipeline")
def board() -> str:
    """Show the first opportunities of each stage."""
    heads = {row.stage: row for row in _rows("lanes")}
    cards = {stage: list(found) for stage, found in groupby(_rows("cards"), lambda row: row.stage)}
    return _page("board.html", "opportunity", "Pipeline", heads=heads, cards=cards, most=_CARDS)


@bp.get("/screens/closings")
def calendar() -> str:
    """Show the month of a day, in whole weeks, as a grid and as a list."""
    on = request.args.get("on", type=dt.date.fromisoformat) or dt.datetime.now(dt.UTC).date()
    month = on.replace(day=1)
    first = month - dt.timedelta(days=month.weekday())
    rows = _rows("between", first=first, last=first + dt.timedelta(days=7 * _WEEKS - 1))
    found = {day: list(some) for day, some in groupby(rows, lambda row: row.closes_on)}
    return _page(
        "calendar.html",
        "opportunity",
        "Closings",
        on=on,
        now=dt.datetime.now(dt.UTC).date(),
        month=month,
        earlier=(month - dt.timedelta(days=1)).replace(day=1),
        later=(month + dt.timedelta(days=31)).replace(day=1),
        weeks=list(_weeks(first)),
        found=found,
        most=_A_DAY,
    )


@bp.get("/screens/morning")
def dashboard() -> str:
    """Show the frames of the figures, which the page asks for one by one."""
    return _page("dashboard.html", "opportunity", "Morning")


@bp.get("/screens/morning/tiles/<name>")
def tile(name: str) -> str:
    """Show one figure."""
    if name == "next":
        return render_template("tile_table.html", rows=_rows("largest"))
    if name == "stages":
        rows = sorted(_rows("stages"), key=lambda row: -row.count)
        most = max((row.count for row in rows), default=1)
        return render_template("tile_bar.html", rows=rows, stages=STAGES, most=most)
    (row,) = _rows("open")
    return render_template("tile_number.html", value=row.count if name == "open" else row.amount or 0)


def _weeks(first: dt.date) -> Iterator[list[dt.date]]:
    for week in range(_WEEKS):
        yield [first + dt.timedelta(days=7 * week + day) for day in range(7)]


def _rows(asked: str, **bound: Any) -> Sequence[Row[Any]]:
    actor = _actor()
    statement: Select[Any] = getattr(_ALL if actor.contacts is ALL_CONTACTS else _MINE, asked)
    with database().read.connect() as connection:
        return connection.execute(statement, {"me": actor.id, **bound}).fetchall()


def _page(template: str, current: str, title: str, **values: Any) -> str:
    return render_template(
        template,
        actor=_actor(),
        title=title,
        current=current,
        stages=STAGES,
        statuses=STATUSES,
        face=face,
        initials=initials,
        day=_day,
        **values,
    )


def _since(moment: dt.datetime) -> str:
    return ago((dt.datetime.now(dt.UTC) - moment).total_seconds())


def _day(value: dt.date) -> str:
    this_year = value.year == dt.datetime.now(dt.UTC).year
    return f"{value.day} {value:%b}" if this_year else f"{value.day} {value:%b %Y}"


def _actor() -> Actor:
    found: Actor = g.actor
    return found
