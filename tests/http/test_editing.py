"""Who edits a record is told to others who see it, for a while, and is no lock."""

import datetime as dt

import pytest

from framework.storage import presence
from framework.storage.session import run_tx
from tests.http.conftest import Shop
from tests.http.test_pages import post, text
from tests.support.clients import path_of


@pytest.fixture
def account(shop: Shop) -> str:
    return str(shop.admin.create("account", name="Edited")["id"])


def test_a_colleague_is_named_and_oneself_is_not(shop: Shop, account: str) -> None:
    one, other = shop.browser("clerk"), shop.browser("administrator")
    shop.admin.patch(path_of("user", one.get("/api/v1/me").json["id"]), {"name": "Nora Editing"}, "*")
    here = f"/records/account/{account}/editing"
    assert "is editing" not in text(other.get(here))
    assert "is editing" not in text(post(one, here, {}))
    assert "Nora Editing is editing" in text(other.get(here))
    assert "Nora Editing is editing" in text(post(other, here, {}))
    assert other.call("PATCH", f"/api/v1/records/account/{account}", {}).status != 423


def test_it_runs_out(shop: Shop, account: str) -> None:
    database, now = shop.world.services.database, dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    ends = now + dt.timedelta(seconds=50)
    run_tx(database, lambda c: presence.announce(c, "account", account, shop.clerk_id, now, ends))
    assert run_tx(database, lambda c: presence.editing(c, "account", account, now)) == [shop.clerk_id]
    later = ends + dt.timedelta(seconds=1)
    assert run_tx(database, lambda c: presence.editing(c, "account", account, later)) == []


def test_of_a_record_out_of_sight_nothing_is_told_or_noted(shop: Shop, account: str) -> None:
    stranger, here = shop.browser("mine_only"), f"/records/account/{account}/editing"
    assert [stranger.get(here).status, post(stranger, here, {}).status] == [404, 404]
    assert "is editing" not in text(shop.browser("administrator").get(here))
