"""Who sends more requests than a minute may have is told so, and when to come again; others notice nothing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.http.conftest import PASSWORD, Shop
from tests.http.test_sessions import running
from tests.support.clients import Answer, Client, browser_of, client_of

MOST = 4


@pytest.fixture
def limited(shop: Shop) -> Iterator[Flask]:
    """A process of its own on the shop's database that lets so many requests pass."""
    with running(replace(shop.world.services.settings, requests_a_minute=MOST)) as app:
        yield app


def left(answer: Answer) -> tuple[str, str]:
    return answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]


def test_every_answer_says_how_many_are_left(shop: Shop, limited: Flask) -> None:
    client = client_of(limited, shop.person("clerk")[1])
    answers = [client.get("me"), client.get("records/nothing"), client.get("records/account", limit=1)]
    assert [(answer.status, left(answer)) for answer in answers] == [
        (200, ("4", "3")),
        (404, ("4", "2")),
        (200, ("4", "1")),
    ]
    assert answers[0].headers["ratelimit-policy"] == "4;w=60"
    assert 1 <= int(answers[0].headers["ratelimit-reset"]) <= 60


def test_one_too_many_is_refused_and_does_nothing(shop: Shop, limited: Flask) -> None:
    client, lot = client_of(limited, shop.person("clerk")[1]), shop.lot()
    for _ in range(MOST):
        assert client.get("me").status == 200
    refused = client.post("records/account", {"name": "x", "lot": lot})
    assert (refused.status, refused.json["code"], left(refused)) == (429, "too_many_requests", ("4", "0"))
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert refused.headers["armature-revision"]
    assert not shop.admin.items("records/account", filter=f"lot = '{lot}'")


def test_others_and_ones_own_browser_go_on(shop: Shop, limited: Flask) -> None:
    ident, email = shop.person("clerk")
    shop.world.services.auth.set_password(ident, PASSWORD)
    script, other = client_of(limited, email), client_of(limited, shop.person("clerk")[1])
    statuses = [script.get("me").status for _ in range(MOST + 1)]
    assert statuses[-1] == 429
    assert other.get("me").status == 200
    browser = browser_of(limited, email, PASSWORD)
    page = browser.call("GET", "/records/account")
    assert page.status == 200
    assert "ratelimit-limit" not in page.headers


def test_a_page_too_many_is_refused_as_a_page(shop: Shop, limited: Flask) -> None:
    ident, email = shop.person("clerk")
    shop.world.services.auth.set_password(ident, PASSWORD)
    browser = browser_of(limited, email, PASSWORD)
    pages = [browser.call("GET", "/records/account") for _ in range(MOST + 1)]
    assert [page.status for page in pages] == [200] * MOST + [429]
    assert pages[-1].headers["content-type"].startswith("text/html")
    assert int(pages[-1].headers["retry-after"]) >= 1


def test_guessing_at_tokens_is_refused_without_harm_to_who_has_one(shop: Shop, limited: Flask) -> None:
    guesser = Client(limited, {"Authorization": "Bearer arm_0123456789abcdef_wrong"})
    statuses = [guesser.get("me").status for _ in range(MOST + 1)]
    assert statuses == [401] * MOST + [429]
    assert client_of(limited, shop.person("clerk")[1]).get("me").status == 200


def test_what_needs_nobody_is_not_counted(limited: Flask) -> None:
    statuses = {Client(limited).call("GET", "/health").status for _ in range(MOST + 2)}
    assert statuses == {200}


def test_networks_behind_a_proxy_are_counted_apart_as_far_as_the_proxy_tells(shop: Shop) -> None:
    with running(replace(shop.world.services.settings, requests_a_minute=MOST, proxies=1)) as app:
        assert [nobody(app, "198.51.100.7").get("me").status for _ in range(MOST + 1)] == [401] * MOST + [429]
        assert nobody(app, "192.0.2.1, 198.51.100.7").get("me").status == 429
        assert nobody(app, "198.51.100.8").get("me").status == 401


def test_without_a_proxy_nobody_says_themselves_where_they_come_from(limited: Flask) -> None:
    statuses = [nobody(limited, f"198.51.100.{number}").get("me").status for number in range(MOST + 1)]
    assert statuses == [401] * MOST + [429]


def nobody(app: Flask, network: str) -> Client:
    return Client(app, {"X-Forwarded-For": network})
