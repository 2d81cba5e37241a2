"""The pages about people: what one does there is there at once, and nobody does there what the door refuses."""

import re
from html import unescape
from urllib.parse import unquote

import pytest

from tests.door.test_refusals import Ledger
from tests.http.conftest import PASSWORD, Shop
from tests.http.test_pages import post, text
from tests.support.bundles import World
from tests.support.clients import Browser, browser_of, client_of

WANTED = "four dull words together"


def roles_of(shop: Shop, ident: str) -> list[str]:
    return [one["role"] for one in shop.admin.items("records/role_membership", filter=f"user = '{ident}'", sort="role")]


def user(shop: Shop, ident: str) -> dict[str, object]:
    found: dict[str, object] = shop.admin.get(f"records/user/{ident}").json
    return found


def undo(admin: Browser, location: str) -> int:
    told = unquote(location.partition("done=")[2])
    page = text(admin.get(location))
    (url,) = re.findall(r'action="(/me/actions/[^"]+/undo)"', page)
    assert told
    return post(admin, url, {}).status


class TestList:
    def test_it_tells_of_roles_state_and_last_sign_in(self, shop: Shop, admin: Browser) -> None:
        ident, email = shop.person("clerk", "guest")
        page = text(admin.get(f"/admin/people?q={email.partition('@')[0]}"))
        assert email in page
        assert "Clerk, Guest" in page
        assert "Invited" in page
        shop.world.services.auth.set_password(ident, PASSWORD)
        browser_of(shop.app, email, PASSWORD)
        row = text(admin.get(f"/admin/people?q={email.partition('@')[0]}"))
        assert "Active" in row
        assert "never" not in row

    def test_it_narrows_by_role(self, shop: Shop, admin: Browser) -> None:
        _, one = shop.person("historian")
        _, other = shop.person("auditor")
        page = text(admin.get("/admin/people?role=historian"))
        assert one in page
        assert other not in page

    def test_only_who_manages_people_comes_in(self, shop: Shop, clerk: Browser) -> None:
        ident, _ = shop.person("clerk")
        for path in ("/admin/people", "/admin/people/new", f"/admin/people/{ident}"):
            assert clerk.get(path).status == 403
        keeper = shop.browser("people_keeper")
        page = text(keeper.get(f"/admin/people/{ident}"))
        assert "@example.com" not in re.sub(r'data-person="[^"]*"|<div class="pop-head">.*', "", page)
        assert 'name="name"' not in page

    @pytest.mark.parametrize("path", ["?x=1", "?q=a&q=b", "?after=zz", "?role=nobody"])
    def test_odd_addresses_are_no_fault_of_ours(self, admin: Browser, path: str) -> None:
        assert admin.get(f"/admin/people{path}").status in {200, 400}


class TestInvitation:
    def test_the_link_is_shown_once_and_brings_somebody_in(self, shop: Shop, admin: Browser) -> None:
        email = f"{shop.lot()}@example.com"
        answer = post(admin, "/admin/people", {"name": "Ina Vited", "email": email, "role": "clerk"})
        assert answer.status == 201
        (url,) = re.findall(r'value="(http://localhost/link/[^"]+)"', text(answer))
        (found,) = shop.admin.items("records/user", filter=f"email = '{email}'")
        assert roles_of(shop, found["id"]) == ["clerk"]
        with shop.app.test_client() as client:
            page = client.get(url).get_data(as_text=True)
            (token,) = re.findall(r'<meta name="csrf-token" content="([^"]+)"', page)
            assert client.post(url, data={"_csrf": token, "password": WANTED}).status_code == 303
        assert browser_of(shop.app, email, WANTED).get("me").json["roles"] == ["clerk", "everyone"]

    def test_what_is_refused_makes_nobody_and_keeps_what_was_typed(self, shop: Shop, admin: Browser) -> None:
        _, taken = shop.person("clerk")
        for form, said in (
            ({"name": "", "email": f"{shop.lot()}@example.com", "role": "clerk"}, "missing"),
            ({"name": "Twice", "email": taken, "role": "clerk"}, ""),
            ({"name": "Odd", "email": f"{shop.lot()}@example.com", "role": "clerc"}, "There is no role"),
        ):
            answer = post(admin, "/admin/people", form)
            assert answer.status in {409, 422}, form
            assert said in text(answer)
            assert f'value="{form["email"]}"' in unescape(text(answer))
            assert len(shop.admin.items("records/user", filter=f"email = '{form['email']}'")) == int(
                form["email"] == taken
            )

    def test_nobody_invites_to_more_than_they_have(self, shop: Shop) -> None:
        keeper = shop.browser("people_keeper")
        email = f"{shop.lot()}@example.com"
        assert post(keeper, "/admin/people", {"name": "X", "email": email, "role": "clerk"}).status == 403
        assert shop.admin.items("records/user", filter=f"email = '{email}'") == []


