"""The composer above a record's timeline: one place to note, log and plan, with a follow-up in the same step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

from framework.errors import ArmatureError, ClashError, Fault, InvalidError, MalformedError
from framework.extension import services
from framework.fields.base import ValueRefusedError, type_of
from framework.permissions import policy_for
from framework.records.batch import Item, NotAppliedError
from i18n.lazy import msg
from ui.record.timeline import ACTIVITY, COMMENT, ICONS, NOTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.permissions import EntityRights
    from framework.records import Record
    from ui.page.asked import Asked

_LONGEST_SUBJECT = 200
TASK, CALL, EMAIL, MEETING = "task", "call", "email", "meeting"
_KINDS = (NOTE, CALL, TASK, EMAIL, MEETING)
_WORDS = {
    NOTE: (msg("Note"), msg("Save note"), "noted"),
    CALL: (msg("Call"), msg("Log call"), "logged"),
    TASK: (msg("Task"), msg("Add task"), "task_added"),
    EMAIL: (msg("E-mail"), msg("Log e-mail"), "logged"),
    MEETING: (msg("Meeting"), msg("Log meeting"), "logged"),
}
_CHIPS = {"+1d": msg("Tomorrow"), "+3d": msg("In 3 days"), "+1w": msg("Next week")}


@dataclass(frozen=True, slots=True)
class Mode:
    """One of the kinds that can be written; `save` are the words of its button."""

    name: str
    label: str
    icon: str
    save: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A day to choose by one click; `typed` is how it is typed, `day` which one it is."""

    typed: str
    label: str
    day: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """All that the template of the composer prints."""

    url: str
    people_url: str
    record: str
    modes: tuple[Mode, ...]
    chips: tuple[Chip, ...]
    text: str
    day: str
    key: str
    day_help: str
    problem: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def save(self) -> str:
        """The words of the button for the chosen kind."""
        return next((mode.save for mode in self.modes if mode.chosen), "")


def composer_of(asked: Asked, present: Record, here: str, texts: Mapping[str, str] | None = None) -> Composer | None:
    """Give the composer, with what was typed; None where the actor may write nothing here."""
    offered = offered_kinds(asked)
    if not offered:
        return None
    typed, formats, today = texts or {}, asked.reader.formats, asked.context.today
    chosen = typed.get("kind") if typed.get("kind") in offered else offered[0]
    day = typed.get("day", "")
    chips = [
        Chip(text, asked.text(label), formats.date_full(formats.parse_date(text, today)), typed.get("chip") == text)
        for text, label in _CHIPS.items()
    ]
    return Composer(
        url=f"{here}/timeline",
        people_url=f"{here}/people",
        record=present.id,
        modes=tuple(_mode(asked, name, chosen == name) for name in offered),
        chips=tuple(chips),
        text=typed.get("text", ""),
        day=day,
        key=typed.get("_key") or str(uuid4()),
        day_help=formats.date_examples,
    )


def offered_kinds(asked: Asked) -> tuple[str, ...]:
    """Give the kinds that the actor may write on records of the entity, in the order of the composer."""
    found = set()
    if "comments" in asked.entity.traits and _writes(asked, COMMENT, {"about", "body"}):
        found.add(NOTE)
    if "activities" in asked.entity.traits and _writes(asked, ACTIVITY, {"about", "kind", "subject", "done_at"}):
        choices = asked.context.snapshot.entities[ACTIVITY].fields["kind"].choices
        found |= {key for key, one in choices.options.items() if not one.retired} if choices else set()
    return tuple(name for name in _KINDS if name in found)


def _writes(asked: Asked, entity: str, fields: set[str]) -> bool:
    return _rights(asked, entity).creatable >= fields


def _rights(asked: Asked, entity: str) -> EntityRights:
    return policy_for(asked.context.snapshot, asked.context.actor).entity(entity)


def _mode(asked: Asked, name: str, chosen: bool) -> Mode:  # noqa: FBT001
    label, save, _ = _WORDS[name]
    return Mode(name, asked.text(label), ICONS[name], asked.text(save), chosen)


