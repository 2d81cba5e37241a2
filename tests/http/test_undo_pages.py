"""Pages of undo and history: every way works as a plain form, and shows no more than the API does."""

import re
from collections.abc import Callable, Mapping
from html import unescape

import pytest

from framework.publishing import Published
from tests.http.conftest import PASSWORD, Shop
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.bundles import Documents, World
from tests.support.clients import Answer, Browser, application, browser_of, client_of, path_of

UNDO = re.compile(r'action="(/me/actions/[0-9a-f]{16}/undo)"')
RESTORE = re.compile(r'<form action="(/records/[^"]+/history)".*?</form>', re.DOTALL)


@pytest.fixture
def admin(shop: Shop) -> Browser:
    return shop.browser("administrator")


def followed(browser: Browser, answer: Answer) -> str:
    """The page to which a POST leads."""
    assert answer.status == 303, answer.body
    page = browser.get(answer.headers["location"])
    assert page.status == 200
    return text(page)


def undo_offered(page: str) -> str:
    """The address of the toast's button."""
    (found,) = UNDO.findall(page)
    return str(found)


def words(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


class TestToast:
    @pytest.mark.parametrize("what", ["edit", "delete", "restore"])
    def test_what_was_done_offers_to_undo_it(self, shop: Shop, admin: Browser, what: str) -> None:
        made = shop.admin.create("account", name="Toasted", size=1)
        here = f"/records/account/{made['id']}"
        if what == "restore":
            shop.admin.delete(path_of("account", made), "*")
        form = {"_version": "1", "size": "2"} if what == "edit" else {}
        page = followed(admin, post(admin, here if what == "edit" else f"{here}/{what}", form))
        back = followed(admin, post(admin, undo_offered(page), {}))
        assert "Undone" in words(back)
        left = shop.admin.get(path_of("account", made))
        assert left.status == (404 if what == "restore" else 200)
        assert left.status == 404 or left.json["size"] == 1
        assert "Undone" in words(followed(admin, post(admin, undo_offered(back), {})))

    def test_an_edit_that_changed_nothing_offers_nothing(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="Same", size=1)
        page = followed(admin, post(admin, f"/records/account/{made['id']}", {"_version": "1", "size": "1"}))
        assert UNDO.findall(page) == []

    def test_an_address_that_somebody_made_up_offers_nothing(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="x")
        mine = post(admin, f"/records/account/{made['id']}", {"_version": "1", "size": "1"}).headers["location"]
        assert UNDO.findall(text(admin.get(mine)))
        for address in (mine[:-1], re.sub(r"done=saved", "done=deleted", mine), "/me?done=saved.0123456789abcdef.x"):
            assert UNDO.findall(text(admin.get(address))) == [], address
        assert UNDO.findall(text(shop.browser("administrator").get(mine))) == []


class TestActions:
    def test_they_are_listed_and_undone_from_the_list(self, shop: Shop, admin: Browser) -> None:
        assert "None yet" in words(text(admin.get("/me/actions")))
        made = shop.admin.create("contact", name="Anna Berger")
        post(admin, f"/records/contact/{made['id']}/delete", {})
        page = text(admin.get("/me/actions"))
        assert "Deleted contact Anna Berger in the browser" in words(page)
        page = followed(admin, post(admin, UNDO.findall(page)[0], {"next": "/me/actions"}))
        assert "Restored contact Anna Berger" in words(page)
        assert "by undoing" in words(page)
        assert shop.admin.get(path_of("contact", made)).status == 200

    def test_what_was_left_is_listed_with_its_reason(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="Left alone")
        done = post(admin, f"/records/account/{made['id']}", {"_version": "1", "size": "5"})
        undo = undo_offered(followed(admin, done))
        shop.admin.patch(path_of("account", made), {"rank": 1}, "*")
        assert "Cannot be undone: changed since" in words(text(admin.get("/me/actions")))
        answer = post(admin, undo, {})
        assert answer.status == 409
        assert "Left alone It was changed since" in words(text(answer))
        assert shop.admin.get(path_of("account", made)).json["size"] == 5

    def test_where_a_part_is_left_both_parts_are_named(self, shop: Shop, admin: Browser) -> None:
        one, other = (shop.admin.create("account", name=name, size=1) for name in ("Goes back", "Stays there"))
        items = [{"do": "update", "id": made["id"], "values": {"size": 2}} for made in (one, other)]
        done = admin.call("POST", "records/account/batch", {"items": items}, headers={"X-CSRF-Token": admin.csrf})
        shop.admin.patch(path_of("account", other), {"rank": 1}, "*")
        page = text(admin.get("/me/actions"))
        assert "Changed size of 2 accounts over the API" in words(page)
        answer = post(admin, f"/me/actions/{done.headers['x-request-id']}/undo", {"next": "/me/actions"})
        assert answer.status == 200
        assert "Not everything could be undone" in words(text(answer))
        assert "One record was left as it is." in words(text(answer))
        assert "Stays there It was changed since" in words(text(answer))
        assert "Goes back Changed back" in words(text(answer))

    @pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
    def test_undoing_leads_nowhere_else(self, shop: Shop, admin: Browser, next_: str) -> None:
        made = shop.admin.create("account", name="x")
        page = followed(admin, post(admin, f"/records/account/{made['id']}/delete", {}))
        answer = post(admin, undo_offered(page), {"next": next_})
        assert answer.headers["location"].startswith(f"/records/account/{made['id']}?")

    def test_an_operation_of_another_is_as_absent(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="x")
        page = followed(admin, post(admin, f"/records/account/{made['id']}/delete", {}))
        assert post(shop.browser("administrator"), undo_offered(page), {}).status == 404
        assert post(admin, undo_offered(page), {"_csrf": "no"}).status == 403
        assert shop.admin.get(path_of("account", made)).status == 404


class TestHistory:
    def test_it_tells_who_when_and_what_in_words(self, shop: Shop, admin: Browser) -> None:
        parent = shop.admin.create("account", name="Parent house")
        made = shop.admin.create("account", name="Told", stage="new")
        shop.admin.patch(path_of("account", made), {"stage": "won", "parent": parent["id"], "vip": True}, "*")
        page = words(text(admin.get(f"/records/account/{made['id']}/history")))
        assert "admin" in page
        assert "2 changes" in page
        assert "over the API" in page
        assert re.search(r"Stage New \W*Won", page)
        assert "Parent house" in page
        assert re.search(r"VIP None \W*Yes", page)

    def test_changes_of_several_people_stand_apart(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="x", size=1)
        post(admin, f"/records/account/{made['id']}", {"_version": "1", "size": "2"})
        assert "2 changes" not in words(text(admin.get(f"/records/account/{made['id']}/history")))

    def test_a_hidden_field_is_nowhere_in_it(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", margin=553311)
        shop.admin.patch(path_of("account", made), {"margin": 664422, "size": 3}, "*")
        someone = shop.browser("clerk", "historian")
        page = text(someone.get(f"/records/account/{made['id']}/history"))
        assert "Size" in page
        for hidden in ("margin", "Margin", "553311", "664422"):
            assert hidden not in page
        form = {"field": "margin", "change": "2", "_version": "2"}
        assert post(someone, f"/records/account/{made['id']}/history", form).status == 404

    def test_the_title_of_an_unseen_record_is_not_in_it(self, shop: Shop) -> None:
        account = shop.admin.create("account", name="Unseen house")
        made = shop.admin.create("contact", name="x", account=account["id"])
        page = text(shop.browser("contacter", "historian").get(f"/records/contact/{made['id']}/history"))
        assert "Unseen house" not in page
        assert "Not visible to you" in page

    def test_one_needs_the_record_and_the_ability(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        here = f"/records/account/{made['id']}"
        clerk, guest, auditor = (shop.browser(role) for role in ("clerk", "guest", "auditor"))
        assert [who.get(f"{here}/history").status for who in (clerk, guest, auditor)] == [403, 404, 200]
        assert "tab=history" in text(auditor.get(here))
        assert "tab=history" not in text(clerk.get(here))

    def test_a_field_gets_its_former_value_to_the_last_digit(self, shop: Shop, admin: Browser) -> None:
        moment = "2026-03-01T10:11:12.345678Z"
        made = shop.admin.create("account", name="x", seen_at=moment, price="12.34", size=1)
        shop.admin.patch(path_of("account", made), {"seen_at": None, "price": None, "size": 2}, "*")
        for field in ("seen_at", "price"):
            page = text(admin.get(f"/records/account/{made['id']}/history"))
            form = restoring(page, field)
            assert "Saved" in words(followed(admin, post(admin, f"/records/account/{made['id']}/history", form)))
        now = shop.admin.get(path_of("account", made)).json
        assert (now["seen_at"], now["price"], now["size"]) == (moment, "12.34", 2)

    def test_a_change_meanwhile_is_the_usual_conflict(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="x", size=1)
        shop.admin.patch(path_of("account", made), {"size": 2}, "*")
        form = restoring(text(admin.get(f"/records/account/{made['id']}/history")), "size")
        shop.admin.patch(path_of("account", made), {"size": 3}, "*")
        answer = post(admin, f"/records/account/{made['id']}/history", form)
        assert answer.status == 409
        assert "Save as chosen" in words(text(answer))
        assert shop.admin.get(path_of("account", made)).json["size"] == 3

    def test_what_a_rule_refuses_comes_back_as_a_form(self, shop: Shop, admin: Browser) -> None:
        code = shop.lot()
        made = shop.admin.create("account", name="x", code=code)
        shop.admin.patch(path_of("account", made), {"code": None}, "*")
        shop.admin.create("account", name="took it", code=code)
        form = restoring(text(admin.get(f"/records/account/{made['id']}/history")), "code")
        answer = post(admin, f"/records/account/{made['id']}/history", form)
        assert answer.status == 409
        assert f'value="{code}"' in text(answer)

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"field": "size", "change": "x", "_version": "2"}, 400),
            ({"field": "size", "change": "2", "_version": ""}, 400),
            ({"field": "size", "change": "9", "_version": "2"}, 404),
            ({"field": "rank", "change": "2", "_version": "2"}, 404),
            ({"field": "nothing", "change": "2", "_version": "2"}, 404),
            ({"change": "2", "_version": "2"}, 404),
            ({"field": "size", "change": "9" * 40, "_version": "2"}, 400),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, shop: Shop, admin: Browser, form: Mapping[str, str], status: int
    ) -> None:
        made = shop.admin.create("account", name="x", size=1)
        shop.admin.patch(path_of("account", made), {"size": 2}, "*")
        assert post(admin, f"/records/account/{made['id']}/history", form).status == status
        assert shop.admin.get(path_of("account", made)).json["size"] == 2

    def test_more_than_a_page_is_loaded_on_demand(self, shop: Shop, admin: Browser) -> None:
        made = shop.admin.create("account", name="x", size=0)
        items = [{"do": "update", "id": made["id"], "values": {"size": size}} for size in range(1, 61)]
        shop.admin.post("records/account/batch", {"items": items})
        here = f"/records/account/{made['id']}/history"
        page = text(admin.get(here))
        assert "50 changes" in words(page)
        (more,) = re.findall(r'href="([^"]+\?after=[^"]+)"', page)
        assert "11 changes" in words(text(admin.get(unescape(more))))
        part = admin.call("GET", unescape(more), headers={"HX-Request": "true", "HX-Target": "more"})
        assert "<html" not in text(part)
        assert "11 changes" in words(text(part))


