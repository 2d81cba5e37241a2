"""What every field type promises, tried for each sample on each engine, through the door and its JSON.

A new type inherits all of this by its samples in `tests/contract/fields/samples.py`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema
import msgspec
import pytest

from framework.errors import InvalidError
from framework.extension import installed_catalogue
from framework.fields.base import type_of
from framework.fields.registry import STANDARD
from i18n.formats import formats
from metadata.catalogue import Catalogue
from metadata.expressions.shorthand import from_shorthand
from metadata.schemas import definition_schema
from tests.contract.fields.sample import Sample
from tests.contract.fields.samples import SAMPLES, TARGETS
from tests.contract.fields.world import BUNDLE, Trial, matching, operand
from tests.support.bundles import World, published

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
WITH_VALUES = pytest.mark.parametrize("sample", [one for one in SAMPLES if one.values], ids=lambda sample: sample.name)
REFUSING = pytest.mark.parametrize("sample", [one for one in SAMPLES if one.refused], ids=lambda sample: sample.name)
FILTERS = [
    pytest.param(one, operator, id=f"{one.name}-{operator}")
    for one in SAMPLES
    for operator in next(kind for kind in STANDARD if kind.name == one.field.get("result", one.type)).operators
    if one.values and operator != "blank"
]
LOCALES = ("en", "de", "fr_CH", "hi", "ar", "ja", "fa")
# The id of every record is one; no definition declares any.
SYSTEM_ONLY = {"key"}


@pytest.fixture(scope="session")
def samples_world(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Publish all samples once per engine and worker."""
    world = published(shared_database_url, tmp_path_factory.mktemp("samples"), BUNDLE)
    for ident in TARGETS:
        world.services.door.create(world.context(), "sample_target", {"id": ident, "name": ident[-2:]})
    yield world
    world.close()


def test_every_type_has_samples() -> None:
    assert {sample.type for sample in SAMPLES} == {kind.name for kind in STANDARD} - SYSTEM_ONLY


