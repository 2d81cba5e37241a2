"""Calendars over HTTP: entries on their days in the reader's zone, people, new entries, and other times."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.http.test_boards import signed_in
from tests.http.test_pages import post, text
from tests.support.bundles import World, published
from tests.support.clients import Answer, Browser, Client, application, client_of
from tests.support.databases import database
from tests.support.statements import statements

CALENDAR = "/screens/days"
VISIT = {
    "label": "Visit",
    "label_plural": "Visits",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name", "searchable": True},
        "kind": {"type": "choice", "label": "Kind", "options": {"call": {"label": "Call"}, "trip": {"label": "Trip"}}},
        "starts": {"type": "datetime", "label": "Starts"},
        "ends": {"type": "datetime", "label": "Ends"},
        "due": {"type": "date", "label": "Due"},
    },
    "rules": {"order": {"refuse_when": "ends < starts", "message": "It ends too early.", "field": "ends"}},
}
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
BUNDLE: dict[str, Any] = {
    "entities/visit.json": VISIT,
    "screens/days.json": {
        "kind": "calendar", "entity": "visit", "label": "Days", "start": "starts", "end": "ends", "day": "due",
        "color": "kind", "person": "owner", "new": {"kind": "trip"}, "week_start": "monday",
    },
    "screens/due.json": {"kind": "calendar", "entity": "visit", "label": "Due", "start": "due", "mode": "week"},
    "roles/own.json": {"label": "Own", "grants": {"visit": {**ALL, "read": "own"}}},
    "roles/timeless.json": {"label": "No times", "grants": {"visit": {**ALL, "fields": {"starts": "none"}}}},
    "roles/reader.json": {"label": "Reader", "grants": {"visit": {"read": "all"}}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """The published calendars and their administrator."""

    world: World
    app: Flask
    admin: Client
    browser: Browser

    def person(self, role: str) -> Browser:
        """Somebody with a role."""
        return signed_in(self.world, self.app, f"{role}@example.com", role)


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("calendars")
    with database(shared_engine, folder) as url:
        world = published(url, folder, BUNDLE)
        app = application(world.services.settings)
        browser = signed_in(world, app, "admin@example.com", "administrator")
        yield Office(world, app, client_of(app, "admin@example.com"), browser)
        world.close()
        app.extensions["armature"].database.close()


def agenda(answer: Answer) -> dict[str, list[str]]:
    """The titles of each day of an agenda."""
    assert answer.status == 200, answer.body
    found = {}
    for part in text(answer).partition('<div class="agenda">')[2].split("<section>")[1:]:
        day = re.search(r"<h3[^>]*>([^<]*)", part)
        assert day
        found[day[1].strip()] = re.findall(r'class="t strong"[^>]*>([^<]*)</a>', part)
    return found


def at(day: str, time: str) -> str:
    return f"2026-03-{day}T{time}:00Z"


def test_entries_lie_on_all_days_that_they_touch(office: Office) -> None:
    for name, values in {
        "Lie early": {"starts": at("10", "08:00"), "ends": at("10", "09:00")},
        "Lie long": {"starts": at("10", "22:00"), "ends": at("12", "07:00")},
        "Lie due": {"due": "2026-03-11"},
        "Lie open": {"starts": at("12", "15:00")},
        "Lie before": {"starts": at("01", "15:00"), "ends": at("01", "16:00")},
        "Lie never": {},
    }.items():
        office.admin.create("visit", name=name, **values)
    page = office.browser.get(CALENDAR, mode="agenda", on="2026-03-10", search="Lie")
    assert agenda(page) == {
        "Tuesday, 10 March 2026": ["Lie early", "Lie long"],
        "Wednesday, 11 March 2026": ["Lie long", "Lie due"],
        "Thursday, 12 March 2026": ["Lie long", "Lie open"],
    }
    assert re.findall(r'<a class="t" href="[^"]*" dir="auto">([^<]*)<', text(page)) == ["Lie never"]
    month = text(office.browser.get(CALENDAR, mode="month", on="2026-03-31", search="Lie"))
    assert len(re.findall('class="cal-day ', month)) == 42
    bars = r'class="at c(\d) n(\d) r1"[^>]*><details class="pop cal-entry c-[a-z]+ across'
    assert re.findall(bars, month) == [("2", "3")]
    week = text(office.browser.get(CALENDAR, mode="week", on="2026-03-12", search="Lie"))
    assert re.findall(r'class="timed t(\d+) hr(\d+) c(\d) at1of1"', week) == [("1", "2", "2"), ("15", "2", "4")]
    day = text(office.browser.get(CALENDAR, mode="day", on="2026-03-12", search="Lie"))
    assert ("Lie open" in day, "Lie long" in day, "Lie early" in day) == (True, True, False)


def test_days_are_those_of_the_reader_s_zone(office: Office) -> None:
    office.admin.create("visit", name="Zoned", starts=at("20", "22:30"), ends=at("20", "23:30"))
    me = "records/user/" + office.admin.get("me").json["id"]
    office.admin.patch(me, {"zone": "Asia/Tokyo"}, "*")
    page = office.browser.get(CALENDAR, mode="agenda", on="2026-03-20", search="Zoned")
    assert list(agenda(page)) == ["Saturday, 21 March 2026"]
    assert "Times in Asia/Tokyo" in text(page)
    office.admin.patch(me, {"zone": "UTC"}, "*")


def test_what_finds_no_room_is_counted_and_leads_to_its_day(office: Office) -> None:
    for number in range(6):
        office.admin.create("visit", name=f"Many {number}", starts=at("25", f"1{number}:00"))
    month = text(office.browser.get(CALENDAR, mode="month", on="2026-03-25", search="Many"))
    url = unescape(re.findall(r'class="inline" href="([^"]*)">3 more', month)[0])
    assert text(office.browser.get(url)).count('class="pop cal-entry') == 6


def test_a_month_on_a_phone_is_an_agenda(office: Office) -> None:
    page = text(office.browser.get(CALENDAR, on="2026-03-25", search="Many"))
    assert ('class="cal-main either"' in page, '<div class="agenda">' in page) == (True, True)
    assert '<div class="agenda">' not in text(office.browser.get(CALENDAR, mode="month"))


def test_a_slot_begins_an_entry_with_its_time(office: Office) -> None:
    week = text(office.browser.get(CALENDAR, mode="week", on="2026-03-12"))
    slot = r'href="([^"]*)" data-slot="[^"]*" aria-label="New on Thursday, 12 March 2026, 10:00"'
    url = unescape(re.findall(slot, week)[0])
    given = parse_qs(urlsplit(url).query)
    assert given["kind"] == ["trip"]
    form = text(office.browser.get(url))
    assert 'value="12/03/2026 10:00"' in form
    assert 'value="12/03/2026 11:00"' in form
    month = text(office.browser.get("/screens/due", mode="month", on="2026-03-12"))
    assert "/records/visit/new?due=2026-03-12" in month


def test_another_time_is_asked_for_and_can_be_taken_back(office: Office) -> None:
    made = office.admin.create("visit", name="Move", starts=at("15", "08:00"), ends=at("15", "09:00"))
    address = f"{CALENDAR}/time/{made['id']}"
    page = text(office.browser.get(address, mode="agenda"))
    assert re.findall(r'id="s1-field-(\w+)"', page) == ["starts", "ends", "due"]
    times = {"starts": "16/03/2026 10:00", "ends": "16/03/2026 09:00", "_version": "1"}
    refused = post(office.browser, f"{address}?mode=agenda", times)
    assert (refused.status, "It ends too early." in text(refused)) == (422, True)
    done = post(office.browser, f"{address}?mode=agenda", {**times, "ends": "16/03/2026 12:00", "due": ""})
    assert done.status == 303
    assert done.headers["location"].startswith(f"{CALENDAR}?mode=agenda&done=")
    assert office.admin.get(f"records/visit/{made['id']}").json["starts"] == at("16", "10:00")
    assert "data-undo" in text(office.browser.get(done.headers["location"]))
    again = post(office.browser, address, {**times, "ends": "16/03/2026 13:00"})
    assert (again.status, "Somebody changed this record meanwhile" in text(again)) == (422, True)


def test_only_the_time_is_written(office: Office) -> None:
    made = office.admin.create("visit", name="Time only", due="2026-03-01")
    post(office.browser, f"{CALENDAR}/time/{made['id']}", {"due": "2026-03-02", "name": "Other", "_version": "1"})
    record = office.admin.get(f"records/visit/{made['id']}").json
    assert (record["due"], record["name"]) == ("2026-03-02", "Time only")


def test_people_are_shown_and_hidden(office: Office) -> None:
    ident = office.world.person("colleague@example.com").actor.id
    office.admin.create("visit", name="Shown theirs", due="2026-04-01", owner=ident)
    office.admin.create("visit", name="Shown mine", due="2026-04-01")
    asked = {"mode": "agenda", "on": "2026-04-01", "search": "Shown"}
    page = office.browser.get(CALENDAR, **asked)
    assert agenda(page) == {"Wednesday, 1 April 2026": ["Shown mine", "Shown theirs"]}
    hide = unescape(re.findall(r'aria-checked="true" href="([^"]*without=' + str(ident) + ')"', text(page))[0])
    assert agenda(office.browser.get(hide)) == {"Wednesday, 1 April 2026": ["Shown mine"]}


def test_everybody_sees_their_own_entries(office: Office) -> None:
    office.admin.create("visit", name="Private", due="2026-05-01")
    asked = {"mode": "agenda", "on": "2026-05-01"}
    assert "Private" not in text(office.person("own").get(CALENDAR, **asked))
    page = text(office.person("reader").get(CALENDAR, **asked))
    assert ("Private" in page, "/time/" in page, "data-slot" in page) == (True, False, False)
    timeless = office.person("timeless")
    page = text(timeless.get(CALENDAR, **asked))
    assert ("This calendar shows you no days" in page, "Private" in page) == (True, False)
    made = office.admin.create("visit", name="Fixed", due="2026-05-02")
    assert timeless.get(f"{CALENDAR}/time/{made['id']}").status == 403
    assert post(timeless, f"{CALENDAR}/time/{made['id']}", {"due": "2026-05-03"}).status == 403


@pytest.mark.parametrize("mode", ["month", "week", "day", "agenda"])
def test_a_calendar_costs_as_many_statements_for_one_entry_as_for_many(office: Office, mode: str) -> None:
    costs = []
    for count in (1, 12):
        for number in range(count):
            office.admin.create("visit", name=f"Cost{count} {number}", starts=f"2026-07-01T{8 + number % 10:02}:00:00Z")
        asked = {"mode": mode, "on": "2026-07-01", "search": f"Cost{count}"}
        office.browser.get(CALENDAR, **asked)
        with statements(office.app.extensions["armature"].database) as found:
            assert office.browser.get(CALENDAR, **asked).status == 200
        costs.append(len(found))
    assert costs[0] == costs[1] <= 6, costs


@pytest.mark.parametrize("asked", [{"mode": "decade"}, {"on": "soon"}, {"on": "0001-01-01"}, {"x": "1"}])
def test_what_there_is_not_is_refused(office: Office, asked: dict[str, str]) -> None:
    assert office.browser.get(CALENDAR, **asked).status == 400


def test_only_calendars_have_times(office: Office) -> None:
    assert office.browser.get("/screens/visit_list/time/x").status == 404
    assert office.browser.get(f"{CALENDAR}/time/x").status == 404


class TestShifts:
    """Entries that were dragged: all of them, or their ends."""

    def visit(self, office: Office, **values: object) -> str:
        return str(office.admin.create("visit", **values)["id"])

    def shift(
        self, office: Office, ident: str, who: Browser | None = None, screen: str = CALENDAR, **sent: object
    ) -> Answer:
        form = {name: str(value) for name, value in sent.items()}
        return post(who or office.browser, f"{screen}/time/{ident}?mode=week&on=2026-03-10", form)

    def times(self, office: Office, ident: str) -> tuple[Any, ...]:
        found = office.admin.get(f"records/visit/{ident}").json
        return tuple(None if found[name] is None else found[name][:16] for name in ("starts", "ends", "due"))

    def test_a_move_shifts_both_ends(self, office: Office) -> None:
        ident = self.visit(office, name="Drag", starts=at("10", "09:00"), ends=at("10", "10:30"))
        answer = self.shift(office, ident, shift="move", days=2, minutes=-90, _version=1)
        assert answer.status == 303
        assert answer.headers["location"].startswith(f"{CALENDAR}?mode=week&on=2026-03-10&done=moved.")
        assert self.times(office, ident) == ("2026-03-12T07:30", "2026-03-12T09:00", None)

    def test_a_script_gets_the_calendar_with_what_was_done_and_the_way_back(self, office: Office) -> None:
        ident = self.visit(office, name="Seen", starts=at("10", "09:00"), ends=at("10", "10:00"))
        sent = {"shift": "move", "days": "1", "minutes": "30", "_version": "1"}
        address = f"{CALENDAR}/time/{ident}?mode=week&on=2026-03-10"
        answer = post(office.browser, address, sent, HX_Request="true", HX_Target="list")
        page = unescape(text(answer))
        assert answer.status == 200
        assert f'data-moved="{ident}"' in page
        assert re.search(r'data-say="“Seen”: Wednesday, 11 March 2026, 09:30', page)
        assert "data-undo" in page
        assert f'name="next" value="{CALENDAR}?mode=week&on=2026-03-10"' in page

    def test_days_are_added_by_the_clock_on_the_wall(self, office: Office) -> None:
        me = "records/user/" + office.admin.get("me").json["id"]
        office.admin.patch(me, {"zone": "Europe/Berlin"}, "*")
        ident = self.visit(office, name="Summer", starts="2026-03-27T08:00:00Z", ends="2026-03-27T09:00:00Z")
        assert self.shift(office, ident, shift="move", days=3).status == 303
        office.admin.patch(me, {"zone": "UTC"}, "*")
        assert self.times(office, ident) == ("2026-03-30T07:00", "2026-03-30T08:00", None)

    def test_a_stretch_moves_the_end_alone_and_never_before_the_start(self, office: Office) -> None:
        ident = self.visit(office, name="Longer", starts=at("10", "09:00"))
        assert self.shift(office, ident, shift="stretch", minutes=30).status == 303
        assert self.times(office, ident) == ("2026-03-10T09:00", "2026-03-10T10:30", None)
        refused = self.shift(office, ident, shift="stretch", minutes=-90)
        assert refused.status == 422
        assert "It would end before it begins" in text(refused)
        assert self.times(office, ident)[1] == "2026-03-10T10:30"

    def test_what_has_only_a_day_moves_by_days(self, office: Office) -> None:
        ident = self.visit(office, name="Day", due="2026-03-10")
        assert self.shift(office, ident, shift="move", days=-1, minutes=90).status == 303
        assert self.times(office, ident) == (None, None, "2026-03-09")
        assert self.shift(office, ident, shift="stretch", days=1).status == 403
        assert self.shift(office, ident, screen="/screens/due", shift="move", days=2).status == 303
        assert self.times(office, ident) == (None, None, "2026-03-11")

    def test_what_is_stale_forbidden_or_nonsense_changes_nothing(self, office: Office) -> None:
        ident = self.visit(office, name="Still", starts=at("10", "09:00"), ends=at("10", "10:00"))
        stale = self.shift(office, ident, shift="move", days=1, _version=7)
        assert stale.status == 409
        assert "move it again" in text(stale)
        for who in ("reader", "timeless"):
            someone = signed_in(office.world, office.app, f"dragging-{who}@example.com", who)
            assert self.shift(office, ident, someone, shift="move", days=1).status == 403
        for sent in ({"shift": "turn"}, {"days": "x"}, {"days": "1e3"}, {"days": 99_999}, {"minutes": "٣"}):
            assert self.shift(office, ident, **{"shift": "move", **sent}).status == 400, sent
        far = self.visit(office, name="Far", starts="9999-12-30T00:00:00Z")
        assert self.shift(office, far, shift="move", days=9).status == 422
        assert self.times(office, ident) == ("2026-03-10T09:00", "2026-03-10T10:00", None)


def test_a_view_saved_in_a_calendar_leads_back_to_its_days(office: Office) -> None:
    page = unescape(text(office.browser.get(CALENDAR, mode="week", on="2026-03-10", filter="kind = 'trip'")))
    (back,) = set(re.findall(r'name="list" value="([^"]*)"', page))
    assert back == f"{CALENDAR}?mode=week&on=2026-03-10"
    form = {"name": "Trips", "filter": "kind = 'trip'", "list": back}
    made = post(office.browser, "/records/visit/views", form)
    assert re.fullmatch(rf"{CALENDAR}\?mode=week&on=2026-03-10&view=[^&]+&done=view_saved", made.headers["location"])
    assert "Trips" in text(office.browser.get(CALENDAR))
