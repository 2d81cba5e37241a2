"""Pages over HTTP: what is hidden is nowhere in them, what is typed comes back, and every POST leads somewhere."""

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.http.conftest import Shop
from tests.support.clients import Answer, Browser
from tests.support.statements import statements
from ui.page.assets import digest

HOSTILE = "<img src=x onerror=alert(1)>\"'"


def post(browser: Browser, path: str, form: Mapping[str, object], **headers: str) -> Answer:
    """Send a form as a browser does."""
    body = urlencode({"_csrf": browser.csrf, **form}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded", **named})


def text(answer: Answer) -> str:
    return answer.body.decode()


def hidden_inputs(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def made(shop: Shop, **values: object) -> str:
    return str(shop.admin.create("account", **{"name": "Made", **values})["id"])


def test_a_hidden_field_is_nowhere_on_a_page(shop: Shop, clerk: Browser) -> None:
    ident = made(shop, name="Secretive", margin=4711)
    for path in (
        "/records/account",
        f"/records/account/{ident}",
        f"/records/account/{ident}/edit",
        "/records/account/new",
    ):
        page = text(clerk.get(path))
        assert "Margin" not in page, path
        assert "margin" not in page, path
        assert "4711" not in re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", page), path


def test_a_field_that_is_only_read_is_shown_and_has_no_control(shop: Shop, clerk: Browser) -> None:
    ident = made(shop, owner=shop.clerk_id)
    assert 'name="score"' not in text(clerk.get(f"/records/account/{ident}/edit"))


def test_an_entity_without_a_grant_reads_as_one_that_is_not_there(clerk: Browser) -> None:
    hidden, absent = clerk.get("/records/vault"), clerk.get("/records/nowhere")
    assert (hidden.status, absent.status) == (404, 404)
    number = re.compile(r"<code[^>]*>\w+</code>|_csrf\" value=\"[^\"]+|csrf-token\" content=\"[^\"]+")
    assert number.sub("", text(hidden)) == number.sub("", text(absent))
    assert "Vault" not in text(clerk.get("/records"))


def test_what_is_typed_is_text_wherever_it_is_shown(shop: Shop, admin: Browser) -> None:
    ident = made(shop, name=HOSTILE, note=HOSTILE)
    for path in ("/records/account", f"/records/account/{ident}", f"/records/account/{ident}/edit"):
        page = text(admin.get(path))
        assert "<img src=x" not in page, path
        assert "&lt;img src=x" in page, path


def test_a_form_creates_a_record_and_leads_to_it(admin: Browser) -> None:
    answer = post(
        admin, "/records/account", {"name": "By form", "size": "12", "founded_on": "2020-02-29", "_key": "k1"}
    )
    assert answer.status == 303
    assert re.fullmatch(r"/records/account/[0-9a-f-]{36}\?done=created", answer.headers["location"])
    again = post(admin, "/records/account", {"name": "By form", "size": "12", "founded_on": "2020-02-29", "_key": "k1"})
    assert again.headers["location"] == answer.headers["location"]


def test_a_script_is_told_where_to_go(admin: Browser) -> None:
    answer = post(admin, "/records/account", {"name": "By script"}, HX_Request="true")
    assert answer.status == 204
    assert answer.headers["hx-redirect"].startswith("/records/account/")


def test_a_refused_form_comes_back_whole(admin: Browser) -> None:
    answer = post(admin, "/records/account", {"name": "", "size": "a few", "note": "kept <b>"})
    assert answer.status == 422
    page = text(answer)
    assert 'href="#f-size"' in page
    assert 'href="#f-name"' in page
    assert "kept &lt;b&gt;" in page
    assert 'value="a few"' in page


def test_a_form_without_its_token_is_refused_and_stores_nothing(shop: Shop, admin: Browser) -> None:
    answer = post(admin, "/records/account", {"name": "Forged", "_csrf": "no"})
    assert answer.status == 403
    assert shop.admin.items("records/account", filter="name = 'Forged'") == []


def test_only_what_was_touched_is_written(shop: Shop, admin: Browser) -> None:
    ident = made(shop, name="Before", note="one\r\ntwo", size=5)
    inputs = hidden_inputs(text(admin.get(f"/records/account/{ident}/edit")))
    shop.admin.patch(f"records/account/{ident}", {"size": 6}, '"1"')
    form = {**inputs, "_version": "2", "name": "After", "note": "one\r\ntwo", "size": "5"}
    assert post(admin, f"/records/account/{ident}", form).status == 303
    now = shop.admin.get(f"records/account/{ident}").json
    assert (now["name"], now["size"]) == ("After", 6)


def test_what_a_form_holds_can_be_kept_as_another_record(shop: Shop, admin: Browser) -> None:
    ident = made(shop, name="Model", note="as it was", size=5, lot=shop.lot())
    page = text(admin.get(f"/records/account/{ident}/edit"))
    found = re.search(r'name="_key" value="([^"]+)" formaction="(/records/account)">Save as copy', page)
    assert found
    form = {**hidden_inputs(page), "_key": found[1], "name": "Copy", "note": "as it was", "size": "5"}
    made_url = post(admin, found[2], form).headers["location"]
    copied = shop.admin.get("records/account/" + made_url.rpartition("/")[2].partition("?")[0]).json
    assert copied["id"] != ident
    assert (copied["name"], copied["note"], copied["size"]) == ("Copy", "as it was", 5)
    assert post(admin, found[2], form).headers["location"] == made_url, "sent twice, made once"
    assert shop.admin.get(f"records/account/{ident}").json["version"] == 1
    refused = post(admin, found[2], {**form, "_key": "other", "name": ""})
    assert (refused.status, 'value="5"' in text(refused)) == (422, True)


def test_a_conflict_shows_was_yours_and_theirs(shop: Shop, admin: Browser) -> None:
    ident = made(shop, name="Was", size=1)
    form = hidden_inputs(text(admin.get(f"/records/account/{ident}/edit")))
    shop.admin.patch(f"records/account/{ident}", {"name": "Theirs"}, '"1"')
    answer = post(admin, f"/records/account/{ident}", {**form, "name": "Yours", "size": "2"})
    assert answer.status == 409
    page = text(answer)
    assert [word for word in ("Was", "Yours", "Theirs") if f">{word}</" not in page] == []
    kept = hidden_inputs(page)
    final = post(admin, f"/records/account/{ident}", {**kept, "_pick.name": "theirs"})
    assert final.status == 303
    now = shop.admin.get(f"records/account/{ident}").json
    assert (now["name"], now["size"]) == ("Theirs", 2)


def test_a_value_that_another_record_has_is_said_at_its_control(shop: Shop, admin: Browser) -> None:
    made(shop, code="TAKEN")
    answer = post(admin, "/records/account", {"name": "Second", "code": "TAKEN"})
    assert answer.status == 409
    assert re.search(r'name="code"[^>]*aria-invalid="true"', text(answer))


def test_a_link_is_found_by_its_name(shop: Shop, admin: Browser) -> None:
    ident = made(shop, name="Only one of this name")
    answer = post(admin, "/records/contact", {"name": "C", "account": "", "account.text": "only one of this name"})
    assert answer.status == 303
    contact = answer.headers["location"].split("/")[-1].partition("?")[0]
    assert shop.admin.get(f"records/contact/{contact}").json["account"] == ident


def test_a_doubtful_name_offers_what_was_found(shop: Shop, admin: Browser) -> None:
    ids = [made(shop, name=f"Twin {n}") for n in (1, 2)]
    answer = post(admin, "/records/contact", {"name": "C", "account": "", "account.text": "twin"})
    assert answer.status == 422
    assert all(f'value="{ident}"' in text(answer) for ident in ids)


def test_a_part_is_answered_to_who_asks_for_it(admin: Browser) -> None:
    whole = admin.get("/records/account")
    part = admin.call("GET", "/records/account", headers={"HX-Request": "true", "HX-Target": "list"})
    assert "<html" in text(whole)
    assert "<html" not in text(part)
    assert 'id="list"' in text(part)
    assert "HX-Request" in whole.headers["vary"]
    assert "HX-Request" in part.headers["vary"]


def test_a_refusal_to_a_script_leaves_the_page_standing(admin: Browser) -> None:
    answer = admin.call("GET", "/records/nowhere", headers={"HX-Request": "true", "HX-Target": "list"})
    assert (answer.status, answer.headers["hx-retarget"]) == (404, "#notices")


@pytest.mark.parametrize(
    "path",
    [
        "/records/account?colour=red",
        "/records/account?sort=name&sort=size",
        "/records/account?filter[margin2][eq]=1",
        "/records/account/new?colour=red",
        "/me?x=1",
        "/search?q=a&q=b",
    ],
)
def test_parameters_that_nobody_knows_are_refused(admin: Browser, path: str) -> None:
    assert admin.get(path).status == (200 if path.startswith("/me") else 400)


def test_a_record_that_is_another_ones_offers_no_change(shop: Shop, clerk: Browser) -> None:
    own, other = made(shop, owner=shop.clerk_id), made(shop)
    mine = shop.browser("clerk", "mine_only")
    assert f'/records/account/{other}/edit"' not in text(mine.get(f"/records/account/{other}"))
    assert f'/records/account/{other}/edit"' not in text(clerk.get(f"/records/account/{other}"))
    page = text(shop.browser("administrator").get(f"/records/account/{own}"))
    assert f"/records/account/{own}/edit" in page


def test_who_may_not_create_gets_no_form(shop: Shop) -> None:
    guest = shop.browser("guest")
    assert guest.get("/records/contact/new").status == 403
    assert "/records/contact/new" not in text(guest.get("/records/contact"))


def test_a_list_is_read_by_two_statements_and_one_per_link(shop: Shop, clerk: Browser) -> None:
    made(shop, owner=shop.clerk_id)
    clerk.get("/records/account")
    with (
        statements(shop.world.services.database) as other,
        statements(shop.app.extensions["armature"].database) as sent,
    ):
        assert clerk.get("/records/account").status == 200
    assert other == []
    # Who asks, the views, the rows, and the titles of parents and owners.
    assert len(sent) <= 5, sent


def test_static_files_are_kept_for_ever_under_the_address_of_their_release(admin: Browser) -> None:
    now = admin.call("GET", f"/static/{digest()}/armature.css", headers={"Accept-Encoding": "gzip"})
    assert now.headers["content-encoding"] == "gzip"
    assert "immutable" in now.headers["cache-control"]
    assert admin.get("/static/other/armature.css").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["../render.py", "..%2Frender.py", "nothing.css", "js"])
def test_nothing_else_is_a_static_file(admin: Browser, path: str) -> None:
    assert admin.get(f"/static/{digest()}/{path}").status == 404
