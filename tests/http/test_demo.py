"""Demo data: every installation knows which of its records came along, and is rid of them by one button."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask

from framework.app import create_app
from framework.cli import main
from tests.support.bundles import write_folder
from tests.support.clients import Browser, browser_of, client_of

PASSWORD = "correct-horse-battery"
ADMIN, SELLER = "admin@example.com", "seller@example.org"
FILES = {
    "bundle.json": {"name": "stall", "title": "Stall", "version": "1.0.0", "language": 1},
    "entities/guest.json": {"fields": {"name": {"type": "text", "required": True}, "since": {"type": "date"}}},
    "entities/order.json": {
        "fields": {
            "name": {"type": "text", "required": True},
            "guest": {"type": "link", "to": "guest", "on_delete": "restrict"},
            "next": {"type": "link", "to": "order", "on_delete": "clear"},
        }
    },
    "roles/seller.json": {"grants": {"guest": {"read": "all"}}},
    "demo/user.json": [{"_ref": "seller", "email": SELLER, "name": "Sol Seller", "_roles": ["seller"]}],
    "demo/guest.json": [
        {
            "_ref": "ada",
            "name": "Ada",
            "since": {"quarters": -1},
            "_made_at": {"days": -9},
            "_made_by": {"ref": "seller"},
        },
        {"_ref": "bo", "name": "Bo", "since": {"days": -3}},
        {"_ref": "cy", "name": "Cy"},
    ],
    "demo/order.json": [
        {"name": "Tea", "guest": {"ref": "ada"}},
        {"name": "Cake", "guest": {"ref": "bo"}},
    ],
}
ALL = 1 + 1 + 3 + 2  # the person, their role, guests and orders


@pytest.fixture
def app(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation with demo data."""
    monkeypatch.setenv("ARMATURE_DATABASE_URL", database_url)
    monkeypatch.setenv("ARMATURE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ARMATURE_ADMIN_PASSWORD", PASSWORD)
    ran("init", "--bundle", str(write_folder(tmp_path / "stall", FILES)), "--demo")
    made = create_app()
    yield made
    made.extensions["armature"].database.close()


@pytest.fixture
def admin(app: Flask) -> Browser:
    return browser_of(app, ADMIN, PASSWORD)


def ran(*arguments: str) -> str:
    """Run a command, which must succeed; what it printed."""
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def names(admin: Browser, entity: str) -> dict[str, str]:
    """The live records: id by name."""
    return {one["name"]: one["id"] for one in admin.items(f"records/{entity}")}


def pressed(admin: Browser) -> str:
    """Press the button of the page; the job that does it, whose id is that of the operation."""
    form = {"_key": str(uuid4()), "_csrf": admin.csrf}
    answer = admin.call(
        "POST",
        "/admin/demo",
        raw=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 303, answer.body
    return answer.headers["location"].rpartition("/")[2]


def test_all_demo_records_go_by_one_button_and_come_back(app: Flask, admin: Browser) -> None:
    page = admin.get("/admin/demo").body.decode()
    assert f"{ALL} records came along" in page
    job = pressed(admin)
    assert f"Remove {ALL} demo records" in admin.get(f"/jobs/{job}").body.decode()
    assert (names(admin, "guest"), names(admin, "order")) == ({}, {})
    assert list(names(admin, "user").values()) == [admin.get("me").json["id"]]
    assert "No demo data" in admin.get("/admin/demo").body.decode()
    assert client_of(app, ADMIN).post(f"me/actions/{job}/undo", {}).status == 200
    assert sorted(names(admin, "guest")) == ["Ada", "Bo", "Cy"]
    assert f"{ALL} records came along" in admin.get("/admin/demo").body.decode()


def test_what_real_records_link_to_stays_and_nobody_s_own_work_is_touched(app: Flask, admin: Browser) -> None:
    api, guests, orders = client_of(app, ADMIN), names(admin, "guest"), names(admin, "order")
    api.create("order", name="Real", guest=guests["Bo"], next=orders["Tea"])
    api.create("guest", name="Real guest")
    told = json.loads(ran("demo", "remove", "--as", ADMIN, "--yes", "--json"))
    # Ada stays because of Tea, which the real order follows: neither is a link cleared nor a record taken along.
    assert told | {"job": ""} == {"job": "", "removed": ALL - 3, "kept": 3}
    assert sorted(names(admin, "guest")) == ["Ada", "Bo", "Real guest"]
    (real,) = (one for one in admin.items("records/order") if one["name"] == "Real")
    assert (real["guest"], real["next"]) == (guests["Bo"], orders["Tea"])
    assert json.loads(ran("demo", "status", "--json"))["records"] == 3


def test_only_who_looks_after_the_installation_removes_it(app: Flask) -> None:
    seller = browser_of(app, SELLER, PASSWORD)
    assert seller.get("/admin/demo").status == 403
    refused = CliRunner().invoke(main, ["demo", "remove", "--as", SELLER, "--yes"])
    assert refused.exit_code != 0
    assert "do not let you remove" in refused.output


def test_a_day_may_be_the_first_of_a_quarter(admin: Browser) -> None:
    (since,) = (one["since"] for one in admin.items("records/guest") if one["name"] == "Ada")
    today = dt.datetime.now(dt.UTC).date()
    before = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - dt.timedelta(days=1)
    assert since == before.replace(month=before.month - 2, day=1).isoformat()
