"""Boards over HTTP: lanes with counts, totals and cards, moves, what a move lacks, and as many statements for all."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.http.test_pages import post, text
from tests.support.bundles import World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of
from tests.support.databases import database
from tests.support.statements import statements

PASSWORD = "correct-horse-battery"
BOARD = "/screens/pipeline"
ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
OPTIONS = {
    "new": {"label": "Fresh"},
    "talk": {"label": "In talks"},
    "old": {"label": "Old way", "retired": True},
    "won": {"label": "Won", "outcome": "won"},
}
DEAL = {
    "label": "Deal",
    "label_plural": "Deals",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True, "searchable": True},
        "stage": {
            "type": "choice",
            "label": "Stage",
            "options": OPTIONS,
            "flow": {"new": ["talk", {"to": "won", "needs": ["closed_on"]}], "talk": ["new"], "won": []},
        },
        "client": {"type": "link", "to": "client", "label": "Client", "on_delete": "clear"},
        "amount": {"type": "money", "label": "Amount"},
        "pay": {"type": "integer", "label": "Pay"},
        "closed_on": {"type": "date", "label": "Closed on"},
        "step_on": {"type": "date", "label": "Step on"},
        "step": {"type": "text", "label": "Step"},
        "locked": {"type": "boolean", "label": "Locked"},
        "place": {"type": "decimal", "label": "Place", "scale": 1},
    },
    "rules": {"locked": {"refuse_when": "locked and stage = 'talk'", "message": "This deal is locked."}},
}
PLAN = "/screens/plan"
BUNDLE: dict[str, Any] = {
    "screens/plan.json": {
        "kind": "board",
        "entity": "deal",
        "label": "Plan",
        "lanes": {"field": "stage"},
        "position": "place",
        "sort": ["name"],
    },
    "entities/client.json": {"label": "Client", "fields": {"name": {"type": "text", "label": "Name"}}},
    "entities/deal.json": DEAL,
    "screens/pipeline.json": {
        "kind": "board",
        "entity": "deal",
        "label": "Pipeline",
        "lanes": {"field": "stage", "limits": {"talk": 1}},
        "total": "amount",
        "card": ["client", "amount", "closed_on"],
        "due": {"field": "step_on", "text": "step"},
        "age": 10,
        "sort": ["name"],
    },
    "screens/by_client.json": {
        "kind": "board", "entity": "deal", "label": "By client", "lanes": {"field": "client"}, "total": "pay",
    },
    "roles/reader.json": {
        "label": "Reader",
        "grants": {"deal": {"read": "all", "update": "own", "fields": {"pay": "none", "stage": "read"}}},
    },
    "roles/mover.json": {"label": "Mover", "grants": {"deal": {"read": "all", "update": "own"}}},
    "roles/blind.json": {"label": "Blind", "grants": {"deal": {**ALL, "fields": {"stage": "none"}}}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """The published boards with an administrator; every test makes records of its own."""

    world: World
    app: Flask
    admin: Client
    browser: Browser

    def person(self, role: str) -> Browser:
        """Somebody with a role who has signed in."""
        return signed_in(self.world, self.app, f"{role}@example.com", role)

    def deals(self, word: str, *values: dict[str, Any]) -> list[str]:
        """Make deals with names that begin with a word of the test's; their ids."""
        made = (self.admin.create("deal", **{"name": f"{word} {n}", **one}) for n, one in enumerate(values))
        return [one["id"] for one in made]


def signed_in(world: World, app: Flask, email: str, role: str) -> Browser:
    ident = str(world.person(email, role).actor.id)
    world.services.auth.set_password(ident, PASSWORD)
    return browser_of(app, email, PASSWORD)


