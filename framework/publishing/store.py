"""Revisions in the database: their layers as files, each text kept once however often it is used."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from framework.errors import NotFoundError
from framework.publishing.aliases import Alias
from framework.publishing.columns import Made
from framework.storage import own
from i18n.lazy import msg
from metadata.load import read_layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from metadata.documents import Layer

_CHUNK = 500  # below every engine's limit of parameters
_LAST_NUMBER = 2**31 - 1  # the largest that every engine compares with its column


@dataclass(frozen=True, slots=True)
class Revision:
    """What is told of a revision without its documents."""

    number: int
    base: int | None
    digest: str
    message: str
    actor_name: str
    at: dt.datetime

    def told(self, head: int) -> dict[str, Any]:
        """The revision for programs; `head` is the number of the live one."""
        return {
            "number": self.number,
            "base": self.base,
            "digest": self.digest,
            "message": self.message,
            "actor": self.actor_name,
            "at": self.at,
            "live": self.number == head,
        }


@dataclass(frozen=True, slots=True)
class Content:
    """What a revision holds: layers, lowest first, stems of columns by table and identity, aliases by address."""

    layers: tuple[Layer, ...]
    stems: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, Alias] = field(default_factory=dict)


def head(connection: Connection, channel: str = "live") -> int:
    """The number of the live revision; 0 when nothing was published yet."""
    statement = select(own.head.c.revision).where(own.head.c.channel == channel)
    return connection.execute(statement).scalar() or 0


def move_head(connection: Connection, number: int, channel: str = "live") -> None:
    """Make the revision live for a channel."""
    moved = update(own.head).where(own.head.c.channel == channel).values(revision=number)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(own.head).values(channel=channel, revision=number))


def load(connection: Connection, number: int) -> Content:
    """What a revision holds; nothing for 0. Raises NotFoundError for an unknown number."""
    if number == 0:
        return Content(())
    columns = own.revision.c
    statement = select(columns.layers, columns.physical, columns.aliases).where(columns.number == number)
    found = connection.execute(statement).first() if 0 < number <= _LAST_NUMBER else None
    if found is None:
        raise _absent(number)
    layers = json.loads(found.layers)
    texts = texts_of(connection, {digest for layer in layers for digest in layer["files"].values()})
    aliases = {
        address: Alias(one["name"], dt.datetime.fromisoformat(one["until"]))
        for address, one in json.loads(found.aliases).items()
    }
    read = (
        read_layer({path: texts[digest].encode() for path, digest in layer["files"].items()})[0] for layer in layers
    )
    return Content(tuple(read), json.loads(found.physical), aliases)


def save(connection: Connection, revision: Revision, content: Content, actor: str | None) -> None:
    """Keep a revision with the texts that are not kept yet; `actor` is the id of its author."""
    files = [{"name": layer.name, "files": _digests(layer.files())} for layer in content.layers]
    _keep(connection, {_digest(text): text for layer in content.layers for text in layer.files().values()})
    aliases = {
        address: {"name": alias.name, "until": alias.until.isoformat()} for address, alias in content.aliases.items()
    }
    connection.execute(
        insert(own.revision).values(
            number=revision.number,
            base=revision.base,
            digest=revision.digest,
            layers=json.dumps(files),
            physical=json.dumps(content.stems),
            aliases=json.dumps(aliases),
            message=revision.message,
            actor=actor,
            actor_name=revision.actor_name,
            at=revision.at,
        )
    )


def keep_texts(connection: Connection, files: Mapping[str, str]) -> dict[str, str]:
    """Keep the texts that are not kept yet; path → digest."""
    found = _digests(files)
    _keep(connection, {found[path]: text for path, text in files.items()})
    return found


def made_columns(connection: Connection) -> dict[str, dict[str, Made]]:
    """The newest column of every identity that some revision had, by table and identity."""
    found: dict[str, dict[str, Made]] = defaultdict(dict)
    for table, column, generation, shape in connection.execute(_COLUMNS):
        found[table][column] = Made(generation, shape)
    return dict(found)


def remember_columns(connection: Connection, shapes: Mapping[tuple[str, str, int], str]) -> None:
    """Note the columns of a revision that no earlier one had."""
    known = {(table, column, generation) for table, column, generation, _ in connection.execute(_COLUMNS)}
    fresh = [
        {"table": table, "column": column, "generation": generation, "shape": shape}
        for (table, column, generation), shape in shapes.items()
        if (table, column, generation) not in known
    ]
    if fresh:
        connection.execute(insert(own.column), fresh)


_COLUMNS = select(own.column.c.table, own.column.c.column, own.column.c.generation, own.column.c.shape).order_by(
    own.column.c.generation
)


def revisions(connection: Connection) -> list[Revision]:
    """All revisions, newest first."""
    columns = own.revision.c
    statement = select(
        columns.number, columns.base, columns.digest, columns.message, columns.actor_name, columns.at
    ).order_by(columns.number.desc())
    return [Revision(*row) for row in connection.execute(statement)]


def revision(connection: Connection, number: int) -> Revision:
    """One revision. Raises NotFoundError for an unknown number."""
    found = next((one for one in revisions(connection) if one.number == number), None)
    if found is None:
        raise _absent(number)
    return found


def _absent(number: int) -> NotFoundError:
    return NotFoundError(msg("There is no revision %(number)s", number=str(number)[:20]))


def next_number(connection: Connection) -> int:
    """One more than the newest revision, whether that is live or not."""
    return (connection.execute(select(own.revision.c.number).order_by(own.revision.c.number.desc())).scalar() or 0) + 1


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {path: _digest(text) for path, text in files.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _keep(connection: Connection, texts: Mapping[str, str]) -> None:
    known = _known(connection, texts)
    missing = [{"digest": key, "text": text} for key, text in texts.items() if key not in known]
    if missing:
        connection.execute(insert(own.document), missing)


def texts_of(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """Kept texts by digest."""
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