class TestPerson:
    def test_details_are_changed_and_changed_back(self, shop: Shop, admin: Browser) -> None:
        ident, _ = shop.person("clerk")
        manager, _ = shop.person("clerk")
        team = shop.admin.create("team", name=shop.lot())["id"]
        url, before = f"/admin/people/{ident}", user(shop, ident)
        form = {"_version": before["version"], "name": "Another", "locale": "de", "zone": "Asia/Tokyo"}
        answer = post(admin, url, {**form, "team": team, "manager": manager})
        assert answer.status == 303
        found = user(shop, ident)
        assert [found[name] for name in ("name", "locale", "zone", "team", "manager")] == [
            "Another",
            "de",
            "Asia/Tokyo",
            team,
            manager,
        ]
        assert post(admin, url, {**form, "name": "Late"}).status == 409
        assert undo(admin, answer.headers["location"]) == 303
        assert user(shop, ident)["name"] == before["name"]

    def test_roles_are_given_and_taken(self, shop: Shop, admin: Browser) -> None:
        ident, _ = shop.person("clerk")
        url = f"/admin/people/{ident}"
        assert post(admin, f"{url}/roles", {"role": "guest"}).status == 303
        assert roles_of(shop, ident) == ["clerk", "guest"]
        assert post(admin, f"{url}/roles", {"role": "guest"}).status == 409
        assert post(admin, f"{url}/roles", {"role": "gost"}).status == 422
        take = re.findall(rf'action="({url}/roles/[^"]+/take)"', text(admin.get(url)))
        answer = post(admin, take[0], {})
        assert (answer.status, roles_of(shop, ident)) == (303, ["guest"])
        assert undo(admin, answer.headers["location"]) == 303
        assert roles_of(shop, ident) == ["clerk", "guest"]

    def test_no_membership_of_another_is_taken_by_this_address(self, shop: Shop, admin: Browser) -> None:
        one, other = shop.person("clerk")[0], shop.person("guest")[0]
        (member,) = shop.admin.items("records/role_membership", filter=f"user = '{other}'")
        assert post(admin, f"/admin/people/{one}/roles/{member['id']}/take", {}).status == 404
        assert roles_of(shop, other) == ["guest"]

    def test_teams_are_joined_and_left(self, shop: Shop, admin: Browser) -> None:
        ident, _ = shop.person("clerk")
        name = shop.lot()
        team = shop.admin.create("team", name=name)["id"]
        url = f"/admin/people/{ident}"
        assert post(admin, f"{url}/teams", {"team": team}).status == 303
        (leave,) = re.findall(rf'action="({url}/teams/[^"]+/leave)"', text(admin.get(url)))
        assert post(admin, leave, {}).status == 303
        assert shop.admin.items("records/team_membership", filter=f"user = '{ident}'") == []
        assert post(admin, f"{url}/teams", {"team": ""}).status == 422

    def test_sessions_end_and_tokens_are_revoked_at_once(self, shop: Shop, admin: Browser) -> None:
        ident, email = shop.person("clerk")
        shop.world.services.auth.set_password(ident, PASSWORD)
        browser, client = browser_of(shop.app, email, PASSWORD), client_of(shop.app, email)
        url = f"/admin/people/{ident}"
        page = text(admin.get(url))
        (end,) = re.findall(rf'action="({url}/sessions/[^"]+/end)"', page)
        (revoke,) = re.findall(rf'action="({url}/tokens/[^"]+/revoke)"', page)
        assert (browser.get("me").status, client.get("me").status) == (200, 200)
        assert (post(admin, end, {}).status, post(admin, revoke, {}).status) == (303, 303)
        assert (browser.get("me").status, client.get("me").status) == (401, 401)

    def test_a_link_is_made_only_for_who_has_no_more_than_oneself(self, shop: Shop, admin: Browser) -> None:
        chief, equal = shop.person("administrator")[0], shop.person("people_keeper")[0]
        keeper = shop.browser("people_keeper")
        assert post(keeper, f"/admin/people/{chief}/link", {}).status == 403
        assert post(keeper, f"/admin/people/{equal}/link", {}).status == 201
        assert post(admin, f"/admin/people/{chief}/link", {}).status == 201

    def test_shutting_out_acts_at_once_and_can_be_undone(self, shop: Shop, admin: Browser) -> None:
        ident, email = shop.person("clerk")
        shop.world.services.auth.set_password(ident, PASSWORD)
        browser, client = browser_of(shop.app, email, PASSWORD), client_of(shop.app, email)
        assert post(admin, f"/admin/people/{ident}/disable", {"to": ""}).status == 303
        assert (browser.get("me").status, client.get("me").status) == (401, 401)
        assert post(admin, f"/admin/people/{ident}/link", {}).status == 404
        assert post(admin, f"/admin/people/{ident}/enable", {}).status == 303
        assert browser_of(shop.app, email, PASSWORD).get("me").status == 200
        assert client.get("me").status == 401

    def test_records_are_handed_over_as_one_operation(self, shop: Shop, admin: Browser, world: World) -> None:
        one, heir = shop.person("clerk")[0], shop.person("clerk")[0]
        _, idents = shop.accounts({"owner": one}, {"owner": one}, {"owner": heir})
        answer = post(admin, f"/admin/people/{one}/disable", {"to": heir})
        assert answer.status == 303
        job = answer.headers["location"].rpartition("/")[2]
        world.services.jobs.worker.work_off()
        assert [user_of(shop, ident) for ident in idents] == [heir] * 3
        assert admin.get(f"/jobs/{job}").status == 200
        assert post(admin, f"/me/actions/{job}/undo", {}).status == 303
        assert [user_of(shop, ident) for ident in idents] == [one, one, heir]

    def test_the_door_decides_at_these_addresses_too(self, shop: Shop) -> None:
        ident, _ = shop.person("guest")
        keeper, url = shop.browser("people_keeper"), f"/admin/people/{ident}"
        version, ledger = user(shop, ident)["version"], Ledger.of(shop.world.services.database.read)
        for path, form in (
            (url, {"_version": version, "name": "Mine"}),
            (f"{url}/roles", {"role": "people_keeper"}),
            (f"{url}/teams", {"team": shop.admin.create("team", name=shop.lot())["id"]}),
            (f"{url}/disable", {"to": ""}),
            (f"{url}/enable", {}),
        ):
            with ledger.unchanged(path):
                assert post(keeper, path, form).status in {403, 404, 422}, path
        assert (user(shop, ident)["version"], roles_of(shop, ident)) == (version, ["guest"])


