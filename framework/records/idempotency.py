"""Idempotency keys: a write that is sent twice happens once and is answered alike."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from framework.errors import Fault, InvalidError, NotFoundError
from framework.permissions import policy_for
from framework.records.planner import plan_one
from framework.records.reader import read_one
from framework.storage.change import keep_answer, kept_answer
from framework.storage.session import reading
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context
    from framework.rules.operand import EngineName
    from framework.storage.engines import Database

_LONGEST_KEY = 200


def check_key(key: str) -> None:
    """Raise InvalidError for what cannot be a key."""
    if not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        message = msg("An idempotency key is a printable text of at most %(most)s characters", most=_LONGEST_KEY)
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")


def fingerprint(entity: str, given: Mapping[str, Any]) -> str:
    """What tells two requests apart: a hash over entity and body, whatever the order of its members."""
    return hashlib.sha256(msgspec.json.encode([entity, given], order="sorted", enc_hook=str)).hexdigest()


def is_used(database: Database, context: Context, key: str) -> bool:
    """Whether the actor has sent a request with this key that was accepted."""
    with reading(database) as connection:
        return kept_answer(connection, _person(context), key) is not None


def kept(
    connection: Connection, engine: EngineName, context: Context, entity: str, key: str, request: str
) -> tuple[str, bytes] | None:
    """(record id, answer) of the first request with this key, None for a new key.

    What the actor may not read any more is left out. Raises InvalidError when that was another request.
    """
    found = kept_answer(connection, _person(context), key)
    if found is None:
        return None
    before, record, answer = found
    if before != request:
        message = msg("This idempotency key was used for another request")
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")
    return record, _as_read_now(connection, engine, context, entity, record, answer.encode())


def _as_read_now(
    connection: Connection, engine: EngineName, context: Context, entity: str, ident: str, answer: bytes
) -> bytes:
    """The answer as it was, without what has been taken from the actor since."""
    told: dict[str, Any] = msgspec.json.decode(answer)
    now = _record_now(connection, engine, context, entity, ident)
    guards = policy_for(context.snapshot, context.actor).entity(entity).guards
    open_ = {name for name in told if name in now and not (name in guards and now[name] is None)} | {"id", "version"}
    return answer if open_ == told.keys() else msgspec.json.encode({n: v for n, v in told.items() if n in open_})


def _record_now(
    connection: Connection, engine: EngineName, context: Context, entity: str, ident: str
) -> dict[str, Any]:
    """The record as the actor reads it, be it in the recycle bin; nothing of one that is out of sight."""
    plan = plan_one(context, entity, None)
    for place in (plan, replace(plan, bin=True)):
        with suppress(NotFoundError):
            found: dict[str, Any] = msgspec.to_builtins(read_one(connection, engine, context, place, ident).wire()[0])
            return found
    return {}


def kept_run(connection: Connection, context: Context, key: str, request: str) -> bytes | None:
    """The answer that the first request with this key got, where it names records by their ids alone.

    Raises InvalidError when that was another request.
    """
    found = kept_answer(connection, _person(context), key)
    if found is None:
        return None
    if found[0] != request:
        message = msg("This idempotency key was used for another request")
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")
    return found[2].encode()


def keep(connection: Connection, context: Context, key: str, request: str, record: str, answer: bytes) -> None:
    """Keep the answer, in the transaction of the write itself."""
    keep_answer(
        connection,
        actor=_person(context),
        key=key,
        request=request,
        record=record,
        answer=answer.decode(),
        at=context.now,
    )


def _person(context: Context) -> str:
    return context.actor.id or f"system:{context.actor.name}"
