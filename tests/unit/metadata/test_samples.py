"""Every numbered check finds its sample, at the right place and with the right hint, and nothing else."""

import pytest

from metadata.check import check
from tests.support.catalogue import CATALOGUE
from tests.support.layers import bundle, read, site, with_core
from tests.unit.metadata.samples import CHECKING, READING


@pytest.mark.parametrize("code", sorted(READING))
def test_reading_finds_the_sample(code):
    sample = READING[code]
    files = sample.files if code == "M010" else {"bundle.json": {"name": "shop"}, **sample.files}

    _, problems = read(files)

    assert [(found.code, found.pointer) for found in problems] == [(code, sample.pointer)]
    assert problems[0].file == sample.file
    assert sample.hint in str(problems[0].hint)


@pytest.mark.parametrize("code", sorted(CHECKING))
def test_check_finds_the_sample(code):
    sample = CHECKING[code]
    layers = [bundle(sample.files), *(bundle(files) for files in sample.bundles)]
    layers += [site(sample.site)] if sample.site else []

    problems = check(with_core(*layers), CATALOGUE, sample.former)

    assert {found.code for found in problems} == {code}
    found = next(found for found in problems if (found.file, found.pointer) == (sample.file, sample.pointer))
    assert sample.hint in str(found.hint)
    assert str(found.message)


def test_the_core_has_no_problem():
    assert check(with_core(), CATALOGUE) == ()
