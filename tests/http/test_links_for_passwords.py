"""A link by which a person sets their password: good once, for half an hour, and it tells nobody who is here."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from framework.auth import Links
from framework.mail import Mailer
from tests.http.conftest import PASSWORD, Shop
from tests.http.test_pages import text
from tests.support.clients import Client, application, browser_of

WANTED = "four dull words together"


def link_of(shop: Shop, ident: str) -> str:
    return f"/link/{shop.world.services.auth.links.make(ident)}"


def form_token(client: FlaskClient) -> str:
    """The CSRF token of a page that everybody sees."""
    (found,) = re.findall(r'<meta name="csrf-token" content="([^"]+)"', client.get("/forgotten").get_data(as_text=True))
    return str(found)


def send(client: FlaskClient, url: str, **form: str) -> tuple[int, str]:
    answer = client.post(url, data={"_csrf": form_token(client), **form})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def stranger(shop: Shop) -> Iterator[FlaskClient]:
    with shop.app.test_client() as client:
        yield client


class TestLink:
    def test_who_is_invited_sets_a_password_and_is_in(self, shop: Shop, stranger: FlaskClient) -> None:
        ident, email = shop.person("clerk")
        url = link_of(shop, ident)
        shown = stranger.get(url).get_data(as_text=True)
        assert "Welcome" in shown
        assert email in shown
        answer = stranger.post(url, data={"_csrf": form_token(stranger), "password": WANTED})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert stranger.get("/api/v1/me").get_json()["email"] == email
        assert browser_of(shop.app, email, WANTED).get("me").status == 200

    def test_it_is_good_once_and_ends_all_sessions(self, shop: Shop, stranger: FlaskClient) -> None:
        ident, email = shop.person("clerk")
        shop.world.services.auth.set_password(ident, PASSWORD)
        before, first, second = browser_of(shop.app, email, PASSWORD), link_of(shop, ident), link_of(shop, ident)
        assert send(stranger, first, password=WANTED)[0] == 303
        assert before.get("me").status == 401
        for url in (first, second):
            assert stranger.get(url).status_code == 404
            status, page = send(stranger, url, password="another long password")
            assert status == 404
            assert "no longer good" in page
        assert browser_of(shop.app, email, WANTED).get("me").status == 200

    def test_it_ends_after_half_an_hour_and_with_another_address(self, shop: Shop, stranger: FlaskClient) -> None:
        ident, _ = shop.person("clerk")
        with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=31)):
            old = link_of(shop, ident)
        assert send(stranger, old, password=WANTED)[0] == 404
        moved, gone = link_of(shop, ident), link_of(shop, ident)
        shop.admin.patch(f"records/user/{ident}", {"email": f"{shop.lot()}@example.com"}, "*")
        assert send(stranger, moved, password=WANTED)[0] == 404
        gone = link_of(shop, ident)
        shop.admin.patch(f"records/user/{ident}", {"active": False}, "*")
        assert send(stranger, gone, password=WANTED)[0] == 404

    @pytest.mark.parametrize("password", ["short", "Password123", "x" * 129])
    def test_a_weak_password_is_refused_and_the_link_stays_good(
        self, shop: Shop, stranger: FlaskClient, password: str
    ) -> None:
        ident, _ = shop.person("clerk")
        url = link_of(shop, ident)
        status, page = send(stranger, url, password=password)
        assert (status, password in page) == (422, False)
        assert send(stranger, url, password=WANTED)[0] == 303

    @pytest.mark.parametrize("url", ["/link/x", "/link/%C3%A9", "/link/" + "a" * 3000])
    def test_what_was_never_ours_is_over(self, stranger: FlaskClient, url: str) -> None:
        assert stranger.get(url).status_code == 404

    def test_guessing_is_slowed_down(self, shop: Shop, second: Flask) -> None:
        with second.test_client() as client:
            client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
            found = [send(client, "/link/x", password=WANTED)[0] for _ in range(8)]
        assert 429 in found
        ident, _ = shop.person("clerk")
        assert shop.world.services.auth.links.read(link_of(shop, ident).removeprefix("/link/")).id == ident

    def test_a_link_of_another_installation_is_none(self, shop: Shop, stranger: FlaskClient) -> None:
        ident, _ = shop.person("clerk")
        forged = Links(shop.world.services.database, "x" * 40).make(ident)
        assert stranger.get(f"/link/{forged}").status_code == 404


@pytest.fixture(scope="module")
def second(shop: Shop) -> Iterator[Flask]:
    """The application with a way out for e-mail."""
    made = application(replace(shop.world.services.settings, mail_url="smtp://127.0.0.1:1"))
    yield made
    made.extensions["armature"].database.close()


class TestForgotten:
    def test_the_answer_is_the_same_for_everybody(self, shop: Shop, second: Flask) -> None:
        _, email = shop.person("clerk")
        pages: list[tuple[tuple[int, str], str]] = []
        for address in (email, "nobody@example.com"):
            with second.test_client() as client:
                client.environ_base["REMOTE_ADDR"] = f"203.0.113.{len(pages) + 20}"
                pages.append((send(client, "/forgotten", email=address), address))
        (first, one), (other, two) = pages
        assert first[0] == other[0] == 200
        assert re.sub(r'(value|content)="[^"]+"', "", first[1].replace(one, "")) == re.sub(
            r'(value|content)="[^"]+"', "", other[1].replace(two, "")
        )

    def test_the_link_is_sent_to_who_is_here_and_to_nobody_else(
        self, shop: Shop, second: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent: list[tuple[str, str, str]] = []
        monkeypatch.setattr(Mailer, "send", lambda _self, *message: sent.append(message))
        _, email = shop.person("clerk")
        with second.test_client() as client:
            client.environ_base["REMOTE_ADDR"] = "203.0.113.40"
            for address in (email.upper(), "nobody@example.com", "x\0y"):
                send(client, "/forgotten", email=address)
            second.extensions["armature"].jobs.worker.work_off()
            ((to, subject, body),) = [one for one in sent if one[0] == email]
            assert "nobody@example.com" not in {one[0] for one in sent}
            assert (to, "Sample" in subject or "invited" in subject) == (email, True)
            (path,) = re.findall(r"/link/\S+", body)
            assert send(client, path, password=WANTED)[0] == 303
        assert browser_of(shop.app, email, WANTED).get("me").status == 200

    def test_asking_is_slowed_down_per_network(self, second: Flask) -> None:
        with second.test_client() as client:
            client.environ_base["REMOTE_ADDR"] = "203.0.113.50"
            found = [send(client, "/forgotten", email="a@example.com")[0] for _ in range(8)]
            assert (found[:5], found[-1]) == ([200] * 5, 429)
        with second.test_client() as client:
            client.environ_base["REMOTE_ADDR"] = "203.0.113.51"
            assert send(client, "/forgotten", email="a@example.com")[0] == 200

    def test_without_a_way_out_it_says_whom_to_ask(self, shop: Shop) -> None:
        assert "Ask whoever administers people" in text(Client(shop.app).get("/forgotten"))
