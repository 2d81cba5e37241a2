"""Refusals are problem JSON (RFC 9457) with one shape, and every answer carries the same guards."""

import json
import re
from io import StringIO
from unittest.mock import Mock

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Answer, Client, path_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def refusals(shop: Shop) -> dict[int, Answer]:
    """One answer of each refusing status."""
    made = shop.admin.create("account", name="x", code=shop.lot())
    here, nobody = path_of("account", made), Client(shop.app)
    return {
        400: shop.admin.get("records/account", limit=0),
        401: nobody.get("me"),
        403: shop.guest.post("records/contact", {"name": "x"}),
        404: shop.admin.get("records/nothing"),
        405: shop.admin.call("PUT", here, {}),
        409: shop.admin.post("records/account", {"name": "x", "code": made["code"]}),
        412: shop.admin.patch(here, {"size": 1}, '"7"'),
        413: shop.admin.call("POST", "records/account", raw=b'"' + b"x" * 11_000_000 + b'"'),
        415: shop.admin.call("POST", "records/account", raw=b"x", headers={"Content-Type": "text/plain"}),
        422: shop.admin.post("records/account", {}),
        428: shop.admin.patch(here, {"size": 1}),
    }


def test_every_refusal_has_the_same_shape(shop: Shop) -> None:
    for status, answer in refusals(shop).items():
        body = answer.json
        assert answer.status == status == body["status"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "code", "detail", "request_id", "errors"} <= body.keys()
        assert body["type"] == f"/problems/{body['code']}"
        assert re.fullmatch(r"[a-z_]+", body["code"])
        assert body["title"]
        assert body["detail"]
        for fault in body["errors"]:
            assert fault.keys() >= {"pointer", "code", "message", "hint"}
            assert fault["message"]


def test_every_answer_is_guarded(shop: Shop) -> None:
    made = shop.admin.create("account", name="x")
    fine = [shop.admin.get("me"), shop.admin.get("records/account", limit=1), shop.admin.get(path_of("account", made))]
    fine += [shop.admin.get("openapi.json"), shop.admin.get("/health"), shop.admin.get("/ready")]
    fine += [
        shop.admin.delete(path_of("account", made), "*"),
        shop.admin.call("OPTIONS", "me"),
        shop.admin.call("HEAD", "me"),
    ]
    for answer in [*fine, *refusals(shop).values()]:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "referrer-policy" in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert "strict-transport-security" not in answer.headers


def test_every_answer_has_a_number_of_its_own(shop: Shop) -> None:
    answers = [
        shop.admin.get("me"),
        shop.admin.get("records/nothing"),
        shop.admin.get("/health"),
        Client(shop.app).get("me"),
    ]
    numbers = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(numbers)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{8,}", number) for number in numbers)
    assert answers[1].json["request_id"] == numbers[1]


def test_answers_of_the_api_carry_the_revision(shop: Shop) -> None:
    made = shop.admin.create("account", name="x")
    now = shop.admin.get("me")
    assert now.headers["armature-revision"] == str(now.json["revision"])
    answers = [shop.admin.get(path_of("account", made)), shop.admin.post("records/account", {"name": "y"})]
    answers += [
        shop.admin.get("records/account"),
        shop.admin.get("openapi.json"),
        shop.admin.get("records/account", x=1),
    ]
    answers += [shop.admin.get("records/nothing"), shop.admin.call("PUT", path_of("account", made), {})]
    answers += [shop.admin.patch(path_of("account", made), {}), shop.admin.delete(path_of("account", made), "*")]
    answers += [Client(shop.app).get("me"), Client(shop.app).get("nothing")]
    assert [answer.headers.get("armature-revision") for answer in answers] == [str(now.json["revision"])] * len(answers)


@pytest.mark.parametrize(
    "path", ["nothing", "records", "records/", "records/account/x/y/z", "me/", "ME", "../../etc/passwd"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem(shop: Shop, path: str, method: str) -> None:
    for who in (shop.admin, Client(shop.app)):
        answer = who.call(method, path)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "records/account"),
        ("DELETE", "records/account"),
        ("POST", "me"),
        ("PATCH", "openapi.json"),
        ("TRACE", "me"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_the_others(
    shop: Shop, method: str, path: str
) -> None:
    answer = shop.admin.call(method, path)
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_a_problem_speaks_no_sql_and_no_path(shop: Shop) -> None:
    for answer in refusals(shop).values():
        text = answer.body.decode().lower()
        for word in ("select ", "insert ", "sqlite", "psycopg", "constraint", "traceback", "/work/", ".py"):
            assert word not in text


def test_what_was_asked_is_told_back_cut_short(shop: Shop) -> None:
    for answer in (
        shop.admin.get("records/account", **{"x" * 5_000: 1}),
        shop.admin.get("records/account", sort="x" * 5_000),
        shop.admin.get("records/" + "x" * 5_000),
        shop.admin.post("records/account", {"x" * 5_000: 1}),
        shop.admin.post("records/account", {"name": "x", "stage": "x" * 5_000}),
    ):
        assert 400 <= answer.status < 500
        assert len(answer.body) < 2_500


def test_a_wrong_host_is_refused(shop: Shop) -> None:
    for host in (
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "localhost@evil.example",
        "[::1",
    ):
        answer = shop.admin.call("GET", "me", headers={"Host": host})
        assert answer.status == 400, host
        assert "evil" not in json.dumps(dict(answer.headers)) + answer.body.decode()
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:80"):
        assert shop.admin.call("GET", "me", headers={"Host": host}).status == 200, host


def test_a_forwarded_host_is_not_believed(shop: Shop) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    answer = shop.admin.call("POST", "records/account", {"name": "x"}, headers=headers)
    assert answer.status == 201
    assert "evil" not in answer.headers["location"]


def test_health_and_readiness_need_nobody(shop: Shop) -> None:
    nobody = Client(shop.app)
    assert [nobody.get(path).status for path in ("/health", "/ready")] == [200, 200]
    assert nobody.get("/health").json["status"] == "alive"
    assert nobody.get("/ready").json["status"] == "ready"


def test_a_failure_of_ours_tells_a_number_and_nothing_else(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "password=hunter2 SELECT * FROM account"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("framework.records.reader.find_rows", fail)
    answer = shop.admin.get("records/account")
    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert answer.json["request_id"] in answer.json["detail"]
    assert b"hunter2" not in answer.body
    assert b"SELECT" not in answer.body


def test_me_tells_who_one_is(shop: Shop) -> None:
    found = shop.clerk.get("me").json
    assert set(found) == {"id", "email", "name", "roles", "abilities", "locale", "zone", "revision"}
    assert (found["id"], found["email"], found["roles"]) == (shop.clerk_id, "clerk@example.com", ["clerk", "everyone"])
    assert found["abilities"] == []
    assert "publish" in shop.admin.get("me").json["abilities"]


def test_an_error_while_an_error_is_worded_is_ours(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framework.api.problems.request_id", Mock(side_effect=[ValueError("a bug"), "the number"]))
    answer = Client(shop.app).get("me")
    assert (answer.status, answer.json["code"]) == (500, "internal")


@pytest.mark.parametrize("closed", [False, True])
def test_what_cannot_be_logged_is_answered_all_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    monkeypatch.setattr("framework.auth.actors.digest", Mock(side_effect=ValueError("a secret")))
    with StringIO() as standard_error:
        monkeypatch.setattr("sys.stderr", standard_error)
        if closed:
            standard_error.close()
        answer = Client(shop.app, {"Cookie": "armature_session=x"}).get("me")
        told = "" if closed else standard_error.getvalue()
    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert closed or answer.json["request_id"] in told
