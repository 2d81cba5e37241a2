"""One family of coded errors: every refusal of the product is one of these.

An error carries what a person or a program needs to mend it; only `api/problems` and
`ui/problems` turn it into an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from i18n.lazy import Message


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where (JSON pointer or parameter), what, and what to do.

    `was`, `yours` and `theirs` are filled for a conflict only, as wire values.
    """

    pointer: str
    code: str
    message: Message
    hint: Message | None = None
    was: object = None
    yours: object = None
    theirs: object = None


class ArmatureError(Exception):
    """A refused or failed request. Subclasses fix `status` and `code`."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[Message] = msg("Something failed on our side")

    def __init__(self, detail: Message, faults: Sequence[Fault] = (), *, code: str | None = None) -> None:
        """Keep what is wrong; `code` narrows the class's own code."""
        super().__init__(str(detail))
        self.detail = detail
        self.faults = tuple(faults)
        self.error_code = code or self.code


class MalformedError(ArmatureError):
    """The request itself cannot be understood: parameters, filter text, JSON syntax."""

    status = 400
    code = "malformed"
    title = msg("The request cannot be understood")


class SignInRequiredError(ArmatureError):
    """Nobody is known to be asking."""

    status = 401
    code = "sign_in_required"
    title = msg("Sign in first")


class ForbiddenError(ArmatureError):
    """The actor may see the thing but not do this with it."""

    status = 403
    code = "forbidden"
    title = msg("You may not do this")


class NotFoundError(ArmatureError):
    """There is no such thing for this actor: absent and hidden read alike."""

    status = 404
    code = "not_found"
    title = msg("There is no such thing, or you may not see it")


class MethodNotAllowedError(ArmatureError):
    """The address exists but not with this method."""

    status = 405
    code = "method_not_allowed"
    title = msg("This address does not take this method")


class ClashError(ArmatureError):
    """A unique value or a link stands in the way."""

    status = 409
    code = "clash"
    title = msg("Another record stands in the way")


class ConflictError(ArmatureError):
    """Somebody changed the record meanwhile.

    The faults are the fields that both sides changed; `theirs` those that only the others did.
    """

    status = 412
    code = "conflict"
    title = msg("Somebody changed this record meanwhile")

    def __init__(
        self,
        detail: Message,
        faults: Sequence[Fault] = (),
        *,
        version: int | None = None,
        theirs: Sequence[Fault] = (),
    ) -> None:
        """Keep the faults, the present record version and what the others changed besides."""
        super().__init__(detail, faults)
        self.version = version
        self.theirs = tuple(theirs)


class TooLargeError(ArmatureError):
    """The body exceeds the stated limit."""

    status = 413
    code = "too_large"
    title = msg("The request is too large")


class MediaTypeError(ArmatureError):
    """The body is of a type that this address does not take."""

    status = 415
    code = "media_type"
    title = msg("This type of content is not taken here")


class InvalidError(ArmatureError):
    """Values that break a rule; `faults` says which and why."""

    status = 422
    code = "validation"
    title = msg("Some values are not valid")


class PreconditionRequiredError(ArmatureError):
    """A change without the record version it is based on."""

    status = 428
    code = "precondition_required"
    title = msg("Say which version you are changing")


class TooManyRequestsError(ArmatureError):
    """Too many attempts; `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"
    title = msg("Too many requests")

    def __init__(self, detail: Message, retry_after: int) -> None:
        """Keep the seconds to wait."""
        super().__init__(detail)
        self.retry_after = retry_after


class UnavailableError(ArmatureError):
    """The database is out of reach or a lock could not be had in time; worth a retry."""

    status = 503
    code = "unavailable"
    title = msg("The database cannot be reached just now")
    retry_after = 2


class RevisionMovedError(ArmatureError):
    """A newer revision was published while a write was on its way; the entry point calls again."""

    status = 503
    code = "revision_moved"
    title = msg("A new revision was published just now")
    retry_after = 1


class CommandError(ArmatureError):
    """A command that cannot go on: wrong set-up, wrong argument, refused publish."""

    status = 400
    code = "refused"
    title = msg("The command was refused")
