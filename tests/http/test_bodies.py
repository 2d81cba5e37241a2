"""JSON is read strictly: what is not exactly an object of known fields is refused with its reason, never guessed at."""

import json
from typing import Any

import pytest

from tests.http.conftest import Shop
from tests.support.clients import path_of

NUL, HALF = "\\u0000", "\\ud800"


def sent(shop: Shop, raw: bytes | str, content_type: str = "application/json") -> tuple[int, str]:
    """Status and code of creating an account with exactly this body."""
    data = raw if isinstance(raw, bytes) else raw.encode()
    answer = shop.admin.call("POST", "records/account", raw=data, headers={"Content-Type": content_type})
    return answer.status, answer.json.get("code", "")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/json",
        "application/xml",
        "",
        "json",
        "multipart/form-data",
    ],
)
def test_another_type_of_content_is_refused(shop: Shop, content_type: str) -> None:
    assert sent(shop, '{"name": "x"}', content_type) == (415, "media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;x=y"]
)
def test_json_is_known_by_its_type_alone(shop: Shop, content_type: str) -> None:
    assert sent(shop, '{"name": "x"}', content_type)[0] == 201


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "{",
        "nul",
        "{'name': 'x'}",
        '{"name": "x",}',
        '{"name": "x"} {}',
        '{"name": NaN}',
        '{"size": Infinity}',
        '{"size": 01}',
        '{"size": +1}',
        '{"size": .5}',
        '{"name": "a\nb"}',
        '{"name": "x", // c\n}',
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "x"}',
        '{"name": "x"}'.encode("utf-16"),
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=lambda raw: repr(raw)[:20],
)
def test_what_is_no_json_is_malformed(shop: Shop, raw: bytes | str) -> None:
    assert sent(shop, raw) == (400, "json")


@pytest.mark.parametrize("raw", ["null", "true", "1", '"x"', "[]", '[{"name": "x"}]'])
def test_a_body_is_an_object(shop: Shop, raw: str) -> None:
    assert sent(shop, raw) == (400, "json")


def test_a_body_is_forty_levels_deep_at_most(shop: Shop) -> None:
    def nested(levels: int) -> str:
        return '{"note": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"

    assert sent(shop, nested(41)) == (400, "json")
    assert sent(shop, nested(40)) == (422, "validation")


def test_a_body_of_more_than_ten_megabytes_is_too_large(shop: Shop) -> None:
    assert sent(shop, json.dumps({"name": "x" * 10_600_000})) == (413, "too_large")


@pytest.mark.parametrize("text", [f"a{NUL}b", NUL, f"a{HALF}", f"{HALF}x", "\\udc00\\ud800"])
@pytest.mark.parametrize(
    "place",
    ['{{"name": "{}"}}', '{{"name": "x", "note": "{}"}}', '{{"name": "x", "{}": 1}}', '{{"name": "x", "stage": "{}"}}'],
)
def test_nul_and_half_characters_are_refused_in_any_text(shop: Shop, place: str, text: str) -> None:
    assert sent(shop, place.format(text))[0] in {400, 422}


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("name", "1"),
        ("name", "true"),
        ("name", "[]"),
        ("name", "{}"),
        ("name", json.dumps("x" * 81)),
        ("name", '"two\\nlines"'),
        ("note", json.dumps("x" * 1_000_001)),
        ("size", '"1"'),
        ("size", "1.5"),
        ("size", "true"),
        ("size", "-1"),
        ("size", "9223372036854775808"),
        ("size", "9" * 4_000),
        ("size", "1e400"),
        ("size", "1e-400"),
        ("rank", "1" + "0" * 30),
        ("price", '"12,50"'),
        ("price", '"NaN"'),
        ("price", '"Infinity"'),
        ("price", '"1e999999"'),
        ("price", "1e999999"),
        ("price", '"１２"'),
        ("price", "true"),
        ("price", "0.005"),
        ("price", '"-0.005"'),
        ("price", "1" + "0" * 40),
        ("vip", '"true"'),
        ("vip", "0"),
        ("founded_on", '"2026-02-30"'),
        ("founded_on", '"2026-2-3"'),
        ("founded_on", '"20260203"'),
        ("founded_on", '"2026-W01-1"'),
        ("founded_on", '"2026-01-01T00:00:00Z"'),
        ("founded_on", "20260101"),
        ("founded_on", '"0000-01-01"'),
        ("seen_at", '"2026-01-01"'),
        ("seen_at", '"2026-01-01T00:00:00"'),
        ("seen_at", '"0001-01-01T00:00:00+14:00"'),
        ("seen_at", '"9999-12-31T23:59:59-14:00"'),
        ("seen_at", '"2026-01-01T25:00:00Z"'),
        ("stage", '"WON"'),
        ("stage", '"Won"'),
        ("stage", '""'),
        ("stage", "[]"),
        ("parent", '"x"'),
        ("parent", "1"),
        ("parent", '{"id": "00000000-0000-7000-8000-000000000000"}'),
        ("owner", '""'),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_field(shop: Shop, field: str, raw: str) -> None:
    other = "" if field == "name" else '"name": "x", '
    answer = shop.admin.call("POST", "records/account", raw=f'{{{other}"{field}": {raw}}}'.encode())
    assert (answer.status, answer.json["code"]) == (422, "validation")
    assert [fault["pointer"] for fault in answer.json["errors"]] == [f"/{field}"]
    assert len(answer.body) < 4_000


@pytest.mark.parametrize(
    ("field", "raw", "kept"),
    [
        ("name", '"  x  "', "x"),
        ("name", '"\\u00e9\\ud83d\\ude00"', "é😀"),
        ("size", "3.0", 3),
        ("size", "1e2", 100),
        ("size", "9223372036854775807", 2**63 - 1),
        ("size", "-0", 0),
        ("price", "12.5", "12.50"),
        ("price", '"12.5"', "12.50"),
        ("price", "0.1", "0.10"),
        ("price", "1234567890123456.78", "1234567890123456.78"),
        ("vip", "false", False),
        ("founded_on", '"2024-02-29"', "2024-02-29"),
        ("seen_at", '"2026-07-01T12:00:00+02:00"', "2026-07-01T10:00:00Z"),
        ("seen_at", '"2026-07-01T12:00:00.25Z"', "2026-07-01T12:00:00.250000Z"),
        ("note", '""', None),
        ("note", '"a\\r\\nb"', "a\nb"),
    ],
)
def test_a_value_is_kept_exactly(shop: Shop, field: str, raw: str, kept: Any) -> None:
    other = "" if field == "name" else '"name": "x", '
    answer = shop.admin.call("POST", "records/account", raw=f'{{{other}"{field}": {raw}}}'.encode())
    assert (answer.status, answer.json.get(field)) == (201, kept), answer.body
    assert shop.admin.get(path_of("account", answer.json)).json[field] == kept


def test_a_call_that_takes_no_body_reads_none(shop: Shop) -> None:
    made = shop.admin.create("account", name="x")
    assert shop.admin.call("DELETE", path_of("account", made), raw=b"{", headers={"If-Match": "*"}).status == 204
    assert shop.admin.call("POST", path_of("account", made, "restore"), raw=b"{").status == 200


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_parameters_do_not_belong_to_a_write(shop: Shop, method: str) -> None:
    made = shop.admin.create("account", name="x")
    path = "records/account" if method == "POST" else path_of("account", made)
    refused = shop.admin.call(method, f"{path}?fields=name", {"name": "y"}, headers={"If-Match": "*"})
    assert (refused.status, refused.json["code"]) == (400, "unknown_parameter")
