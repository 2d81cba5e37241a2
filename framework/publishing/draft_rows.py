"""Drafts in the database: the files of each step as digests of texts that are kept once, as those of revisions are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from framework.errors import ClashError, NotFoundError
from framework.publishing import store
from framework.storage import own
from i18n.lazy import Message, msg

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Draft:
    """A site layer over revision `base` that nobody has published yet, as it is at `step` of `steps`.

    `files` are those of the layer (path → text), `note` what the step did, `next_note` what redoing would do.
    """

    name: str
    owner: str | None
    owner_name: str
    base: int
    step: int
    steps: int
    at: dt.datetime
    files: Mapping[str, str] = field(repr=False, hash=False)
    note: Message | None = field(default=None, hash=False)
    next_note: Message | None = field(default=None, hash=False)


def names_of(connection: Connection, owner: str | None = None) -> list[str]:
    """The names of all drafts, those changed last first; of one person's alone where `owner` is given."""
    statement = select(own.draft.c.name).order_by(own.draft.c.at.desc(), own.draft.c.name)
    if owner is not None:
        statement = statement.where(own.draft.c.owner == owner)
    return list(connection.execute(statement).scalars())


def find(connection: Connection, name: str) -> Draft:
    """A draft. Raises NotFoundError."""
    row = connection.execute(select(own.draft).where(own.draft.c.name == name)).first()
    if row is None:
        raise NotFoundError(msg("There is no draft “%(name)s”", name=name[:60]))
    steps = own.draft_step.c
    near = select(steps.number, steps.files, steps.note).where(
        steps.draft == name, steps.number.in_((row.step, row.step + 1))
    )
    found = {one.number: one for one in connection.execute(near)}
    most = connection.execute(select(func.max(steps.number)).where(steps.draft == name)).scalar() or 0
    digests = json.loads(found[row.step].files)
    texts = store.texts_of(connection, set(digests.values()))
    after = found.get(row.step + 1)
    return Draft(
        row.name,
        row.owner,
        row.owner_name,
        row.base,
        row.step,
        most,
        row.at,
        {path: texts[digest] for path, digest in digests.items()},
        _note(found[row.step].note) if row.step else None,
        _note(after.note) if after else None,
    )


def begin(connection: Connection, draft: Draft, note: Message) -> None:
    """Keep a draft that has no steps yet."""
    connection.execute(
        insert(own.draft).values(
            name=draft.name, owner=draft.owner, owner_name=draft.owner_name, base=draft.base, step=0, at=draft.at
        )
    )
    _add_step(connection, draft.name, 0, draft.files, note, draft.at)


def add_step(connection: Connection, draft: Draft, files: Mapping[str, str], note: Message, at: dt.datetime) -> None:
    """Add a step behind the present one; those that were undone are gone. Raises ClashError where it moved."""
    go_to(connection, draft, draft.step + 1, at)
    steps = own.draft_step.c
    connection.execute(delete(own.draft_step).where(steps.draft == draft.name, steps.number > draft.step))
    _add_step(connection, draft.name, draft.step + 1, files, note, at)


def go_to(connection: Connection, draft: Draft, step: int, at: dt.datetime) -> None:
    """Make another of its steps the present one. Raises ClashError where it moved meanwhile."""
    columns = own.draft.c
    here = (columns.name == draft.name, columns.step == draft.step, columns.base == draft.base)
    if not connection.execute(update(own.draft).where(*here).values(step=step, at=at)).rowcount:
        raise ClashError(msg("The draft “%(name)s” was changed meanwhile; look at it anew", name=draft.name))


def begin_anew(
    connection: Connection, draft: Draft, base: int, below: Mapping[str, str], files: Mapping[str, str], note: Message
) -> None:
    """Put the draft over another revision, whose files are `below`: its steps begin there."""
    forget(connection, draft.name)
    fresh = Draft(draft.name, draft.owner, draft.owner_name, base, 0, 0, draft.at, below)
    begin(connection, fresh, note)
    add_step(connection, fresh, files, note, draft.at)


def forget(connection: Connection, name: str) -> None:
    """Forget a draft with its steps."""
    connection.execute(delete(own.draft_step).where(own.draft_step.c.draft == name))
    connection.execute(delete(own.draft).where(own.draft.c.name == name))


def _add_step(
    connection: Connection, name: str, number: int, files: Mapping[str, str], note: Message, at: dt.datetime
) -> None:
    connection.execute(
        insert(own.draft_step).values(
            draft=name,
            number=number,
            files=json.dumps(store.keep_texts(connection, files)),
            note=json.dumps([note.msgid, {key: str(value) for key, value in note.params.items()}]),
            at=at,
        )
    )


def _note(text: str) -> Message:
    msgid, params = json.loads(text)
    return Message(msgid, params)
