"""What people do about their own password, sessions and tokens: it acts at once, and no token may do it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from framework.auth import Device
from tests.http.conftest import PASSWORD, Shop
from tests.http.test_pages import hidden_inputs, post, text
from tests.http.test_sessions import form_token, running, sign_in
from tests.support.clients import Answer, Browser, Client, browser_of, client_of

WANTED = "four dull words together"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A clerk with a browser."""

    id: str
    email: str
    browser: Browser
    app: Flask

    def elsewhere(self, network: str = "198.51.100.4", agent: str = IPHONE) -> Browser:
        """Sign in at another browser too."""
        return browser_of(self.app, self.email, PASSWORD, Device(network, agent))


@pytest.fixture
def somebody(shop: Shop) -> Somebody:
    ident, email = shop.person("clerk")
    shop.world.services.auth.set_password(ident, PASSWORD)
    return Somebody(ident, email, browser_of(shop.app, email, PASSWORD, Device("192.0.2.7", FIREFOX)), shop.app)


@pytest.fixture(scope="module")
def second(shop: Shop) -> Iterator[Flask]:
    """Another process on the same database."""
    with running(shop.world.services.settings) as app:
        yield app


def there(app: Flask, browser: Browser) -> int:
    """What an application says to the holder of a browser's cookie."""
    return Client(app, browser.headers).get("me").status


def change(browser: Browser, present: str, wanted: str, **more: str) -> Answer:
    return post(browser, "/me/password", {"present_password": present, "password": wanted, **more})


