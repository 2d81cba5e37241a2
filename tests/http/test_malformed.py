"""Whatever is sent is answered below 500, in the form of its door where it is refused, which leaves no trace then."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from framework.storage.engines import Database
from tests.contract.fields.samples import OTHER_TARGET, SAMPLES, TARGETS, rows_of
from tests.http.malformed.maker import Maker, Place
from tests.http.malformed.raw import Raw, send
from tests.http.malformed.traces import watched
from tests.support.bundles import World, published
from tests.support.clients import Answer, Browser, Client, application, browser_of, client_of
from tests.support.databases import database

CASES = int(os.environ.get("ARMATURE_MALFORMED", "1800"))  # on each engine
PASSWORD = "correct-horse-battery"
PROBLEM = ("type", "title", "status", "code", "detail", "request_id", "errors")
# Asked for more often than the others, for most that can be wrong stands in what they are given.
RICH = (
    "/api/v1/records/<entity>",
    "/api/v1/records/<entity>/<ident>",
    "/api/v1/records/<entity>/aggregate",
    "/api/v1/records/<entity>/batch",
    "/records/<entity>",
)


def every_field() -> Iterator[tuple[str, Any]]:
    """A field of every sample in one entity."""
    for sample in SAMPLES:
        source, own = f"{sample.name}_source", f"sample_{sample.name}"
        named = {own: "every", **{f"{own}.{key}": f"every.{source}" for key in sample.beside}}
        yield from ((source, _renamed(one, named)) for one in sample.beside.values())
        yield sample.name, _renamed(sample.field, {**named, "source": source})


def _renamed(field: Any, named: dict[str, str]) -> Any:
    """A field with other names in its options, wherever they stand as a whole or in an expression."""
    text = json.dumps(field)
    for old, new in sorted(named.items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    return json.loads(text)


BUNDLE = {
    "site.json": {"name": "Odd", "currency": "CHF"},
    "entities/every.json": {"title": "text", "traits": {"owned": True}, "fields": dict(every_field())},
    "entities/sample_row.json": rows_of("every"),
    "entities/sample_target.json": {"fields": {"name": {"type": "text", "searchable": True}}},
    "entities/sample_other_target.json": {"fields": {"name": {"type": "text"}}},
}


@dataclass(frozen=True, slots=True)
class Target:
    """A running application, and how to ask it for something."""

    world: World
    app: Flask
    place: Place

    @property
    def database(self) -> Database:
        """Where it keeps what is written."""
        found: Database = self.app.extensions["armature"].database
        return found


@pytest.fixture(scope="module")
def target(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("malformed")
    with database(shared_engine, folder) as url:
        world = published(url, folder, BUNDLE)
        app = application(world.services.settings)
        ident = str(world.person("admin@example.com", "administrator").actor.id)
        world.services.auth.set_password(ident, PASSWORD)
        admin = client_of(app, "admin@example.com")
        yield Target(world, app, place(app, admin, browser_of(app, "admin@example.com", PASSWORD)))
        world.close()
        app.extensions["armature"].database.close()


def place(app: Flask, admin: Client, browser: Browser) -> Place:
    """Fill the database with a little of everything; what there is to be asked for."""
    for ident in TARGETS:
        admin.create("sample_target", name="A", id=ident)
    admin.create("sample_other_target", name="B", id=OTHER_TARGET)
    ids = [str(admin.create("every", **values)["id"]) for values in records()]
    fields = tuple(admin.get(f"records/every/{ids[0]}").json)
    orders = ("text", "-integer", "decimal", "date", "-datetime", "boolean", "choice", "money_fixed", "formula_integer")
    lists = [admin.get("records/every", sort=order, limit=1).json["next"] for order in orders]
    routes = [
        (rule.rule, tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})))
        for rule in app.url_map.iter_rules()
        if rule.rule != "/sign-out"  # after which nobody would be signed in for all that follows
    ]
    known = {
        "entity": ("every", "every", "every", "sample_target", "user"),
        "ident": tuple(ids),
        "id": tuple(ids),
        "field": ("text", "link", "integer"),
        "value": ("alpha", "x"),
        "name": ("every", "every_list", "every_list", "administrator"),
        "folder": ("entities", "roles", "screens"),
        "number": ("1", "2", "0"),
        "action": ("read", "update"),
    }
    cursors = (*lists, admin.get("changes", limit=1).json["next"])
    return Place(
        tuple(route for route in routes for _ in range(4 if route[0] in RICH else 1)),
        known,
        (*fields, "money.amount", "money.currency", "link.name", "owner.email", "link.nobody"),
        (
            *(name for name, one in every_field() if one["type"] not in {"formula", "rollup"}),
            "id",
            "owner",
            "created_at",
            "nobody",
        ),
        cursors,
        tuple(admin.headers.items()),
        tuple(browser.headers.items()),
        browser.csrf,
    )


def records() -> Iterator[Mapping[str, Any]]:
    """Records that hold the samples' values; some are deleted and come back on the way."""
    for turn in range(9):
        yield {
            sample.name: json.loads(json.dumps(sample.values[turn % len(sample.values)].given, default=float))
            for sample in SAMPLES
            if sample.through == "value"
            and not isinstance(sample.field.get("min"), str)  # such count from today
            and sample.field["type"] not in {"file", "files", "image"}  # such are uploaded first
        }


def test_no_request_makes_it_fail(target: Target) -> None:
    """The bar: no answer of 5xx; each refusal in the form of its door; the database as it was."""
    statuses = Counter[int]()
    with watched(target.database) as traces:
        for raw in Maker(target.place, f"malformed on {target.database.name}").requests(CASES):
            answer = send(target.app, raw)
            statuses[answer.status] += 1
            assert answer.status < 500, raw
            changed = traces.changed()
            if answer.status >= 400:
                assert not changed, raw
                assert_told(raw, answer)
    assert statuses.total() == CASES


def assert_told(raw: Raw, answer: Answer) -> None:
    """A refusal says what is wrong the way its door does."""
    path = raw.target.partition(b"?")[0]
    assert answer.headers["x-request-id"], raw
    if raw.method == "HEAD":
        return
    if not path.startswith(b"/api/"):
        assert answer.headers["content-type"] == "text/html; charset=utf-8", raw
        assert any(mark in answer.body for mark in MARKS), raw
    elif answer.status == 422 and "items" in answer.json:  # a batch of which nothing was kept
        assert any(item.get("problem") for item in answer.json["items"]), raw
    else:
        assert_problem(raw, answer)


MARKS = (b'class="problem"', b'class="note danger"', b"<form")


def assert_problem(raw: Raw, answer: Answer) -> None:
    """Problem JSON with all its members, and a fault per value that is wrong."""
    assert answer.headers["content-type"] == "application/problem+json", raw
    body = answer.json
    assert set(PROBLEM) <= body.keys(), raw
    assert (body["status"], body["request_id"]) == (answer.status, answer.headers["x-request-id"]), raw
    assert body["errors"] or answer.status != 422, (raw, body)
    for fault in body["errors"]:
        assert isinstance(fault["pointer"], str), raw
        assert fault["code"], raw
        assert fault["message"], raw