def test_a_value_that_the_field_no_longer_takes_is_told_and_not_offered(
    world_of: Callable[[Documents], World],
) -> None:
    def documents(longest: int) -> Documents:
        code = {"type": "text", "label": "Code", "max_length": longest}
        return {"entities/deal.json": {"label": "Deal", "fields": {"code": code}}}

    world = world_of(documents(80))
    ident = world.person("admin@example.com", "administrator").actor.id
    world.services.auth.set_password(str(ident), PASSWORD)
    app = application(world.services.settings)
    client, browser = client_of(app, "admin@example.com"), browser_of(app, "admin@example.com", PASSWORD)
    made = client.create("deal", code="abc")
    for code in ("7", "8"):
        client.patch(path_of("deal", made), {"code": code}, "*")
    assert isinstance(world.publish(documents(2)), Published)
    here = f"/records/deal/{made['id']}/history"
    page = text(browser.get(here))
    assert re.search(r"Code abc \W*7", words(page))
    assert restoring(page, "code")["change"] == "3"
    assert post(browser, here, {"field": "code", "change": "2", "_version": "3"}).status == 422
    app.extensions["armature"].database.close()


def restoring(page: str, field: str) -> dict[str, str]:
    """The inputs of the form that restores a field."""
    forms = [hidden_inputs(match[0]) for match in RESTORE.finditer(page)]
    (found,) = [{n: v for n, v in form.items() if n != "_csrf"} for form in forms if form["field"] == field]
    return found
