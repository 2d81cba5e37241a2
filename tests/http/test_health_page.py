"""Health for operators: the figures of `armature doctor`, no secret among them, and failed work tried again."""

import datetime as dt
import os
from dataclasses import replace

from framework.commands.doctor import report_of
from framework.health import MASK, examined, remember_backup, shown
from framework.publishing.processes import Telling, living
from framework.settings import DEMO_SIGN_IN
from framework.storage import jobs
from framework.storage.jobs import Asked, JobState
from framework.storage.session import run_tx
from tests.http.conftest import Shop
from tests.http.test_pages import post, text
from tests.support.bundles import NOW
from tests.support.clients import Browser, Client, application

JOB = "01a20000-0000-7000-8000-00000000d0ad"


def test_the_page_shows_what_doctor_tells(shop: Shop, admin: Browser) -> None:
    known = shop.world.services
    page, report = text(admin.get("/admin/health")), report_of(examined(known, dt.datetime.now(dt.UTC)))
    assert report["problems"] == []
    assert report["schema"]["found"] == report["schema"]["known"]
    for told in (report["database"]["version"], *report["bundles"], str(known.settings.data_dir)):
        assert told in page
    assert "No problems" in page


def test_it_is_for_those_who_operate(shop: Shop, clerk: Browser) -> None:
    assert clerk.get("/admin/health").status == 403
    assert shop.browser("people_keeper").get("/admin/health").status == 403
    assert post(clerk, f"/admin/health/jobs/{JOB}/retry", {}).status == 403


def test_no_secret_is_shown(shop: Shop, admin: Browser) -> None:
    settings = replace(
        shop.world.services.settings,
        mail_url="smtps://post:hidden-word@mail.example.com",
        own_files_url="s3://key:hidden-word@bucket/x?secret=hidden-word",
        database_url="postgresql+psycopg://armature:hidden-word@db/armature",
    )
    told = repr(shown(settings))
    assert "hidden-word" not in told
    assert told.count(MASK) >= 3
    assert shop.world.services.settings.secret_key not in text(admin.get("/admin/health"))


def test_what_failed_too_often_is_tried_again(shop: Shop, admin: Browser) -> None:
    database = shop.world.services.database

    def fail(connection: object) -> None:
        jobs.enqueue(connection, Asked(JOB, "link_mail", '{"email": "x", "base": ""}', NOW))  # type: ignore[arg-type]
        claimed = jobs.claim_one(connection, JOB, NOW)  # type: ignore[arg-type]
        jobs.finish(connection, claimed, JobState.DEAD, NOW, "OddError")  # type: ignore[arg-type]

    run_tx(database, fail)
    page = text(admin.get("/admin/health"))
    assert "OddError" in page
    assert post(admin, f"/admin/health/jobs/{JOB}/retry", {}).status == 303
    assert "OddError" not in text(admin.get("/admin/health"))
    assert post(admin, f"/admin/health/jobs/{JOB}/retry", {}).status == 409
    shop.world.services.jobs.worker.work_off()


def test_processes_tell_of_themselves_and_of_their_end(shop: Shop, admin: Browser) -> None:
    known, now = shop.world.services, dt.datetime.now(dt.UTC)
    telling = Telling(known.database, known.runtime, "work")
    telling.look(now)
    (found,) = living(known.database, now)
    assert (found.kind, found.pid, found.revision) == ("work", os.getpid(), known.publisher.head_number())
    assert f"{found.host}:{found.pid}" in text(admin.get("/admin/health"))
    assert living(known.database, now + dt.timedelta(minutes=26)) == []
    telling.__exit__()
    assert living(known.database, now) == []


def test_the_last_back_up_is_told_of(shop: Shop, admin: Browser) -> None:
    settings = shop.world.services.settings
    file = settings.data_dir / "monday.backup"
    file.write_bytes(b"x" * 10)
    remember_backup(settings, file, dt.datetime.now(dt.UTC))
    page = text(admin.get("/admin/health"))
    assert "monday.backup" in page
    settings.data_dir.joinpath("last-backup.json").write_text("[1]", encoding="utf-8")
    assert admin.get("/admin/health").status == 200


def test_an_installation_that_is_not_the_real_one_says_so(shop: Shop, admin: Browser, clerk: Browser) -> None:
    settings = replace(shop.world.services.settings, environment="Staging <2>")
    other = application(settings)
    page = text(Client(other, admin.headers).get("/records/account"))
    assert page.count("Staging &lt;2&gt;") == 2  # beside the search, and on a phone above the page
    assert "Demo data" not in page
    demo = settings.data_dir / DEMO_SIGN_IN
    demo.write_text("a@example.com x", encoding="utf-8")
    try:
        assert "Demo data" in text(clerk.get("/records/account"))
    finally:
        demo.unlink()
    other.extensions["armature"].database.close()
