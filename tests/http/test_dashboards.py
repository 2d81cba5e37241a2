"""Dashboards over HTTP: figures of a period and a person, charts with tables and files, tiles that fail alone."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.http.test_boards import PASSWORD, signed_in
from tests.http.test_pages import post, text
from tests.support.bundles import World, published
from tests.support.clients import Answer, Browser, Client, application, client_of
from tests.support.databases import database
from tests.support.statements import statements

BOARD = "/screens/review"
WHEN = {"period": "quarter", "from": "2026-04-01"}
SALE = {
    "label": "Sale",
    "label_plural": "Sales",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name"},
        "state": {
            "type": "choice",
            "label": "State",
            "ordered": True,
            "options": {
                "open": {"label": "Under way"},
                "offer": {"label": "Offered"},
                "won": {"label": "Won", "outcome": "won"},
                "lost": {"label": "Lost", "outcome": "lost"},
            },
        },
        "buyer": {"type": "link", "to": "buyer", "label": "Buyer", "on_delete": "clear"},
        "price": {"type": "money", "label": "Price"},
        "size": {"type": "integer", "label": "Size"},
        "pay": {"type": "integer", "label": "Pay"},
        "sold_on": {"type": "date", "label": "Sold on"},
        "met_at": {"type": "datetime", "label": "Met at"},
    },
}
TILES: dict[str, Any] = {
    "sum": {"kind": "number", "entity": "sale", "label": "Turnover", "measure": "sum(price)", "period": "sold_on"},
    "met": {"kind": "number", "entity": "sale", "measure": "count()", "period": "met_at", "compare": False},
    "months": {"kind": "bar", "entity": "sale", "measure": "sum(size)", "group": {"field": "sold_on", "by": "month"}},
    "trend": {"kind": "line", "entity": "sale", "measure": "count()", "group": {"field": "sold_on", "by": "month"}},
    "buyers": {"kind": "bar", "entity": "sale", "measure": "sum(size)", "group": "buyer"},
    "states": {"kind": "pie", "entity": "sale", "group": "state"},
    "funnel": {"kind": "funnel", "entity": "sale", "group": "state"},
    "latest": {"kind": "table", "entity": "sale", "columns": ["size", "buyer"], "sort": ["-size"], "limit": 2},
    "pay": {"kind": "number", "entity": "sale", "measure": "sum(pay)"},
    "note": {"kind": "text", "label": "Read this", "message": "Nothing <b>here</b> is final."},
}
BUNDLE: dict[str, Any] = {
    "entities/buyer.json": {"label": "Buyer", "fields": {"name": {"type": "text", "label": "Name"}}},
    "entities/sale.json": SALE,
    "screens/review.json": {"kind": "dashboard", "label": "Review", "tiles": TILES},
    "screens/other.json": {
        "kind": "dashboard",
        "label": "Other",
        "period": "year",
        "tiles": {"all": {"kind": "number", "entity": "sale", "label": "All", "period": "sold_on", "compare": False}},
    },
    "screens/closed.json": {
        "kind": "dashboard",
        "label": "Closed",
        "for": ["boss"],
        "tiles": {"sealed": {"kind": "text", "label": "Sealed"}},
    },
    "roles/boss.json": {"label": "Boss", "grants": {"sale": {"read": "all"}}},
    "roles/seller.json": {
        "label": "Seller",
        "abilities": {"export": True},
        "grants": {"sale": {"read": "own", "fields": {"pay": "none"}}, "buyer": {"read": "all"}},
    },
}


@dataclass(frozen=True, slots=True)
class Office:
    """The published dashboard with sales of one owner and of another, and who looks at it."""

    world: World
    app: Flask
    admin: Client
    browser: Browser
    seller: Browser
    seller_id: str

    def tile(self, name: str, browser: Browser | None = None, **more: str) -> Answer:
        """One tile of the quarter of these tests."""
        return (browser or self.browser).get(f"{BOARD}/tiles/{name}", **{**WHEN, **more})


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("dashboards")
    with database(shared_engine, folder) as url:
        world = published(url, folder, BUNDLE)
        app = application(world.services.settings)
        browser = signed_in(world, app, "admin@example.com", "administrator")
        seller = signed_in(world, app, "seller@example.com", "seller")
        admin = client_of(app, "admin@example.com")
        ident = world.services.auth.by_email("seller@example.com").actor.id or ""
        buyers = [admin.create("buyer", name=name)["id"] for name in ("Zoo", "Airport")]
        for state, sold_on, price, currency, size, buyer, owner in (
            ("won", "2026-04-03", "100", "EUR", 5, 0, None),
            ("won", "2026-06-30", "50.5", "EUR", 7, 1, ident),
            ("won", "2026-05-10", "30", "CHF", 1, 1, None),
            ("lost", "2026-01-31", "200", "EUR", 2, 0, None),
            ("offer", "2025-06-12", "10", "EUR", 4, 0, None),
            ("open", None, "999", "EUR", 90, 0, ident),
        ):
            values = {"owner": owner} if owner else {}
            admin.create(
                "sale", name=f"Sale {size}", state=state, sold_on=sold_on, size=size, buyer=buyers[buyer], pay=size,
                price={"amount": price, "currency": currency},
                met_at=f"{sold_on}T22:30:00Z" if sold_on else None, **values,
            )  # fmt: skip
        yield Office(world, app, admin, browser, seller, ident)
        world.close()
        app.extensions["armature"].database.close()


def plain(answer: Answer) -> str:
    """The words of an answer without its marks."""
    assert answer.status == 200, answer.body
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text(answer))))


def twin(answer: Answer) -> dict[str, str]:
    """The table of a chart: label and figure."""
    assert answer.status == 200, answer.body
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th><td class="num">([^<]*)</td>', text(answer))
    return {unescape(label): unescape(figure).replace("\u00a0", " ") for label, figure in rows}


def test_a_number_is_of_its_period_beside_the_one_before(office: Office) -> None:
    told = plain(office.tile("sum"))
    assert "€ 150.5" in told
    assert "CHF 30" in told
    assert "24.8% under Q1 2026" in told
    assert "100% under Q2 2026" in plain(office.tile("sum", **{"from": "2026-07-01"}))
    assert "none in Q3 2025" in plain(office.tile("sum", **{"from": "2025-10-01"}))


def test_a_moment_belongs_to_the_day_of_the_reader_s_zone(office: Office) -> None:
    assert plain(office.tile("met")).strip() == "3"
    office.admin.patch("records/user/" + office.admin.get("me").json["id"], {"zone": "Asia/Tokyo"}, "*")
    # 22:30 UTC on the last day of June is July in Tokyo.
    assert plain(office.tile("met")).strip() == "2"
    office.admin.patch("records/user/" + office.admin.get("me").json["id"], {"zone": "UTC"}, "*")


def test_months_run_up_to_the_end_of_the_period_with_the_year_before(office: Office) -> None:
    answer = office.tile("months")
    assert [*twin(answer)] == [
        *(f"{month} 2025" for month in ("July", "August", "September", "October", "November", "December")),
        *(f"{month} 2026" for month in ("January", "February", "March", "April", "May", "June")),
    ]
    assert {label: figure for label, figure in twin(answer).items() if figure != "0"} == {
        "January 2026": "2", "April 2026": "5", "May 2026": "1", "June 2026": "7",
    }  # fmt: skip
    assert text(answer).count('class="bar-now"') == 3
    assert text(answer).count('class="bar-before"') == 1
    assert "a year before: 4" in text(answer)
    assert len(re.findall("line-part", text(office.tile("trend")))) == 11


def test_charts_are_mirrored_from_right_to_left(office: Office) -> None:
    headers = {"Cookie": f"{office.browser.headers['Cookie']}; language=ar"}
    mirrored = Browser(office.app, headers, office.browser.csrf)
    (first, *_), (*_, last) = (
        re.findall(r'class="bar-(?:now|past)" x="([\d.]+)%"', text(office.tile("months", one)))
        for one in (office.browser, mirrored)
    )
    assert first == last


def test_bars_open_the_list_of_their_records(office: Office) -> None:
    page = text(office.tile("months"))
    for label, count in (("April 2026", 1), ("March 2026", 0)):
        url = unescape(re.findall(rf'<a href="([^"]*)" aria-label="{label}', page)[0])
        condition = parse_qs(urlsplit(url).query)["filter"][0]
        assert len(office.admin.items("records/sale", filter=condition)) == count
        assert office.browser.get(url).status == 200


def test_links_are_called_by_their_titles_the_largest_first(office: Office) -> None:
    assert twin(office.tile("buyers")) == {"Zoo": "101", "Airport": "8"}


def test_a_funnel_counts_who_came_at_least_so_far(office: Office) -> None:
    assert twin(office.tile("funnel")) == {"Under way": "5", "Offered": "4", "Won": "3"}
    assert "80% go on" in plain(office.tile("funnel"))


def test_a_pie_has_a_part_for_each_value(office: Office) -> None:
    assert twin(office.tile("states")) == {"Under way": "1", "Offered": "1", "Won": "3", "Lost": "1"}
    lengths = [float(one) for one in re.findall(r'stroke-dasharray="([\d.]+) ', text(office.tile("states")))]
    assert sum(lengths) == pytest.approx(100, abs=0.1)


def test_a_table_shows_the_first_records_and_leads_to_all(office: Office) -> None:
    page = text(office.tile("latest"))
    assert re.findall(r'dir="auto">(Sale \d+)</a>', page) == ["Sale 90", "Sale 7"]


def test_figures_come_as_a_file_for_who_may_export(office: Office) -> None:
    answer = office.seller.get(f"{BOARD}/tiles/buyers/csv", **WHEN)
    assert [*csv.reader(io.StringIO(answer.body.decode()))] == [["Buyer", "Size"], ["Zoo", "90"], ["Airport", "7"]]
    boss = signed_in(office.world, office.app, "boss@example.com", "boss")
    assert "/csv" not in text(office.tile("states", boss))
    assert boss.get(f"{BOARD}/tiles/states/csv", **WHEN).status == 403
    assert office.browser.get(f"{BOARD}/tiles/note/csv", **WHEN).status == 404


def test_a_person_narrows_all_tiles(office: Office) -> None:
    assert "€ 50.5" in plain(office.tile("sum", person=office.seller_id))
    assert "€ 50.5" in plain(office.tile("sum", office.seller, person="me"))
    assert twin(office.tile("buyers", person="me")) == {"Zoo": "11", "Airport": "1"}


def test_each_reader_has_figures_of_their_own_and_is_told_so(office: Office) -> None:
    told = plain(office.tile("sum", office.seller))
    assert "€ 50.5" in told
    assert "Counts only the records that you may read." in told
    assert "Counts only" not in plain(office.tile("sum"))


def test_what_may_not_be_read_has_no_figure(office: Office) -> None:
    told = plain(office.tile("pay", office.seller))
    assert "You may not read what this is made of." in told
    assert not re.search(r"\d", told)


def test_the_page_loads_its_tiles_or_draws_them_all(office: Office) -> None:
    page = text(office.browser.get(BOARD, **WHEN))
    assert re.findall(r'hx-get="([^"?]*/tiles/[^"?]*)\?', page) == [
        f"{BOARD}/tiles/{name}" for name in TILES if name != "note"
    ]
    assert "Nothing &lt;b&gt;here&lt;/b&gt; is final." in page
    assert '<noscript><meta http-equiv="refresh"' in page
    drawn = text(office.browser.get(BOARD, **WHEN, drawn="all"))
    assert re.findall(r'hx-get="[^"]*/tiles/|http-equiv', drawn) == []
    assert drawn.count('class="twin"') == 5


def test_a_tile_costs_no_more_for_more_records(office: Office) -> None:
    most = {"sum": 3, "months": 2, "buyers": 3, "funnel": 2, "latest": 3}
    for name, cost in most.items():
        office.tile(name)
        with statements(office.app.extensions["armature"].database) as found:
            office.tile(name)
        assert len(found) <= cost, (name, len(found))


def test_a_tile_that_fails_says_so_in_its_own_place(office: Office) -> None:
    headers = {"HX-Request": "true", "HX-Target": "tile-sum"}
    answer = office.browser.call("GET", f"{BOARD}/tiles/sum?period=decade", headers=headers)
    assert (answer.status, answer.headers.get("hx-retarget")) == (400, None)
    assert 'hx-target="#tile-sum"' in text(answer)


@pytest.mark.parametrize(
    "parameters", [{"period": "week"}, {"from": "soon"}, {"from": "9999-12-01"}, {"person": "nobody"}, {"x": "1"}]
)
def test_what_there_is_not_is_refused(office: Office, parameters: dict[str, str]) -> None:
    assert office.browser.get(BOARD, **parameters).status == 400


def test_a_dashboard_is_for_its_roles_and_tiles_for_who_sees_their_entity(office: Office) -> None:
    assert office.seller.get("/screens/closed").status == 404
    assert office.browser.get("/screens/review/tiles/nothing").status == 404
    assert office.browser.get("/screens/sale_list/tiles/sum").status == 404
    ident = office.world.person("guest@example.com").actor.id or ""
    office.world.services.auth.set_password(ident, PASSWORD)
    guest = client_of(office.app, "guest@example.com")
    page = text(guest.get(BOARD))
    assert "Read this" in page
    assert "Turnover" not in page
    assert guest.get(f"{BOARD}/tiles/sum").status == 404


class TestOwn:
    """A dashboard as somebody has it for themselves."""

    def step(self, who: Browser, do: str, screen: str = BOARD, query: str = "") -> Answer:
        return post(who, f"{screen}/copy{query}", {"do": do})

    def keys(self, who: Browser) -> list[tuple[str, str]]:
        """Name and width of each tile, in order."""
        page = text(who.get(f"{BOARD}?arrange=1"))
        return re.findall(r'class="tile w(\d+)[^>]*data-tile="([^"]+)"', page)

    def tiles(self, who: Browser) -> list[str]:
        return [key for _, key in self.keys(who)]

    def test_tiles_are_moved_resized_removed_and_added_for_oneself_alone(self, office: Office) -> None:
        me, other = (signed_in(office.world, office.app, f"own{n}@example.com", "administrator") for n in (1, 2))
        start = self.keys(me)
        assert [key for _, key in start] == [f"review.{name}" for name in TILES]
        answer = self.step(me, "later:review.sum", query="?period=year&from=2026-01-01&done=x")
        assert answer.headers["location"] == f"{BOARD}?period=year&from=2026-01-01&arrange=1#place-review-sum"
        assert self.tiles(me)[:2] == ["review.met", "review.sum"]
        self.step(me, "earlier:review.sum")
        self.step(me, "earlier:review.sum")
        self.step(me, "wider:review.sum")
        assert self.keys(me)[0] == ("4", "review.sum")
        for _ in range(9):
            self.step(me, "narrower:review.sum")
        assert self.keys(me)[0] == ("3", "review.sum")
        self.step(me, "drop:review.sum")
        assert "review.sum" not in self.tiles(me)
        self.step(me, "add:review.sum")
        self.step(me, "add:other.all")
        assert self.tiles(me)[-2:] == ["review.sum", "other.all"]
        order = [*reversed(self.tiles(me))]
        self.step(me, f"order:{','.join(order)}")
        assert self.tiles(me) == order
        assert self.keys(other) == start
        assert "Your own" in text(me.get(BOARD))
        assert "Your own" not in text(other.get(BOARD))

    def test_a_tile_of_another_dashboard_follows_the_period_of_this_one(self, office: Office) -> None:
        me = signed_in(office.world, office.app, "own3@example.com", "administrator")
        self.step(me, "add:other.all")
        page = unescape(text(me.get(BOARD, period="quarter", **{"from": "2026-04-01"})))
        (url,) = re.findall(r'hx-get="(/screens/other/tiles/all[^"]*)"', page)
        assert parse_qs(urlsplit(url).query) == {"period": ["quarter"], "from": ["2026-04-01"]}
        assert ">3<" in re.sub(r"\s", "", text(me.get(url)))

    def test_resetting_brings_back_what_everybody_has(self, office: Office) -> None:
        me = signed_in(office.world, office.app, "own4@example.com", "administrator")
        start = self.keys(me)
        self.step(me, "drop:review.note")
        answer = post(me, f"{BOARD}/copy/reset?person=me", {})
        assert answer.headers["location"] == f"{BOARD}?person=me&done=dashboard_reset"
        assert self.keys(me) == start
        assert "Your own" not in text(me.get(BOARD))

    def test_nothing_is_there_that_its_reader_may_not_open(self, office: Office) -> None:
        me = signed_in(office.world, office.app, "own5@example.com", "seller")
        gallery = text(me.get(f"{BOARD}?arrange=1"))
        assert "other.all" in gallery
        assert "closed.sealed" not in gallery
        assert self.step(me, "add:closed.sealed").status == 400
        odd = "closed.sealed:3,review.sum:6,review.gone:3,review.sum:4,nonsense,review.met:99"
        mine = {"screen": "review", "tiles": odd}
        door, known = office.world.services.door, office.world.context(email="own5@example.com")
        door.create(known, "dashboard_copy", mine)
        assert self.keys(me) == [("6", "review.sum")]
        seen = [one["owner"] for one in office.admin.items("records/dashboard_copy")]
        assert str(known.actor.id) not in seen

    def test_what_is_no_step_changes_nothing(self, office: Office) -> None:
        me = signed_in(office.world, office.app, "own6@example.com", "administrator")
        for do in ("", "turn:review.sum", "drop:review.gone", "add:review.sum", "add:nothing.here", "later"):
            assert self.step(me, do).status == 400, do
        assert post(me, f"{BOARD}/copy", {"do": "drop:review.sum", "more": "x"}).status == 400
        assert self.step(me, "drop:review.sum", "/screens/sale_list").status == 404
        assert self.step(me, "drop:review.sum", "/screens/closed").status == 404
        assert post(me, "/screens/closed/copy/reset", {}).status == 404
        assert "Your own" not in text(me.get(BOARD))


def test_the_rows_of_a_table_are_saved_as_they_are_shown(office: Office) -> None:
    answer = office.seller.get(f"{BOARD}/tiles/latest/csv", **WHEN)
    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert rows[0] == ["Name", "Size", "Buyer"]
    assert [row[1:] for row in rows[1:]] == [["90", "Zoo"], ["7", "Airport"]]
    assert "latest/csv" in text(office.tile("latest", office.seller))
    boss = signed_in(office.world, office.app, "boss2@example.com", "boss")
    assert "latest/csv" not in text(office.tile("latest", boss))
