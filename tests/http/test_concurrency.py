"""Many at once: no write is lost, what is unique stays so, one publisher wins, and writers beside it notice nothing."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from framework.api import records as record_routes
from framework.errors import ClashError, UnavailableError
from framework.publishing import Published
from tests.http.conftest import SHOP, Shop
from tests.support.bundles import PUBLISHER, Documents, World
from tests.support.clients import Answer, application, client_of, path_of

WRITERS = 16


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Call all at the same time; results in their order. What one raises is its result."""
    found: list[Any] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def run(position: int) -> None:
        ready.wait()
        try:
            found[position] = calls[position]()
        except Exception as error:  # noqa: BLE001  (it is what came of the call)
            found[position] = error

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


class TestRecords:
    def test_no_update_is_lost_under_sixteen_writers(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x", size=0)
        here = path_of("account", made)

        def count_up() -> list[int]:
            statuses = []
            for _ in range(5):
                now = shop.admin.get(here)
                statuses.append(shop.admin.patch(here, {"size": now.json["size"] + 1}, now.etag).status)
            return statuses

        statuses = Counter(status for told in together([count_up] * WRITERS) for status in told)
        end = shop.admin.get(here).json
        assert set(statuses) <= {200, 412, 503}
        assert statuses[200] >= 5
        assert end["size"] == statuses[200]
        assert end["version"] == 1 + statuses[200]
        assert len(shop.admin.items(here + "/history")) == end["version"]

    def test_blind_writers_all_get_through(self, shop: Shop) -> None:
        made = shop.admin.create("account", name="x")
        here = path_of("account", made)
        answers = together([lambda n=n: shop.admin.patch(here, {"size": n}, "*") for n in range(1, WRITERS + 1)])
        assert {one.status for one in answers} == {200}
        assert sorted(one.json["version"] for one in answers) == list(range(2, WRITERS + 2))

    def test_one_of_sixteen_gets_a_unique_value(self, shop: Shop) -> None:
        code = shop.lot()
        answers = together([lambda: shop.admin.post("records/account", {"name": "x", "code": code})] * WRITERS)
        assert Counter(one.status for one in answers) == {201: 1, 409: WRITERS - 1}

    def test_one_of_sixteen_upserts_creates(self, shop: Shop) -> None:
        code = shop.lot()
        path = f"records/account/by/code/{code}"
        answers = together([lambda n=n: shop.admin.call("PUT", path, {"name": "x", "size": n}) for n in range(WRITERS)])
        assert Counter(one.status for one in answers) == {201: 1, 200: WRITERS - 1}
        (left,) = shop.admin.items("records/account", filter=f"code = '{code}'")
        assert left["version"] >= WRITERS - 1

    def test_twins_under_one_key_make_one_record(self, shop: Shop) -> None:
        key = shop.lot()
        answers = together(
            [lambda: shop.admin.post("records/account", {"name": "x", "lot": key}, Idempotency_Key=key)] * 8
        )
        done = [one for one in answers if one.status == 201]
        assert {one.status for one in answers} <= {201, 409}
        assert done
        assert len({one.body for one in done}) == 1
        assert len(shop.admin.items("records/account", filter=f"lot = '{key}'")) == 1

    def test_a_link_to_a_record_that_is_being_deleted_never_dangles(self, shop: Shop) -> None:
        for _ in range(4):
            account = shop.admin.create("account", name="x")
            calls: list[Callable[[], Answer]] = [lambda a=account: shop.admin.delete(path_of("account", a), "*")]
            calls += [lambda a=account: shop.admin.post("records/contact", {"name": "x", "account": a["id"]})] * 3
            gone, *linked = together(calls)
            made = [one for one in linked if one.status == 201]
            assert {one.status for one in linked} <= {201, 409, 422, 503}
            assert gone.status in {204, 409, 503}
            if made:
                assert gone.status != 204
                assert shop.admin.get(path_of("account", account)).status == 200


class TestPublishing:
    @pytest.fixture
    def world(self, world_of: Callable[[Documents], World]) -> World:
        return world_of(SHOP)

    def test_one_publisher_wins_on_each_base(self, world: World) -> None:
        def publish(number: int) -> Any:
            other = {f"entities/other{number}.json": {"label": "Other", "fields": {"name": {"type": "text"}}}}
            return world.publish({**SHOP, **other})

        base = world.services.publisher.head_number()
        found = together([lambda n=n: publish(n) for n in range(4)])
        won = [one for one in found if isinstance(one, Published)]
        lost = [one for one in found if not isinstance(one, Published)]
        assert all(isinstance(one, ClashError | UnavailableError) for one in lost), lost
        assert len({one.revision for one in won}) == len(won) >= 1
        assert world.services.publisher.head_number() == max(one.revision for one in won)
        assert len(won) == 1 or world.services.publisher.head_number() > base + 1
        entities = [name for name in world.snapshot.entities if name.startswith("other")]
        assert len(entities) == 1

    def test_a_publish_on_an_old_base_is_refused_and_changes_nothing(self, world: World) -> None:
        _, layers = world.services.publisher.head()
        world.publish({**SHOP, "entities/other.json": {"label": "Other", "fields": {"name": {"type": "text"}}}})
        head = world.services.publisher.head_number()
        with pytest.raises(ClashError):
            world.services.publisher.publish(layers, "late", PUBLISHER, head - 1)
        assert world.services.publisher.head_number() == head

    def test_a_writer_that_meets_a_new_revision_goes_on_with_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.person("admin@example.com", "administrator")
        app = application(world.services.settings)
        admin = client_of(app, "admin@example.com")
        calls = []

        def published_meanwhile() -> dict[str, Any]:
            calls.append(1)
            if len(calls) == 1:
                world.publish({**SHOP, "entities/other.json": {"label": "Other", "fields": {"name": {"type": "text"}}}})
            return {"name": "x"}

        before = world.services.publisher.head_number()
        monkeypatch.setattr(record_routes, "json_object", published_meanwhile)
        answer = admin.post("records/account", {})
        app.extensions["armature"].database.close()
        assert (answer.status, answer.headers["armature-revision"]) == (201, str(before + 1))
        assert len(calls) == 2

    def test_a_writer_that_meets_one_revision_after_the_other_is_told_to_wait(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.person("admin@example.com", "administrator")
        app = application(world.services.settings)
        admin = client_of(app, "admin@example.com")
        numbers = iter(range(9))

        def published_meanwhile() -> dict[str, Any]:
            world.publish({**SHOP, f"entities/other{next(numbers)}.json": {"fields": {"name": {"type": "text"}}}})
            return {"name": "x"}

        monkeypatch.setattr(record_routes, "json_object", published_meanwhile)
        answer = admin.post("records/account", {})
        app.extensions["armature"].database.close()
        assert (answer.status, answer.json["code"]) == (503, "revision_moved")
        assert int(answer.headers["retry-after"]) >= 1

    def test_readers_and_writers_beside_a_publish_notice_nothing(self, world: World) -> None:
        world.person("admin@example.com", "administrator")
        app = application(world.services.settings)
        admin = client_of(app, "admin@example.com")
        done, answers = threading.Event(), []

        def work(call: Callable[[], Answer]) -> None:
            while not done.is_set():
                answers.append(call())

        calls: list[Callable[[], Answer]] = [
            lambda: admin.get("records/account", limit=5),
            lambda: admin.post("records/account", {"name": "x"}),
            lambda: admin.get("openapi.json"),
        ]
        threads = [threading.Thread(target=work, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for number in range(2):
            account = {**SHOP["entities/account.json"]}
            account["fields"] = {**account["fields"], f"extra{number}": {"type": "text", "indexed": True}}
            found = world.publish({**SHOP, "entities/account.json": account})
            assert isinstance(found, Published)
            assert admin.get("me").json["revision"] == found.revision
        done.set()
        for thread in threads:
            thread.join()
        app.extensions["armature"].database.close()
        assert {one.status for one in answers} <= {200, 201}, Counter(one.status for one in answers)
        assert len({one.headers["armature-revision"] for one in answers}) >= 2
