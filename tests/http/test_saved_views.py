"""Saved views over HTTP: everybody's own, shared ones, and what is left of one whose names are gone."""

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import post, text
from tests.support.clients import Answer, Browser

HIDDEN = re.compile(r'<input type="hidden" name="(filter|columns|sort|list)" value="([^"]*)"')


def names(answer: Answer) -> list[str]:
    """The titles of the rows that a page shows."""
    assert answer.status == 200, answer.body
    return [unescape(found) for found in re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', text(answer))]


def saved(browser: Browser, name: str, **state: str) -> str:
    """Save a view and give its key."""
    answer = post(browser, "/records/account/views", {"name": name, **state})
    assert answer.status == 303, answer.body
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["view"]


def shared(shop: Shop, name: str, **state: str) -> str:
    """Share a view of the administrator's, whatever it says; its key."""
    body = {"name": name, "entity": "account", "shared": True, **{key: value or None for key, value in state.items()}}
    made = shop.admin.post("records/saved_view", body)
    assert made.status == 201, made.body
    return str(made.json["id"])


def state_of(page: str) -> Mapping[str, str]:
    """What the form that saves the present state would send."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def test_the_state_of_a_list_is_saved_and_opened_again(shop: Shop, clerk: Browser) -> None:
    lot, _ = shop.accounts({"name": "Big", "size": 30}, {"name": "Bigger", "size": 40}, {"name": "Small", "size": 1})
    changed = text(clerk.get("/records/account", filter=f"lot = '{lot}' and size > 20", sort="-size", columns="size"))
    assert "View changed" in changed
    state = state_of(changed)
    assert state == {
        "filter": f"lot = '{lot}' and size > 20",
        "columns": "size",
        "sort": "-size",
        "list": "/records/account",
    }
    key = saved(clerk, "Big ones", **state, pinned="true")
    opened = clerk.get("/records/account", view=key)
    assert names(opened) == ["Bigger", "Big"]
    assert "View changed" not in text(opened)
    assert re.search(rf'id="view-{key}" aria-current="page"', text(opened))
    assert 'id="sort-stage"' not in text(opened)


def test_a_quick_filter_is_saved_as_who_reads_and_not_as_who_saved(shop: Shop, clerk: Browser) -> None:
    shop.accounts({})
    me = dict(re.findall(r'href="[^"]*(filter\[owner\]\[eq\])=([0-9a-f-]{36})', text(clerk.get("/records/account"))))
    page = text(clerk.get("/records/account", **me))
    assert state_of(page)["filter"] == "owner = me()"


def test_a_standard_view_is_for_its_roles_and_what_they_read(shop: Shop, clerk: Browser, admin: Browser) -> None:
    shop.accounts({"name": "Larger", "size": 2_000}, {"name": "Largest", "size": 3_000}, {"name": "Little", "size": 2})
    answer = clerk.get("/records/account", view="large")
    assert [name for name in names(answer) if name.startswith("Larg")] == ["Largest", "Larger"]
    assert "Little" not in text(answer)
    assert "Large ones" in text(answer)
    # Its second column is hidden from this role, which it says without naming it.
    assert "It is shown without that" in text(answer)
    assert "margin" not in text(answer).lower()
    assert "/views/large" not in text(answer)
    assert "Large ones" not in text(admin.get("/records/account"))
    assert post(clerk, "/records/account/views/large", {"filter": "size > 1"}).status == 404


def test_a_view_of_ones_own_is_nobody_elses(clerk: Browser, admin: Browser) -> None:
    key = saved(clerk, "Secret plan", filter="size > 1")
    assert "Secret plan" in text(clerk.get("/records/account"))
    # An administrator may read all records, and still is not shown what was not meant for others.
    assert "Secret plan" not in text(admin.get("/records/account"))
    gone = text(admin.get("/records/account", view=key))
    assert "no longer there" in gone
    assert "Secret plan" not in gone


def test_a_shared_view_is_changed_by_its_owner_alone(clerk: Browser, admin: Browser) -> None:
    key = saved(clerk, "For all of us", filter="size > 1", shared="true")
    page = text(admin.get("/records/account", view=key, filter="size > 2"))
    assert "For all of us" in page
    assert f"/views/{key}" not in page
    for path in (f"/records/account/views/{key}", f"/records/account/views/{key}/delete"):
        form = {} if path.endswith("delete") else {"filter": "size > 2"}
        assert post(admin, path, form).status == 403
    assert post(clerk, f"/records/account/views/{key}", {"filter": "size > 3"}).status == 303
    assert "Size above <b" in text(clerk.get("/records/account", view=key))


def test_a_view_is_renamed_shared_and_deleted(clerk: Browser, admin: Browser) -> None:
    key = saved(clerk, "Draft name", filter="size > 1")
    assert post(clerk, f"/records/account/views/{key}", {"name": "Final name", "shared": "true"}).status == 303
    assert "Final name" in text(admin.get("/records/account"))
    answer = post(clerk, f"/records/account/views/{key}/delete", {"list": "/records/account"})
    assert answer.headers["location"] == "/records/account?done=view_deleted"
    assert "Final name" not in text(clerk.get("/records/account"))


@pytest.mark.parametrize(
    ("condition", "columns", "sort"),
    [
        ("margin > 5", "", ""),
        ("size > 1 and margin > 5", "", ""),
        ("no_such_field = 1", "", ""),
        ("this is no expression", "", ""),
        ("parent.margin = 1 or size > 1", "", ""),
        ("", "margin,size", ""),
        ("", "nothing,size", ""),
        ("", "", "-margin,size"),
        ("", "", "nothing"),
    ],
)
def test_a_view_that_names_what_is_not_there_works_without_it(
    shop: Shop, clerk: Browser, condition: str, columns: str, sort: str
) -> None:
    key = shared(shop, "Odd", filter=condition, columns=columns, sort=sort)
    answer = clerk.get("/records/account", view=key)
    assert answer.status == 200
    assert "It is shown without that" in text(answer)
    # Neither the condition nor the column tells a hidden name.
    assert "margin" not in text(answer).lower()
    shop.admin.delete(f"records/saved_view/{key}", "*")


def test_what_is_left_of_a_filter_still_filters(shop: Shop, clerk: Browser) -> None:
    lot, _ = shop.accounts({"name": "In", "size": 9}, {"name": "Out", "size": 1})
    key = shared(shop, "Half", filter=f"lot = '{lot}' and size > 5 and margin > 1")
    assert names(clerk.get("/records/account", view=key)) == ["In"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": ""}, 422),
        ({"name": " "}, 422),
        ({"name": "x" * 121}, 422),
        ({"name": "x", "filter": "size >"}, 400),
        ({"name": "x", "columns": "nothing"}, 400),
        ({"name": "x", "columns": "size:huge"}, 400),
        ({"name": "x", "sort": "a,,b"}, 400),
        ({"name": "x", "unknown": "y"}, 400),
    ],
)
def test_what_cannot_be_a_view_is_refused(shop: Shop, clerk: Browser, form: dict[str, str], status: int) -> None:
    before = len(shop.admin.items("records/saved_view"))
    assert post(clerk, "/records/account/views", form).status == status
    assert len(shop.admin.items("records/saved_view")) == before


def test_the_way_back_leads_nowhere_else(clerk: Browser) -> None:
    answer = post(clerk, "/records/account/views", {"name": "Back", "list": "//evil.example/records"})
    assert answer.headers["location"].startswith("/records/account?view=")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("columns=nothing", 400),
        ("columns=margin", 400),
        ("columns=size:huge", 400),
        ("group=name", 400),
        ("group=margin", 400),
        ("group=nothing", 400),
        ("filter=", 200),
        ("filter=nmae%20%3D%201", 400),
        ("view=nothing", 200),
        ("sort=&columns=&group=&opened=", 200),
        ("opened=x", 200),
        ("filter=size%3D1&filter=size%3D2", 400),
    ],
)
def test_the_address_of_a_list_says_clearly_what_is_wrong(clerk: Browser, query: str, code: int) -> None:
    assert clerk.get(f"/records/account?{query}").status == code


def test_columns_are_those_of_the_address(shop: Shop, clerk: Browser) -> None:
    shop.accounts({})
    page = text(clerk.get("/records/account", columns="stage,size:wide:sum", panel="columns"))
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a id="sort-([a-z_]+)")', page)
    assert heads == ["name", "stage", "size"]
    assert '<col class="w-wide">' in page
    hidden = unescape(re.search(r'id="hide-stage" href="([^"]+)"', page)[1])  # type: ignore[index]
    assert "columns=size:wide:sum" in hidden
    earlier = unescape(re.search(r'id="earlier-size" href="([^"]+)"', page)[1])  # type: ignore[index]
    assert "columns=size:wide:sum,stage" in earlier


@pytest.mark.parametrize(("menu", "within"), [("columns", 'id="hide-stage"'), ("grouping", 'id="group-stage"')])
def test_a_menu_is_drawn_only_when_it_is_opened(shop: Shop, clerk: Browser, menu: str, within: str) -> None:
    shop.accounts({})
    closed = text(clerk.get("/records/account", columns="stage,size"))
    assert f'id="{menu}" href="/records/account?columns=stage,size&amp;panel={menu}"' in closed
    assert within not in closed
    wanted = f"/records/account?columns=stage,size&panel={menu}"
    alone = clerk.call("GET", wanted, headers={"HX-Request": "true", "HX-Target": menu})
    assert within in text(alone)
    assert "<table" not in text(alone)


def test_groups_have_counts_and_sums_and_open_by_address(shop: Shop, clerk: Browser) -> None:
    lot, _ = shop.accounts(
        {"name": "One", "stage": "won", "size": 4},
        {"name": "Two", "stage": "won", "size": 5},
        {"name": "Three", "stage": "new", "size": 1},
    )
    mine = {"filter": f"lot = '{lot}'", "group": "stage", "columns": "size:sum"}
    closed = clerk.get("/records/account", **mine)
    assert names(closed) == []
    assert re.findall(r'id="open-(\w+)" aria-expanded="false"', text(closed)) == ["new", "won"]
    assert re.findall(r"Sum of size</bdi> <span class=\"num\"><b>(\d+)</b>", text(closed))[:2] == ["1", "9"]
    assert "2 records" in text(closed)
    opened = clerk.get("/records/account", **mine, opened="won")
    assert sorted(names(opened)) == ["One", "Two"]