def user_of(shop: Shop, account: str) -> object:
    return shop.admin.get(f"records/account/{account}").json["owner"]


@pytest.fixture
def world(shop: Shop) -> World:
    return shop.world


class TestTeams:
    def test_they_are_made_renamed_and_deleted(self, shop: Shop, admin: Browser) -> None:
        name = shop.lot()
        assert post(admin, "/admin/teams", {"name": name}).status == 303
        (team,) = shop.admin.items("records/team", filter=f"name = '{name}'")
        shop.person("clerk", team=team["id"], name=f"In {name}")
        assert f"In {name}" in text(admin.get("/admin/teams"))
        assert post(admin, "/admin/teams", {"name": name}).status == 409
        assert post(admin, f"/admin/teams/{team['id']}", {"name": ""}).status == 422
        assert post(admin, f"/admin/teams/{team['id']}", {"name": f"{name}b"}).status == 303
        answer = post(admin, f"/admin/teams/{team['id']}/delete", {})
        assert answer.status == 303
        assert f'value="{name}b"' not in text(admin.get("/admin/teams"))
        assert undo(admin, answer.headers["location"]) == 303
        assert f'value="{name}b"' in text(admin.get("/admin/teams"))

    def test_the_tree_shows_everybody_once_even_in_a_circle(self, shop: Shop, admin: Browser) -> None:
        names = [shop.lot() for _ in range(3)]
        top = shop.person("clerk", name=names[0])[0]
        middle = shop.person("clerk", name=names[1], manager=top)[0]
        shop.person("clerk", name=names[2], manager=middle)
        shop.admin.patch(f"records/user/{top}", {"manager": middle}, "*")
        page = text(admin.get("/admin/teams"))
        tree = page[page.index('id="s-tree"') :]
        assert [tree.count(f">{name}<") for name in names] == [1, 1, 1]

    def test_the_door_decides(self, shop: Shop, clerk: Browser) -> None:
        keeper = shop.browser("people_keeper")
        assert post(keeper, "/admin/teams", {"name": shop.lot()}).status == 403
        assert clerk.get("/admin/teams").status == 403


