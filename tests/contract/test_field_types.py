"""What every field type promises, tried for each sample on each engine, through the door and its JSON.

A new type inherits all of this by its samples in `tests/contract/fields/samples.py`.
"""

import json
from collections.abc import Iterator

import msgspec
import pytest

from framework.errors import InvalidError
from framework.fields.registry import STANDARD
from tests.contract.fields.sample import Sample
from tests.contract.fields.samples import SAMPLES, SEVERAL, TARGETS
from tests.contract.fields.world import Trial, matching, operand, published_samples
from tests.support.bundles import World

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
WITH_VALUES = pytest.mark.parametrize("sample", [one for one in SAMPLES if one.values], ids=lambda sample: sample.name)
REFUSING = pytest.mark.parametrize("sample", [one for one in SAMPLES if one.refused], ids=lambda sample: sample.name)
# The id of every record is one; no definition declares any.
SYSTEM_ONLY = {"key"}


@pytest.fixture(scope="session")
def samples_world(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Publish all samples once per engine and worker."""
    with published_samples(shared_engine, tmp_path_factory.mktemp("samples")) as world:
        yield world


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
        assert again.version == 1
        assert trial.stored(ident) == value.stored


@WITH_VALUES
def test_a_value_is_replaced_by_another_and_by_none(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    first, last = sample.values[0], sample.values[-1]
    ident = trial.create(first.given)
    trial.door.update(trial.context, sample.entity, ident, {str(sample.through): last.given}, 1)
    assert trial.wire(ident) == last.wire
    trial.door.update(trial.context, sample.entity, ident, {str(sample.through): None}, None)
    assert trial.stored(ident) is None
    assert trial.wire(ident) is None


@WITH_VALUES
def test_filters_find_what_python_finds(samples_world: World, sample: Sample) -> None:
    trial = Trial.of(samples_world, sample)
    for value in sample.values:
        trial.create(value.given)
    trial.create(None)
    for operator in trial.kind.operators:
        for one in sample.values if operator != "blank" else ():
            found = trial.found(operator, operand(operator, one))
            assert sorted(found, key=repr) == sorted(matching(trial, operator, one), key=repr), (operator, one)


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
        either = [*matching(trial, "in", first), *matching(trial, "in", last)]
        wanted = [value.stored for value in sample.values if value.stored in either]
        found = trial.found("in", f"{operand('in', first)},{operand('in', last)}")
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
    if not isinstance(trial.main(sample.values[0]), str):  # the order of texts is the database's collation
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


def test_links_to_several_entities_are_followed_to_each(samples_world: World) -> None:
    trial = Trial.of(samples_world, next(one for one in SAMPLES if one.name == "link_to_several"))
    for value, title in zip(SEVERAL, (TARGETS[0][-2:], "Other"), strict=True):
        ident = trial.create(value.given)
        record = trial.door.get(trial.context, trial.sample.entity, ident, expand=("value",))
        assert (record.links["value"].title, record.links["value"].entity) == (title, value.given["entity"])
        (row,) = trial.door.row(trial.context, trial.sample.entity, ident, None, ("value",)).wire()
        assert json.loads(msgspec.json.encode(row))["value"] == {**value.given, "title": title}
