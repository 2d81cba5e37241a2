"""An integrator makes a client from the description alone, with a public generator, and drives the CRM with it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests.support.databases import sqlite_url
from tests.support.processes import Installation, Server

CRM = Path(__file__).parents[2] / "examples/crm"
ADMIN = "admin@example.com"
# What this integration needs; its client knows of nothing else, and is made and read the sooner.
SCOPES = (*(f"{one}:read,create,update,delete" for one in ("account", "contact", "opportunity")), "user:read")
# Files are bytes to a client, whatever they are called.
CONFIG = """
package_name_override: crm_client
post_hooks: []
content_type_overrides:
  "*/*": application/octet-stream
  image/webp: application/octet-stream
"""


class Made(NamedTuple):
    """The generated package, what its maker said, the description, and a client that is signed in."""

    part: Callable[[str], ModuleType]
    said: str
    described: dict[str, Any]
    client: Any


# Making the package and reading it for the first time is most of the time.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("client")
    installation = Installation(folder, sqlite_url(folder))
    installation.run("init", "--bundle", str(CRM), "--admin", ADMIN)
    token = installation.token(ADMIN, *SCOPES)
    with installation.serving() as server, pytest.MonkeyPatch.context() as patch:
        status, _, described = server.get("/api/v1/openapi.json", token)
        assert status == 200
        said = generated(folder, described)
        patch.syspath_prepend(folder)
        with client_of(server, token) as client:
            yield Made(lambda name: import_module(f"crm_client.{name}"), said, described, client)


def generated(folder: Path, described: dict[str, Any]) -> str:
    """Make the package in a folder; what the generator said."""
    (folder / "openapi.json").write_text(json.dumps(described), "utf-8")
    (folder / "config.yaml").write_text(CONFIG, "utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    done = subprocess.run(
        [*command, "--config", "config.yaml", "--output-path", "crm_client", "--meta", "none"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def client_of(server: Server, token: str) -> Any:
    """A client of the generated package that sends a token."""
    authenticated = import_module("crm_client").AuthenticatedClient
    return authenticated(base_url=f"http://127.0.0.1:{server.port}", token=token)


def test_the_generator_understands_all_of_it(made: Made) -> None:
    assert "WARNING" not in made.said


def test_a_sale_is_driven_from_the_first_call_to_the_last(made: Made) -> None:
    me = call(made, "system.me_system")
    assert (me.parsed.email, me.status_code) == (ADMIN, 200)
    start = call(made, "system.changes_system").parsed.next_

    account = create(made, "account", name="Analytical Engines")
    contact = create(made, "contact", account=account["id"])
    deal = create(made, "opportunity", account=account["id"])

    listed = call(made, "account.list_account", filter_="name = 'Analytical Engines'", fields="id,name").parsed
    assert [item.name for item in listed.items] == ["Analytical Engines"]

    change = made.part("models").AccountChange(name="Difference Engines")
    changed = call(made, "account.update_account", account["id"], body=change, if_match=account["etag"])
    assert (changed.parsed.name, changed.headers["etag"]) == ("Difference Engines", '"2"')
    stale = call(made, "account.update_account", account["id"], body=change, if_match=account["etag"])
    assert (int(stale.status_code), stale.parsed.code) == (412, "conflict")

    gone = call(made, "opportunity.delete_opportunity", deal["id"], if_match="*")
    assert gone.status_code == 204

    assert followed(made, start) == [
        ("account", "create", account["id"]),
        ("contact", "create", contact["id"]),
        ("opportunity", "create", deal["id"]),
        ("account", "update", account["id"]),
        ("opportunity", "delete", deal["id"]),
    ]


def call(made: Made, name: str, *ids: Any, **parameters: Any) -> Any:
    """The answer to one operation, with its status and headers."""
    return made.part(f"api.{name}").sync_detailed(*ids, client=made.client, **parameters)


def create(made: Made, entity: str, **values: Any) -> dict[str, Any]:
    """A new record like the example in the description, with these values; its id and ETag."""
    (example,) = made.described["components"]["schemas"][f"{entity}_new"]["examples"]
    model = getattr(made.part("models"), f"{entity.capitalize()}New")
    body = model.from_dict({**example, **{name: str(value) for name, value in values.items()}})
    answer = call(made, f"{entity}.create_{entity}", body=body)
    assert answer.status_code == 201, answer.content
    return {"id": answer.parsed.id, "etag": answer.headers["etag"]}


def followed(made: Made, after: str) -> list[tuple[str, str, Any]]:
    """What the feed tells of accounts, contacts and deals behind a cursor."""
    found = []
    while True:
        page = call(made, "system.changes_system", after=after).parsed
        found += [(one.entity, one.op, one.id) for one in page.items]
        if page.next_ == after:
            return [one for one in found if one[0] in {"account", "contact", "opportunity"}]
        after = page.next_
