"""The samples of all standard field types. A new type gets its own here, and with them the whole suite."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from framework.fields.address import Address
from framework.fields.link import Pointer
from framework.fields.location import Location
from framework.fields.money import Money
from framework.fields.person_name import PersonName
from framework.fields.rich_text import RichText
from framework.fields.uploaded import File
from i18n.formats.person_names import in_full
from tests.contract.fields.sample import Sample, Value
from tests.support.uploads import PDF, PNG, SVG, TEXT, picture, told

LONG = 10_000


def _same(*values: object) -> tuple[Value, ...]:
    """Values that have one form everywhere."""
    return tuple(Value(value, value, value) for value in values)


def _days(*days: str) -> tuple[Value, ...]:
    return tuple(Value(day, day, dt.date.fromisoformat(day)) for day in days)


def _times(*times: str) -> tuple[Value, ...]:
    return tuple(Value(time, time, dt.time.fromisoformat(time)) for time in times)


def _nested(depth: int) -> list[object]:
    found: list[object] = []
    for _ in range(depth - 1):
        found = [found]
    return found


def _numbers(scale: int, *numbers: str) -> tuple[Value, ...]:
    exact = [Decimal(number).quantize(Decimal(1).scaleb(-scale)) for number in numbers]
    return tuple(Value(number, str(value), value) for number, value in zip(numbers, exact, strict=True))


def _amounts(currency: str, *amounts: str) -> tuple[Value, ...]:
    return tuple(
        Value(
            {"amount": amount, "currency": currency},
            {"amount": str(_cents(amount)), "currency": currency},
            Money(_cents(amount), currency),
            literal=amount,
        )
        for amount in amounts
    )


def _cents(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def _moments(*moments: str) -> tuple[Value, ...]:
    return tuple(Value(moment, moment, dt.datetime.fromisoformat(moment)) for moment in moments)


_NO_TEXTS: tuple[tuple[object, str], ...] = (
    (12, "type"),
    (True, "type"),
    (["a"], "type"),
    ({"a": 1}, "type"),
    ("a\0b", "text"),
    ("a\ud800b", "text"),
)
_NO_NUMBERS: tuple[tuple[object, str], ...] = (
    ("twelve", "type"),
    ("1,5", "type"),
    ("", "type"),
    ("1e5", "type"),
    (True, "type"),
    ([1], "type"),
    (Decimal("NaN"), "type"),
    (Decimal("Infinity"), "type"),
    (float("nan"), "type"),
)
_FLAGS = {"false": False, "true": True}
_COLOURS = {"red": {"label": "Red"}, "green": {"label": "Green"}, "grey": {"label": "Grey", "retired": True}}

TEXTS = (
    Sample(
        "text",
        {"type": "text"},
        (
            *_same("alpha", "beta", "gamma", "o'brien"),
            Value("  omega ", "omega", "omega"),
            Value("zz \U0001f600 ü\u0301", "zz \U0001f600 ü\u0301", "zz \U0001f600 ü\u0301"),
        ),
        (*_NO_TEXTS, ("two\nlines", "text")),
        (("  spaced ", "spaced"), ("   ", None)),
    ),
    Sample(
        "text_limited",
        {"type": "text", "min_length": 2, "max_length": 4, "pattern": "[a-zA-Z]+", "case": "upper"},
        (Value("ab", "AB", "AB"), Value("abcd", "ABCD", "ABCD"), Value("qqq", "QQQ", "QQQ")),
        (("a", "min_length"), ("abcde", "max_length"), ("a1", "pattern"), ("a b", "pattern")),
    ),
    Sample(
        "long_text",
        {"type": "long_text", "max_length": LONG},
        (
            Value("one\r\ntwo\rthree", "one\ntwo\nthree", "one\ntwo\nthree"),
            *_same("x" * LONG, "y"),
        ),
        (*_NO_TEXTS, ("x" * (LONG + 1), "max_length")),
    ),
    Sample(
        "email",
        {"type": "email"},
        (
            Value("Jo.Doe@EXAMPLE.com", "Jo.Doe@example.com", "Jo.Doe@example.com"),
            *_same("ann+crm@mail.example.org", "zoë@example.org"),
            Value(" rené@bücher.example ", "rené@bücher.example", "rené@bücher.example"),
        ),
        (
            *_NO_TEXTS,
            ("jo", "email"),
            ("jo@", "email"),
            ("jo@example", "email"),
            ("jo@@example.com", "email"),
            ("a b@example.com", "email"),
            ("jo@example.com, ann@example.com", "email"),
            ("Jo <jo@example.com>", "email"),
            (f"{'x' * 250}@example.com", "max_length"),
        ),
        ((" jo@example.com ", "jo@example.com"), ("", None)),
    ),
    Sample(
        "phone",
        {"type": "phone", "default_country": "DE"},
        (
            Value("+1 (415) 555-0132", "+14155550132", "+14155550132"),
            Value("+41 44 668 18 00", "+41446681800", "+41446681800"),
            Value("030 12345678", "+493012345678", "+493012345678"),
            Value("+39 06 698 12345", "+390669812345", "+390669812345"),
            Value("0049 30 12345678 ext. 55", "+493012345678;ext=55", "+493012345678;ext=55"),
        ),
        (
            *_NO_TEXTS,
            ("reception", "phone"),
            ("123", "phone"),
            ("+49", "phone"),
            ("+4900000", "phone"),
            ("1" * 61, "phone"),
        ),
        (("030/12345678", "+493012345678"), ("+33 1 42 68 53 00", "+33142685300"), ("", None)),
    ),
    Sample(
        "phone_abroad",
        {"type": "phone"},
        (Value("+49 30 12345678", "+493012345678", "+493012345678"),),
        (("030 12345678", "phone"), ("+999 12345678", "phone")),
    ),
    Sample(
        "url",
        {"type": "url"},
        (
            Value("HTTP://Example.COM:80/", "http://example.com", "http://example.com"),
            Value("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
            *_same("https://bücher.example/a%20b?q=1#top", "https://example.com/A/b?x=Y"),
            Value(" https://intranet:8443/a/../b ", "https://intranet:8443/a/../b", "https://intranet:8443/a/../b"),
        ),
        (
            *_NO_TEXTS,
            ("javascript:alert(1)", "url"),
            ("data:text/html,hi", "url"),
            ("ftp://example.com", "url"),
            ("//example.com", "url"),
            ("example.com", "url"),
            ("https://", "url"),
            ("https://jo:secret@example.com", "url"),
            ("https://exa mple.com", "url"),
            ("https://example.com/<script>", "url"),
            ("https://example.com:99999/", "url"),
            ("https://[::1", "url"),
            ("https://-example-.com", "url"),
            ("https://example.com/\u202eoops", "url"),
            (f"https://example.com/{'x' * 2000}", "max_length"),
        ),
        (("example.com/a", "https://example.com/a"), (" http://example.com ", "http://example.com"), ("", None)),
    ),
    Sample(
        "color",
        {"type": "color"},
        (
            *_same("#000000", "#1f6feb"),
            Value(" #FFF ", "#ffffff", "#ffffff"),
            Value("A0b1C2", "#a0b1c2", "#a0b1c2"),
        ),
        (*_NO_TEXTS, ("red", "color"), ("#12345", "color"), ("#1234567", "color"), ("rgb(1,2,3)", "color")),
        (("1f6feb", "#1f6feb"), ("#ABC", "#aabbcc"), ("", None)),
    ),
    Sample(
        "barcode",
        {"type": "barcode"},
        _same("A-1", "LOT 42/b", "~x~"),
        (*_NO_TEXTS, ("naïve", "barcode"), ("a\tb", "barcode"), ("x" * 81, "max_length")),
        ((" A-1 ", "A-1"), ("", None)),
    ),
    Sample(
        "barcode_ean13",
        {"type": "barcode", "format": "ean13"},
        (
            *_same("0012345678905", "4006381333931"),
            Value(" 9-783161-484100", "9783161484100", "9783161484100"),
        ),
        (
            ("4006381333930", "check_digit"),
            ("4060381333931", "check_digit"),
            ("400638133393", "barcode"),
            ("40063813339311", "barcode"),
            ("400638133393X", "barcode"),
            ("４００６３８１３３３９３１", "barcode"),
        ),
        (("4 006381 333931", "4006381333931"),),
    ),
    Sample(
        "barcode_upc",
        {"type": "barcode", "format": "upc_a"},
        _same("012345678905", "036000291452"),
        (("036000291453", "check_digit"), ("0036000291452", "barcode")),
    ),
    Sample(
        "barcode_ean8",
        {"type": "barcode", "format": "ean8"},
        _same("73513537", "96385074"),
        (("96385075", "check_digit"), ("9638507", "barcode")),
    ),
    Sample(
        "language",
        {"type": "language"},
        (*_same("ar", "de"), Value("DE-at", "de-AT", "de-AT"), Value("zh-hant", "zh-Hant", "zh-Hant")),
        (*_NO_TEXTS, ("xx", "code"), ("German", "code"), ("de_AT", "code")),
        (("German", "de"), ("austrian german", "de-AT"), ("DE", "de"), ("", None)),
    ),
    Sample(
        "time_zone",
        {"type": "time_zone"},
        (
            Value("Asia/Calcutta", "Asia/Kolkata", "Asia/Kolkata"),
            Value("europe/zurich", "Europe/Zurich", "Europe/Zurich"),
            Value("Etc/UTC", "UTC", "UTC"),
        ),
        (*_NO_TEXTS, ("CET+1", "code"), ("Europe/Bern", "code"), ("../etc/passwd", "code")),
        (("Zurich (Switzerland)", "Europe/Zurich"), ("UTC", "UTC"), ("", None)),
    ),
    Sample(
        "country",
        {"type": "country"},
        (*_same("CH", "DE"), Value("gb", "GB", "GB")),
        (*_NO_TEXTS, ("XX", "code"), ("EU", "code"), ("DEU", "code"), ("Germany", "code")),
        (("Germany", "DE"), ("switzerland", "CH"), ("de", "DE"), ("", None)),
    ),
    Sample(
        "country_narrow",
        {"type": "country", "only": ["DE", "AT", "CH"]},
        _same("AT", "DE"),
        (("FR", "only"), ("XX", "code")),
    ),
    Sample(
        "json",
        {"type": "json"},
        (
            Value({"b": [1, None, True], "a": "ü"}, {"a": "ü", "b": [1, None, True]}, '{"a":"ü","b":[1,null,true]}'),
            Value(Decimal("1.50"), 1.5, "1.5"),
            Value(-(2**63), -(2**63), str(-(2**63))),
            Value([], [], "[]"),
            Value([False], [False], "[false]"),
            Value("text", "text", '"text"'),
        ),
        (
            ("a\0b", "text"),
            ({"a\ud800": 1}, "text"),
            (2**63, "number"),
            (Decimal("0.12345678901234567890"), "number"),
            (Decimal("NaN"), "number"),
            (float("inf"), "number"),
            (Decimal("1E+999999"), "number"),
            ("x" * 65_535, "max_size"),
            (_nested(65), "depth"),
        ),
        (('{"b": 1.5, "a": [null]}', {"a": [None], "b": 1.5}), (" [1]\n", [1]), ("null", None), ("", None)),
    ),
    Sample(
        "json_small",
        {"type": "json", "max_size": 8},
        (Value([1, 2], [1, 2], "[1,2]"), Value("äöü", "äöü", '"äöü"')),
        ((["äöü"], "max_size"),),
    ),
    Sample(
        "auto_number",
        {"type": "auto_number", "pattern": "Q-{year}-{seq:5}", "reset": "year"},
        refused=(("Q-2026-00001", "set_by_server"), (1, "set_by_server"), ({}, "set_by_server")),
        through=None,
    ),
)

NUMBERS = (
    Sample(
        "integer",
        {"type": "integer", "unit": "km"},
        (
            *_same(-(2**63), -3, 0, 7, 1234),
            Value(Decimal("2E+3"), 2000, 2000),
            Value(float(2**40), 2**40, 2**40),
            *_same(2**63 - 1),
        ),
        (
            ("7", "type"),
            (1.5, "type"),
            (Decimal("7.5"), "type"),
            (True, "type"),
            ([7], "type"),
            (Decimal("NaN"), "type"),
            (Decimal("1E+999999"), "type"),
            (2**63, "max"),
            (-(2**63) - 1, "min"),
        ),
        (("1,234", 1234), (" -5 ", -5), ("", None)),
    ),
    Sample(
        "integer_limited",
        {"type": "integer", "min": -10, "max": 100, "step": 5},
        _same(-10, 0, 95, 100),
        ((-15, "min"), (105, "max"), (3, "step")),
    ),
    Sample(
        "integer_year",
        {"type": "integer", "grouping": False},
        _same(-44, 1999, 12345),
        typed=(("1999", 1999), ("1,999", 1999)),
    ),
    Sample(
        "decimal",
        {"type": "decimal", "precision": 18, "scale": 4},
        (
            *_numbers(4, "-99999999999999.9999", "-0.5"),
            Value("-0", "0.0000", Decimal("0.0000")),
            Value(Decimal("0.1"), "0.1000", Decimal("0.1000")),
            Value(0.3, "0.3000", Decimal("0.3000")),
            Value(12, "12.0000", Decimal("12.0000")),
            Value(Decimal("1.25E+3"), "1250.0000", Decimal("1250.0000")),
            *_numbers(4, "1250.5000", "99999999999999.9999"),
        ),
        (
            *_NO_NUMBERS,
            ("1.00001", "scale"),
            ("100000000000000", "max"),
            (10**400, "max"),
            (Decimal("1E+999999"), "max"),
            (Decimal("1E-999999"), "scale"),
        ),
        (("1,250.5", "1250.5000"), ("-.5", "-0.5000"), ("", None)),
    ),
    Sample(
        "decimal_limited",
        {"type": "decimal", "precision": 5, "scale": 0, "min": -10.5, "max": 99.5},
        (Value("-10", "-10", Decimal(-10)), Value(99, "99", Decimal(99))),
        (("-11", "min"), ("100", "max"), ("1.5", "scale"), ("100000", "max")),
    ),
    Sample(
        "rating",
        {"type": "rating"},
        (*_same(1, 2), Value(Decimal("3.0"), 3, 3), *_same(5)),
        ((0, "min"), (6, "max"), (2.5, "type"), ("3", "type"), (True, "type"), ([3], "type")),
        (("4", 4), ("", None)),
    ),
    Sample("rating_of_ten", {"type": "rating", "max": 10}, _same(1, 10), ((11, "max"),)),
    Sample(
        "percent",
        {"type": "percent", "min": 0, "max": 100},
        (
            *_numbers(2, "0", "10"),
            Value(Decimal("12.5"), "12.50", Decimal("12.50")),
            *_numbers(2, "99.99", "100"),
        ),
        (*_NO_NUMBERS, ("-1", "min"), ("100.01", "max"), ("1.001", "scale"), ("10%", "type")),
        (("10", "10.00"), ("12.5 %", "12.50"), ("%7", "7.00"), ("", None)),
    ),
    Sample(
        "money",
        {"type": "money"},
        (
            *_amounts("EUR", "-5"),
            Value(0, {"amount": "0.00", "currency": "CHF"}, Money(_cents("0"), "CHF"), "0"),
            Value("12.5", {"amount": "12.50", "currency": "CHF"}, Money(_cents("12.5"), "CHF"), "12.5"),
            *_amounts("USD", "12.51"),
            Value(
                {"amount": 1250, "currency": "jpy"},
                {"amount": "1250.00", "currency": "JPY"},
                Money(_cents("1250"), "JPY"),
                "1250",
            ),
            *_amounts("EUR", "9999999999999999.99"),
        ),
        (
            *_NO_NUMBERS,
            ({"amount": "12", "currency": "EURO"}, "currency"),
            ({"amount": "12", "currency": "QQQ"}, "currency"),
            ({"amount": "12", "currency": 12}, "currency"),
            ({"amount": "12", "unit": "EUR"}, "unknown_part"),
            ({"amount": [12], "currency": "EUR"}, "type"),
            ({"amount": "1.001", "currency": "EUR"}, "scale"),
            ({"currency": "EUR"}, "required"),
        ),
        (
            ("1,250.5 EUR", {"amount": "1250.50", "currency": "EUR"}),
            ("€ -3", {"amount": "-3.00", "currency": "EUR"}),
            ("usd 7", {"amount": "7.00", "currency": "USD"}),
            ("12", {"amount": "12.00", "currency": "CHF"}),
            ("", None),
        ),
    ),
    Sample(
        "money_fixed",
        {"type": "money", "currency": "USD", "min": 0, "max": 1000.5, "scale": 3},
        (
            Value(0, {"amount": "0.000", "currency": "USD"}, Money(Decimal("0.000"), "USD"), "0"),
            Value("7.125", {"amount": "7.125", "currency": "USD"}, Money(Decimal("7.125"), "USD"), "7.125"),
            Value(
                {"amount": Decimal("1000.5")},
                {"amount": "1000.500", "currency": "USD"},
                Money(Decimal("1000.500"), "USD"),
                "1000.5",
            ),
        ),
        (("-1", "min"), ("1000.6", "max"), ({"amount": "1", "currency": "EUR"}, "currency")),
        (("12.5", {"amount": "12.500", "currency": "USD"}), ("$7", {"amount": "7.000", "currency": "USD"})),
    ),
)

OTHERS = (
    Sample(
        "boolean",
        {"type": "boolean", "labels": {"true": "Done", "false": "Open"}},
        tuple(Value(flag, flag, flag, text) for text, flag in _FLAGS.items()),
        (("true", "type"), (0, "type"), (1, "type"), ([], "type")),
        (("yes", True), ("No", False), ("on", True), ("", None)),
    ),
    Sample(
        "choice",
        {"type": "choice", "options": _COLOURS},
        _same("green", "red"),
        (("blue", "option"), ("Red", "option"), ("", "option"), (1, "type"), (["red"], "type"), ("grey", "option")),
        (("red", "red"), ("Green", "green"), ("", None)),
    ),
    Sample(
        "date",
        {"type": "date"},
        _days("0001-01-01", "1999-12-31", "2024-02-29", "2026-11-25", "9999-12-31"),
        (
            ("2026-02-30", "type"),
            ("20261125", "type"),
            ("25.11.2026", "type"),
            ("2026-11-25T00:00:00Z", "type"),
            ("", "type"),
            (20261125, "type"),
            ("２０２６-11-25", "type"),
        ),
        (("+3d", "2026-11-28"), ("4 Dec 2026", "2026-12-04"), ("2026-01-05", "2026-01-05"), ("", None)),
    ),
    Sample(
        "date_limited",
        {"type": "date", "min": "today-1m", "max": "2027-02-28"},
        _days("2026-10-25", "2026-12-01", "2027-02-28"),
        (("2026-10-24", "min"), ("2027-03-01", "max")),
    ),
    Sample(
        "datetime",
        {"type": "datetime"},
        (
            *_moments("0001-01-02T00:00:00Z", "1969-12-31T23:59:59.999999Z"),
            Value(
                "2026-03-01T10:30:00+01:00",
                "2026-03-01T09:30:00Z",
                dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC),
            ),
            *_moments("2026-03-01T09:30:00.000001Z", "2026-03-01T09:31:00Z", "9999-12-30T00:00:00Z"),
        ),
        (
            ("2026-03-01T09:30:00", "type"),
            ("2026-03-01", "type"),
            ("2026-02-30T09:30:00Z", "type"),
            ("9999-12-31T23:59:59-01:00", "type"),
            ("9999-12-30T00:00:01Z", "type"),
            ("0001-01-01T23:59:59Z", "type"),
            ("yesterday", "type"),
            (1_700_000_000, "type"),
        ),
        (("04/12/2026 16:42", "2026-12-04T16:42:00Z"), ("2026-12-04T16:42:00+02:00", "2026-12-04T14:42:00Z")),
    ),
    Sample(
        "datetime_limited",
        {"type": "datetime", "min": "now-1d", "max": "2027-01-01T00:00:00Z"},
        _moments("2026-11-24T21:54:00Z", "2026-11-30T00:00:00Z", "2027-01-01T00:00:00Z"),
        (("2026-11-24T21:53:59Z", "min"), ("2027-01-01T00:00:01Z", "max")),
    ),
)

CLOCKS = (
    Sample(
        "time",
        {"type": "time"},
        (
            *_times("00:00", "09:05"),
            Value("14:30:00", "14:30", dt.time(14, 30)),
            *_times("14:30:15", "23:59:59"),
        ),
        (
            ("24:00", "type"),
            ("14:60", "type"),
            ("9:05", "type"),
            ("2:30 PM", "type"),
            ("14:30Z", "type"),
            ("14:30:15.5", "type"),
            ("1430", "type"),
            ("", "type"),
            (1430, "type"),
            ("１４:30", "type"),
        ),
        (("2:30 pm", "14:30"), ("1430", "14:30"), ("14", "14:00"), ("14:30:15", "14:30:15"), (" ", None)),
    ),
    Sample(
        "time_limited",
        {"type": "time", "min": "08:00", "max": "18:30", "minute_step": 30},
        _times("08:00", "12:15", "18:30"),
        (("07:59:59", "min"), ("18:30:01", "max")),
    ),
    Sample(
        "duration",
        {"type": "duration"},
        (
            Value("PT0S", "PT0S", dt.timedelta()),
            Value("PT90S", "PT1M30S", dt.timedelta(seconds=90)),
            Value("PT90M", "PT1H30M", dt.timedelta(minutes=90)),
            Value("P1W1DT1H", "PT193H", dt.timedelta(hours=193)),
            Value("PT999999H", "PT999999H", dt.timedelta(hours=999_999)),
        ),
        (
            ("PT1.5H", "type"),
            ("P1M", "type"),
            ("P1Y", "type"),
            ("P", "type"),
            ("PT", "type"),
            ("-PT1H", "type"),
            ("1h", "type"),
            (90, "type"),
            ("PT999999H1S", "max"),
            ("PT9999999H", "type"),
        ),
        (
            ("1h 30m", "PT1H30M"),
            ("90 min", "PT1H30M"),
            ("90", "PT1H30M"),
            ("1:30", "PT1H30M"),
            ("1:30:05", "PT1H30M5S"),
            ("1.5 hours", "PT1H30M"),
            ("2 days, 3 hours", "PT51H"),
            ("PT1H", "PT1H"),
            ("", None),
        ),
    ),
    Sample(
        "duration_in_days",
        {"type": "duration", "units": ["days"]},
        (
            Value("PT36H", "PT36H", dt.timedelta(hours=36)),
            Value("P3D", "PT72H", dt.timedelta(days=3)),
        ),
        typed=(("3", "PT72H"), ("1.5", "PT36H")),
    ),
)

OTHER_TARGET = "01890a5d-ac96-774b-bcce-b302099a8060"
TARGETS = ("01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058")
LINKS = (
    Sample(
        "link",
        {"type": "link", "to": "sample_target"},
        (*_same(TARGETS[0]), Value(TARGETS[1].upper(), TARGETS[1], TARGETS[1])),
        (
            ("acme", "type"),
            (7, "type"),
            ({"id": TARGETS[0]}, "type"),
            ("01890a5d-ac96-774b-bcce-b302099a8059", "link"),
        ),
    ),
)

SEVERAL = tuple(
    Value({"entity": entity, "id": ident}, {"entity": entity, "id": ident}, Pointer(ident, entity), ident)
    for entity, ident in (("sample_target", TARGETS[0]), ("sample_other_target", OTHER_TARGET))
)
LINKS_TO_SEVERAL = (
    Sample(
        "link_to_several",
        {"type": "link", "to": ["sample_target", "sample_other_target"]},
        SEVERAL,
        (
            (TARGETS[0], "type"),
            ({"id": TARGETS[0]}, "type"),
            ({"entity": "sample_target", "id": "acme"}, "type"),
            ({"entity": "sample_target", "id": TARGETS[0], "title": "Acme"}, "type"),
            ({"entity": ["sample_target"], "id": TARGETS[0]}, "entity"),
            ({"entity": "user", "id": TARGETS[0]}, "entity"),
            ({"entity": "sample_other_target", "id": TARGETS[0]}, "link"),
        ),
        ((f" sample_target/{TARGETS[0]} ", {"entity": "sample_target", "id": TARGETS[0]}), ("", None)),
    ),
)

FORMULAS = (
    Sample(
        "formula_integer",
        {"type": "formula", "result": "integer", "formula": "source * 2"},
        (Value("-1.5", -3, -3), Value("0.25", 1, 1), Value("5", 10, 10)),
        ((3, "set_by_server"),),
        beside={"source": {"type": "decimal"}},
        through="source",
    ),
    Sample(
        "formula_decimal",
        {"type": "formula", "result": "decimal", "formula": "source / 3", "scale": 4},
        (
            Value("-1", "-0.3333", Decimal("-0.3333")),
            Value("0.5", "0.1667", Decimal("0.1667")),
            Value("29.9999", "10.0000", Decimal("10.0000")),
        ),
        beside={"source": {"type": "decimal", "scale": 4}},
        through="source",
    ),
    Sample(
        "formula_percent",
        {"type": "formula", "result": "percent", "formula": "source * 100"},
        (Value("0.05", "5.00", Decimal("5.00")), Value("0.125", "12.50", Decimal("12.50"))),
        beside={"source": {"type": "decimal", "scale": 3}},
        through="source",
    ),
    Sample(
        "formula_money",
        {"type": "formula", "result": "money", "formula": "source * 15 / 100"},
        (
            Value(
                {"amount": "-1", "currency": "EUR"},
                {"amount": "-0.15", "currency": "EUR"},
                Money(_cents("-0.15"), "EUR"),
                "-0.15",
            ),
            Value("9.99", {"amount": "1.50", "currency": "CHF"}, Money(_cents("1.5"), "CHF"), "1.5"),
            Value(
                {"amount": "99.99", "currency": "USD"},
                {"amount": "15.00", "currency": "USD"},
                Money(_cents("15"), "USD"),
                "15",
            ),
        ),
        beside={"source": {"type": "money"}},
        through="source",
    ),
    Sample(
        "formula_money_fixed",
        {"type": "formula", "result": "money", "formula": "source * 2", "currency": "USD"},
        (
            Value(5, {"amount": "10.00", "currency": "USD"}, Money(_cents("10"), "USD"), "10"),
            Value("50.01", {"amount": "100.02", "currency": "USD"}, Money(_cents("100.02"), "USD"), "100.02"),
        ),
        beside={"source": {"type": "money", "currency": "USD"}},
        through="source",
    ),
    Sample(
        "formula_money_of_numbers",
        {"type": "formula", "result": "money", "formula": "source * 10"},
        (
            Value(2, {"amount": "20.00", "currency": "CHF"}, Money(_cents("20"), "CHF"), "20"),
            Value(10, {"amount": "100.00", "currency": "CHF"}, Money(_cents("100"), "CHF"), "100"),
        ),
        beside={"source": {"type": "integer"}},
        through="source",
    ),
    Sample(
        "formula_text",
        {"type": "formula", "result": "text", "formula": "source & '!'"},
        (Value("alpha", "alpha!", "alpha!"), Value("beta", "beta!", "beta!")),
        beside={"source": {"type": "text"}},
        through="source",
    ),
    Sample(
        "formula_boolean",
        {"type": "formula", "result": "boolean", "formula": "source > 1"},
        tuple(Value(1 + flag, flag, flag, text) for text, flag in _FLAGS.items()),
        beside={"source": {"type": "integer"}},
        through="source",
    ),
    Sample(
        "formula_duration",
        {"type": "formula", "result": "duration", "formula": "source + 'PT30M'"},
        (
            Value("PT0S", "PT30M", dt.timedelta(minutes=30)),
            Value("PT9H30M", "PT10H", dt.timedelta(hours=10)),
            Value("PT10H", "PT10H30M", dt.timedelta(hours=10, minutes=30)),
        ),
        ((3, "set_by_server"),),
        beside={"source": {"type": "duration"}},
        through="source",
    ),
    Sample(
        "formula_time",
        {"type": "formula", "result": "time", "formula": "coalesce(source, source)"},
        _times("07:15", "17:00:01"),
        beside={"source": {"type": "time"}},
        through="source",
    ),
    Sample(
        "formula_date",
        {"type": "formula", "result": "date", "formula": "add_days(source, 3)"},
        (
            Value("2026-01-30", "2026-02-02", dt.date(2026, 2, 2)),
            Value("2026-12-30", "2027-01-02", dt.date(2027, 1, 2)),
        ),
        beside={"source": {"type": "date"}},
        through="source",
    ),
    Sample(
        "formula_date_as_it_is",
        {"type": "formula", "result": "date", "formula": "source"},
        _days("0999-01-01", "2026-02-02"),
        beside={"source": {"type": "date"}},
        through="source",
    ),
    Sample(
        "formula_datetime",
        {"type": "formula", "result": "datetime", "formula": "coalesce(source, source)"},
        _moments("0999-03-01T09:30:00Z", "2026-03-01T09:30:00.000001Z"),
        beside={"source": {"type": "datetime"}},
        through="source",
    ),
)


def _name(**parts: str) -> PersonName:
    return PersonName(**parts)


def _named(*names: PersonName) -> tuple[Value, ...]:
    """Names in a field that offers all parts, given by those that are not blank."""
    return tuple(
        Value(
            {part: text for part, text in name._asdict().items() if text}, name._asdict(), name, in_full(name._asdict())
        )
        for name in names
    )


_NO_PARTS: tuple[tuple[object, str], ...] = (
    ("Smith", "type"),
    (12, "type"),
    (True, "type"),
    (["a"], "type"),
    ({"nick": "Jo"}, "unknown_part"),
)
_VIENNA = {"street": "Stephansplatz 1", "postal_code": "1010", "city": "Wien", "region": None, "country": "AT"}
_TOKYO = {"street": "\u5343\u4ee3\u7530 1-1", "postal_code": "100-0001", "city": None, "region": "\u6771\u4eac\u90fd"}
IN_PARTS = (
    Sample(
        "person_name",
        {"type": "person_name", "parts": ["first", "last", "prefix", "middle", "suffix"]},
        _named(
            _name(first="Zo\u00eb", last="Adams"),
            _name(first="Jane", middle="Q.", last="Baker", prefix="Dr.", suffix="Jr."),
            _name(first="Jane", last="Smith"),
            _name(first="Madonna"),
            _name(last="O'Brien, the Elder"),
            _name(first='{"', last="}"),
            _name(first="\u592a\u90ce", last="\u5c71\u7530"),
        ),
        (
            *_NO_PARTS,
            ({"first": 12}, "type"),
            ({"first": "two\nlines"}, "text"),
            ({"last": "a\0b"}, "text"),
            ({"last": "a\ud800b"}, "text"),
            ({"last": "x" * 201}, "max_length"),
        ),
        (
            (" Jane Smith ", _name(first="Jane", last="Smith")._asdict()),
            ("Smith, Jane Q.", _name(first="Jane Q.", last="Smith")._asdict()),
            ("Jane", _name(first="Jane")._asdict()),
            ('{"prefix": "Dr.", "last": "No"}', _name(prefix="Dr.", last="No")._asdict()),
            ("", None),
        ),
    ),
    Sample(
        "person_name_short",
        {"type": "person_name"},
        (
            Value(
                {"first": " Jane ", "last": "Doe"},
                {"first": "Jane", "last": "Doe"},
                _name(first="Jane", last="Doe"),
                "Jane Doe",
            ),
        ),
        (({"prefix": "Dr."}, "unknown_part"),),
    ),
    Sample(
        "address",
        {"type": "address", "country": "AT"},
        (
            Value(_VIENNA, _VIENNA, Address(**_VIENNA), "Stephansplatz 1, 1010 Wien, AT"),
            Value(
                {"street": "Floor 3\r\n 1 Main St ", "city": "Springfield", "region": "IL", "country": "us"},
                {
                    **dict.fromkeys(_VIENNA),
                    "street": "Floor 3\n1 Main St",
                    "city": "Springfield",
                    "region": "IL",
                    "country": "US",
                },
                Address("Floor 3\n1 Main St", None, "Springfield", "IL", "US"),
                "Floor 3, 1 Main St, Springfield, IL, US",
            ),
            Value(
                {**_TOKYO, "country": "JP"},
                {**_TOKYO, "country": "JP"},
                Address(**_TOKYO, country="JP"),
                "100-0001, \u6771\u4eac\u90fd, \u5343\u4ee3\u7530 1-1, JP",
            ),
        ),
        (
            *_NO_PARTS,
            ({"city": "two\nlines"}, "text"),
            ({"street": "one\ntwo\nthree"}, "text"),
            ({"country": "Austria"}, "country"),
            ({"country": "EU"}, "country"),
            ({"postal_code": 1010}, "type"),
        ),
        (
            ("Stephansplatz 1", {**dict.fromkeys(_VIENNA), "street": "Stephansplatz 1"}),
            ('{"city": "Wien", "country": "AT"}', {**dict.fromkeys(_VIENNA), "city": "Wien", "country": "AT"}),
            ("", None),
        ),
    ),
    Sample(
        "location",
        {"type": "location"},
        (
            Value(
                {"lat": "48.2082", "lon": 16.3738},
                {"lat": "48.208200", "lon": "16.373800"},
                Location(Decimal("48.208200"), Decimal("16.373800")),
                "48.208200, 16.373800",
            ),
            Value(
                {"lat": "-0", "lon": -180},
                {"lat": "0.000000", "lon": "-180.000000"},
                Location(Decimal("0.000000"), Decimal("-180.000000")),
                "0.000000, -180.000000",
            ),
            Value(
                {"lat": "-90", "lon": Decimal("12.3456785")},
                {"lat": "-90.000000", "lon": "12.345679"},
                Location(Decimal("-90.000000"), Decimal("12.345679")),
                "-90.000000, 12.345679",
            ),
        ),
        (
            ("48.2082, 16.3738", "type"),
            ([48, 16], "type"),
            ({"lat": 1, "long": 2}, "unknown_part"),
            ({"lat": 90.1, "lon": 0}, "max"),
            ({"lat": 0, "lon": "-180.5"}, "min"),
            ({"lat": "north", "lon": 0}, "type"),
            ({"lat": Decimal("NaN"), "lon": 0}, "type"),
            ({"lat": 1}, "required"),
        ),
        (
            ("48.2082, 16.3738", {"lat": "48.208200", "lon": "16.373800"}),
            ("48,2082 16,3738", {"lat": "48.208200", "lon": "16.373800"}),
            ("48\u00b0 12' 30\" N, 16\u00b0 22' 26.4\" E", {"lat": "48.208333", "lon": "16.374000"}),
            ("16\u00b022\u203226\u2033W 48\u00b012\u203230\u2033S", {"lat": "-48.208333", "lon": "-16.373889"}),
            ("", None),
        ),
    ),
)


def _rich(given: str, html: str, text: str) -> Value:
    return Value(given, html, RichText(text, html), text)


RICH_TEXTS = (
    Sample(
        "rich_text",
        {"type": "rich_text", "max_length": 1_000},
        (
            _rich("<p>one</p>", "<p>one</p>", "one"),
            _rich("two <b>2</b>", "<p>two 2</p>", "two 2"),
            _rich(
                "<h2 class=x>Three</h2><script>alert(1)</script><ul><li>a<li>b",
                "<h2>Three</h2><ul><li>a</li><li>b</li></ul>",
                "Three\na\nb",
            ),
            _rich(
                '<p onclick="x()">fo<u>u</u>r <a href="https://example.com/?a=1&b=2" target=x>l</a></p>',
                '<p>fo<u>u</u>r <a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">l</a></p>',
                "four l",
            ),
        ),
        (
            *_NO_TEXTS,
            ("<p>" + "x" * 1_001, "max_length"),
            ("<br>" * 5_001, "max_length"),
        ),
        (
            ("**bold** _it_", "<p><strong>bold</strong> <em>it</em></p>"),
            ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
            ("<p>is HTML</p>", "<p>is HTML</p>"),
            ("", None),
        ),
    ),
)


def _lists(*lists: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(Value(list(members), list(members), members) for members in lists)


_NO_LISTS: tuple[tuple[object, str], ...] = (
    ("red", "type"),
    (12, "type"),
    (True, "type"),
    ({"a": 1}, "type"),
    ([None], "type"),
    ([1], "type"),
    ([["red"]], "type"),
)
SETS = (
    Sample(
        "multi_choice",
        {"type": "multi_choice", "options": {**_COLOURS, "blue": {"label": "Blue"}}, "max": 2},
        (
            *_lists(("red",), ("red", "green"), ("green",)),
            Value(["blue", "red", "blue"], ["red", "blue"], ("red", "blue")),
        ),
        (*_NO_LISTS, (["rot"], "option"), (["grey"], "option"), (["red", "green", "blue"], "max")),
        (("Red, blue", ["red", "blue"]), (" , ", None), ("green", ["green"])),
    ),
    Sample(
        "tags",
        {"type": "tags", "max": 3},
        (
            *_lists(("vip",), ("Ärzte", "vip"), ("o'brien", "100 %", '"quoted" {}'), ("=1+1",)),
            Value(["  two   words ", "", "b", "B"], ["two words", "b"], ("two words", "b")),
        ),
        (
            *_NO_LISTS,
            (["a", "b", "c", "d"], "max"),
            (["a,b"], "text"),
            (["a\0"], "text"),
            (["a\ud800"], "text"),
            (["a\x07b"], "text"),
            (["x" * 61], "max_length"),
        ),
        (("vip,  key account , vip", ["vip", "key account"]), (", ,", None)),
    ),
    Sample(
        "links",
        {"type": "links", "to": "sample_target", "max": 2},
        (
            *_lists(TARGETS[:1], TARGETS),
            Value([TARGETS[1].upper(), TARGETS[1]], [TARGETS[1]], (TARGETS[1],)),
        ),
        (
            (TARGETS[0], "type"),
            ([None], "type"),
            ([{"id": TARGETS[0]}], "type"),
            (["x"], "type"),
            ([OTHER_TARGET], "link"),
            ([*TARGETS, OTHER_TARGET], "max"),
        ),
        ((f"{TARGETS[0]}, {TARGETS[1]}", list(TARGETS)),),
    ),
)

# The door gives new lines their ids, so what they hold is tried in tests/http/test_lines.py.
LINES = (
    Sample(
        "lines",
        {"type": "lines", "entity": "sample_row", "link": "whole", "order": "place", "max": 2},
        (),
        (
            ("x", "type"),
            ([None], "type"),
            (["x"], "type"),
            ([{"id": 3}], "type"),
            ([OTHER_TARGET, OTHER_TARGET], "doubled"),
            ([{"text": "a"}] * 3, "max"),
        ),
        through=None,
    ),
)

FIGURES = (
    Sample(
        "rollup",
        {"type": "rollup", "result": "integer", "of": "sample_rollup.above", "measure": "count"},
        beside={"above": {"type": "link", "to": "sample_rollup"}},
        through=None,
    ),
)
_HASH = "0" * 64
_NO_FILES: tuple[tuple[object, str], ...] = (
    ("a.pdf", "type"),
    ({"hash": _HASH}, "type"),
    ({**told("a.pdf", "application/pdf", b""), "more": 1}, "type"),
    ({**told("a.pdf", "application/pdf", b""), "size": -1}, "file"),
    ({**told("a.pdf", "application/pdf", b""), "hash": "../../etc/passwd"}, "file"),
    ({**told("a\0.pdf", "application/pdf", b"")}, "text"),
)


def _files(*files: tuple[str, str, bytes]) -> tuple[Value, ...]:
    found = [told(*file) for file in files]
    return tuple(Value(one, one, File(**one), str(one["name"])) for one in found)  # type: ignore[arg-type]


def _several(*files: tuple[str, str, bytes]) -> Value:
    found = [told(*file) for file in files]
    return Value(found, found, tuple(File(**one) for one in found), str(found[0]["name"]))  # type: ignore[arg-type]


FILES = (
    Sample(
        "file",
        {"type": "file", "accept": ["application/pdf", "text/*"], "max_size": 2},
        _files(("Angebot Änderung.pdf", "application/pdf", PDF), ("notes (2).txt", "text/plain", TEXT)),
        (
            *_NO_FILES,
            (told("x.zip", "application/zip", b""), "file_type"),
            ({**told("x.pdf", "application/pdf", b""), "size": 2_000_001}, "file_size"),
            # Nobody uploaded it: whoever knows a hash has no right to its content by that.
            (told("x.pdf", "application/pdf", b"of somebody else"), "file"),
        ),
        ((f"a.pdf (application/pdf, 3, {_HASH})", {**told("a.pdf", "application/pdf", b"abc"), "hash": _HASH}),),
    ),
    Sample(
        "image",
        {"type": "image"},
        _files(("b.png", "image/png", PNG), ("c.jpg", "image/jpeg", picture(4, 3, "JPEG"))),
        ((told("x.svg", "image/svg+xml", SVG), "file_type"), (told("x.pdf", "application/pdf", PDF), "file_type")),
    ),
    Sample(
        "files",
        {"type": "files", "accept": ["application/pdf", "text/*"], "max_size": 2, "max_count": 2},
        (
            _several(("Angebot, Änderung (1).pdf", "application/pdf", PDF)),
            _several(("notes (2).txt", "text/plain", TEXT), ("a.pdf", "application/pdf", PDF)),
            _several(("a.pdf", "application/pdf", PDF), ("notes (2).txt", "text/plain", TEXT)),
            # One content is one file, under the name that was given last.
            Value(
                [told("first.pdf", "application/pdf", PDF), told("last.pdf", "application/pdf", PDF)],
                [told("last.pdf", "application/pdf", PDF)],
                (File(**told("last.pdf", "application/pdf", PDF)),),  # type: ignore[arg-type]
                "last.pdf",
            ),
        ),
        (
            (told("a.pdf", "application/pdf", PDF), "type"),
            *(([value], code) for value, code in _NO_FILES),
            ([None], "type"),
            ([told("x.zip", "application/zip", b"")], "file_type"),
            ([{**told("x.pdf", "application/pdf", b""), "size": 2_000_001}], "file_size"),
            ([told(f"{n}.txt", "text/plain", bytes([n])) for n in range(3)], "max"),
            ([told("a.pdf", "application/pdf", PDF), told("x.pdf", "application/pdf", b"of somebody else")], "file"),
        ),
        (
            (
                f"a, b.pdf (application/pdf, 3, {_HASH})\r\n\r\n c.txt (text/plain, 0, {'1' * 64}) ",
                [
                    {**told("a, b.pdf", "application/pdf", b"abc"), "hash": _HASH},
                    {**told("c.txt", "text/plain", b""), "hash": "1" * 64},
                ],
            ),
        ),
    ),
)
# What the values of these samples are; it is uploaded before records take it.
CONTENTS = {
    "sample_file": (PDF, TEXT),
    "sample_files": (PDF, TEXT),
    "sample_image": (PNG, picture(4, 3, "JPEG")),
}

SAMPLES = (
    *TEXTS,
    *NUMBERS,
    *OTHERS,
    *CLOCKS,
    *LINKS,
    *LINKS_TO_SEVERAL,
    *FORMULAS,
    *IN_PARTS,
    *RICH_TEXTS,
    *SETS,
    *LINES,
    *FIGURES,
    *FILES,
)


def rows_of(whole: str) -> Mapping[str, Any]:
    """The entity whose records are the lines of another one, as the sample of lines has it."""
    return {
        "fields": {
            "whole": {"type": "link", "to": whole, "required": True, "on_delete": "cascade"},
            "place": {"type": "integer"},
            "text": {"type": "text"},
        }
    }
