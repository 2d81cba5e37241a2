"""The form that asks for the inputs of an action, with what is suggested for the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from framework.errors import Fault
from i18n.lazy import msg, nmsg
from ui.forms.controls import Control, Under, control_of, read_values, texts_of
from ui.forms.filled import links_by_text, offered_texts
from ui.page.refusal import Complaint
from ui.values.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from framework.errors import ArmatureError
    from metadata.snapshot import Action, Field
    from ui.forms.controls import Typed
    from ui.page.asked import Asked

_ANY = Under(None, None, decides=False)


@dataclass(frozen=True, slots=True)
class Around:
    """Where the form of an action stands: its address, what it is about, and what travels along with what is typed."""

    url: str
    back_url: str
    about: str
    kept: tuple[tuple[str, str], ...] = ()
    sheet: int = 0

    @property
    def prefix(self) -> str:
        """What begins all ids of a form in a sheet."""
        return f"s{self.sheet}-" if self.sheet else ""


@dataclass(frozen=True, slots=True)
class ActionView:
    """All that the templates of an action print."""

    heading: str
    help: str
    around: Around
    key: str
    controls: tuple[Control, ...]
    problem: str | None
    complaints: tuple[Complaint, ...]
    aside_url: str = ""

    @property
    def prefix(self) -> str:
        """What begins all ids of a form in a sheet."""
        return self.around.prefix


def inputs_of_action(asked: Asked, action: Action) -> Asked:
    """Give the inputs as asked for, as if they were fields of a record."""
    return replace(asked, entity=action.inputs)


def suggestions(asked: Asked, action: Action, values: Mapping[str, Any]) -> dict[str, str]:
    """Give suggested stored values as they stand in the controls."""
    there, fields = inputs_of_action(asked, action), list(action.inputs.fields.values())
    return {
        **offered_texts(there, fields),
        **texts_of([f for f in fields if values.get(f.name) is not None], values, asked.reader),
    }


def given_inputs(asked: Asked, action: Action, texts: Typed) -> tuple[dict[str, Any], list[Fault]]:
    """Give the wire values of the inputs that were posted, and what was not understood."""
    there, fields = inputs_of_action(asked, action), list(action.inputs.fields.values())
    values, faults = links_by_text(there, fields, texts, *read_values(there, fields, texts, ""))
    told = {fault.pointer for fault in faults}
    missing = [one for one in fields if one.required and one.name in values and values[one.name] is None]
    faults += [
        Fault(f"/{one.name}", "required", msg("%(label)s is missing", label=one.label))
        for one in missing
        if f"/{one.name}" not in told
    ]
    return values, faults


def action_view(
    asked: Asked,
    action: Action,
    texts: Typed,
    around: Around,
    faults: Sequence[Fault] = (),
    error: ArmatureError | None = None,
) -> ActionView:
    """Give the form of an action as it was posted, or as it is suggested."""
    errors = {fault.pointer.lstrip("/").partition("/")[0]: fault.message for fault in reversed(faults) if fault.pointer}
    complaints = tuple(_complaint(asked, action, fault, around) for fault in faults)
    if error is not None and not complaints:
        complaints = (Complaint(None, "", asked.text(error.detail)),)
    told = nmsg("Not done: one field needs attention", "Not done: %(count)s fields need attention", len(errors))
    return ActionView(
        heading=asked.text(action.label),
        help=asked.text(action.help) if action.help else "",
        around=around,
        key=texts.get("_key") or str(uuid4()),
        controls=tuple(_controls(asked, action, texts, errors, around)),
        problem=asked.text(told if errors else msg("Not done")) if complaints else None,
        complaints=complaints,
    )


def _controls(
    asked: Asked, action: Action, texts: Typed, errors: Mapping[str, Any], around: Around
) -> Iterable[Control]:
    there = inputs_of_action(asked, action)
    for field in action.inputs.fields.values():
        control = control_of(there, field, texts, errors.get(field.name), _titles(asked, field, texts), _ANY)
        options = f"/records/{asked.entity.name}/actions/{action.name}/options/{field.name}" if field.targets else ""
        yield replace(control, options_url=options, prefix=around.prefix)


def _titles(asked: Asked, field: Field, texts: Typed) -> dict[str, str]:
    """Give the title of the record that a link suggests."""
    ident = texts.get(field.name)
    if not field.targets or not ident or texts.get(f"{field.name}.text"):
        return {}
    entity, _, bare = ident.rpartition("/")
    return {field.name: title_of(asked.context, entity or field.targets[0], bare) or ""}


def _complaint(asked: Asked, action: Action, fault: Fault, around: Around) -> Complaint:
    field = action.inputs.fields.get(fault.pointer.lstrip("/").partition("/")[0])
    if field is None:
        return Complaint(None, "", asked.text(fault.message))
    named = "label" in fault.message.params
    label, text = asked.text(field.label), asked.text(fault.message)
    return Complaint(f"{around.prefix}f-{field.name}", text if named else label, "" if named else text)
