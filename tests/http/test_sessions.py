"""Who is asking: sign-in, sessions, tokens and their ends; and that no other site can speak for somebody."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from framework import auth
from framework.auth import SignInRefusedError
from framework.errors import InvalidError, SignInRequiredError, TooManyRequestsError
from framework.publishing import Publisher
from framework.settings import Settings
from framework.storage import own
from tests.http.conftest import PASSWORD, Shop
from tests.support.clients import HERE, Browser, Client, application, browser_of, client_of, path_of

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def visitor(shop: Shop) -> Iterator[FlaskClient]:
    """A fresh browser."""
    with shop.app.test_client() as client:
        yield client


@pytest.fixture(scope="session")
def second(shop: Shop) -> Iterator[Flask]:
    """Another process on the same database."""
    with running(shop.world.services.settings) as app:
        yield app


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    """An application of one's own."""
    app = application(settings)
    try:
        yield app
    finally:
        app.extensions["armature"].database.close()


def with_password(shop: Shop, *roles: str) -> tuple[str, str]:
    """Somebody who can sign in: id and e-mail."""
    ident, email = shop.person(*roles)
    shop.world.services.auth.set_password(ident, PASSWORD)
    return ident, email


def sign_in(
    client: FlaskClient,
    email: str,
    password: str = PASSWORD,
    *,
    network: str = "127.0.0.1",
    server: str = "http://localhost",
    **more: str,
) -> TestResponse:
    """Fill in the sign-in form and send it."""
    page = client.get("/sign-in", base_url=server).get_data(as_text=True)
    found = re.search(r'name="_csrf"[^>]*value="([^"]+)"', page)
    assert found, page
    form = {"email": email, "password": password, "_csrf": found[1], **more}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": network}, base_url=server)


def cookies(answer: TestResponse) -> dict[str, Morsel[str]]:
    """The cookies that an answer sets."""
    found: dict[str, Morsel[str]] = {}
    for line in answer.headers.getlist("Set-Cookie"):
        found |= SimpleCookie(line)
    return found


class TestSignIn:
    def test_a_session_cookie_is_for_this_site_and_no_script(self, shop: Shop, visitor: FlaskClient) -> None:
        _, email = with_password(shop, "clerk")
        answer = sign_in(visitor, email)
        cookie = cookies(answer)["armature_session"]
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
        assert (cookie["secure"], cookie["max-age"], cookie["expires"]) == ("", "", "")
        assert len(cookie.value) >= 43
        assert visitor.get("/api/v1/me").json == {**visitor.get("/api/v1/me").json, "email": email}

    def test_behind_https_the_cookies_are_bound_to_the_host(self, shop: Shop) -> None:
        server = "https://crm.example.com"
        _, email = with_password(shop)
        with running(replace(shop.world.services.settings, base_url=server)) as app, app.test_client() as client:
            seeded = cookies(client.get("/sign-in", base_url=server))
            answer = sign_in(client, email, server=server)
            wrong_host = client.get("/health", base_url="https://localhost")
        assert answer.status_code == 303
        for cookie in (seeded["__Host-armature_seed"], cookies(answer)["__Host-armature_session"]):
            assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
            assert cookie["samesite"] == "Lax"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert wrong_host.status_code == 400

    def test_a_wrong_password_and_an_unknown_person_are_told_alike(self, shop: Shop) -> None:
        _, email = with_password(shop)
        answers = []
        for asked, password in (
            (email, "wrong-password"),
            ("nobody@example.com", PASSWORD),
            (email, "x" * 5_000),
            ("", ""),
        ):
            with shop.app.test_client() as client:
                answer = sign_in(client, asked, password)
            assert answer.status_code == 422
            assert "armature_session" not in cookies(answer)
            answers.append(shape(answer, asked))
        assert len(set(answers[:2])) == 1
        assert "do not go together" in answers[0]

    def test_the_way_back_leads_to_our_own_pages_only(self, shop: Shop) -> None:
        _, email = with_password(shop)
        places = {
            "/records/account?sort=name": "/records/account?sort=name",
            "https://evil.example/": "/",
            "//evil.example/": "/",
            "/\\evil.example": "/",
            "\\\\evil.example": "/",
            "javascript:alert(1)": "/",
            "/\t/evil.example": "/",
            "": "/",
        }
        for asked, wanted in places.items():
            with shop.app.test_client() as client:
                assert sign_in(client, email, next=asked).headers["Location"] == wanted, asked

    def test_a_session_that_was_planted_is_not_adopted(self, shop: Shop, visitor: FlaskClient) -> None:
        _, email = with_password(shop)
        visitor.set_cookie("armature_session", "planted")
        made = cookies(sign_in(visitor, email))["armature_session"].value
        assert made != "planted"
        with shop.app.test_client() as other:
            again = cookies(sign_in(other, email))["armature_session"].value
        assert again != made

    def test_a_form_of_another_browser_is_refused(self, shop: Shop, visitor: FlaskClient) -> None:
        _, email = with_password(shop)
        for form in ({}, {"_csrf": "x"}):
            assert visitor.post("/sign-in", data={"email": email, "password": PASSWORD, **form}).status_code == 403

    def test_the_secret_of_a_session_is_kept_as_a_hash(self, shop: Shop) -> None:
        _, email = with_password(shop)
        secret = shop.world.services.auth.sign_in(email, PASSWORD, HERE)
        with shop.world.services.database.read.connect() as connection:
            kept = connection.execute(select(own.session.c.digest)).scalars().all()
        assert secret not in kept
        assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in kept)


