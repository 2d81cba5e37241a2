"""The stages of a record: the bar, and the next one as the page's main button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.fields.base import type_of
from framework.records.runs import holds_as_read
from i18n.lazy import msg
from metadata.expressions import refs
from ui.values.cells import option_tag

if TYPE_CHECKING:
    from framework.records import Record
    from metadata.snapshot import Field, Option, Transition
    from ui.page.asked import Asked


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the bar."""

    label: str
    state: str
    mark: str | None
    spoken: str

    @property
    def current(self) -> bool:
        """Whether the record is in this stage."""
        return self.state.startswith(("now", "ended"))


@dataclass(frozen=True, slots=True)
class Stages:
    """The stage bar; `place` says the same in words where the bar has no room for them."""

    label: str
    steps: tuple[Step, ...]
    tag: tuple[str, object, str] | None
    place: str


@dataclass(frozen=True, slots=True)
class Move:
    """A stage to which the record can go; `main` is offered as the page's main button."""

    to: str
    label: str
    main: bool


def stage_field(asked: Asked) -> Field | None:
    """Give the choice to draw as stages: the one named, else the first whose options are in order."""
    named = asked.screen.options.get("stage")
    names = [named] if named else list(asked.entity.fields)
    single = [field for field in asked.readable(names) if type_of(field).member_column(field) is None]
    return next((f for f in single if f.choices and (named or f.choices.ordered)), None)


def stages(asked: Asked, record: Record, field: Field) -> Stages | None:
    """Give the bar of the choice's options."""
    choices = field.choices
    now = record.values.get(field.name)
    if choices is None:
        return None
    open_ = [option for option in choices.options.values() if option.outcome is None and not option.retired]
    ends = [option for option in choices.options.values() if option.outcome is not None]
    current = choices.options.get(now) if now is not None else None
    ended = current if current is not None and current.outcome else None
    position = open_.index(current) if current in open_ else len(open_) if ended else -1
    steps = [_step(asked, option, place, position) for place, option in enumerate(open_)]
    if ends:
        steps.append(_last_step(asked, ends, ended))
    place = asked.text(msg("stage %(number)s of %(count)s", number=position + 1, count=len(steps)))
    return Stages(
        asked.text(field.label),
        tuple(steps),
        option_tag(choices, current, asked.reader) if current else None,
        place if position >= 0 else "",
    )


def _step(asked: Asked, option: Option, place: int, position: int) -> Step:
    label = asked.text(option.label)
    if place < position:
        return Step(label, "done", "check", asked.text(msg("done")))
    if place == position:
        return Step(label, "now", None, asked.text(msg("now")))
    return Step(label, "ahead", None, "")


def _last_step(asked: Asked, ends: list[Option], ended: Option | None) -> Step:
    """Give the common last stage of all outcomes, or the one that came about."""
    if ended is None:
        live = [option for option in ends if not option.retired] or ends
        joined = asked.text(live[0].label)
        for option in live[1:]:
            joined = asked.text(msg("%(one)s or %(other)s", one=joined, other=asked.inside(option.label)))
        return Step(joined, "ahead", None, "")
    won = ended.outcome == "won"
    state = "ended done" if won else "ended lost-now"
    return Step(asked.text(ended.label), state, "check" if won else "x", asked.text(msg("now")))


def moves(asked: Asked, record: Record, field: Field | None) -> tuple[Move, ...]:
    """Give the stages to which the flow leads from the present one; the main one is the next, else the good end."""
    if field is None or field.choices is None or field.read_only or field.name not in asked.rights.writable:
        return ()
    now, options = record.values.get(field.name), field.choices.options
    live = [key for key, option in options.items() if not option.retired and key != now]
    if now is not None and field.flow is not None:
        reached = {step.to for step in field.flow.get(now, ()) if _open(asked, record, field, step)}
        live = [key for key in live if key in reached]
    main = _main(list(options.values()), now, live)
    return tuple(
        Move(key, asked.text(msg("Move to %(stage)s", stage=options[key].label)), main=key == main) for key in live
    )


def _open(asked: Asked, record: Record, field: Field, step: Transition) -> bool:
    """Whether a change may be allowed: its condition is not plainly unmet, or may be met by what is asked for yet."""
    if step.when is None or {ref.steps[0].field for ref in refs(step.when)}.intersection(step.needs):
        return True
    values = {**record.values, field.name: step.to}
    return holds_as_read(asked.context, step.when, asked.entity, values) is not False


def _main(options: list[Option], now: str | None, reached: list[str]) -> str | None:
    """Give the stage behind the present one among those still open; behind the last of them, the good end."""
    ahead = [option.key for option in options if option.outcome is None and not option.retired]
    if now not in ahead:
        return None
    behind = ahead[ahead.index(now) + 1 :]
    wanted = behind[0] if behind else next((option.key for option in options if option.outcome == "won"), None)
    return wanted if wanted in reached else None
