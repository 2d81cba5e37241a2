"""Lines: rows of another entity that are written, judged, versioned and undone with their record."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.http.conftest import ALL, PASSWORD
from tests.http.test_concurrency import WRITERS, together
from tests.support.bundles import Documents, World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of, path_of
from tests.support.databases import database
from tests.support.statements import statements

EUR = {"type": "money", "currency": "EUR"}
DOCUMENTS: Documents = {
    "entities/product.json": {"fields": {"name": {"type": "text"}, "price": EUR}},
    "entities/quote.json": {
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "required": True},
            "rate": {"type": "decimal", "scale": 2},
            "lines": {
                "type": "lines", "entity": "quote_line", "link": "quote", "order": "position", "max": 8,
                "columns": ["product", "text", "quantity", "price", "total"],
            },
            "sum": {
                "type": "rollup", "result": "money", "currency": "EUR", "of": "quote_line.quote", "measure": "sum",
                "field": "total",
            },
            "rows": {"type": "rollup", "result": "integer", "of": "quote_line.quote", "measure": "count"},
        },
        "rules": {"cheap": {"refuse_when": "sum > 9000", "message": "Too dear.", "field": "lines"}},
    },
    "entities/quote_line.json": {
        "title": "text",
        "fields": {
            "quote": {"type": "link", "to": "quote", "required": True, "on_delete": "cascade"},
            "position": {"type": "integer"},
            "product": {"type": "link", "to": "product", "on_delete": "clear"},
            "text": {"type": "text", "required": True, "default": {"expression": "product.name"}, "max_length": 20},
            "quantity": {"type": "integer", "label": "Quantity", "default": 1},
            "price": {**EUR, "default": {"expression": "product.price"}},
            "cost": {"type": "integer"},
            "total": {"type": "formula", "result": "money", "currency": "EUR", "formula": "quantity * price"},
        },
        "rules": {
            "some": {"refuse_when": "quantity < 1", "message": "At least one.", "field": "quantity"},
            "rated": {"refuse_when": "quote.rate > 50 and quantity > 10", "message": "Too many.", "field": "quantity"},
        },
    },
    "roles/seller.json": {
        "abilities": {"view_history": True},
        "grants": {
            "product": {"read": "all"},
            "quote": {"read": "all", "create": True, "update": "own", "delete": "own"},
            "quote_line": {"via": "quote", "fields": {"cost": "none"}},
        },
    },
    "roles/clerk.json": {
        "grants": {
            "quote": ALL,
            "quote_line": {**ALL, "rows": {"read": "text != 'Hidden'"}},
        }
    },
    "roles/outsider.json": {"grants": {"quote": ALL}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """The application with an administrator, a seller by way of the quote, a clerk who sees not all, an outsider."""

    world: World
    admin: Client
    seller: Client
    clerk: Client
    outsider: Client
    browser: Browser

    def page(self, path: str) -> str:
        """A page with its signs as they are read."""
        return unescape(self.browser.call("GET", path).body.decode())

    def send(self, path: str, *form: tuple[str, str]) -> Answer:
        """Send a form."""
        body = urlencode([("_csrf", self.browser.csrf), *form]).encode()
        return self.browser.call("POST", path, raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def quote(self, *lines: Any, client: Client | None = None, **values: object) -> str:
        """The address of a quote with lines."""
        return path_of("quote", (client or self.admin).create("quote", name="Q", lines=list(lines), **values))

    def patch(self, here: str, version: str = "*", client: Client | None = None, **values: object) -> Answer:
        """Change a quote."""
        return (client or self.admin).patch(here, values, version)

    def asked(self, work: Callable[[], object]) -> int:
        """How many statements something takes."""
        with statements(self.world.services.database) as found:
            work()
        return len(found)

    def undo(self, done: Answer) -> Answer:
        """Take back the operation of an answer."""
        return self.admin.post(f"me/actions/{done.headers['x-request-id']}/undo", None)


@pytest.fixture(scope="module")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("lines")
    with database(shared_engine, folder) as url:
        world = published(url, folder, DOCUMENTS)
        app = application(world.services.settings)
        names = ("admin", "seller", "clerk", "outsider")
        for name in names:
            world.person(f"{name}@example.com", "administrator" if name == "admin" else name)
        admin = world.services.auth.by_email("admin@example.com").actor
        world.services.auth.set_password(str(admin.id), PASSWORD)
        clients = [client_of(app, f"{name}@example.com") for name in names]
        yield Office(world, *clients, browser_of(app, "admin@example.com", PASSWORD))
        world.close()
        app.extensions["armature"].database.close()


numbers = count()
PUMP = {"text": "Pump", "quantity": 2, "price": {"amount": "10.50", "currency": "EUR"}}
HOSE = {"text": "Hose", "quantity": 3, "price": {"amount": "1.00", "currency": "EUR"}}


def lines_of(client: Client, here: str) -> Any:
    """The lines of a quote as somebody is shown them."""
    return client.get(here, expand="lines").json["lines"]


def texts_of(client: Client, here: str) -> list[str]:
    """What the lines of a quote say."""
    return [one["text"] for one in lines_of(client, here) or ()]


def refused(answer: Answer) -> set[tuple[str, str]]:
    """(place, code) of what is wrong."""
    assert answer.status == 422, answer.json
    return {(one["pointer"], one["code"]) for one in answer.json["errors"]}


def test_a_record_is_made_with_its_lines_and_figures_of_them(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    found = office.admin.get(here, fields="sum,rows,lines,version").json
    assert (found["sum"], found["rows"]) == ({"amount": "24.00", "currency": "EUR"}, 2)
    first, second = lines_of(office.admin, here)
    assert found["lines"] == [first["id"], second["id"]]
    assert (first["text"], first["total"]) == ("Pump", {"amount": "21.00", "currency": "EUR"})
    assert set(first) == {"id", "version", "title", "product", "text", "quantity", "price", "cost", "total"}
    assert "lines" not in office.admin.get(here).json
    assert office.admin.get(here, fields="lines.text").json["lines"][1] == {
        "id": second["id"],
        "title": "Hose",
        "text": "Hose",
    }
    listed = office.admin.get(here + "/lines", fields="text", sort="text").json["items"]
    assert [one["text"] for one in listed] == ["Hose", "Pump"]


def test_defaults_of_a_line_come_from_what_it_links_to(office: Office) -> None:
    product = office.admin.create("product", name="Valve", price={"amount": "7.00", "currency": "EUR"})["id"]
    (line,) = lines_of(office.admin, office.quote({"product": product}))
    assert (line["text"], line["quantity"], line["price"]["amount"]) == ("Valve", 1, "7.00")


def test_a_change_gives_all_lines_anew(office: Office) -> None:
    here = office.quote(PUMP, HOSE, {**PUMP, "text": "Valve"})
    pump, hose, valve = lines_of(office.admin, here)
    answer = office.patch(here, lines=[valve["id"], {"id": pump["id"], "quantity": 5}, {"text": "New"}])
    assert answer.status == 200, answer.json
    assert answer.json["version"] == 2
    assert [(one["text"], one["quantity"], one["version"]) for one in lines_of(office.admin, here)] == [
        ("Valve", 2, 1), ("Pump", 5, 2), ("New", 1, 1)
    ]  # fmt: skip
    assert office.admin.get(path_of("quote_line", hose)).status == 404
    assert office.admin.get(here).json["sum"]["amount"] == "73.50"
    assert office.patch(here, lines=None).status == 200
    assert lines_of(office.admin, here) is None
    assert office.admin.get(here).json["rows"] == 0


def test_what_changes_nothing_moves_nothing(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    first, second = lines_of(office.admin, here)
    answer = office.patch(here, lines=[{"id": first["id"], "quantity": 2}, second["id"]])
    assert answer.json["version"] == 1
    assert office.patch(here, lines=[{"id": first["id"], "quantity": 3}, second["id"]]).json["version"] == 2


def test_all_that_is_wrong_is_told_at_once_with_its_place(office: Office) -> None:
    here = office.quote(PUMP)
    (pump,) = lines_of(office.admin, here)
    lines = [
        {"id": pump["id"], "quantity": "x"},
        {"text": "x" * 21},
        {"cots": 1},
        {"quote": pump["id"], "text": "T"},
        {},
    ]
    assert refused(office.patch(here, name=3, lines=lines)) == {
        ("/name", "type"),
        ("/lines/0/quantity", "type"),
        ("/lines/1/text", "max_length"),
        ("/lines/2/cots", "unknown_field"),
        ("/lines/3/quote", "set_by_server"),
        ("/lines/4", "blank"),
    }
    rules = [{"id": pump["id"], "quantity": 0}, {"quantity": 2}, HOSE]
    assert refused(office.patch(here, name=None, lines=rules)) == {
        ("/name", "required"),
        ("/lines/0/quantity", "rule"),
        ("/lines/1/text", "required"),
    }
    assert texts_of(office.admin, here) == ["Pump"]
    assert office.admin.get(here).json["version"] == 1


def test_rules_see_the_record_as_it_will_be(office: Office) -> None:
    here = office.quote({**PUMP, "quantity": 12})
    (pump,) = lines_of(office.admin, here)
    assert refused(office.patch(here, rate="60", lines=[{"id": pump["id"], "quantity": 11}])) == {
        ("/lines/0/quantity", "rule")
    }
    dear = [{"id": pump["id"], "price": {"amount": "800.00", "currency": "EUR"}}]
    assert refused(office.patch(here, lines=dear)) == {("/lines", "rule")}
    answer = office.admin.post("records/quote", {"name": "Q", "rate": "60", "lines": [{**PUMP, "quantity": 20}]})
    assert refused(answer) == {("/lines/0/quantity", "rule")}


def test_lines_that_are_none_of_the_record_are_refused_like_absent_ones(office: Office) -> None:
    here, other = office.quote(PUMP), office.quote(HOSE)
    (pump,), (hose,) = lines_of(office.admin, here), lines_of(office.admin, other)
    unknown = "0190a0a0-0000-7000-8000-000000000000"
    for ident in (hose["id"], unknown):
        assert refused(office.patch(here, lines=[pump["id"], {"id": ident, "quantity": 3}])) == {("/lines/1", "link")}
    assert refused(office.patch(here, lines=[pump["id"], pump["id"]])) == {("/lines", "doubled")}
    assert refused(office.patch(here, lines=[HOSE] * 9)) == {("/lines", "max")}
    assert refused(office.patch(here, lines=[None])) == {("/lines", "type")}


def test_the_order_is_kept_with_as_few_writes_as_it_takes(office: Office) -> None:
    here = office.quote(*({"text": name} for name in "abcd"))
    a, b, c, d = (one["id"] for one in lines_of(office.admin, here))
    office.patch(here, lines=[a, c, d])
    assert [one["version"] for one in lines_of(office.admin, here)] == [1, 1, 1]
    office.patch(here, lines=[d, a, {"text": "e"}, c])
    assert texts_of(office.admin, here) == ["d", "a", "e", "c"]
    office.patch(here, lines=[b, d])
    assert texts_of(office.admin, here) == ["b", "d"]


def test_a_line_written_alone_moves_the_record_it_is_part_of(office: Office) -> None:
    here = office.quote(PUMP)
    quote = here.rpartition("/")[2]
    line = path_of("quote_line", office.admin.create("quote_line", quote=quote, **HOSE))
    assert office.admin.get(here).json["version"] == 2
    assert office.admin.patch(line, {"quantity": 4}, "*").status == 200
    assert office.admin.get(here).json["version"] == 3
    assert office.admin.get(here).json["sum"]["amount"] == "25.00"
    assert office.admin.patch(line, {"quote": office.quote().rpartition("/")[2]}, "*").status == 403
    assert office.admin.delete(line, "*").status == 204
    assert texts_of(office.admin, here) == ["Pump"]
    assert office.admin.post(line + "/restore", {}).status == 200
    assert (texts_of(office.admin, here), office.admin.get(here).json["version"]) == (["Pump", "Hose"], 5)
    told = office.admin.get(here + "/history").json["items"]
    assert [one["version"] for one in told] == [5, 4, 3, 2, 1]
    assert all("lines" in one["fields"] for one in told)
    assert [(one["op"], sorted(one["fields"])) for one in told[2]["lines"]] == [("update", ["quantity"])]
    batch = {"items": [{"do": "create", "values": {"quote": quote, "text": str(n)}} for n in range(7)]}
    answer = office.admin.post("records/quote_line/batch", batch)
    assert [one["status"] for one in answer.json["items"]] == [201] * 6 + [422]
    assert office.admin.get(here).json["rows"] == 8


def test_an_operation_on_lines_is_undone_as_a_whole(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    pump, hose = lines_of(office.admin, here)
    changed = office.patch(here, name="R", lines=[{"text": "New"}, {"id": hose["id"], "quantity": 9, "text": "Pipe"}])
    undone = office.undo(changed)
    assert (undone.status, len(undone.json["undone"]), undone.json["skipped"]) == (200, 1, [])
    assert [(one["text"], one["quantity"]) for one in lines_of(office.admin, here)] == [("Pump", 2), ("Hose", 3)]
    assert [one["id"] for one in lines_of(office.admin, here)] == [pump["id"], hose["id"]]
    assert office.admin.get(here).json["name"] == "Q"
    again = office.undo(undone)
    assert (again.status, texts_of(office.admin, here)) == (200, ["New", "Pipe"])


def test_what_one_line_holds_is_undone_where_it_was_written_alone(office: Office) -> None:
    here = office.quote(PUMP)
    (pump,) = lines_of(office.admin, here)
    changed = office.admin.patch(path_of("quote_line", pump), {"quantity": 7}, "*")
    assert office.undo(changed).status == 200
    assert [one["quantity"] for one in lines_of(office.admin, here)] == [2]
    gone = office.admin.delete(path_of("quote_line", pump), "*")
    assert office.undo(gone).status == 200
    assert texts_of(office.admin, here) == ["Pump"]


def test_an_undoing_is_refused_where_lines_were_changed_since(office: Office) -> None:
    here = office.quote(PUMP)
    (pump,) = lines_of(office.admin, here)
    changed = office.patch(here, lines=[{"id": pump["id"], "quantity": 3}])
    office.admin.patch(path_of("quote_line", pump), {"text": "Other"}, "*")
    answer = office.undo(changed)
    assert (answer.status, answer.json["code"]) == (409, "not_undone")


def test_lines_go_to_the_bin_with_their_record_and_come_back_with_it(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    pump, _ = lines_of(office.admin, here)
    quote = here.rpartition("/")[2]
    both = [
        {"do": "update", "id": quote, "values": {"lines": [{"id": pump["id"], "quantity": 4}]}},
        {"do": "delete", "id": quote},
    ]
    assert [one["status"] for one in office.admin.post("records/quote/batch", {"items": both}).json["items"]] == [
        200,
        204,
    ]
    assert office.admin.get(path_of("quote_line", pump)).status == 404
    assert office.admin.post(here + "/restore", {}).status == 200
    assert [(one["text"], one["quantity"]) for one in lines_of(office.admin, here)] == [("Pump", 4)]


def test_a_conflict_tells_of_lines_that_both_have_written(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    pump, hose = (one["id"] for one in lines_of(office.admin, here))
    office.patch(here, lines=[{"id": pump, "quantity": 5}, hose])
    answer = office.patch(here, '"1"', lines=[{"id": pump, "quantity": 6}, hose])
    assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (412, ["/lines"])
    other = office.patch(here, '"1"', name="N")
    assert (other.status, other.json["errors"]) == (412, [])


def test_rights_on_lines_are_those_on_the_record(office: Office) -> None:
    mine = office.quote(PUMP, client=office.seller)
    (line,) = lines_of(office.seller, mine)
    assert "cost" not in line
    assert office.patch(mine, client=office.seller, lines=[{"id": line["id"], "quantity": 3}, HOSE]).status == 200
    answer = office.patch(mine, client=office.seller, lines=[{"id": line["id"], "cost": 3}])
    assert refused(answer) == {("/lines/0/cost", "unknown_field")}
    theirs = office.quote(PUMP)
    (line,) = lines_of(office.seller, theirs)
    assert line["text"] == "Pump"
    assert office.patch(theirs, client=office.seller, lines=[]).status == 403
    assert office.seller.patch(path_of("quote_line", line), {"quantity": 3}, "*").status == 403
    assert office.seller.delete(path_of("quote_line", line), "*").status == 403
    assert office.seller.post("records/quote_line", {"quote": theirs.rpartition("/")[2], **HOSE}).status in {403, 422}
    assert texts_of(office.admin, theirs) == ["Pump"]


def test_lines_that_their_writer_does_not_see_stay(office: Office) -> None:
    here = office.quote(PUMP, {**HOSE, "text": "Hidden"})
    pump, hidden = lines_of(office.admin, here)
    assert texts_of(office.clerk, here) == ["Pump"]
    assert office.clerk.get(here, fields="lines").json["lines"] == [pump["id"]]
    assert office.patch(here, client=office.clerk, lines=[HOSE]).status == 200
    assert sorted(texts_of(office.admin, here)) == ["Hidden", "Hose"]
    answer = office.patch(here, client=office.clerk, lines=[{"id": hidden["id"], "quantity": 1}])
    assert refused(answer) == {("/lines/0", "link")}
    assert refused(office.patch(here, client=office.clerk, lines=[{**HOSE, "text": "Hidden"}])) == {
        ("/lines/0", "out_of_reach")
    }


def test_who_may_not_see_lines_is_told_of_none(office: Office) -> None:
    here = office.quote(PUMP)
    (pump,) = lines_of(office.admin, here)
    assert office.outsider.get(here, fields="lines").json["lines"] is None
    assert office.outsider.get("records/quote", filter="not is_blank(lines)").json["items"] == []
    for given in (PUMP, pump["id"]):
        answer = office.patch(here, client=office.outsider, lines=[given])
        assert refused(answer) == {("/lines/0", "link")}
        assert b"quote_line" not in answer.body
    assert office.patch(here, client=office.outsider, lines=[]).status == 200
    assert texts_of(office.admin, here) == ["Pump"]


def test_filters_ask_whether_there_are_lines(office: Office) -> None:
    mark = f"F{next(numbers)}"
    here, empty = office.quote(PUMP, rate="1.00"), office.quote()
    for one in (here, empty):
        office.patch(one, name=mark)
    (pump,) = lines_of(office.admin, here)
    found = [office.admin.items("records/quote", filter=f"name = '{mark}' and {text}") for text in (
        "is_blank(lines)", "not is_blank(lines)", f"'{pump['id']}' in lines"
    )]  # fmt: skip
    assert [[one["rate"] for one in items] for items in found] == [[None], ["1.00"], ["1.00"]]


def test_a_page_of_records_reads_all_lines_by_one_statement(office: Office) -> None:
    for _ in range(3):
        office.quote(PUMP, HOSE)
    few = office.asked(lambda: office.admin.get("records/quote", expand="lines", limit=1))
    many = office.asked(lambda: office.admin.get("records/quote", expand="lines", limit=50))
    assert few == many


def test_a_write_takes_as_many_statements_for_two_lines_as_for_eight(office: Office) -> None:
    two = office.asked(lambda: office.quote(PUMP, HOSE))
    eight = office.asked(lambda: office.quote(*[PUMP, HOSE] * 4))
    assert two == eight
    small, large = office.quote(PUMP, HOSE), office.quote(*[PUMP, HOSE] * 4)

    def change(here: str) -> None:
        idents = [one["id"] for one in lines_of(office.admin, here)]
        office.patch(here, lines=[HOSE, *({"id": one, "quantity": 8} for one in idents[1:])])

    assert office.asked(lambda: change(small)) == office.asked(lambda: change(large))


def inputs_in(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the form on a page, in the order of its inputs."""
    form = page[page.index('<form class="form-page"') :]
    form = re.sub(r"<template>.*?</template>", "", form[: form.index("</form>")], flags=re.DOTALL)
    found = []
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>(?:(?:(?!</select>).)*</select>)?", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', tag)
        chosen = re.search(r'<option value="([^"]*)" selected', tag) if tag.startswith("<select") else None
        value = chosen or re.search(r'value="([^"]*)"', tag.partition(">")[0])
        if name and name[1] != "_csrf":
            found.append((name[1], value[1] if value and (chosen or not tag.startswith("<select")) else ""))
    return found


