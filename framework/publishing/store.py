"""Revisions in the database: their layers as files, each text kept once however often it is used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from framework.errors import NotFoundError
from framework.storage import own
from i18n.lazy import msg
from metadata.load import read_layer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from framework.context import Actor
    from metadata.documents import Layer

_CHUNK = 500  # below every engine's limit of parameters


@dataclass(frozen=True, slots=True)
class Revision:
    """What is told of a revision without its documents."""

    number: int
    base: int | None
    digest: str
    message: str
    actor_name: str
    at: dt.datetime


def head(connection: Connection, channel: str = "live") -> int:
    """The number of the live revision; 0 when nothing was published yet."""
    statement = select(own.head.c.revision).where(own.head.c.channel == channel)
    return connection.execute(statement).scalar() or 0


def move_head(connection: Connection, number: int, channel: str = "live") -> None:
    """Make the revision live for a channel."""
    moved = update(own.head).where(own.head.c.channel == channel).values(revision=number)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(own.head).values(channel=channel, revision=number))


def load_layers(connection: Connection, number: int) -> tuple[Layer, ...]:
    """The layers of a revision, lowest first. Raises NotFoundError for an unknown number."""
    found = connection.execute(select(own.revision.c.layers).where(own.revision.c.number == number)).scalar()
    if found is None:
        raise NotFoundError(msg("There is no revision %(number)s", number=number))
    layers = json.loads(found)
    texts = _texts(connection, {digest for layer in layers for digest in layer["files"].values()})
    return tuple(
        read_layer({path: texts[digest].encode() for path, digest in layer["files"].items()})[0] for layer in layers
    )


def save(
    connection: Connection,
    *,
    number: int,
    base: int,
    layers: Sequence[Layer],
    digest: str,
    message: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Keep a revision with the texts that are not kept yet."""
    files = [{"name": layer.name, "files": _digests(layer.files())} for layer in layers]
    texts = {_digest(text): text for layer in layers for text in layer.files().values()}
    known = _known(connection, texts)
    missing = [{"digest": key, "text": text} for key, text in texts.items() if key not in known]
    if missing:
        connection.execute(insert(own.document), missing)
    connection.execute(
        insert(own.revision).values(
            number=number,
            base=base or None,
            digest=digest,
            layers=json.dumps(files),
            message=message,
            actor=actor.id,
            actor_name=actor.name,
            at=now,
        )
    )


def revisions(connection: Connection) -> list[Revision]:
    """All revisions, newest first."""
    columns = own.revision.c
    statement = select(
        columns.number, columns.base, columns.digest, columns.message, columns.actor_name, columns.at
    ).order_by(columns.number.desc())
    return [Revision(*row) for row in connection.execute(statement)]


def next_number(connection: Connection) -> int:
    """One more than the newest revision, whether that is live or not."""
    return (connection.execute(select(own.revision.c.number).order_by(own.revision.c.number.desc())).scalar() or 0) + 1


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {path: _digest(text) for path, text in files.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _texts(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    columns = own.document.c
    found: dict[str, str] = {}
    for chunk in _chunks(digests):
        rows = connection.execute(select(columns.digest, columns.text).where(columns.digest.in_(chunk)))
        found |= {row.digest: row.text for row in rows}
    return found


def _known(connection: Connection, digests: Iterable[str]) -> set[str]:
    column = own.document.c.digest
    return {
        row.digest for chunk in _chunks(digests) for row in connection.execute(select(column).where(column.in_(chunk)))
    }


def _chunks(digests: Iterable[str]) -> list[list[str]]:
    ordered = sorted(digests)
    return [ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK)]
