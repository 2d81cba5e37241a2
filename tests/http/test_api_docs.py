"""Every request on the integrators' page is sent as it stands there, and answered as the page says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from framework.transfer.demo import DemoLoader
from tests.http.test_schemathesis import SALES
from tests.support.bundles import layers_of, published
from tests.support.clients import Client, application, client_of
from tests.support.databases import database

PAGE = Path(__file__).parents[2] / "docs/how-to/api.md"
REQUEST = re.compile(r"^```text\n(?P<text>.*?)^```\n→ (?P<status>\d{3})$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A request, and the status that the page promises."""

    method: str
    address: str
    headers: dict[str, str]
    body: str
    status: int


def examples() -> Iterator[Example]:
    for found in REQUEST.finditer(PAGE.read_text("utf-8")):
        head, _, body = found["text"].partition("\n\n")
        first, *headers = head.strip().splitlines()
        method, _, address = first.partition(" ")
        named = dict(line.split(": ", 1) for line in headers)
        yield Example(method, quote(address, safe="/?&=,{}*()!'"), named, body, int(found["status"]))


@pytest.fixture
def admin(shared_engine: str, tmp_path: Path) -> Iterator[Client]:
    """The administrator of the sales example, with its demo records."""
    documents = {path.relative_to(SALES).as_posix(): path.read_text(encoding="utf-8") for path in SALES.rglob("*.json")}
    with database(shared_engine, tmp_path) as url:
        world = published(url, tmp_path, documents)
        DemoLoader(world.services.door, world.context()).load(
            [document for layer in layers_of(documents) for document in layer.demo]
        )
        app = application(world.services.settings)
        world.person("admin@example.com", "administrator")
        yield client_of(app, "admin@example.com")
        world.close()
        app.extensions["armature"].database.close()


def test_the_requests_of_the_page_are_answered_as_it_says(admin: Client) -> None:
    ident, sent = "", 0
    for one in examples():
        body = one.body.replace("{id}", ident).encode() or None
        answer = admin.call(one.method, one.address.replace("{id}", ident), raw=body, headers=one.headers)
        assert answer.status == one.status, (one, answer.body)
        ident = ident or (json.loads(answer.body)["id"] if one.status == 201 else "")
        sent += 1
    assert sent == PAGE.read_text("utf-8").count("```text")
    assert sent > 10