class TestLockOut:
    def test_after_five_wrong_passwords_the_sixth_makes_wait(self, shop: Shop) -> None:
        _, email = with_password(shop)
        tried = []
        with time_machine.travel(NOW, tick=False) as clock:
            for password in [*["wrong-password"] * 7, PASSWORD]:
                with shop.app.test_client() as client:
                    tried.append(sign_in(client, email, password))
            clock.shift(int(tried[-1].headers["Retry-After"]))
            with shop.app.test_client() as client:
                tried.append(sign_in(client, email))
        assert [one.status_code for one in tried] == [422] * 6 + [429, 429, 303]
        assert 1 <= int(tried[-2].headers["Retry-After"]) <= 3

    def test_somebody_elsewhere_is_not_locked_out(self, shop: Shop) -> None:
        _, email = with_password(shop)
        _, other = with_password(shop)
        tried = [(email, "wrong-password", "203.0.113.7")] * 7
        tried += [(email, PASSWORD, "198.51.100.1"), (other, PASSWORD, "203.0.113.7")]
        with time_machine.travel(NOW, tick=False):
            statuses = []
            for who, password, network in tried:
                with shop.app.test_client() as client:
                    statuses.append(sign_in(client, who, password, network=network).status_code)
        assert statuses[6:] == [429, 303, 303]

    def test_a_forwarded_address_does_not_escape_it(self, shop: Shop) -> None:
        _, email = with_password(shop)
        with time_machine.travel(NOW, tick=False):
            for number in range(7):
                with shop.app.test_client() as client:
                    client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
                    answer = sign_in(client, email, "wrong-password", network="203.0.113.8")
        assert answer.status_code == 429

    def test_the_wait_grows_and_ends_after_a_success(self, shop: Shop) -> None:
        database = shop.world.services.database
        _, email = with_password(shop)
        moment, waits = NOW, []
        for _ in range(9):
            try:
                auth.sessions.sign_in(database, email, "wrong-password", HERE, moment)
            except SignInRefusedError:
                continue
            except TooManyRequestsError as locked:
                waits.append(locked.retry_after)
                moment += dt.timedelta(seconds=locked.retry_after)
        assert waits == sorted(waits)
        assert len(set(waits)) > 1
        moment += dt.timedelta(hours=1)
        auth.sessions.sign_in(database, email, PASSWORD, HERE, moment)
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                auth.sessions.sign_in(database, email, "wrong-password", HERE, moment)


