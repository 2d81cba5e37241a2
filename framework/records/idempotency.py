"""Idempotency keys: a write that is sent twice happens once and is answered alike."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from framework.errors import Fault, InvalidError
from framework.storage.change import keep_answer, kept_answer
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from framework.context import Context

_LONGEST_KEY = 200


def check_key(key: str) -> None:
    """Raise InvalidError for what cannot be a key."""
    if not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        message = msg("An idempotency key is a printable text of at most %(most)s characters", most=_LONGEST_KEY)
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")


def fingerprint(entity: str, given: Mapping[str, Any]) -> str:
    """What tells two requests apart: a hash over entity and body, whatever the order of its members."""
    return hashlib.sha256(msgspec.json.encode([entity, given], order="sorted", enc_hook=str)).hexdigest()


def kept(connection: Connection, context: Context, key: str, request: str) -> tuple[str, bytes] | None:
    """(record id, answer) of the first request with this key, None for a new key.

    Raises InvalidError when that was another request.
    """
    found = kept_answer(connection, _person(context), key)
    if found is None:
        return None
    before, record, answer = found
    if before != request:
        message = msg("This idempotency key was used for another request")
        raise InvalidError(message, [Fault("", "idempotency_key", message)], code="idempotency_key")
    return record, answer.encode()


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