class TestExplaining:
    @pytest.mark.parametrize(
        ("role", "asked", "said"),
        [
            ("clerk", "action=read&entity=account", "sees all records here"),
            ("clerk", "action=update&entity=account", "It depends on the record"),
            ("clerk", "action=read&entity=vault", "sees none of these records"),
            ("clerk", "action=create&entity=contact", "may make records here"),
            ("clerk", "action=read&entity=account&field=margin", "of no record here"),
            ("guest", "action=delete&entity=contact", "may move none"),
        ],
    )
    def test_records_at_large(self, shop: Shop, admin: Browser, role: str, asked: str, said: str) -> None:
        ident, _ = shop.person(role)
        page = text(admin.get(f"/admin/explain?person={ident}&{asked}"))
        assert said in page
        assert "What each role says" in page

    def test_one_record_is_explained_on_its_own_page(self, shop: Shop, admin: Browser) -> None:
        ident, _ = shop.person("clerk")
        _, (account,) = shop.accounts({})
        url = f"/admin/explain?person={ident}&action=update&entity=account&id="
        for given in (account, f"http%3A%2F%2Flocalhost%2Frecords%2Faccount%2F{account}"):
            answer = admin.get(f"{url}{given}")
            assert answer.status == 303
            there = admin.get(answer.headers["location"])
            assert "may not change this record" in text(there)
        assert "no such record" in text(admin.get(f"{url}nothing"))

    def test_a_keeper_of_people_learns_of_no_record_by_it(self, shop: Shop, clerk: Browser) -> None:
        """Of a record that they may not see they hear what they hear of one that is not there."""
        ident, _ = shop.person("administrator")
        keeper, vault = shop.browser("people_keeper"), shop.admin.create("vault", name="Hidden")["id"]
        url = f"/admin/explain?person={ident}&action=read&entity=vault&id="
        pages = [text(keeper.get(f"{url}{one}")).replace(one, "") for one in (vault, vault[:-4] + "0000")]
        token = re.compile(r'(csrf-token" content|_csrf" value)="[^"]+"')
        assert token.sub("", pages[0]) == token.sub("", pages[1])
        assert clerk.get("/admin/explain").status == 403

    @pytest.mark.parametrize(
        "asked", ["person=x&entity=account", "person=x&entity=nothing", "entity=account&action=fly&person=x", "field=z"]
    )
    def test_an_odd_question_is_no_fault_of_ours(self, admin: Browser, asked: str) -> None:
        assert admin.get(f"/admin/explain?{asked}").status == 200