def having(form: list[tuple[str, str]], **changed: str) -> list[tuple[str, str]]:
    """The form with other texts; `lines__0__text` stands for `lines.0.text`."""
    named = {name.replace("__", "."): text for name, text in changed.items()}
    return [(name, named.get(name, text)) for name, text in form]


def of_page(here: str) -> str:
    """The address of a record's page."""
    return f"/{here.partition('/api/v1/')[2] or here.lstrip('/')}"


def test_the_form_writes_lines_with_their_record(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    url = of_page(here)
    form = inputs_in(office.page(f"{url}/edit"))
    assert office.send(url, *form).status == 303
    assert office.admin.get(here).json["version"] == 1
    sent = office.send(url, *having(form, lines__0__quantity="4", lines__1__text="Pipe"))
    assert sent.status == 303, sent.body
    assert [(one["text"], one["quantity"]) for one in lines_of(office.admin, here)] == [("Pump", 4), ("Pipe", 3)]


def test_rows_are_added_moved_and_taken_away_without_scripts(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    url = of_page(here)
    form = inputs_in(office.page(f"{url}/edit"))

    def pressed(form: list[tuple[str, str]], act: str) -> list[tuple[str, str]]:
        answer = office.send("/records/quote/resolve", *form, ("_line", act))
        assert answer.status == 200
        return inputs_in(unescape(answer.body.decode()))

    form = pressed(form, "lines:down:0")
    form = pressed(form, "lines:add")
    form = having(form, lines__2__text="Valve", lines__2__quantity="6")
    form = pressed(form, "lines:up:2")
    form = pressed(form, "lines:remove:1")
    form = pressed(form, "lines:add")
    assert texts_of(office.admin, here) == ["Pump", "Hose"]
    assert office.send(url, *form).status == 303
    assert [(one["text"], one["quantity"]) for one in lines_of(office.admin, here)] == [("Valve", 6), ("Pump", 2)]


def test_what_is_wrong_with_a_line_stands_at_its_cell(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    url = of_page(here)
    form = having(inputs_in(office.page(f"{url}/edit")), lines__1__quantity="x", lines__0__text="")
    answer = office.send(url, *form)
    page = unescape(answer.body.decode())
    assert answer.status == 422
    assert 'href="#f-lines-1-quantity">Row 2, Quantity</a>' in page
    assert 'id="f-lines-1-quantity-error"' in page
    form = having(inputs_in(office.page(f"{url}/edit")), lines__0__text="")
    page = unescape(office.send(url, *form).body.decode())
    assert 'id="f-lines-0-text-error"' in page
    assert texts_of(office.admin, here) == ["Pump", "Hose"]


def test_a_row_follows_what_is_typed(office: Office) -> None:
    product = office.admin.create("product", name="Valve", price={"amount": "7.00", "currency": "EUR"})["id"]
    form = inputs_in(office.page("/records/quote/new"))
    form = having(form, name="N", lines__0__quantity="3", lines__0__product=product, lines__0__product__text="Valve")
    form = [
        (name, "Valve" if name in {"lines.0.product.text", "lines.0.product.shown"} else text) for name, text in form
    ]
    followed = inputs_in(unescape(office.send("/records/quote/resolve", *form).body.decode()))
    assert dict(followed)["lines.0.text"] == "Valve"
    assert dict(followed)["lines.0.price.amount"] == "7.00"
    answer = office.send("/records/quote", *followed)
    assert answer.status == 303, answer.body
    made = answer.headers["location"].partition("?")[0]
    assert [(one["text"], one["quantity"]) for one in lines_of(office.admin, f"/api/v1{made}")] == [("Valve", 3)]


def test_a_blank_row_is_no_line_and_a_copy_has_lines_of_its_own(office: Office) -> None:
    answer = office.send("/records/quote", *having(inputs_in(office.page("/records/quote/new")), name="Blank"))
    assert answer.status == 303
    assert lines_of(office.admin, f"/api/v1{answer.headers['location'].partition('?')[0]}") is None
    here = office.quote(PUMP, HOSE)
    form = inputs_in(office.page(f"/records/quote/new?from={here.rpartition('/')[2]}"))
    copy = office.send("/records/quote", *form).headers["location"].partition("?")[0]
    assert texts_of(office.admin, f"/api/v1{copy}") == ["Pump", "Hose"]
    page = office.page(f"{of_page(here)}/edit")
    key = re.search(r'name="_key" value="([^"]+)" formaction="/records/quote"', page)
    assert key
    form = having(inputs_in(page), lines__1__text="Pipe")
    answer = office.send("/records/quote", *form, ("_key", key[1]))
    assert answer.status == 303, answer.body
    assert texts_of(office.admin, f"/api/v1{answer.headers['location'].partition('?')[0]}") == ["Pump", "Pipe"]
    assert texts_of(office.admin, here) == ["Pump", "Hose"]


def test_the_page_of_a_record_shows_lines_with_their_total_and_history(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    url = of_page(here)
    page = office.page(url)
    assert '<table class="lines read">' in page
    assert "24" in page[page.index("<tfoot>") : page.index("</tfoot>")]
    pump, _ = (one["id"] for one in lines_of(office.admin, here))
    office.patch(here, lines=[{"id": pump, "quantity": 3}])
    history = office.page(f"{url}/history")
    assert "Pump: Quantity" in history
    assert "/quote_line_quote" not in page
    few = office.asked(lambda: office.page(url))
    many = of_page(office.quote(*[PUMP] * 8))
    assert office.asked(lambda: office.page(many)) == few
    edits = office.asked(lambda: office.page(f"{url}/edit"))
    assert office.asked(lambda: office.page(f"{many}/edit")) == edits


def test_two_editors_of_lines_choose_whose_hold(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    url = of_page(here)
    form = inputs_in(office.page(f"{url}/edit"))
    pump, hose = (one["id"] for one in lines_of(office.admin, here))
    office.patch(here, lines=[{"id": pump, "quantity": 5}, hose])
    answer = office.send(url, *having(form, lines__1__quantity="9"))
    page = unescape(answer.body.decode())
    assert answer.status == 409
    assert 'name="_pick.lines"' in page


def test_writers_of_one_record_and_of_its_lines_take_turns(office: Office) -> None:
    here = office.quote(PUMP)
    quote = here.rpartition("/")[2]
    (pump,) = (one["id"] for one in lines_of(office.admin, here))
    row = path_of("quote_line", pump)
    calls: list[Callable[[], Answer]] = []
    for n in range(WRITERS // 4):
        calls += [
            lambda n=n: office.admin.post("records/quote_line", {"quote": quote, "text": f"N{n}"}),
            lambda n=n: office.admin.patch(row, {"cost": n}, "*"),
            lambda n=n: office.admin.patch(here, {"name": f"N{n}"}, "*"),
            lambda n=n: office.patch(here, lines=[{"id": pump, "quantity": 2 + n}, {"text": f"M{n}"}]),
        ]
    answers = together(calls)
    assert {one.status for one in answers} <= {200, 201, 422}, [one.body for one in answers]
    end = office.admin.get(here).json
    assert end["rows"] == len(lines_of(office.admin, here))
    # Each is a version, but those that found nothing to change.
    told = office.admin.get(here + "/history", limit=100).json["items"]
    assert [one["version"] for one in told] == list(range(end["version"], 0, -1))


def test_files_have_the_ids_of_lines_and_leave_them_out_when_they_come_back(office: Office) -> None:
    here = office.quote(PUMP, HOSE)
    name = f"E{next(numbers)}"
    office.patch(here, name=name)
    idents = [one["id"] for one in lines_of(office.admin, here)]
    answer = office.browser.call("GET", "/records/quote/export", parameters={"filter": f"name = '{name}'"})
    assert answer.status == 200
    rows = list(csv.DictReader(answer.body.decode("utf-8-sig").splitlines()))
    assert [row["lines"] for row in rows] == [", ".join(idents)]
    assert office.send("/records/quote/options/lines").status in {404, 405}
    assert office.page(f"{of_page(here)}/fields/lines").count('<table class="lines') == 0