class TestPassword:
    def test_changing_it_renews_this_session_and_ends_all_others(
        self, shop: Shop, somebody: Somebody, second: Flask
    ) -> None:
        other, token = somebody.elsewhere(), client_of(shop.app, somebody.email)
        with shop.app.test_client() as here:
            sign_in(here, somebody.email)
            before = here.get_cookie("armature_session")
            form = {"_csrf": form_token(here), "present_password": PASSWORD, "password": WANTED}
            answer = here.post("/me/password", data=form)
            after = here.get_cookie("armature_session")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/me?done=password_changed")
            assert before
            assert after
            assert before.value != after.value
            assert "Password changed" in here.get("/me?done=password_changed").get_data(as_text=True)
        assert [there(app, one) for app in (shop.app, second) for one in (somebody.browser, other)] == [401] * 4
        assert token.get("me").status == 200
        assert browser_of(shop.app, somebody.email, WANTED).get("me").status == 200

    @pytest.mark.parametrize(
        ("present", "wanted", "more", "said"),
        [
            ("not my password", WANTED, {}, "This is not your present password"),
            ("", WANTED, {}, "This is not your present password"),
            ("x" * 5_000, WANTED, {}, "This is not your present password"),
            (PASSWORD, "short", {}, "A password has 8 to 128 characters"),
            (PASSWORD, "x" * 129, {}, "A password has 8 to 128 characters"),
            (PASSWORD, "Password123", {}, "stands on lists of stolen ones"),
            (PASSWORD, PASSWORD, {}, "This is the password that you have already"),
            (PASSWORD, WANTED, {"again": WANTED + "x"}, "The two new passwords differ"),
        ],
    )
    def test_what_is_refused_changes_nothing(
        self, somebody: Somebody, present: str, wanted: str, more: Mapping[str, str], said: str
    ) -> None:
        other = somebody.elsewhere()
        answer = change(somebody.browser, present, wanted, **more)
        page = text(answer)
        assert (answer.status, "set-cookie" in answer.headers) == (422, False)
        assert page.count(said) == 2  # in the summary, and below the control
        assert 'type="password"' in page
        assert not [one for one in (present, wanted) if one and f'value="{one}"' in page]
        assert (somebody.browser.get("me").status, other.get("me").status) == (200, 200)

    def test_guessing_is_slowed_down_but_locks_nobody_out(self, shop: Shop, somebody: Somebody) -> None:
        wrong = [change(somebody.browser, f"guess number {number}", WANTED).status for number in range(6)]
        answer = change(somebody.browser, PASSWORD, WANTED)
        assert (wrong, answer.status) == ([422] * 6, 429)
        assert int(answer.headers["retry-after"]) >= 1
        assert "Too many attempts" in text(answer)
        assert browser_of(shop.app, somebody.email, PASSWORD).get("me").status == 200

    def test_no_page_carries_a_password_along(self, shop: Shop) -> None:
        """Where the session has ended, what was posted is shown again to be sent once more."""
        form = urlencode({"present_password": PASSWORD, "password": WANTED, "again": WANTED, "email": "a@b.example"})
        answer = Client(shop.app).call(
            "POST",
            "/me/password",
            raw=form.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status == 401
        assert not [one for one in (PASSWORD, WANTED) if one in unescape(text(answer))]


class TestSessions:
    def test_the_list_tells_them_apart(self, somebody: Somebody) -> None:
        somebody.elsewhere()
        page = text(somebody.browser.get("/me/sessions"))
        lines = re.findall(r'<li class="log-line">.*?</li>', page, re.DOTALL)
        assert len(lines) == 2
        assert all(part in lines[0] for part in ("Firefox on Linux", "192.0.2.7", "This session"))
        assert all(part in lines[1] for part in ("Safari on iPhone", "198.51.100.4", "just now"))
        assert ("This session" in lines[1], "<form" in lines[0]) == (False, False)

    def test_ending_one_acts_at_once_everywhere(self, somebody: Somebody, second: Flask) -> None:
        first, other = somebody.elsewhere(), somebody.elsewhere("203.0.113.9")
        (address,) = re.findall(
            r'203\.0\.113\.9.*?action="(/me/sessions/\w+/end)"', text(somebody.browser.get("/me/sessions")), re.DOTALL
        )
        answer = post(somebody.browser, address, {})
        assert (answer.status, answer.headers["location"]) == (303, "/me/sessions?done=session_ended")
        assert [there(second, one) for one in (somebody.browser, first, other)] == [200, 200, 401]
        assert post(somebody.browser, address, {}).status == 303  # it has ended, whoever did that

    def test_ending_all_others_leaves_this_one(self, somebody: Somebody, second: Flask) -> None:
        others = [somebody.elsewhere() for _ in range(2)]
        assert post(somebody.browser, "/me/sessions/end", {}).status == 303
        assert [there(second, one) for one in (somebody.browser, *others)] == [200, 401, 401]
        assert "End all others" not in text(somebody.browser.get("/me/sessions"))

    def test_nobody_ends_or_sees_sessions_of_others(self, shop: Shop, somebody: Somebody) -> None:
        theirs = somebody.elsewhere("203.0.113.77")
        (address,) = re.findall(r'action="(/me/sessions/\w+/end)"', text(somebody.browser.get("/me/sessions")))
        stranger = shop.browser("administrator")
        assert "203.0.113.77" not in text(stranger.get("/me/sessions"))
        for wanted in (address, "/me/sessions/%25/end", "/me/sessions/________________/end", "/me/sessions/end"):
            post(stranger, wanted, {})
        assert theirs.get("me").status == 200

    @pytest.mark.parametrize("agent", ["", "curl/8.5", "<script>", "\u00e9" * 500])
    def test_whatever_a_browser_says_of_itself_is_kept(self, somebody: Somebody, agent: str) -> None:
        somebody.elsewhere(agent=agent)
        assert "A browser or program" in text(somebody.browser.get("/me/sessions"))


class TestTokens:
    def test_a_token_is_shown_once_and_does_what_was_ticked(self, somebody: Somebody) -> None:
        answer = make(somebody.browser, reach="some", scope=["account:read", "contact:read", "contact:create"])
        (secret,) = re.findall(r'value="(arm_[0-9a-f]{16}_[\w-]{43})"', text(answer))
        assert (answer.status, answer.headers["cache-control"]) == (201, "no-store")
        page = text(somebody.browser.get("/me/tokens"))
        assert secret not in page
        assert "_".join(secret.split("_")[:2]) in page
        assert "Accounts: read · Contacts: read, create" in page
        client = Client(somebody.app, {"Authorization": f"Bearer {secret}"})
        assert client.post("records/contact", {"name": "By a token"}).status == 201
        assert client.post("records/account", {"name": "By a token"}).status == 403
        assert client.get("records/user").status == 404

    @pytest.mark.parametrize(("reach", "creates"), [("all", 201), ("read", 403)])
    def test_or_all_or_only_reads(self, somebody: Somebody, reach: str, creates: int) -> None:
        client = holder(somebody, make(somebody.browser, reach=reach))
        assert client.get("records/account").status == 200
        assert client.post("records/contact", {"name": "By a token"}).status == creates

    def test_only_what_one_may_do_oneself_is_offered(self, shop: Shop) -> None:
        guest = shop.browser("guest")
        page = text(guest.get("/me/tokens/new"))
        assert ("contact:read" in page, "contact:create" in page, "vault" in page) == (True, False, False)
        for scope in ("contact:create", "vault:read", "nothing:read", "*:read", "contact", ""):
            answer = make(guest, reach="some", scope=[scope])
            assert (answer.status, "Tick what the token may do" in text(answer)) == (422, True), scope

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"name": " "}, "A token has a name of 1 to 80 characters"),
            ({"name": "x" * 81}, "A token has a name of 1 to 80 characters"),
            ({"days": "0"}, "A token lives 1 to 365 days"),
            ({"days": "366"}, "A token lives 1 to 365 days"),
            ({"reach": "some"}, "Tick what the token may do"),
            ({"present_password": "not my password"}, "This is not your present password"),
        ],
        ids=str,
    )
    def test_what_is_refused_makes_none_and_keeps_what_was_typed(
        self, somebody: Somebody, given: Mapping[str, str], said: str
    ) -> None:
        answer = make(somebody.browser, **{"name": "For the export", "days": "30", **given})
        page = text(answer)
        assert (answer.status, said in page) == (422, True)
        assert f'value="{given.get("name", "For the export")}"' in page
        assert PASSWORD not in page
        assert "None yet" in text(somebody.browser.get("/me/tokens"))

    def test_what_no_form_of_ours_sends_is_refused(self, somebody: Somebody) -> None:
        for given in ({"_key": ""}, {"_key": "../../x"}, {"days": "x"}, {"reach": "*"}, {"owner": "x"}):
            assert make(somebody.browser, **given).status == 400

    def test_a_form_sent_twice_makes_one(self, somebody: Somebody) -> None:
        key = hidden_inputs(text(somebody.browser.get("/me/tokens/new")))["_key"]
        statuses = [make(somebody.browser, _key=key).status for _ in range(2)]
        assert statuses == [201, 409]
        assert text(somebody.browser.get("/me/tokens")).count("/revoke") == 1

    def test_a_token_that_one_revokes_is_worthless_at_once(self, somebody: Somebody, second: Flask) -> None:
        client = holder(somebody, make(somebody.browser))
        (address,) = re.findall(r'action="(/me/tokens/\w+/revoke)"', text(somebody.browser.get("/me/tokens")))
        answer = post(somebody.browser, address, {})
        assert (answer.status, answer.headers["location"]) == (303, "/me/tokens?done=token_revoked")
        assert Client(second, client.headers).get("me").status == 401
        assert "Revoked" in text(somebody.browser.get("/me/tokens"))

    def test_nobody_revokes_or_sees_tokens_of_others(self, shop: Shop, somebody: Somebody) -> None:
        client = holder(somebody, make(somebody.browser, name="Mine alone"))
        ident = client.headers["Authorization"].split("_")[1]
        stranger = shop.browser("administrator")
        assert "Mine alone" not in text(stranger.get("/me/tokens"))
        assert post(stranger, f"/me/tokens/{ident}/revoke", {}).status == 404
        assert client.get("me").status == 200