def refused(
    asked: Asked, present: Record, here: str, texts: Mapping[str, str], error: ArmatureError
) -> Composer | None:
    """Give the composer with what is to be mended."""
    made = composer_of(asked, present, here, texts)
    errors = {_CONTROLS.get(fault.pointer, "text"): asked.text(fault.message) for fault in error.faults}
    problem = None if errors else asked.text(error.detail)
    return made and replace(made, problem=problem, errors=errors)


_CONTROLS = {"/day": "day", "/due_on": "day"}


def write(asked: Asked, present: Record, texts: Mapping[str, str]) -> str:
    """Write what was typed; what was done, for the message afterwards.

    The key of the form is the id of what it makes, so that a repeated POST makes nothing more. Raises InvalidError,
    MalformedError for a form that is none of ours, and whatever the door refuses.
    """
    kind, text = texts.get("kind", ""), texts.get("text", "").strip()
    if kind not in offered_kinds(asked):
        raise MalformedError(msg("“%(value)s” is none of the choices", value=kind[:40]))
    key = _key(texts)
    if not text:
        raise InvalidError(msg("Some values are not valid"), [Fault("/text", "required", msg("Write something first"))])
    day = _day(asked, texts)
    about = {"entity": asked.entity.name, "id": present.id}
    try:
        if kind == NOTE:
            _refuse_day(day)
            services().door.create(asked.context, COMMENT, {"id": str(key), "about": about, "body": text})
        else:
            _write_activities(asked, _activities(asked, kind, text, day, about, key))
    except ClashError as error:
        if [fault.pointer for fault in error.faults] != ["/id"]:
            raise
    return _WORDS[kind][2]


def _key(texts: Mapping[str, str]) -> UUID:
    try:
        return UUID(texts.get("_key", ""))
    except ValueError:
        raise MalformedError(msg("This form is none of ours; load the page again")) from None


def _day(asked: Asked, texts: Mapping[str, str]) -> str | None:
    """Give the day that was typed or else chosen, as the API writes it."""
    typed = texts.get("day", "").strip() or texts.get("chip", "").strip()
    if not typed:
        return None
    due = asked.context.snapshot.entities[ACTIVITY].fields["due_on"]
    try:
        return str(type_of(due).from_typed(due, {"": typed}, asked.context, asked.reader.formats))
    except ValueRefusedError as error:
        raise InvalidError(msg("Some values are not valid"), [Fault("/day", error.code, error.message)]) from None


def _refuse_day(day: str | None) -> None:
    if day is not None:
        fault = Fault("/day", "note", msg("A note has no day; choose Task to be reminded"))
        raise InvalidError(msg("Some values are not valid"), [fault])


def _activities(
    asked: Asked, kind: str, text: str, day: str | None, about: Mapping[str, str], key: UUID
) -> list[dict[str, Any]]:
    """Give what is to be made: the activity, and the task that follows up on it."""
    subject = subject_of(text)
    made: dict[str, Any] = {"id": str(key), "kind": kind, "subject": subject, "about": dict(about)}
    if subject != text:
        made["body"] = text
    if kind == TASK:
        return [{**made, "due_on": day} if day else made]
    made["done_at"] = asked.context.now.isoformat()
    if day is None:
        return [made]
    follows = subject_of(asked.text(msg("Follow up: %(subject)s", subject=subject)))
    return [
        made,
        {"id": str(uuid5(key, "follow up")), "kind": TASK, "subject": follows, "about": dict(about), "due_on": day},
    ]


def subject_of(text: str) -> str:
    """Give the first line of a text, cut between words where it is too long for a subject."""
    line = " ".join(text.partition("\n")[0].split())
    if len(line) <= _LONGEST_SUBJECT:
        return line
    return line[: _LONGEST_SUBJECT - 1].rpartition(" ")[0].rstrip(" ,.;:") + "…"


def _write_activities(asked: Asked, values: list[dict[str, Any]]) -> None:
    items = [Item("create", None, None, None, one) for one in values]
    for outcome in services().door.batch(asked.context, ACTIVITY, items, atomic=True):
        if outcome.error is not None and not isinstance(outcome.error, NotAppliedError):
            raise outcome.error