class TestSessions:
    def test_a_session_ends_when_it_idles_or_is_old(self, shop: Shop) -> None:
        database = shop.world.services.database
        _, email = with_password(shop)
        secret = auth.sessions.sign_in(database, email, PASSWORD, HERE, NOW)
        step = dt.timedelta(minutes=29)
        moment = NOW
        while moment + step < NOW + dt.timedelta(hours=12):
            moment += step
            assert auth.by_session(database, secret, moment).actor.email == email
        with pytest.raises(SignInRequiredError):
            auth.by_session(database, secret, NOW + dt.timedelta(hours=12))
        idle = auth.sessions.sign_in(database, email, PASSWORD, HERE, NOW)
        with pytest.raises(SignInRequiredError):
            auth.by_session(database, idle, NOW + dt.timedelta(minutes=31))

    def test_signing_out_ends_it_for_every_holder_of_the_cookie(self, shop: Shop, visitor: FlaskClient) -> None:
        _, email = with_password(shop)
        sign_in(visitor, email)
        cookie = visitor.get_cookie("armature_session")
        assert cookie is not None
        page = visitor.get("/sign-in").headers  # who is signed in goes on
        assert page["Location"] == "/"
        thief = Client(shop.app, {"Cookie": f"armature_session={cookie.value}"})
        assert thief.get("me").status == 200
        answer = visitor.post("/sign-out", data={"_csrf": form_token(visitor)})
        assert answer.status_code == 303
        assert thief.get("me").status == 401
        assert visitor.get("/api/v1/me").status_code == 401

    def test_reading_an_address_signs_nobody_out(self, shop: Shop) -> None:
        browser = shop.browser("clerk")
        assert browser.get("/sign-out").status == 405
        assert browser.get("me").status == 200

    def test_a_new_password_ends_all_sessions(self, shop: Shop) -> None:
        ident, email = with_password(shop)
        browsers = [browser_of(shop.app, email, PASSWORD) for _ in range(2)]
        shop.world.services.auth.set_password(ident, PASSWORD + "2")
        assert [one.get("me").status for one in browsers] == [401, 401]

    @pytest.mark.parametrize("password", ["", "short", "password123", "x" * 129, "PASSWORD123"])
    def test_a_weak_password_is_refused(self, shop: Shop, password: str) -> None:
        ident, _ = shop.person()
        with pytest.raises(InvalidError):
            shop.world.services.auth.set_password(ident, password)

    @pytest.mark.parametrize("secret", ["", "x", "x" * 5_000, "%00", "é"])
    def test_what_is_no_session_is_asked_to_sign_in(self, shop: Shop, secret: str) -> None:
        headers = {"Cookie": f"armature_session={secret}".encode().decode("latin-1")}
        answer = Client(shop.app, headers).get("me")
        assert (answer.status, answer.json["code"]) == (401, "sign_in_required")


class TestForeignSites:
    def test_a_change_by_cookie_needs_the_token_of_that_browser(self, shop: Shop) -> None:
        browser = shop.browser("clerk")
        made = browser.post("records/contact", {"name": "x"}, X_CSRF_Token=browser.csrf)
        here = path_of("contact", made.json)
        assert made.status == 201
        for token in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": browser.csrf[:-1] + "!"}, {"X-CSRF-Token": ""}):
            for method, path in (
                ("POST", "records/contact"),
                ("PATCH", here),
                ("DELETE", here),
                ("POST", here + "/restore"),
            ):
                answer = browser.call(method, path, {"name": "y"}, headers={**token, "If-Match": "*"})
                assert (answer.status, answer.json["code"]) == (403, "csrf")
        assert browser.get(here).json["name"] == "x"

    def test_reading_needs_no_token(self, shop: Shop) -> None:
        assert shop.browser("clerk").get("records/account").status == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost:81"},
            {"Origin": "https://localhost"},
            {"Origin": ""},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "x", "Origin": "http://localhost"},
        ],
        ids=str,
    )
    def test_a_request_of_another_site_is_refused_even_with_the_token(
        self, shop: Shop, headers: dict[str, str]
    ) -> None:
        browser = shop.browser("clerk")
        answer = browser.call(
            "POST", "records/contact", {"name": "x"}, headers={"X-CSRF-Token": browser.csrf, **headers}
        )
        assert (answer.status, answer.json["code"]) == (403, "origin")

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
        ids=str,
    )
    def test_our_own_pages_are_let_through(self, shop: Shop, headers: dict[str, str]) -> None:
        browser = shop.browser("clerk")
        answer = browser.call(
            "POST", "records/contact", {"name": "x"}, headers={"X-CSRF-Token": browser.csrf, **headers}
        )
        assert answer.status == 201

    def test_no_other_site_may_read(self, shop: Shop) -> None:
        answer = shop.browser("clerk").call(
            "OPTIONS",
            "records/contact",
            headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        )
        assert not [name for name in answer.headers if name.startswith("access-control-")]

    def test_beside_a_token_no_cookie_speaks(self, shop: Shop) -> None:
        browser = shop.browser("administrator")
        both = Client(shop.app, {**browser.headers, **shop.clerk.headers})
        assert both.get("me").json["id"] == shop.clerk_id
        wrong = Client(shop.app, {**browser.headers, "Authorization": "Bearer arm_x_y"})
        assert wrong.get("me").status == 401
        assert wrong.post("records/contact", {"name": "x"}).status == 401
        other_scheme = Client(shop.app, {**browser.headers, "Authorization": "Basic eDp5"})
        assert other_scheme.post("records/contact", {"name": "x"}).status == 403