def test_no_token_may_make_itself_longer_or_wider(somebody: Somebody) -> None:
    token, kept = client_of(somebody.app, somebody.email, scope={"account": ["read"]}), somebody.elsewhere()
    key = "0" * 16
    forms = {
        "/me/password": {"present_password": PASSWORD, "password": WANTED},
        "/me/sessions/end": {},
        "/me/sessions/0123456789abcdef/end": {},
        "/me/tokens": {"_key": key, "name": "x", "days": "9", "reach": "all", "present_password": PASSWORD},
        f"/me/tokens/{token.headers['Authorization'].split('_')[1]}/revoke": {},
    }
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    both = Client(somebody.app, {**somebody.browser.headers, **token.headers})
    for client in (token, both):
        for address in ("/me/password", "/me/sessions", "/me/tokens", "/me/tokens/new"):
            assert client.get(address).status == 403, address
        for address, values in forms.items():
            assert client.call("POST", address, raw=urlencode(values).encode(), headers=form).status == 403, address
    assert [one.get("me").status for one in (token, kept, somebody.browser)] == [200, 200, 200]
    assert "test" in text(somebody.browser.get("/me/tokens"))


def make(browser: Browser, **given: str | list[str]) -> Answer:
    """Send the form of a new token."""
    key = hidden_inputs(text(browser.get("/me/tokens/new")))["_key"]
    usual = {"_csrf": browser.csrf, "_key": key, "name": "x", "days": "90", "reach": "all"}
    body = urlencode({**usual, "present_password": PASSWORD, **given}, doseq=True)
    return browser.call(
        "POST", "/me/tokens", raw=body.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )


def holder(somebody: Somebody, answer: Answer) -> Client:
    """Whoever holds the token that an answer showed."""
    (secret,) = re.findall(r'value="(arm_\w[\w-]+)"', text(answer))
    return Client(somebody.app, {"Authorization": f"Bearer {secret}"})


def test_a_time_zone_follows_whoever_may_change_their_record_and_else_holds_in_the_browser(shop: Shop) -> None:
    for role, follows in (("clerk", False), ("administrator", True)):
        browser = shop.browser(role)
        answer = post(browser, "/me", {"zone": "Pacific/Niue"})
        assert answer.status == 303, text(answer)
        kept = answer.headers["set-cookie"].partition(";")[0]
        there = browser.call("GET", "/me", headers={"Cookie": f"{browser.headers['Cookie']}; {kept}"})
        assert re.search(r'value="Pacific/Niue" selected', text(there))
        me = browser.get("/api/v1/me").json
        assert me["zone"] == ("Pacific/Niue" if follows else "UTC")
        odd = browser.call("GET", "/me", headers={"Cookie": f"{browser.headers['Cookie']}; zone=Mars/Base"})
        assert ("selected>" in text(odd), odd.status) == (True, 200)
        assert post(browser, "/me", {"zone": "Mars/Base"}).status == 400
