"""The rules of an entity, applied to one write: the same for every door.

All that is wrong is found at once; a rule that cannot be decided (a blank value) refuses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from framework.errors import Fault, InvalidError
from framework.permissions import policy_for
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from framework.records.known import Known
    from i18n.lazy import Message
    from metadata.snapshot import Entity, Field


@dataclass(frozen=True, slots=True)
class FieldState:
    """What a form shows of a field for given values; `options` is None where none are ruled out."""

    visible: bool = True
    required: bool = False
    read_only: bool = False
    options: frozenset[str] | None = None


def state_of(known: Known, field: Field) -> FieldState:
    """The state of a field under the record's present values."""
    visible = field.visible_when is None or known.holds(field.visible_when)
    required = visible and (field.required or (field.required_when is not None and known.holds(field.required_when)))
    read_only = field.read_only_when is not None and known.holds(field.read_only_when)
    return FieldState(visible, required, read_only, _offered(known, field))


def judge(known: Known, entity: Entity, changed: Collection[str]) -> None:
    """Raise InvalidError with every rule that the write breaks; `changed` names the fields it sets."""
    faults = [
        *(fault for field in entity.fields.values() for fault in _field_faults(known, field, changed)),
        *_rule_faults(known, entity),
    ]
    if faults:
        named = policy_for(known.context.snapshot, known.context.actor).entity(entity.name).named
        raise InvalidError(msg("Some values are not valid"), [_as_told(fault, named) for fault in faults])


def _as_told(fault: Fault, named: Collection[str]) -> Fault:
    """The fault, but not of which field where that is hidden from whoever writes. A rule has words of its own."""
    if not fault.pointer or fault.pointer.removeprefix("/") in named:
        return fault
    if fault.code == "rule":
        return replace(fault, pointer="")
    return Fault("", fault.code, msg("A field that you may not see keeps this from being saved"))


def _field_faults(known: Known, field: Field, changed: Collection[str]) -> Iterator[Fault]:
    if field.system or field.computed:
        return
    state = state_of(known, field)
    if state.required and known.new.get(field.name) is None:
        yield Fault(f"/{field.name}", "required", msg("%(label)s is missing", label=field.label))
    if field.name not in changed:
        return
    if state.read_only:
        yield Fault(f"/{field.name}", "read_only", msg("%(label)s cannot be changed now", label=field.label))
    if state.options is not None and not _chosen(known.new.get(field.name)) <= state.options:
        yield Fault(f"/{field.name}", "option", msg("This option cannot be chosen now"))
    if field.flow is not None and known.old is not None:
        yield from _flow_faults(known, field)


def _chosen(value: Any) -> frozenset[str]:  # noqa: ANN401
    """The options that a value is made of."""
    return frozenset(value if isinstance(value, tuple) else () if value is None else (value,))


def _offered(known: Known, field: Field) -> frozenset[str] | None:
    """The options that may be chosen now; None where every one may."""
    if not field.options_when or field.choices is None:
        return None
    conditions = field.options_when
    return frozenset(key for key in field.choices.options if key not in conditions or known.holds(conditions[key]))


def _flow_faults(known: Known, field: Field) -> Iterator[Fault]:
    assert known.old is not None  # noqa: S101  (a flow has nothing to say of a new record)
    assert field.flow is not None  # noqa: S101  (callers ask only for fields with one)
    before, after = known.old.get(field.name), known.new.get(field.name)
    if before is None or after == before:
        return
    steps = [step for step in field.flow.get(before, ()) if step.to == after]
    allowed = next((step for step in steps if step.when is None or known.holds(step.when)), None)
    if allowed is None:
        yield Fault(f"/{field.name}", "flow", _no_way(field, before, after))
        return
    for name in allowed.needs:
        if known.new.get(name) is None:
            needed = known.entity.fields[name]
            yield Fault(f"/{name}", "required", msg("%(label)s is missing", label=needed.label))


def _no_way(field: Field, before: str, after: str | None) -> Message:
    options = field.choices.options if field.choices else {}
    labels = {key: option.label for key, option in options.items()}
    if after is None:
        return msg("%(label)s cannot be made blank again", label=field.label)
    return msg(
        "%(label)s cannot go from “%(before)s” to “%(after)s”",
        label=field.label,
        before=labels.get(before, before),
        after=labels.get(after, after),
    )


def _rule_faults(known: Known, entity: Entity) -> Iterator[Fault]:
    for rule in entity.rules.values():
        if known.holds(rule.refuse_when):
            yield Fault(f"/{rule.field}" if rule.field else "", "rule", msg("%(text)s", text=rule.message))
