"""The office, opened once per worker and engine for proofs that leave it as they found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.door.oracle import Oracle
from tests.door.sales import Office, opened, records
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def office(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with database(shared_engine, folder) as url:
        made = opened(url, folder, records())
        yield made
        made.close()


@pytest.fixture
def oracle(office: Office) -> Callable[[str], Oracle]:
    """Judge for somebody, by name."""
    by_id = {person.id: person for person in office.people.values()}
    return lambda name: Oracle(office.people[name], by_id, office.rows)
