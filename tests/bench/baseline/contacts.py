"""The API of contacts: read, list, create, change."""

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, current_app, g, request
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from tests.bench.baseline.auth import Actor
from tests.bench.baseline.database import Database
from tests.bench.baseline.ids import new_id
from tests.bench.baseline.statements import (
    INSERT_CHANGE,
    INSERT_CONTACT,
    KEEP_ANSWER,
    KEPT_ANSWER,
    setting,
)

bp = Blueprint("contacts", __name__, url_prefix="/api/v1/records/contact")
_MOST = 200

Status = Literal["new", "active", "dormant", "gone"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Long = Annotated[str, msgspec.Meta(max_length=254)]
Phone = Annotated[str, msgspec.Meta(max_length=40)]
City = Annotated[str, msgspec.Meta(max_length=80)]
Rating = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Contact(msgspec.Struct):
    """A contact as the API shows it, in the order of `statements.CONTACT`."""

    id: str
    version: int
    created_at: dt.datetime
    created_by: str | None
    updated_at: dt.datetime
    updated_by: str | None
    owner: str | None
    team: str | None
    name: str
    account: str | None
    job_title: str | None
    status: str | None
    email: str | None
    phone: str | None
    city: str | None
    rating: int | None
    birthday: dt.date | None
    last_contacted_on: dt.date | None
    newsletter: bool | None


class Page(msgspec.Struct, omit_defaults=True):
    """A page of contacts."""

    items: list[Contact]
    next: str | None
    count: int | msgspec.UnsetType = msgspec.UNSET
    count_exact: bool | msgspec.UnsetType = msgspec.UNSET


class NewContact(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a create."""

    name: Name
    id: UUID | None = None
    account: UUID | None = None
    job_title: Long | None = None
    status: Status = "new"
    email: Long | None = None
    phone: Phone | None = None
    city: City | None = None
    rating: Rating | None = None
    birthday: dt.date | None = None
    last_contacted_on: dt.date | None = None
    newsletter: bool | None = None


class ContactPatch(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a change; what is unset stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    account: UUID | msgspec.UnsetType | None = msgspec.UNSET
    job_title: Long | msgspec.UnsetType | None = msgspec.UNSET
    status: Status | msgspec.UnsetType = msgspec.UNSET
    email: Long | msgspec.UnsetType | None = msgspec.UNSET
    phone: Phone | msgspec.UnsetType | None = msgspec.UNSET
    city: City | msgspec.UnsetType | None = msgspec.UNSET
    rating: Rating | msgspec.UnsetType | None = msgspec.UNSET
    birthday: dt.date | msgspec.UnsetType | None = msgspec.UNSET
    last_contacted_on: dt.date | msgspec.UnsetType | None = msgspec.UNSET
    newsletter: bool | msgspec.UnsetType | None = msgspec.UNSET


_encode = msgspec.json.Encoder().encode
_new = msgspec.json.Decoder(NewContact)
_patch = msgspec.json.Decoder(ContactPatch)
_WRITTEN = tuple(name for name in NewContact.__struct_fields__ if name != "id")


@bp.get("/<ident>")
def show(ident: str) -> Response:
    """Answer one contact with its version as ETag."""
    actor = _actor()
    with database().read.connect() as connection:
        row = connection.execute(actor.contacts.one, {"id": known_id(ident), "me": actor.id}).first()
    if row is None:
        abort(404)
    return _answer(Contact(*row))


@bp.get("")
def index() -> Response:
    """Answer a page of contacts by name; `status` and `rating` filter, `count=exact` counts."""
    actor = _actor()
    limit = min(request.args.get("limit", 50, int), _MOST)
    bound: dict[str, Any] = {"me": actor.id, "limit": limit + 1}
    statement = actor.contacts.first
    if "after" in request.args:
        statement = actor.contacts.after
        bound["after_name"], bound["after_id"] = _read_cursor(request.args["after"])
    elif "status" in request.args:
        statement = actor.contacts.filtered
        bound |= {"status": request.args["status"], "rating": request.args.get("rating", 0, int)}
    with database().read.connect() as connection:
        rows = connection.execute(statement, bound).fetchall()
        counted = request.args.get("count") == "exact"
        count: int | None = connection.execute(actor.contacts.count, {"me": actor.id}).scalar_one() if counted else None
    items = [Contact(*row) for row in rows[:limit]]
    page = Page(items, _cursor(items[-1]) if len(rows) > limit else None)
    if count is not None:
        page.count, page.count_exact = count, True
    return _json(page)


@bp.post("")
def create() -> Response:
    """Create a contact, once for each `Idempotency-Key`."""
    actor, now, body = _actor(), _now(), request.get_data()
    given = _decoded(_new, body)
    values: dict[str, Any] = {name: _stored(getattr(given, name)) for name in _WRITTEN}
    made = Contact(
        str(given.id) if given.id else new_id(),
        version=1,
        created_at=now,
        created_by=actor.id,
        updated_at=now,
        updated_by=actor.id,
        owner=actor.id,
        team=None,
        **values,
    )
    key = request.headers.get("Idempotency-Key")
    hashed = hashlib.sha256(body).hexdigest()
    try:
        with database().write.begin() as connection:
            if key is not None and (kept := _kept(connection, actor, key, hashed)) is not None:
                return _answer_of(kept, 201)
            connection.execute(INSERT_CONTACT, msgspec.structs.asdict(made))
            told = {name: [None, value] for name, value in values.items() if value is not None}
            _tell(connection, actor, made, "create", told)
            encoded = _encode(made)
            if key is not None:
                connection.execute(
                    KEEP_ANSWER,
                    {"actor": actor.id, "key": key, "request": hashed, "answer": encoded.decode(), "at": now},
                )
    except IntegrityError:
        abort(409)
    answer = _answer_of(encoded, 201)
    answer.headers["Location"] = f"/api/v1/records/contact/{made.id}"
    answer.headers["ETag"] = f'"{made.version}"'
    return answer


@bp.patch("/<ident>")
def change(ident: str) -> Response:
    """Change a contact if it still has the version in `If-Match`."""
    actor, now = _actor(), _now()
    wanted = request.headers.get("If-Match")
    if wanted is None:
        abort(428)
    given = msgspec.structs.asdict(_decoded(_patch, request.get_data()))
    values = {name: _stored(value) for name, value in given.items() if value is not msgspec.UNSET}
    with database().write.begin() as connection:
        row: Any = connection.execute(actor.contacts.locked, {"id": known_id(ident), "me": actor.id}).first()
        if row is None:
            abort(404)
        old = Contact(*row)
        if wanted not in ("*", f'"{old.version}"'):
            answer = _answer(old)
            answer.status_code = 412
            return answer
        values = {name: value for name, value in values.items() if value != getattr(old, name)}
        new = msgspec.structs.replace(old, **values, version=old.version + 1, updated_at=now, updated_by=actor.id)
        written = {**values, "version": new.version, "updated_at": now, "updated_by": actor.id}
        bound = {f"new_{name}": value for name, value in written.items()}
        bound |= {"key": old.id, "was": old.version}
        done = connection.execute(setting(tuple(written)), bound)
        if done.rowcount != 1:
            abort(409)
        told = {name: [getattr(old, name), value] for name, value in values.items()}
        _tell(connection, actor, new, "update", told)
    return _answer(new)


def fetch_shown(actor: Actor, limit: int) -> Sequence[Row[Any]]:
    """Give the first contacts by name with the names of account and owner, for a page."""
    with database().read.connect() as connection:
        return connection.execute(actor.contacts.shown, {"me": actor.id, "limit": limit}).fetchall()


def fetch_form(actor: Actor, ident: str) -> Row[Any] | None:
    """Give one contact with the names of account and owner."""
    with database().read.connect() as connection:
        return connection.execute(actor.contacts.form, {"id": known_id(ident), "me": actor.id}).first()


def _actor() -> Actor:
    found: Actor = g.actor
    return found


def database() -> Database:
    found: Database = current_app.extensions["baseline"]
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def known_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        abort(404)


def _decoded(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        abort(422, str(error))
    except msgspec.DecodeError as error:
        abort(400, str(error))


def _stored(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _kept(connection: Connection, actor: Actor, key: str, hashed: str) -> bytes | None:
    row = connection.execute(KEPT_ANSWER, {"of": actor.id, "named": key}).first()
    if row is None:
        return None
    if row.request != hashed:
        abort(422)
    return str(row.answer).encode()


def _tell(connection: Connection, actor: Actor, record: Contact, op: str, fields: dict[str, Any]) -> None:
    connection.execute(
        INSERT_CHANGE,
        {
            "entity": "contact",
            "record": record.id,
            "version": record.version,
            "op": op,
            "fields": _encode(fields).decode(),
            "actor": actor.id,
            "actor_name": actor.name,
            "door": "api",
            "op_id": new_id(),
            "at": record.updated_at,
        },
    )


def _cursor(last: Contact) -> str:
    return base64.urlsafe_b64encode(_encode((last.name, last.id))).decode()


def _read_cursor(text: str) -> tuple[str, str]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text), type=tuple[str, str])
    except (ValueError, msgspec.MsgspecError):
        abort(400)


def _answer(record: Contact) -> Response:
    answer = _json(record)
    answer.headers["ETag"] = f'"{record.version}"'
    return answer


def _json(value: object) -> Response:
    return _answer_of(_encode(value), 200)


def _answer_of(body: bytes, status: int) -> Response:
    return Response(body, status, content_type="application/json")
