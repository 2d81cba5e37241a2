"""The desk under /admin: who gets there, and what its menu offers to whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.http.conftest import Shop
    from tests.support.clients import Browser


def test_the_menu_leads_to_the_desk_for_those_only_who_may_do_something_there(admin: Browser, clerk: Browser) -> None:
    assert 'href="/admin"' in admin.get("/records/account").body.decode()
    assert 'href="/admin"' not in clerk.get("/records/account").body.decode()


def test_the_desk_tells_what_there_is_to_do(admin: Browser) -> None:
    answer = admin.get("/admin")
    assert answer.status == 200
    assert 'href="/admin/entities"' in answer.body.decode()


def test_entities_are_counted(admin: Browser) -> None:
    found = admin.get("/admin/entities").body.decode()
    assert re.search(r">vault</code></td><td[^>]*>sample</td><td[^>]*>\d+</td><td[^>]*>\d+<", found)


def test_the_desk_is_shut_for_who_has_no_ability_for_it(shop: Shop, clerk: Browser) -> None:
    refused = clerk.get("/admin")
    assert refused.status == 403
    assert "ability" in refused.body.decode()
    assert shop.browser("historian").get("/admin").status == 403
