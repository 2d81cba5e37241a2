"""What a constraint of the database that was hit means to the writer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from framework.errors import ClashError, Fault, UnavailableError
from framework.permissions import policy_for
from framework.storage.ddl.steps import index_columns
from framework.storage.faults import clashing_index
from framework.storage.tables import physical_name
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from framework.context import Context
    from framework.errors import ArmatureError
    from metadata.snapshot import Entity


@contextmanager
def clashes(context: Context, entity: str) -> Iterator[None]:
    """Turn a constraint that a write of the entity hits into the error that it means."""
    try:
        yield
    except IntegrityError as error:
        raise clash_error(context, context.snapshot.entities[entity], error) from error


def clash_error(context: Context, entity: Entity, error: IntegrityError) -> ArmatureError:
    """The error of a unique value that another live record has; neutral about whose that is.

    Fields that are hidden from the actor are not named.
    """
    found = clashing_index(error)
    columns = found if isinstance(found, tuple) else index_columns(entity, found) if found else ()
    names = [f.name for f in entity.fields.values() if physical_name(f.column) in columns]
    if names == ["id"] or found in {f"pk_{entity.table}", f"{entity.table}_pkey"}:
        message = msg("There is a record with this id already")
        return ClashError(message, [Fault("/id", "unique", message)], code="unique")
    if not names:
        # Nothing of ours: the idempotency key of a twin request, or a link that vanished just now.
        return UnavailableError(msg("Somebody else did the same just now; try again"))
    message = next(
        (
            msg("%(text)s", text=one.message)
            for one in entity.unique.values()
            if one.message and set(one.fields) == set(names)
        ),
        msg("Another record has this value already"),
    )
    named = policy_for(context.snapshot, context.actor).entity(entity.name).named
    pointers = [f"/{name}" for name in names if name in named] or [""]
    return ClashError(message, [Fault(pointer, "unique", message) for pointer in pointers], code="unique")
