"""What a check is: a number, a severity and a function that yields findings. Nothing else registers it.

A new check is one function with `@numbered` in the file of its group, named in the tuple at its end,
with a heading in docs/reference/checks.md and a failing sample in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

from i18n.lazy import msg
from metadata.documents import Document, address_of, steps_of
from metadata.nearest import nearest
from metadata.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from i18n.lazy import Message
    from metadata.layers import Effective

_P = ParamSpec("_P")
_T = TypeVar("_T")
_FEW = 12
# What lies directly under these keys is a part of its own, with an address.
_PARTS = frozenset(
    {"fields", "rules", "unique", "duplicates", "options", "grants", "groups", "columns", "abilities", "actions"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a JSON pointer of one definition, before it is said which file that is in."""

    place: str
    message: Message
    hint: Message | None = None
    value: object = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding of a check over all definitions, and the document or definition that it is in."""

    where: Document | Effective
    finding: Finding

    @property
    def document(self) -> Document:
        """The document that says what stands at the place of the finding."""
        return self.where if isinstance(self.where, Document) else self.where.origin(self.finding.place)


@dataclass(frozen=True, slots=True)
class Check(Generic[_P, _T]):
    """A numbered check: its code, how bad its findings are, and the function that makes them."""

    code: str
    severity: Severity
    function: Callable[_P, Iterable[_T]]

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> Iterator[tuple[str, Severity, _T]]:
        """The findings, each with this check's code and severity."""
        for finding in self.function(*args, **kwargs):
            yield self.code, self.severity, finding


Found = tuple[str, Severity, Finding]
"""A finding with its code and severity."""


def numbered(code: str, severity: Severity = Severity.ERROR) -> Callable[[Callable[_P, Iterable[_T]]], Check[_P, _T]]:
    """Make a check of a function that yields findings."""
    return lambda function: Check(code, severity, function)


def problem(code: str, severity: Severity, document: Document, finding: Finding) -> Problem:
    """The finding as a problem in the document that says what stands there."""
    return Problem(
        code,
        severity,
        part_of(document.kind, document.name, finding.place),
        document.file,
        finding.place,
        finding.message,
        finding.hint,
        _short(finding.value),
    )


def part_of(kind: str, name: str, place: str) -> str:
    """The address of the named part that a JSON pointer lies in: `entity/deal/fields/amount`."""
    address = address_of(kind, name)
    steps = steps_of(place)
    while len(steps) > 1 and steps[0] in {*_PARTS, "items"}:
        address += f"/{steps[0]}/{steps[1]}"
        steps = steps[2:]
        if steps[:1] != ["items"]:
            break
    return address


def meant(name: str, known: Iterable[str]) -> Message | None:
    """What to write instead of an unknown name: the nearest known one, or all of a few."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return msg("Did you mean “%(name)s”?", name=near)
    if not names or len(names) > _FEW:
        return None
    return msg("Known are: %(names)s.", names=", ".join(sorted(names)))


def _short(value: object) -> object:
    """A value that is worth showing; whole objects and lists are not."""
    most = 200
    return value[:most] if isinstance(value, str) else value if isinstance(value, int | float | bool) else None