@WITH_VALUES
def test_values_come_back_stored_and_in_json(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    for value in sample.values:
        ident = trial.create(value.given)
        assert trial.stored(ident) == value.stored
        assert type(trial.stored(ident)) is type(value.stored)
        assert trial.wire(ident) == value.wire


@WITH_VALUES
def test_what_came_back_may_be_sent_again_and_changes_nothing(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    for value in sample.values if sample.through == "value" else ():
        ident = trial.create(value.given)
        again = trial.door.update(trial.context, sample.entity, ident, {"value": trial.wire(ident)}, 1)
        assert again.values["value"] == value.stored
        assert again.version == 1


@WITH_VALUES
def test_a_value_is_replaced_by_another_and_by_none(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    first, last = sample.values[0], sample.values[-1]
    ident = trial.create(first.given)
    trial.door.update(trial.context, sample.entity, ident, {str(sample.through): last.given}, 1)
    assert trial.wire(ident) == last.wire
    cleared = trial.door.update(trial.context, sample.entity, ident, {str(sample.through): None}, None)
    assert cleared.values["value"] is None
    assert trial.wire(ident) is None


@pytest.mark.parametrize(("sample", "operator"), FILTERS)
def test_filters_find_what_python_finds(samples_world: World, sample: Sample, operator: str) -> None:
    trial = Trial.of(samples_world, sample)
    for value in sample.values:
        trial.create(value.given)
    trial.create(None)
    for one in sample.values:
        found = trial.found(operator, operand(operator, one))
        assert sorted(found, key=repr) == sorted(matching(sample, operator, one), key=repr)


@WITH_VALUES
def test_filters_tell_blank_from_given(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    trial.create(sample.values[0].given)
    trial.create(None)
    assert "blank" in trial.kind.operators
    assert trial.found("blank", "true") == [None]
    assert trial.found("blank", "false") == [sample.values[0].stored]


@WITH_VALUES
def test_several_members_of_in_are_all_found(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    for value in sample.values:
        trial.create(value.given)
    first, last = sample.values[0], sample.values[-1]
    if "in" in trial.kind.operators:
        wanted = [value.stored for value in sample.values if value in (first, last)]
        found = trial.listed(from_shorthand("value", "in", f"{first.text},{last.text}"))
        assert sorted(found, key=repr) == sorted(wanted, key=repr)


@WITH_VALUES
def test_lists_sort_both_ways_with_blanks_last_and_page_without_gap(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    if not trial.kind.sortable:
        return
    for value in (*reversed(sample.values), None, sample.values[0], None):
        trial.create(None if value is None else value.given)
    up, down = trial.listed(sort="value"), trial.listed(sort="-value")
    given = [value for value in up if value is not None]
    assert up == [*given, None, None]
    assert [value for value in down if value is not None] == list(reversed(given))
    assert down[-2:] == [None, None]
    if not isinstance(sample.values[0].stored, str):  # the order of texts is the database's collation
        assert given == [sample.values[0].stored, *(value.stored for value in sample.values)]
    assert trial.paged("value") == up
    assert trial.paged("-value") == down


@REFUSING
def test_invalid_values_are_refused_with_their_place_and_nothing_is_written(
    samples_world: World, sample: Sample
) -> None:
    trial = Trial.of(samples_world, sample)
    for value, code in sample.refused:
        with pytest.raises(InvalidError) as refusal:
            trial.door.create(trial.context, sample.entity, {"run": trial.run, "value": value})
        assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/value", code)], value
    assert trial.listed() == []


@REFUSING
def test_a_refused_change_leaves_the_record_as_it_was(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    if sample.through != "value":
        return
    ident = trial.create(sample.values[-1].given)
    for value, code in sample.refused:
        if code != "required":  # parts that are missing come from the record
            with pytest.raises(InvalidError):
                trial.door.update(trial.context, sample.entity, ident, {"value": value}, 1)
    assert trial.stored(ident) == sample.values[-1].stored
    assert trial.door.get(trial.context, sample.entity, ident).version == 1


@WITH_VALUES
@pytest.mark.parametrize("locale", LOCALES)
def test_text_of_a_value_means_that_value(samples_world: World, sample: Sample, locale: str) -> None:
    trial = Trial.of(samples_world, sample)
    reader = formats(locale, "Europe/Zurich")
    for value in sample.values:
        text = trial.kind.to_text(trial.field, value.stored, reader)
        read = trial.kind.from_text(trial.field, text, trial.context, reader)
        assert _settled(trial, read) == value.stored, text


@EACH
def test_typed_text_is_understood(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    reader = formats("en", "UTC")
    convert = trial.kind.wire(trial.field) or (lambda value: value)
    for text, wire in sample.typed:
        read = trial.kind.from_text(trial.field, text, trial.context, reader)
        loaded = None if read is None else _settled(trial, read)
        assert (None if loaded is None else msgspec.to_builtins(convert(loaded))) == wire


@EACH
def test_the_schema_takes_what_leaves_and_refuses_other_types(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    schema = type_of(trial.field).json_schema(trial.field)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for value in sample.values:
        validator.validate(value.wire)
    validator.validate(None)
    fitting = {_json_type(value.given) for value in sample.values}
    for value, code in sample.refused:
        if code == "type" and _json_type(value) not in fitting:
            assert not validator.is_valid(value), value


@EACH
def test_options_are_closed_and_described(sample: Sample) -> None:
    catalogue = installed_catalogue()
    schema = definition_schema("entity", catalogue)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(sample.document)
    wrong = {**sample.document, "fields": {"value": {**sample.field, "no_such_option": 1}}}
    assert not validator.is_valid(wrong)
    for name, option in _own_options(catalogue, sample.type).items():
        assert option.get("description") or "$ref" in option, name


def _settled(trial: Trial, read: object) -> Any:
    """The stored value that a wire value would become in a new record."""
    loaded = trial.kind.load(trial.field, read)
    return trial.kind.settle(trial.field, None, loaded, trial.context)


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float | Decimal) else type(value).__name__


def _own_options(catalogue: Catalogue, name: str) -> dict[str, Any]:
    own = catalogue.field_types[name].options_schema
    found: dict[str, Any] = dict(own.get("properties", {}) if own.get("type") == "object" else own)
    return found
