"""The feed never skips an accepted write, whoever writes beside whom, and however long the numbers grow."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from framework.storage import own
from framework.storage.session import run_tx
from tests.http.conftest import SHOP, Shop
from tests.http.test_concurrency import together
from tests.support.bundles import Documents, World
from tests.support.clients import Client, application, client_of, path_of

WRITERS, TURNS = 16, 4
PATIENCE_S = 90
# Where a number gets a digit more, a comparison as text would take the longer one for the smaller.
ROLLOVERS = [8, 9, 10, 11, 98, 99, 100, 101, 998, 999, 1_000, 1_001, 9_999, 10_000]


class Follower(threading.Thread):
    """Somebody who follows the feed from a cursor while others write, until told to stop or patience ends."""

    def __init__(self, client: Client, after: str, limit: int) -> None:
        """Keep where to begin and how long a page is."""
        super().__init__()
        self.told: list[tuple[str, int]] = []
        self.wanted: set[tuple[str, int]] | None = None
        self._client, self._after, self._limit = client, after, limit

    def run(self) -> None:
        """Ask again and again."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and (self.wanted is None or not self.wanted <= set(self.told)):
            page = self._client.get("changes", after=self._after, entity="account", limit=self._limit)
            assert page.status == 200, page.body
            self.told += [(one["id"], one["version"]) for one in page.json["items"]]
            if page.json["next"] == self._after:
                time.sleep(0.02)
            self._after = page.json["next"]


def cursor_behind(client: Client) -> str:
    """The cursor behind all that was written so far and is told."""
    after = client.get("changes", entity="account").json["next"]
    while (following := client.get("changes", entity="account", after=after).json["next"]) != after:
        after = following
    return str(after)


def test_sixteen_writers_beside_two_followers(shop: Shop) -> None:
    start, lot = cursor_behind(shop.admin), shop.lot()
    followers = [Follower(shop.admin, start, limit) for limit in (3, 200)]
    for follower in followers:
        follower.start()

    def write(number: int) -> list[tuple[str, int]]:
        """One record after the other and several at once, so that transactions are short and long."""
        done = []
        for turn in range(TURNS):
            made = insist(lambda: shop.admin.post("records/account", {"name": f"n{number}", "lot": lot}))
            changed = insist(
                lambda made=made, turn=turn: shop.admin.patch(path_of("account", made.json), {"size": turn}, '"1"')
            )
            items = [{"do": "create", "values": {"name": f"b{number}", "lot": lot}} for _ in range(3)]
            batch = insist(
                lambda items=items: shop.admin.post("records/account/batch", {"atomic": True, "items": items})
            )
            done += [(one["id"], one["version"]) for one in (made.json, changed.json)]
            done += [(one["record"]["id"], 1) for one in batch.json["items"]]
        return done

    written = [one for told in together([lambda n=n: write(n) for n in range(WRITERS)]) for one in told]
    assert len(written) == WRITERS * TURNS * 5
    for follower in followers:
        follower.wanted = set(written)
    for follower in followers:
        follower.join()
        mine = [one for one in follower.told if one in set(written)]
        assert set(mine) == set(written)
        assert not [one for one, times in Counter(mine).items() if times > 1]
        # Whoever applies the changes one after the other never meets an update before its creation.
        places = {one: place for place, one in enumerate(mine)}
        assert all(places[ident, 1] < places[ident, 2] for ident, version in mine if version == 2)


def insist(call: Callable[[], Any]) -> Any:
    """The answer, once the database had time for it."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = call()
        if answer.status != 503 or time.monotonic() > end:
            assert answer.status < 300, (answer.status, answer.body)
            return answer
        time.sleep(0.05)


def test_numbers_that_get_a_digit_more_stay_in_order(world_of: Callable[[Documents], World]) -> None:
    world = world_of(SHOP)
    world.person("admin@example.com", "administrator")
    app = application(world.services.settings)
    admin = client_of(app, "admin@example.com")
    made = [admin.create("account", name=f"n{number}")["id"] for number in range(len(ROLLOVERS))]
    for column in ("xid", "seq"):
        place_anew(world, made, column)
        for limit in (1, 3, 200):
            assert paged(admin, limit) == made, (column, limit)
    app.extensions["armature"].database.close()


def place_anew(world: World, records: list[str], column: str) -> None:
    """Give the changes of these records, in their order, numbers around which a digit is added."""
    c = own.change.c

    def move(connection: Any) -> None:
        rows = connection.execute(select(c.seq, c.record).where(c.record.in_(records)).order_by(c.seq)).all()
        others = connection.execute(select(c.seq).where(c.record.not_in(records))).scalars().all()
        ahead = 1_000_000
        for row, number in zip(rows, ROLLOVERS, strict=True):
            values = {"xid": number} if column == "xid" else {"xid": 7, "seq": ahead + number}
            connection.execute(update(own.change).where(c.seq == row.seq).values(**values))
        if column == "seq":
            # What else was written makes room for the small numbers.
            for place, seq in enumerate(others):
                connection.execute(update(own.change).where(c.seq == seq).values(seq=2 * ahead + place))
            for number in ROLLOVERS:
                connection.execute(update(own.change).where(c.seq == ahead + number).values(seq=number))

    run_tx(world.services.database, move)


def paged(client: Client, limit: int) -> list[str]:
    """The ids that the feed of accounts tells, page by page."""
    found, after = [], None
    while True:
        page = client.get("changes", entity="account", limit=limit, **({"after": after} if after else {})).json
        found += [one["id"] for one in page["items"]]
        if page["next"] == after:
            return found
        after = page["next"]