@pytest.fixture(scope="module")
def desk(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("boards")
    with database(shared_engine, folder) as url:
        world = published(url, folder, BUNDLE)
        app = application(world.services.settings)
        browser = signed_in(world, app, "admin@example.com", "administrator")
        yield Desk(world, app, client_of(app, "admin@example.com"), browser)
        world.close()
        app.extensions["armature"].database.close()


def lanes(answer: Answer) -> dict[str, tuple[str, list[str]]]:
    """Count and titles of the cards of each lane, by its key."""
    assert answer.status == 200, answer.body
    found = {}
    for part in text(answer).split('<section class="lane')[1:]:
        key = re.search(r'data-lane="([^"]*)"', part)
        count = re.search(r'class="count num">([^<]*)<', part)
        assert key
        assert count
        found[key[1]] = (count[1], [unescape(one) for one in re.findall(r'data-card="([^"]*)"', part)])
    return found


def ways(page: str, ident: str) -> list[str]:
    """The lanes to which the menu of a card leads."""
    return re.findall(rf'value="{ident}\.\d+\.([^"]*)"', page)


def test_cards_lie_in_the_lanes_of_their_values(desk: Desk) -> None:
    desk.deals("Lie", {"stage": "new"}, {"stage": "new"}, {"stage": "won"}, {"stage": None})
    found = lanes(desk.browser.get(BOARD, search="Lie"))
    assert found == {
        "~": ("1", ["Lie 3"]),
        "new": ("2", ["Lie 0", "Lie 1"]),
        "talk": ("0", []),
        "won": ("1", ["Lie 2"]),
    }


def test_the_head_tells_totals_per_currency_and_limits(desk: Desk) -> None:
    euros, francs = {"amount": "10.50", "currency": "EUR"}, {"amount": "7", "currency": "CHF"}
    desk.deals("Tot", {"stage": "talk", "amount": euros}, {"stage": "talk", "amount": francs}, {"stage": "talk"})
    page = text(desk.browser.get(BOARD, search="Tot"))
    lane = page.split('id="lane-talk"')[1].split("</header>")[0]
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", lane)).count("CHF 7 + € 10.50") == 1
    assert "3 of at most 1: too many" in lane
    assert "/records/deal/new?stage=talk" in lane


def test_a_lane_of_links_is_called_by_their_titles(desk: Desk) -> None:
    zeta, alpha = (desk.admin.create("client", name=name)["id"] for name in ("Zeta", "Alpha"))
    desk.deals("Linked", {"client": zeta, "pay": 3}, {"client": alpha, "pay": 4}, {})
    answer = desk.browser.get("/screens/by_client", search="Linked")
    assert list(lanes(answer)) == ["~", alpha, zeta]
    assert f'data-lane="{alpha}" data-label="Alpha"' in text(answer)


def test_more_cards_are_loaded_a_lane_at_a_time(desk: Desk) -> None:
    desk.deals("More", *[{"stage": "new"}] * 30, {"stage": "talk"})
    first = desk.browser.get(BOARD, search="More")
    assert (len(lanes(first)["new"][1]), lanes(first)["new"][0]) == (25, "30")
    more = unescape(re.findall(r'id="lane-new-more" href="([^"]*)"', text(first))[0])
    assert len(lanes(desk.browser.get(more))["new"][1]) == 30
    alone = desk.browser.call("GET", more, headers={"HX-Request": "true", "HX-Target": "lane-new"})
    assert list(lanes(alone)) == ["new"]
    assert len(lanes(alone)["new"][1]) == 30


def test_a_board_costs_as_many_statements_for_one_card_as_for_many(desk: Desk) -> None:
    clients = [desk.admin.create("client", name=f"C{n}")["id"] for n in range(8)]
    desk.deals("Cost1", {"stage": "new", "client": clients[0]})
    desk.deals("Cost9", *[{"stage": key, "client": one} for one in clients for key in ("new", "talk", "won")])
    for screen in (BOARD, "/screens/by_client"):
        costs = []
        for word in ("Cost1", "Cost9"):
            desk.browser.get(screen, search=word)
            with statements(desk.app.extensions["armature"].database) as found:
                assert desk.browser.get(screen, search=word).status == 200
            costs.append(len(found))
        assert costs[0] == costs[1] <= 7, costs


def test_a_move_is_a_form_that_leads_back_to_the_board(desk: Desk) -> None:
    (ident,) = desk.deals("Step", {"stage": "new"})
    page = text(desk.browser.get(BOARD, search="Step"))
    assert ways(page, ident) == ["talk", "won"]
    answer = post(desk.browser, f"{BOARD}/move?search=Step", {"move": f"{ident}.1.talk"})
    assert (answer.status, answer.headers["location"].partition("done=")[0]) == (303, f"{BOARD}?search=Step&")
    assert "data-undo" in text(desk.browser.get(answer.headers["location"]))
    assert desk.admin.get(f"records/deal/{ident}").json["stage"] == "talk"


def test_scripts_get_the_two_lanes_that_a_move_changed(desk: Desk) -> None:
    (ident,) = desk.deals("Two", {"stage": "new"})
    answer = post(desk.browser, f"{BOARD}/move?search=Two", {"move": f"{ident}.1.talk"}, HX_Request="true")
    assert lanes(answer) == {"new": ("0", []), "talk": ("1", ["Two 0"])}
    assert "“Two 0” is in In talks now" in unescape(text(answer))
    assert "data-undo" in text(answer)


def test_a_stale_move_is_refused(desk: Desk) -> None:
    (ident,) = desk.deals("Stale", {"stage": "new"})
    desk.admin.patch(f"records/deal/{ident}", {"stage": "talk"}, "*")
    answer = post(desk.browser, f"{BOARD}/move", {"move": f"{ident}.1.talk"}, HX_Request="true")
    assert (answer.status, answer.headers["hx-retarget"]) == (409, "#notices")
    assert "Somebody changed this record meanwhile" in text(answer)


def test_a_move_that_the_flow_or_a_rule_forbids_says_why(desk: Desk) -> None:
    won, locked = desk.deals("Why", {"stage": "won"}, {"stage": "new", "locked": True})
    assert ways(text(desk.browser.get(BOARD, search="Why")), won) == []
    answer = post(desk.browser, f"{BOARD}/move", {"move": f"{won}.1.new"})
    assert answer.status == 422
    assert "Stage cannot go from “Won” to “Fresh”" in unescape(text(answer))
    answer = post(desk.browser, f"{BOARD}/move", {"move": f"{locked}.1.talk"}, HX_Request="true")
    assert answer.status == 422
    assert "This deal is locked." in text(answer)


@pytest.mark.parametrize("scripted", [False, True])
def test_a_move_asks_for_just_what_it_lacks(desk: Desk, *, scripted: bool) -> None:
    headers = {"HX_Request": "true"} if scripted else {}
    (ident,) = desk.deals("Lack", {"stage": "new"})
    move = {"move": f"{ident}.1.won"}
    asks = post(desk.browser, f"{BOARD}/move?search=Lack", move, **headers)
    assert asks.status == 422
    assert asks.headers.get("hx-retarget") == ("#asking" if scripted else None)
    page = text(asks)
    assert re.findall(r'<div class="field[^"]*" id="s1-field-(\w+)"', page) == ["closed_on"]
    assert 'id="s1-summary"' not in page
    again = post(desk.browser, f"{BOARD}/move", {**move, "_only": "closed_on", "closed_on": "no day"}, **headers)
    assert (again.status, 'value="no day"' in text(again)) == (422, True)
    done = post(desk.browser, f"{BOARD}/move", {**move, "_only": "closed_on", "closed_on": "2026-03-01"}, **headers)
    assert done.status == (200 if scripted else 303), done.body
    record = desk.admin.get(f"records/deal/{ident}").json
    assert (record["stage"], record["closed_on"]) == ("won", "2026-03-01")


def test_only_what_was_asked_for_is_written(desk: Desk) -> None:
    (ident,) = desk.deals("Only", {"stage": "new", "pay": 1})
    post(desk.browser, f"{BOARD}/move", {"move": f"{ident}.1.talk", "_only": "closed_on", "pay": "9"})
    assert desk.admin.get(f"records/deal/{ident}").json["pay"] == 1


@pytest.mark.parametrize("move", ["", "x", "{ident}.1", "{ident}.x.talk", "{ident}.1.nowhere"])
def test_what_is_no_move_is_refused(desk: Desk, move: str) -> None:
    (ident,) = desk.deals("Odd", {"stage": "new"})
    answer = post(desk.browser, f"{BOARD}/move", {"move": move.format(ident=ident)})
    assert answer.status in {400, 404, 422}
    assert desk.admin.get(f"records/deal/{ident}").json["version"] == 1


def test_who_may_not_change_the_field_has_cards_that_stay(desk: Desk) -> None:
    (ident,) = desk.deals("Fix", {"stage": "new", "pay": 41_977})
    reader = desk.person("reader")
    page = text(reader.get(BOARD, search="Fix"))
    assert ways(page, ident) == []
    assert post(reader, f"{BOARD}/move", {"move": f"{ident}.1.talk"}).status == 403
    assert "41,977" not in text(reader.get("/screens/by_client", search="Fix"))


def test_a_board_of_a_hidden_field_says_so_and_shows_nothing(desk: Desk) -> None:
    desk.deals("Blind", {"stage": "won"})
    blind = desk.person("blind")
    page = text(blind.get(BOARD))
    assert "This board has no lanes for you" in page
    assert "Blind 0" not in page
    assert post(blind, f"{BOARD}/move", {"move": "x.1.won"}).status == 403


def test_only_boards_have_moves(desk: Desk) -> None:
    assert post(desk.browser, "/screens/deal_list/move", {"move": "x.1.won"}).status == 404
    assert post(desk.browser, "/screens/nothing/move", {"move": "x.1.won"}).status == 404


def test_cards_tell_what_is_late_and_what_stays_long(desk: Desk) -> None:
    today = dt.datetime.now(dt.UTC).date()
    late = {"step_on": (today - dt.timedelta(days=3)).isoformat(), "step": "Call back"}
    desk.deals("Late", {"stage": "new", **late}, {"stage": "won", **late})
    page = unescape(text(desk.browser.get(BOARD, search="Late")))
    assert page.count("3 days late: Call back") == 1  # what is won is not late any more
    assert "days in this lane" not in page


class TestOrder:
    """Cards in the order in which people put them."""

    def names(self, desk: Desk, word: str, who: Browser | None = None) -> list[str]:
        found = lanes((who or desk.browser).get(PLAN, search=word))
        return [one.removeprefix(f"{word} ") for one in found["new"][1]]

    def move(self, desk: Desk, ident: str, place: str = "", who: Browser | None = None, key: str = "new") -> Answer:
        version = desk.admin.get(f"records/deal/{ident}").json["version"]
        return post(who or desk.browser, f"{PLAN}/move", {"move": f"{ident}.{version}.{key}", "place": place})

    def places(self, desk: Desk, idents: list[str]) -> list[str | None]:
        return [desk.admin.get(f"records/deal/{one}").json["place"] for one in idents]

    def test_a_card_goes_where_it_is_put_and_others_keep_their_numbers(self, desk: Desk) -> None:
        a, b, c = desk.deals("Put", *({"stage": "new", "place": str(n)} for n in (10, 20, 30)))
        assert self.move(desk, c, f"{a}|{b}").status == 303
        assert self.names(desk, "Put") == ["0", "2", "1"]
        assert self.places(desk, [a, b, c]) == ["10.0", "20.0", "15.0"]
        assert self.move(desk, a, f"{b}|").status == 303
        assert self.names(desk, "Put") == ["2", "1", "0"]
        assert self.move(desk, b).status == 303
        assert self.names(desk, "Put") == ["1", "2", "0"]

    def test_where_there_is_no_room_the_lane_is_numbered_anew_as_one_operation(self, desk: Desk) -> None:
        a, b, c = desk.deals(
            "Room", {"stage": "new", "place": "0.1"}, {"stage": "new", "place": "0.2"}, {"stage": "new"}
        )
        assert self.names(desk, "Room") == ["0", "1", "2"]
        answer = self.move(desk, c, f"{a}|{b}")
        assert answer.status == 303
        assert self.names(desk, "Room") == ["0", "2", "1"]
        undo = re.search(r"/me/actions/[^/]+/undo", text(desk.browser.get(answer.headers["location"])))
        assert undo
        assert post(desk.browser, undo[0], {}).status == 303
        assert self.names(desk, "Room") == ["0", "1", "2"]
        assert self.places(desk, [a, b, c]) == ["0.1", "0.2", None]

    def test_cards_that_were_never_put_anywhere_stand_last_and_take_numbers_with_them(self, desk: Desk) -> None:
        idents = desk.deals("Never", *({"stage": "new"} for _ in range(4)))
        assert self.names(desk, "Never") == ["0", "1", "2", "3"]
        assert self.move(desk, idents[0], f"{idents[2]}|{idents[3]}").status == 303
        assert self.names(desk, "Never") == ["1", "2", "0", "3"]
        assert self.places(desk, idents)[3] is None

    def test_numbering_anew_takes_the_right_to_change_the_others_and_writes_nothing_without(self, desk: Desk) -> None:
        mover = desk.person("mover")
        me = desk.admin.items("records/user", filter="email = 'mover@example.com'")[0]["id"]
        theirs, mine, far = desk.deals(
            "Right", {"stage": "new"}, {"stage": "new", "owner": me}, {"stage": "new", "place": "8", "owner": me}
        )
        answer = self.move(desk, mine, f"{theirs}|", mover)
        assert answer.status == 403
        assert "who may change the other cards" in unescape(text(answer))
        assert self.places(desk, [theirs, mine, far]) == [None, None, "8.0"]
        assert self.move(desk, mine, f"{far}|{theirs}", mover).status == 303
        assert self.names(desk, "Right") == ["2", "1", "0"]

    def test_a_card_from_another_lane_goes_to_its_place_or_on_top(self, desk: Desk) -> None:
        a, b, c, d = desk.deals(
            "Over", {"stage": "new", "place": "1"}, {"stage": "new", "place": "5"}, {"stage": "talk"}, {"stage": "talk"}
        )
        assert self.move(desk, c, f"{a}|{b}").status == 303
        assert self.move(desk, d).status == 303
        assert self.names(desk, "Over") == ["3", "0", "2", "1"]

    def test_neighbours_that_are_gone_do_not_matter_and_nonsense_is_refused(self, desk: Desk) -> None:
        a, b = desk.deals("Gone", {"stage": "new", "place": "4"}, {"stage": "talk", "place": "9"})
        assert self.move(desk, a, f"{b}|{'0' * 8}-0000-7000-8000-{'0' * 12}").status == 303
        for place in ("x|y", f"{a}", f"{a}|{b}|{a}", "|".join(["z" * 99] * 2)):
            assert self.move(desk, a, place).status == 400, place

    def test_only_the_board_s_own_order_can_be_changed(self, desk: Desk) -> None:
        a, b = desk.deals("Own", {"stage": "new", "place": "1"}, {"stage": "new", "place": "2"})
        page = text(desk.browser.get(PLAN, search="Own"))
        assert f'value="{a}.1.new"' in page
        assert f'value="{b}.1.new||{a}"' in page
        assert 'name="place"' in page
        sorted_ = text(desk.browser.get(PLAN, search="Own", sort="-name"))
        assert f'value="{a}.1.new"' not in sorted_
        assert 'name="place"' not in sorted_
        answer = post(desk.browser, f"{PLAN}/move?sort=-name", {"move": f"{b}.1.talk", "place": f"|{a}"})
        assert answer.status == 303
        assert self.places(desk, [b]) == ["2.0"]
