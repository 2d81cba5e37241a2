"""Dates of files are read by the letters of Unicode, and by nothing that could mean something else."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import CommandError
from framework.transfer.patterns import pattern_of

TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("pattern", "text", "iso"),
    [
        ("MM/dd/yyyy", "3/1/2017", "2017-03-01T00:00:00"),
        ("MM/dd/yyyy", "10/20/2016", "2016-10-20T00:00:00"),
        ("dd.MM.yyyy", "01.03.2017", "2017-03-01T00:00:00"),
        ("d.M.yy", "1.3.17", "2017-03-01T00:00:00"),
        ("d.M.yy", "1.3.2017", "2017-03-01T00:00:00"),
        ("d.M.yy", "1.3.46", "2046-03-01T00:00:00"),
        ("d.M.yy", "1.3.47", "1947-03-01T00:00:00"),
        ("yyyyMMdd", "20170301", "2017-03-01T00:00:00"),
        ("yyyy-MM-dd'T'HH:mm:ss", "2017-03-01T23:05:09", "2017-03-01T23:05:09"),
        ("d 'o''clock' M yyyy", "1 o'clock 3 2017", "2017-03-01T00:00:00"),
    ],
)
def test_a_text_of_the_form_is_read(pattern: str, text: str, iso: str) -> None:
    assert pattern_of(pattern).read(text, TODAY) == dt.datetime.fromisoformat(iso)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("MM/dd/yyyy", "20/10/2016"),
        ("MM/dd/yyyy", "2/29/2017"),
        ("MM/dd/yyyy", "3/1/17"),
        ("MM/dd/yyyy", "3/1/2017 "),
        ("MM/dd/yyyy", "3-1-2017"),
        ("yyyyMMdd", "2017301"),
        ("yyyyMMdd HH", "20170301 24"),
        ("d.M.yy", "1.3.017"),
        ("d.M.yyyy", "\u0661.3.2017"),
    ],
)
def test_what_has_another_form_or_is_no_day_is_refused(pattern: str, text: str) -> None:
    assert pattern_of(pattern).read(text, TODAY) is None


@pytest.mark.parametrize("pattern", ["MMM d, yyyy", "dd/MM", "dd/MM/yyyy dd", "yyyy-MM-dd'T", "", "HH:mm", "d.M.y EEE"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(CommandError):
        pattern_of(pattern)


@given(st.datetimes(dt.datetime.fromisoformat("1000-01-01"), dt.datetime.fromisoformat("9999-12-31")))
def test_what_is_written_by_the_pattern_is_read_back(moment: dt.datetime) -> None:
    whole = moment.replace(microsecond=0)
    text = f"{whole.day}.{whole.month}.{whole.year:04d} {whole:%H:%M:%S}"
    assert pattern_of("d.M.yyyy HH:mm:ss").read(text, TODAY) == whole