class TestTokens:
    @pytest.mark.parametrize(
        "value",
        [
            "",
            "arm_",
            "arm_x",
            "arm_x_y",
            "arm__",
            "x",
            "arm_" + "0" * 16 + "_" + "x" * 43,
            "a" * 9_000,
            "arm_\u00e9_x",
            "arm_%00_x",
        ],
    )
    def test_what_is_no_token_is_asked_for_one(self, shop: Shop, value: str) -> None:
        answer = Client(shop.app, {"Authorization": f"Bearer {value}".encode().decode("latin-1")}).get("me")
        assert (answer.status, answer.json["code"]) == (401, "sign_in_required")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    def test_the_scheme_is_read_in_any_letter_case(self, shop: Shop) -> None:
        value = shop.clerk.headers["Authorization"].removeprefix("Bearer ")
        for scheme in ("bearer", "BEARER"):
            assert Client(shop.app, {"Authorization": f"{scheme} {value}"}).get("me").status == 200

    def test_a_token_ends_on_its_day(self, shop: Shop) -> None:
        database = shop.world.services.database
        ident, _ = shop.person()
        made = shop.world.services.auth.create_token(ident, "x", days=2)
        assert re.fullmatch(r"arm_[0-9a-z]+_[\w-]{43}", made.secret)
        last = made.expires_at - dt.timedelta(seconds=1)
        assert auth.by_token(database, made.secret, last).actor.id == ident
        with pytest.raises(SignInRequiredError):
            auth.by_token(database, made.secret, made.expires_at)

    @pytest.mark.parametrize("days", [0, -1, 366, 10**9])
    def test_a_token_lives_a_year_at_most(self, shop: Shop, days: int) -> None:
        with pytest.raises(InvalidError):
            shop.world.services.auth.create_token(shop.clerk_id, "x", days=days)

    def test_a_token_is_kept_as_a_hash(self, shop: Shop) -> None:
        made = shop.world.services.auth.create_token(shop.clerk_id, "x")
        secret = made.secret.split("_", 2)[2]
        with shop.world.services.database.read.connect() as connection:
            row = connection.execute(select(own.token).where(own.token.c.id == made.id)).one()
        assert secret not in str(tuple(row))

    def test_a_revoked_token_is_worthless_at_once_on_every_process(self, shop: Shop, second: Flask) -> None:
        ident, _ = shop.person("clerk")
        made = shop.world.services.auth.create_token(ident, "x")
        here, there = (Client(app, {"Authorization": f"Bearer {made.secret}"}) for app in (shop.app, second))
        assert [one.get("me").status for one in (here, there)] == [200, 200]
        auth.revoke_token(shop.world.services.database, made.id)
        assert [one.get("me").status for one in (here, there)] == [401, 401]

    def test_a_scope_narrows_and_never_widens(self, shop: Shop) -> None:
        _, email = shop.person("administrator")
        contact = shop.admin.create("contact", name="x")
        reader = client_of(shop.app, email, scope={"account": ["read"]})
        assert reader.get("records/account").status == 200
        assert reader.post("records/account", {"name": "x"}).status == 403
        assert reader.get("records/contact").status == 404
        assert reader.get(path_of("contact", contact)).status == 404
        assert reader.get("me").json["abilities"] == []
        _, clerk = shop.person("clerk")
        wide = client_of(shop.app, clerk, scope={"*": ["read", "create", "update", "delete"]})
        assert wide.get("records/vault").status == 404
        assert wide.get("records/account", fields="margin").status == 400

    def test_nobody_is_asked_to_sign_in_before_anything_else(self, shop: Shop) -> None:
        nobody = Client(shop.app)
        for method, path in (
            ("GET", "me"),
            ("GET", "records/nothing"),
            ("POST", "records/account"),
            ("DELETE", "records/account/x"),
        ):
            answer = nobody.call(method, path, {} if method == "POST" else None)
            assert (answer.status, answer.json["code"]) == (401, "sign_in_required"), (method, path)


