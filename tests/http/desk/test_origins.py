"""Where the values of a definition come from: the layer that says each, and what a draft would change."""

import re
from html import unescape

import pytest

from tests.http.desk.world import Desk
from tests.http.test_pages import text

ACCOUNT = "/admin/origins/entities/account"
_ROW = re.compile(
    r'<th scope="row"><code[^>]*>([^<]+)</code></th><td>(?:<del>)?<code[^>]*>([^<]*)</code>(</del>)?.*?'
    r'<td class="from"[^>]*>([^<]+)<',
    re.DOTALL,
)


def told(desk: Desk, address: str) -> list[tuple[str, str, str, str]]:
    """The rows of the page: key or place, value, whether it is taken away, and the layer."""
    page = text(desk.admin.get(address))
    return [(unescape(key), unescape(value), bool(gone) * "gone", who) for key, value, gone, who in _ROW.findall(page)]


def test_each_value_is_told_with_its_layer(desk: Desk) -> None:
    desk.publish({"entities/account.json": {"label": "Customer", "fields": {"size": {"min": None, "label": "Staff"}}}})
    desk.kept("/admin/entities/account/fields/lot", {"label": "Batch", "indexed": "1"})
    assert ("label", "Customer", "", "the site") in told(desk, ACCOUNT)
    assert told(desk, f"{ACCOUNT}?at=/fields/size") == [
        ("type", "integer", "", "sample"),
        ("label", "Staff", "", "the site"),
        ("min", "0", "gone", "the site"),
    ]
    assert told(desk, f"{ACCOUNT}?at=/fields/lot") == [
        ("type", "text", "", "sample"),
        ("label", "Batch", "", "your draft"),
        ("indexed", "true", "", "sample"),
    ]
    assert told(desk, f"{ACCOUNT}?layer=draft") == [("/fields/lot/label", "Batch", "", "your draft")]
    assert ("type", "text", "", "core") in told(desk, "/admin/origins/entities/user?at=/fields/email")


def test_a_definition_that_is_only_in_the_draft_comes_from_there(desk: Desk) -> None:
    desk.kept("/admin/entities/new", {"label": "Site visit"})
    assert {who for *_, who in told(desk, "/admin/origins/entities/site_visit")} == {"your draft"}
    assert desk.apply().status == 303
    assert {who for *_, who in told(desk, "/admin/origins/entities/site_visit")} == {"the site"}


@pytest.mark.parametrize(
    ("page", "way"),
    [
        ("/admin/entities/account", ACCOUNT),
        ("/admin/entities/account/fields/lot", f"{ACCOUNT}?at=/fields/lot"),
        ("/admin/screens/account_list", "/admin/origins/screens/account_list"),
        ("/admin/roles/clerk", "/admin/origins/roles/clerk"),
        ("/admin/navigation", "/admin/origins/navigation/shop"),
        ("/admin/documents/views/large.json", "/admin/origins/views/large"),
    ],
)
def test_each_page_of_the_desk_leads_there(desk: Desk, page: str, way: str) -> None:
    assert f'href="{way}"' in text(desk.admin.get(page))
    assert told(desk, way)


@pytest.mark.parametrize("way", ["entities/nothing", "nothing/account", "entities/account?at=/fields/nothing"])
def test_what_is_not_there_is_not_found(desk: Desk, way: str) -> None:
    assert desk.admin.get(f"/admin/origins/{way}").status == 404


def test_who_neither_designs_nor_publishes_sees_none_of_it(desk: Desk) -> None:
    assert desk.browser("origins_clerk", "clerk").get(ACCOUNT).status == 403
