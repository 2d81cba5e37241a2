"""Worlds for tests: definitions given as plain values, published into a real database, and contexts to act in.

Everything goes the way that `armature init` goes, so a test sees what a user would see.
"""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, Text, cast, func, select

from framework import auth
from framework.app import make_services
from framework.context import Actor, Context, SystemActor
from framework.extension import Services
from framework.publishing import Published, Refused
from framework.settings import Settings
from framework.storage.own import change
from framework.storage.rows import one_value
from framework.storage.session import reading
from framework.storage.upgrades import upgrade
from metadata.documents import Layer, canonical
from metadata.load import load_core, read_layer
from metadata.snapshot import Snapshot
from tests.support.databases import ENGINES, database

Documents = Mapping[str, Any]
"""Path in the bundle (`entities/deal.json`) → body; a text stays as it is (`locales/de.po`)."""

NOW = dt.datetime(2026, 11, 25, 21, 54, tzinfo=dt.UTC)
PUBLISHER = SystemActor("test")
PATIENCE_S = 60
_TOLD = select(
    cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    > func.coalesce(select(func.max(change.c.xid)).scalar_subquery(), 0)
)


@dataclass(frozen=True, slots=True)
class World:
    """A database with a published bundle. `services.door` is the way in."""

    services: Services

    @property
    def snapshot(self) -> Snapshot:
        """What is live."""
        return self.services.runtime.snapshot(self.services.publisher.head_number())

    def context(
        self, *, roles: tuple[str, ...] = ("administrator",), email: str | None = None, now: dt.datetime = NOW
    ) -> Context:
        """Act as the person with this e-mail, with the roles they have; without one as a system actor with `roles`."""
        if email is not None:
            actor = auth.by_email(self.services.database, email).actor
        else:
            actor = Actor(None, "Test", frozenset({*roles, "everyone"}), reason="test")
        number = self.services.publisher.head_number()
        return context_on(self.services.runtime.snapshot(number), actor, number, now)

    def settle(self) -> None:
        """Wait until the change feed may tell of everything written so far.

        On PostgreSQL it waits for every older transaction on the server, those of other tests too.
        """
        end = time.monotonic() + PATIENCE_S
        while not self._is_told():
            assert time.monotonic() < end, "somebody's transaction runs on and on"
            time.sleep(0.01)

    def _is_told(self) -> bool:
        if self.services.database.is_sqlite:
            return True
        with reading(self.services.database) as connection:
            return bool(one_value(connection, _TOLD, {}))

    def person(self, email: str, *roles: str, **values: object) -> Context:
        """Make a person with these roles (`team`, `manager` … as values) and give the context to act as them."""
        door, system = self.services.door, self.context()
        made = door.create(system, "user", {"email": email, "name": email.partition("@")[0], **values})
        for role in roles:
            door.create(system, "role_membership", {"user": made.id, "role": role})
        return self.context(email=email)

    def publish(self, documents: Documents) -> Published | Refused:
        """Make these documents the bundle's, in place of those that are live."""
        base, live = self.services.publisher.head()
        layers = {layer.name: layer for layer in live} | {"core": load_core()}
        layers |= {layer.name: layer for layer in layers_of(documents)}
        return self.services.publisher.publish(list(layers.values()), "Test", PUBLISHER, base)

    def close(self) -> None:
        """Give the connections back."""
        self.services.database.close()


def context_on(snapshot: Snapshot, actor: Actor = PUBLISHER, revision: int = 1, now: dt.datetime = NOW) -> Context:
    """A request of this actor on a snapshot, which need not be in any database."""
    return Context(
        actor=actor,
        snapshot=snapshot,
        revision=revision,
        locale="en",
        zone=snapshot.site.zone,
        now=now,
        door="api",
        request_id=uuid4().hex[:16],
    )


def published(database_url: str, folder: Path, documents: Documents) -> World:
    """Prepare an empty database and publish the documents over the core; fails with their problems.

    The caller closes the world; the fixture `world_of` does it by itself.
    """
    world = World(make_services(settings_for(database_url, folder)))
    upgrade(world.services.database)
    found = world.publish(documents)
    if isinstance(found, Refused):
        world.close()
        pytest.fail("\n".join(f"{p.code} {p.file}{p.pointer}: {p.message}" for p in found.problems), pytrace=False)
    return world


def reopened(database_url: str, folder: Path) -> World:
    """The world in a database that holds a published bundle already."""
    return World(make_services(settings_for(database_url, folder)))


@dataclass(frozen=True, slots=True)
class Originals:
    """Databases with what several tests publish: made when it is asked for again, and copied from then on.

    To copy a database takes a fifth of the time that tables and indexes take.
    """

    folder: Path
    stack: ExitStack
    urls: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def of(self, engine: str, documents: Documents) -> str | None:
        """The address of the original; none for documents that nobody has asked for yet."""
        key = engine, json.dumps(documents, sort_keys=True)
        if key not in self.urls:
            self.urls[key] = None
        elif self.urls[key] is None:
            url = self.stack.enter_context(database(engine, self.folder))
            published(url, self.folder, documents).close()
            self.urls[key] = url
        return self.urls[key]


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Originals]:
    """What this worker has published."""
    with ExitStack() as stack:
        yield Originals(tmp_path_factory.mktemp("originals"), stack)


@pytest.fixture(params=ENGINES)
def world_of(
    request: pytest.FixtureRequest, originals: Originals, tmp_path: Path
) -> Iterator[Callable[[Documents], World]]:
    """Publish documents into a database of the test's own (once per engine)."""
    with ExitStack() as stack:

        def make(documents: Documents) -> World:
            original = originals.of(request.param, documents)
            url = stack.enter_context(database(request.param, tmp_path, original))
            world = reopened(url, tmp_path) if original else published(url, tmp_path, documents)
            stack.callback(world.close)
            return world

        yield make


def layers_of(documents: Documents) -> list[Layer]:
    """The bundle that the documents make, `sample` unless `bundle.json` says else; `site.json` makes a site layer."""
    manifest = {"name": "sample", "title": "Sample", "version": "1", "language": 1}
    bundle = {"bundle.json": manifest, **{path: body for path, body in documents.items() if path != "site.json"}}
    folders = [bundle] + ([{"site.json": documents["site.json"]}] if "site.json" in documents else [])
    layers = []
    for folder in folders:
        layer, problems = read_layer({path: _bytes(body) for path, body in folder.items()})
        assert not problems, problems
        layers.append(layer)
    return layers


def write_folder(folder: Path, documents: Mapping[str, Any]) -> Path:
    """Write the files of a bundle below a folder, which is given back; bytes and texts as they are."""
    for path, body in documents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body if isinstance(body, bytes) else _bytes(body))
    return folder


def settings_for(database_url: str, folder: Path) -> Settings:
    """Settings of a loopback server on this database."""
    return Settings(
        data_dir=folder,
        database_url=database_url,
        read_database_url=None,
        secret_key="0123456789abcdef" * 4,
        base_url="",
        admin_password=None,
        log="error",
    )


def _bytes(body: object) -> bytes:
    return (body if isinstance(body, str) else canonical(body)).encode()
