"""What the API says of itself holds for requests made up from its own description, right ones and wrong ones."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.specs.openapi import checks

from framework.transfer.demo import DemoLoader
from tests.support.bundles import layers_of, published
from tests.support.clients import Client, application, client_of
from tests.support.databases import database

SALES = Path(__file__).parents[2] / "examples" / "b2b_sales"
PROMISES = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# Per operation and mode, and the least that must come of it in all: on each of the two engines.
TRIES = int(os.environ.get("ARMATURE_DESCRIBED_TRIES", "5"))
LEAST = 200 * TRIES


@dataclass(slots=True)
class Described:
    """The sales bundle with its demo records, and its API as it describes itself to an administrator."""

    admin: Client
    operations: list[APIOperation[Any, Any, Any, Any]]
    ids: dict[str, str]
    statuses: Counter[tuple[GenerationMode, int]] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def described(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    folder = tmp_path_factory.mktemp("described")
    documents = {path.relative_to(SALES).as_posix(): path.read_text(encoding="utf-8") for path in SALES.rglob("*.json")}
    with database(shared_engine, folder) as url:
        world = published(url, folder, documents)
        demo = [document for layer in layers_of(documents) for document in layer.demo]
        DemoLoader(world.services.door, world.context()).load(demo)
        app = application(world.services.settings)
        world.person("admin@example.com", "administrator")
        admin = client_of(app, "admin@example.com")
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=dict(admin.headers))
        operations = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # a bad one ends here
        yield Described(admin, operations, ids_of(admin, operations))
        world.close()
        app.extensions["armature"].database.close()


def ids_of(admin: Client, operations: list[APIOperation[Any, Any, Any, Any]]) -> dict[str, str]:
    """The id of a record by the address of its entity, where there is one."""
    records = "/api/v1/records/"
    lists = {one.path.partition("/{")[0] for one in operations if one.path.endswith("/{id}")}
    wanted = sorted(path for path in lists - {f"{records}user"} if path.startswith(records))
    found = {path: admin.items(path, limit=1) for path in wanted}
    return {path: items[0]["id"] for path, items in found.items() if items}


def test_the_description_is_valid(described: Described) -> None:
    document = described.admin.get("openapi.json").json
    assert not [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


@pytest.mark.timeout(600 if TRIES == 5 else 0)
def test_every_answer_is_one_that_it_promises(described: Described) -> None:
    for operation in described.operations:
        for mode in GenerationMode:
            try_out(described, mode, cases_of(described, operation, mode), promises_of(operation))
    told = ", ".join(f"{status}: {number}" for status, number in sorted(by_status(described).items()))
    print(f"{described.statuses.total()} requests to {len(described.operations)} operations: {told}")  # noqa: T201  (soak)
    assert described.statuses.total() >= LEAST
    assert {200, 201, 204, 400, 403, 404, 409, 422, 428} <= {status for _, status in described.statuses}


def by_status(described: Described) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_, status), number in described.statuses.items():
        found[status] += number
    return found


def promises_of(operation: APIOperation[Any, Any, Any, Any]) -> list[Any]:
    """A batch is accepted with wrong items among its items: what is wrong with each stands in the answer."""
    return PROMISES if operation.path.endswith("/batch") else [*PROMISES, checks.negative_data_rejection]


def cases_of(
    described: Described, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode
) -> SearchStrategy[Case[Any]]:
    """Requests of an operation; right ones are about a record that there is, as far as possible."""
    base = operation.path.partition("/{")[0]
    if mode.is_positive and "{id}" in operation.path and base in described.ids:
        return operation.as_strategy(mode, path_parameters={"id": described.ids[base]})
    return operation.as_strategy(mode)


def try_out(described: Described, mode: GenerationMode, cases: SearchStrategy[Case[Any]], promises: list[Any]) -> None:
    """Send some of the requests; the same ones at every run."""

    @settings(
        max_examples=TRIES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def send(case: Case[Any]) -> None:
        case.headers.update(described.admin.headers)
        response = case.call()
        described.statuses[mode, response.status_code] += 1
        case.validate_response(response, checks=promises)

    send()
