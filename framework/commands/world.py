"""What commands share: services, an acting context, and how refusals end a command."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from framework import auth
from framework.app import make_services
from framework.context import Context
from framework.errors import ArmatureError, CommandError, RevisionMovedError, UnavailableError
from framework.fields.words import is_clean
from framework.settings import read_settings
from framework.storage.faults import reason
from framework.storage.upgrades import require_current
from i18n.lazy import msg
from metadata.reading import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from framework.extension import Services

_T = TypeVar("_T")

as_option = click.option("--as", "acting", metavar="EMAIL", help="Act as this person instead of the system.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def services_ready() -> Services:
    """The engine on a database that is ready. Raises CommandError where it is not."""
    known = make_services(read_settings())
    click.get_current_context().call_on_close(known.database.close)
    require_current(known.database)
    known.publisher.require_head()
    return known


def acting_context(known: Services, email: str | None = None) -> Context:
    """The context in which a command acts: as a person, else as the system actor `cli`."""
    who = known.auth.by_email(email) if email else auth.system(known.database, "command line", name="cli")
    snapshot = known.runtime.snapshot(who.revision)
    return Context(
        actor=who.actor,
        snapshot=snapshot,
        revision=who.revision,
        locale="en",
        zone=snapshot.site.zone,
        now=dt.datetime.now(dt.UTC),
        door="cli",
        request_id=secrets.token_hex(8),
    )


def on_live(known: Services, email: str | None, work: Callable[[Context], _T]) -> _T:
    """Call `work` with a context; once more where a revision was published meanwhile."""
    try:
        return work(acting_context(known, email))
    except RevisionMovedError:
        return work(acting_context(known, email))


def print_json(value: Any) -> None:  # noqa: ANN401
    """Print a value as JSON for programs; half characters, which an argument may hold, as their escapes."""
    click.echo(shown(json.dumps(value, ensure_ascii=False, indent=2)))


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end with status 1 and one clear sentence where it is refused."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        try:
            _require_text(kwargs.values())
            return command(*args, **kwargs)
        except DBAPIError as error:
            refusal: ArmatureError = _unusable(error)
        except ArmatureError as error:
            cause = error.__cause__ if isinstance(error, UnavailableError) else None
            refusal = _unusable(cause) if isinstance(cause, DBAPIError) else error
        _refuse(refusal, as_json=bool(kwargs.get("as_json")))
        sys.exit(1)

    return wrapped


def _require_text(given: Iterable[object]) -> None:
    """Raise CommandError for an argument whose bytes are no UTF-8: nothing that is kept could equal it."""
    for one in given:
        if isinstance(one, tuple):
            _require_text(one)
        elif isinstance(one, str) and not is_clean(one):
            raise CommandError(msg("The argument “%(value)s” is no UTF-8 text", value=shown(one)[:60]))


def _unusable(error: DBAPIError) -> CommandError:
    """The refusal with the driver's reason, which operators may know and nobody else."""
    return CommandError(msg("The database of ARMATURE_DATABASE_URL cannot be used: %(why)s", why=reason(error)))


def _refuse(error: ArmatureError, *, as_json: bool) -> None:
    if as_json:
        print_json({"problems": [_problem(error)]})
        return
    click.echo(f"armature: {error.detail}", err=True)
    for fault in error.faults:
        hint = f" ({fault.hint})" if fault.hint else ""
        click.echo(f"  {fault.pointer or '·'}: {fault.message}{hint}", err=True)


def _problem(error: ArmatureError) -> dict[str, object]:
    return {
        "code": error.error_code,
        "severity": "error",
        "message": str(error.detail),
        "errors": [{"pointer": f.pointer, "code": f.code, "message": str(f.message)} for f in error.faults],
    }
