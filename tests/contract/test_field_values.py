"""What every field type promises of its values and options alone; `test_field_types` tries them in databases."""

from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.extension import installed_catalogue
from framework.fields.base import ValueRefusedError, type_of
from framework.transfer import cells
from i18n.formats import formats
from metadata.schemas import definition_schema
from tests.contract.fields.sample import Sample
from tests.contract.fields.samples import SAMPLES
from tests.contract.fields.world import Bound, bound

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
LOCALES = ("en", "de", "fr_CH", "hi", "ar", "ja", "fa")

# Texts that are nearly a value of some type reach further into a reader than any text would.
_NEARLY = st.one_of(
    st.text(max_size=20),
    st.text("0123456789+-.,eE:TZ/ WPxn", max_size=30),
    st.text("htps:/[]@.%?#&ab1\\\u202e ", max_size=30).map("https://".__add__),
    st.text('ab.@"\\()<> \u00e9', max_size=20).map("jo@".__add__),
    st.text("0123456789 ()-;ext=+#", max_size=30).map("+49".__add__),
    st.datetimes().map(str),
    st.dates().map(str),
    st.uuids().map(str),
    st.text(st.characters(categories=["Cs", "Cc", "Lo", "Nd"]), max_size=10),
)
_NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.decimals(),
    st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(-99, 99), st.integers(-9999, 9999)
    ),
)
_SCALARS = st.none() | st.booleans() | _NUMBERS | _NEARLY
_KEYS = st.sampled_from(["amount", "currency", "id", "entity"]) | st.text(max_size=5)
_JSON = st.recursive(
    _SCALARS | st.fixed_dictionaries({}, optional={"amount": _NUMBERS | _NEARLY, "currency": _NEARLY | st.just("EUR")}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)


@EACH
def test_text_of_a_value_means_that_value(sample: Sample) -> None:
    trial = bound(sample)
    for reader in (formats(locale, "Europe/Zurich") for locale in LOCALES):
        for value in sample.values:
            text = trial.kind.to_text(trial.field, value.stored, reader)
            read = trial.kind.from_text(trial.field, text, trial.context, reader)
            assert trial.settled(read) == value.stored, (reader.locale, text)


@EACH
def test_a_cell_of_a_file_means_the_value_that_it_was_made_of(sample: Sample) -> None:
    trial = bound(sample)
    write = cells.writer(trial.field)
    written = {write(value.wire): value.stored for value in sample.values}
    assert len(written) == len(sample.values)
    if not trial.field.type.computed:
        read = cells.reader(trial.field, trial.context)
        assert {cell: trial.settled(read(cells.unguarded(cell))) for cell in written} == written


@EACH
def test_typed_text_is_understood(sample: Sample) -> None:
    trial, reader = bound(sample), formats("en", "UTC")
    for text, wire in sample.typed:
        read = trial.kind.from_text(trial.field, text, trial.context, reader)
        assert trial.as_json(trial.settled(read)) == wire
    assert trial.kind.from_text(trial.field, "  ", trial.context, reader) is None


@EACH
def test_the_schema_takes_what_leaves_and_refuses_other_types(sample: Sample) -> None:
    trial = bound(sample)
    validator = _validator(trial)
    validator.check_schema(validator.schema)
    for value in sample.values:
        validator.validate(value.wire)
    validator.validate(None)
    fitting = {_json_type(value.given) for value in sample.values}
    for value, code in sample.refused if sample.values else ():
        if code == "type" and _json_type(value) not in fitting:
            assert not validator.is_valid(value), value


@EACH
def test_options_are_closed_and_described(sample: Sample) -> None:
    validator = jsonschema.Draft202012Validator(definition_schema("entity", installed_catalogue()))
    validator.validate(sample.document)
    wrong = {**sample.document, "fields": {"value": {**sample.field, "no_such_option": 1}}}
    assert not validator.is_valid(wrong)
    for name, option in _own_options(sample.type).items():
        assert option.get("description") or "$ref" in option, name


@EACH
def test_options_of_samples_are_sound(sample: Sample) -> None:
    trial = bound(sample)
    assert list(type_of(trial.field).check_options(trial.field)) == []


@EACH
@settings(max_examples=80)
@given(value=_JSON)
def test_any_json_is_loaded_or_refused_and_what_is_loaded_stays_itself(sample: Sample, value: Any) -> None:
    trial = bound(sample)
    try:
        stored = trial.settled(value)
    except ValueRefusedError:
        return
    if sample.through is None:
        return  # what leaves is made of it, but is another thing
    leaving = trial.as_json(stored)
    assert trial.settled(leaving) == stored
    assert _validator(trial).is_valid(leaving)


@EACH
@settings(max_examples=40)
@given(text=_NEARLY, locale=st.sampled_from(LOCALES))
def test_any_text_is_read_or_refused(sample: Sample, text: str, locale: str) -> None:
    trial, reader = bound(sample), formats(locale, "Asia/Kathmandu")
    try:
        stored = trial.settled(trial.kind.from_text(trial.field, text, trial.context, reader))
    except ValueRefusedError:
        return
    again = trial.kind.to_text(trial.field, stored, reader)
    assert trial.settled(trial.kind.from_text(trial.field, again, trial.context, reader)) == stored


def _validator(trial: Bound) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(type_of(trial.field).json_schema(trial.field))


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float | Decimal) else type(value).__name__


def _own_options(name: str) -> dict[str, Any]:
    own = installed_catalogue().field_types[name].options_schema
    return dict(own.get("properties", {}) if own.get("type") == "object" else own)