class TestRevocation:
    """What is taken away is gone with the next request, on every process."""

    @pytest.mark.parametrize("how", ["inactive", "deleted"])
    def test_a_person_who_is_gone_is_nobody(self, shop: Shop, second: Flask, how: str) -> None:
        ident, email = with_password(shop, "clerk")
        holders: list[Client | Browser] = [client_of(shop.app, email), browser_of(second, email, PASSWORD)]
        assert [one.get("me").status for one in holders] == [200, 200]
        if how == "inactive":
            assert shop.admin.patch(path_of("user", ident), {"active": False}, "*").status == 200
        else:
            assert shop.admin.delete(path_of("user", ident), "*").status == 204
        assert [one.get("me").status for one in holders] == [401, 401]
        with shop.app.test_client() as client:
            assert sign_in(client, email).status_code == 422

    def test_a_role_that_is_taken_counts_no_more(self, shop: Shop, second: Flask) -> None:
        ident, email = shop.person("clerk", "guest")
        there = client_of(second, email)
        assert there.get("records/account").status == 200
        (membership,) = shop.admin.items("records/role_membership", filter=f"user = '{ident}' and role = 'clerk'")
        shop.admin.delete(path_of("role_membership", membership), "*")
        assert there.get("records/account").status == 404
        assert there.get("records/contact").status == 200
        assert there.get("me").json["roles"] == ["everyone", "guest"]

    def test_a_role_that_is_given_counts_at_once(self, shop: Shop, second: Flask) -> None:
        ident, email = shop.person()
        there = client_of(second, email)
        assert there.get("records/account").status == 404
        shop.admin.create("role_membership", user=ident, role="clerk")
        assert there.get("records/account").status == 200

    def test_a_team_that_is_left_counts_no_more(self, shop: Shop) -> None:
        team = shop.admin.create("team", name=shop.lot())
        ident, email = shop.person("clerk")
        membership = shop.admin.create("team_membership", user=ident, team=team["id"])
        assert team["id"] in auth.by_email(shop.world.services.database, email).actor.teams
        shop.admin.delete(path_of("team_membership", membership), "*")
        assert team["id"] not in auth.by_email(shop.world.services.database, email).actor.teams


class TestReadiness:
    def test_a_server_without_database_is_alive_but_not_ready(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = shop.app.extensions["armature"]
        gone = Publisher(replace(known.database, read=_Broken()), known.catalogue, known.runtime)
        broken = replace(known, publisher=gone)
        monkeypatch.setitem(shop.app.extensions, "armature", broken)
        nobody = Client(shop.app)
        assert nobody.get("/health").status == 200
        refused = nobody.get("/ready")
        assert (refused.status, refused.headers["retry-after"], refused.json["code"]) == (503, "2", "unavailable")


class _Broken:
    """An engine whose server is away."""

    @staticmethod
    def connect() -> None:
        raise OperationalError(None, None, ConnectionError("refused"))


def form_token(client: FlaskClient) -> str:
    """The CSRF token of a page of this browser."""
    page = client.get("/me").get_data(as_text=True)
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def shape(answer: TestResponse, email: str) -> str:
    """What a page says but for what differs by nature: the token of the form and what was typed."""
    text_ = answer.get_data(as_text=True).replace(email, "…") if email else answer.get_data(as_text=True)
    return re.sub(r'(value|content)="[\w.-]{60,}"', "", text_)
