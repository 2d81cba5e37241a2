"""What a storage engine must do to hold records: a third engine joins by its name in `tests.support.databases.ENGINES`.

Only what one engine promises alone asks which one it is.
"""

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Connection, MetaData, Table, event, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from framework.errors import CommandError, RevisionMovedError, UnavailableError
from framework.extension import installed_catalogue
from framework.fields.base import Column, ColumnKind
from framework.records.keys import new_id
from framework.storage import own, upgrades
from framework.storage.change import insert_records, update_record
from framework.storage.ddl import plan_steps, run_steps, runner
from framework.storage.engines import Database, open_database
from framework.storage.faults import clashing_index
from framework.storage.session import hold_publishing_lock, reading, run_tx, run_write
from framework.storage.tables import entity_table
from framework.storage.types import Key, sql_type
from framework.storage.upgrades import require_current, upgrade
from metadata.compile import compile_snapshot
from metadata.load import load_core
from metadata.snapshot import Snapshot
from tests.support.bundles import layers_of
from tests.support.databases import database as new_database

LONG = "name_of_forty_eight_letters_which_is_all_allowed"
PARCEL = {
    "label": "Parcel",
    "fields": {
        "code": {"type": "text", "unique": True},
        "street": {"type": "text"},
        "house": {"type": "integer"},
        "note": {"type": "long_text"},
        "fragile": {"type": "boolean"},
        "due_on": {"type": "date"},
        "seen_at": {"type": "datetime"},
        "inside": {"type": "link", "to": "parcel"},
        "carrier": {"type": "link", "to": "carrier"},
    },
    "unique": {"door": {"fields": ["street", "house"]}},
}
CARRIER = {"label": "Carrier", "fields": {"name": {"type": "text"}, "best": {"type": "link", "to": "parcel"}}}
CARRIER_ALONE = {"label": "Carrier", "fields": {"name": {"type": "text"}}}
LATER = {
    "label": "Parcel",
    "fields": {
        **PARCEL["fields"],
        "weight": {"type": "integer", "indexed": True},
        "second": {"type": "link", "to": "carrier"},
        "sign": {"type": "text", "unique": True},
    },
    "unique": PARCEL["unique"],
}
BEFORE_ANYTHING = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def parcels(database: Database) -> Snapshot:
    return with_parcels(database)


@pytest.fixture(scope="module")
def kept_database(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with tables for tests that do not care for what others left in them."""
    with new_database(shared_engine, tmp_path_factory.mktemp("kept")) as url:
        opened = open_database(url)
        upgrade(opened)
        with_parcels(opened)
        yield opened
        opened.close()


def with_parcels(database: Database) -> Snapshot:
    snapshot = snapshot_of({"parcel": PARCEL, "carrier": CARRIER})
    run_steps(database, plan_steps(None, snapshot))
    return snapshot


def snapshot_of(entities: Mapping[str, Any]) -> Snapshot:
    return compiled(json.dumps(entities))


@lru_cache
def compiled(entities: str) -> Snapshot:
    layers = layers_of({f"entities/{name}.json": body for name, body in json.loads(entities).items()})
    return compile_snapshot([load_core(), *layers], installed_catalogue())


def record(snapshot: Snapshot, entity: str, **values: Any) -> dict[str, Any]:
    blank = {field.name: None for field in snapshot.entities[entity].fields.values()}
    now = BEFORE_ANYTHING
    return {**blank, "id": new_id(), "version": 1, "created_at": now, "updated_at": now, **values}


def keep(database: Database, snapshot: Snapshot, entity: str, **values: Any) -> str:
    row = record(snapshot, entity, **values)
    run_tx(database, lambda connection: insert_records(connection, snapshot, entity, [row]))
    return str(row["id"])


def stored(database: Database, snapshot: Snapshot, entity: str, ident: str) -> Any:
    table = entity_table(snapshot, entity).table
    with reading(database) as connection:
        return connection.execute(select(table).where(table.c.id == ident)).one()


def shape(database: Database) -> dict[str, tuple[frozenset[str], frozenset[tuple[str | None, bool]], list[Any]]]:
    """Columns, indexes and foreign keys of every table, as the engine tells them."""
    with database.write.begin() as connection:
        found = inspect(connection)
        return {
            table: (
                frozenset(column["name"] for column in found.get_columns(table)),
                frozenset((index["name"], bool(index["unique"])) for index in found.get_indexes(table)),
                sorted((*key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(table)),
            )
            for table in found.get_table_names()
        }


@contextmanager
def killed_after(database: Database, statements: int) -> Iterator[None]:
    """Let this many statements change tables; the next one ends the process."""
    left = [statements]

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if re.match(r"\s*(CREATE|ALTER|DROP)", statement):
            if left[0] == 0:
                raise Killed
            left[0] -= 1

    for engine in {database.write, database.read}:
        event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        for engine in {database.write, database.read}:
            event.remove(engine, "before_cursor_execute", count)


class TestTables:
    """Publishing changes tables in steps."""

    @pytest.mark.usefixtures("parcels")
    def test_steps_make_what_the_snapshot_needs(self, database: Database) -> None:
        columns, indexes, _ = shape(database)["parcel"]
        assert columns == {
            *PARCEL["fields"],
            *("id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "deleted_by"),
        }
        assert {("uq_parcel__code", True), ("uq_parcel__street__house", True)} <= indexes
        assert {("ix_parcel__carrier", False), ("ix_parcel__updated_at", False)} <= indexes

    def test_running_the_same_steps_again_changes_nothing(self, database: Database, parcels: Snapshot) -> None:
        before = shape(database)
        run_steps(database, plan_steps(None, parcels))
        assert shape(database) == before

    def test_additions_keep_the_records_and_may_be_run_twice(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", code="A1", house=7)
        after = snapshot_of({"parcel": LATER, "carrier": CARRIER})
        steps = plan_steps(parcels, after)
        run_steps(database, steps)
        whole = shape(database)
        run_steps(database, steps)
        row = stored(database, after, "parcel", ident)
        assert (row.code, row.house, row.weight, row.second) == ("A1", 7, None, None)
        assert shape(database) == whole
        assert {("uq_parcel__sign", True), ("ix_parcel__weight", False)} <= whole["parcel"][1]

    def test_a_first_run_cut_at_any_step_is_finished_by_a_later_one(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "_AT_ONCE", 2)
        snapshot = snapshot_of({"parcel": PARCEL, "carrier": CARRIER})
        assert runs_until_whole(database, plan_steps(None, snapshot), stride=7) > 10
        _, indexes, keys = shape(database)["parcel"]
        assert ("uq_parcel__street__house", True) in indexes
        assert {("carrier", "carrier"), ("inside", "parcel")} <= set(keys)
        assert len(keys) == len(set(keys))
        run_steps(database, plan_steps(None, snapshot))

    def test_a_transaction_takes_locks_of_a_few_tables_only(self, database: Database) -> None:
        if database.is_sqlite:
            pytest.skip("one lock serves all tables there")
        made = [0]
        event.listen(database.write, "commit", lambda _: made.append(0))

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            made[-1] += "CREATE TABLE" in statement

        event.listen(database.write, "before_cursor_execute", count)
        run_steps(database, plan_steps(None, snapshot_of({f"e{number}": CARRIER_ALONE for number in range(90)})))
        assert sum(made) > 90
        assert max(made) <= 40

    def test_additions_cut_at_any_step_are_finished_by_a_later_run(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", code="A1")
        after = snapshot_of({"parcel": LATER, "carrier": CARRIER})
        assert runs_until_whole(database, plan_steps(parcels, after)) > 2
        run_steps(database, plan_steps(None, after))
        assert stored(database, after, "parcel", ident).code == "A1"
        keep(database, after, "parcel", code="A2", sign="x")
        with pytest.raises(IntegrityError):
            keep(database, after, "parcel", code="A3", sign="x")

    def test_old_records_can_be_read_and_written_while_a_run_is_cut(
        self, database: Database, parcels: Snapshot
    ) -> None:
        ident = keep(database, parcels, "parcel", code="A1")
        with suppress(Killed), killed_after(database, 2):
            run_steps(database, plan_steps(parcels, snapshot_of({"parcel": LATER, "carrier": CARRIER})))
        assert stored(database, parcels, "parcel", ident).code == "A1"
        assert stored(database, parcels, "parcel", keep(database, parcels, "parcel", code="A2")).code == "A2"

    def test_a_cut_run_leaves_nothing_where_tables_are_changed_in_one_transaction(self, database: Database) -> None:
        if not database.is_sqlite:
            pytest.skip("other engines finish step by step")
        before = shape(database)
        with suppress(Killed), killed_after(database, 12):
            run_steps(database, plan_steps(None, snapshot_of({"parcel": PARCEL, "carrier": CARRIER})))
        assert shape(database) == before

    def test_a_unique_index_refused_for_its_data_is_made_once_they_are_mended(
        self, database: Database, parcels: Snapshot
    ) -> None:
        first, second = (keep(database, parcels, "parcel", code=code, note="same") for code in ("A1", "A2"))
        fields = {**PARCEL["fields"], "street": {"type": "text", "unique": True}}
        after = snapshot_of({"parcel": {**PARCEL, "fields": fields}, "carrier": CARRIER})
        set_field(database, parcels, first, street="Elm")
        set_field(database, parcels, second, street="Elm")
        with pytest.raises(IntegrityError):
            run_steps(database, plan_steps(parcels, after))
        set_field(database, parcels, second, street="Oak")
        run_steps(database, plan_steps(parcels, after))
        with pytest.raises(IntegrityError):
            set_field(database, parcels, second, street="Elm")

    def test_a_link_in_a_column_added_later_to_nothing_is_refused(self, database: Database, parcels: Snapshot) -> None:
        after = snapshot_of({"parcel": LATER, "carrier": CARRIER})
        run_steps(database, plan_steps(parcels, after))
        with pytest.raises(IntegrityError):
            keep(database, after, "parcel", second=new_id())

    def test_names_longer_than_the_engine_takes_stay_apart(self, database: Database) -> None:
        fields = {f"{LONG[:-1]}{letter}": {"type": "text", "unique": True} for letter in "ab"}
        snapshot = snapshot_of({LONG: {"label": "Long", "fields": fields}})
        run_steps(database, plan_steps(None, snapshot))
        run_steps(database, plan_steps(None, snapshot))
        names = sorted(str(name) for name, unique in shape(database)[LONG][1] if unique)
        assert len(names) == 2
        assert all(len(name.encode()) == 63 and re.search(r"_[0-9a-f]{8}$", name) for name in names)
        first, second = fields
        keep(database, snapshot, LONG, **{first: "x", second: "y"})
        with pytest.raises(IntegrityError):
            keep(database, snapshot, LONG, **{first: "z", second: "y"})


def runs_until_whole(database: Database, steps: Any, stride: int = 1) -> int:
    """Run again and again, each time some statements further before the process ends; how many it needed."""
    cut = 0
    while cut < 200:
        try:
            with killed_after(database, cut):
                run_steps(database, steps)
        except Killed:
            cut += stride
        else:
            return cut
    pytest.fail("the run never gets to its end")


def set_field(database: Database, snapshot: Snapshot, ident: str, **values: Any) -> None:
    table = entity_table(snapshot, "parcel").table
    run_tx(database, lambda connection: connection.execute(update(table).where(table.c.id == ident).values(values)))


class Shared:
    """Tests of records beside which others may lie: making a database takes longer than most of them."""

    @pytest.fixture
    def database(self, kept_database: Database) -> Database:
        return kept_database

    @pytest.fixture
    def parcels(self) -> Snapshot:
        return snapshot_of({"parcel": PARCEL, "carrier": CARRIER})


class TestConstraints(Shared):
    """What only the database can promise."""

    @pytest.mark.parametrize("field", ["carrier", "inside"])
    def test_a_link_to_nothing_is_refused(self, database: Database, parcels: Snapshot, field: str) -> None:
        with pytest.raises(IntegrityError) as refused:
            keep(database, parcels, "parcel", **{field: new_id()})
        assert clashing_index(refused.value) is None

    def test_two_entities_may_link_to_each_other(self, database: Database, parcels: Snapshot) -> None:
        parcel = keep(database, parcels, "parcel")
        carrier = keep(database, parcels, "carrier", best=parcel)
        set_field(database, parcels, parcel, carrier=carrier, inside=parcel)
        assert stored(database, parcels, "parcel", parcel).carrier == carrier

    def test_a_value_is_unique_among_live_records_only(self, database: Database, parcels: Snapshot) -> None:
        first = keep(database, parcels, "parcel", code="A1")
        with pytest.raises(IntegrityError):
            keep(database, parcels, "parcel", code="A1")
        set_field(database, parcels, first, deleted_at=BEFORE_ANYTHING)
        keep(database, parcels, "parcel", code="A1")
        with pytest.raises(IntegrityError):
            set_field(database, parcels, first, deleted_at=None)

    def test_blanks_are_never_the_same(self, database: Database, parcels: Snapshot) -> None:
        for _ in range(2):
            keep(database, parcels, "parcel", street="Blank")
            keep(database, parcels, "parcel", house=0)

    def test_several_fields_are_unique_together(self, database: Database, parcels: Snapshot) -> None:
        keep(database, parcels, "parcel", street="Elm", house=7)
        keep(database, parcels, "parcel", street="Elm", house=8)
        with pytest.raises(IntegrityError):
            keep(database, parcels, "parcel", street="Elm", house=7)

    @pytest.mark.parametrize(
        ("values", "named"),
        [
            ({"code": "B1"}, ("uq_parcel__code", ("code",))),
            ({"street": "Oak", "house": 1}, ("uq_parcel__street__house", ("street", "house"))),
        ],
        ids=["one_field", "two_fields"],
    )
    def test_the_refusal_tells_which_values_clashed(
        self, database: Database, parcels: Snapshot, values: dict[str, str], named: tuple[object, ...]
    ) -> None:
        keep(database, parcels, "parcel", **values)
        with pytest.raises(IntegrityError) as refused:
            keep(database, parcels, "parcel", **values)
        assert clashing_index(refused.value) in named

    def test_a_record_without_version_is_refused(self, database: Database, parcels: Snapshot) -> None:
        with pytest.raises(IntegrityError):
            keep(database, parcels, "parcel", version=None)


class TestValues(Shared):
    """What is stored comes back as it was."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("code", "ß İ ı 日本語 👩‍👩‍👧 e\u0301 ' \" \\ % _ ; --"),
            ("note", "x" * 1_000_000),
            ("note", "line\nline\r\n\ttab"),
            ("house", 2**63 - 1),
            ("house", -(2**63)),
            ("house", 0),
            ("fragile", True),
            ("fragile", False),
            ("due_on", dt.date(1, 1, 1)),
            ("due_on", dt.date(9999, 12, 31)),
            ("due_on", dt.date(2024, 2, 29)),
            ("seen_at", dt.datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=dt.UTC)),
            ("seen_at", dt.datetime(1900, 1, 1, tzinfo=dt.UTC)),
            ("seen_at", dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_a_value_comes_back(self, database: Database, parcels: Snapshot, field: str, value: object) -> None:
        found = getattr(stored(database, parcels, "parcel", keep(database, parcels, "parcel", **{field: value})), field)
        assert (found, type(found)) == (value, type(value))

    def test_a_moment_comes_back_in_utc(self, database: Database, parcels: Snapshot) -> None:
        there = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=14)))
        found = stored(database, parcels, "parcel", keep(database, parcels, "parcel", seen_at=there)).seen_at
        assert found == there
        assert found.utcoffset() == dt.timedelta(0)

    def test_a_moment_without_zone_is_refused(self, database: Database, parcels: Snapshot) -> None:
        with pytest.raises(Exception, match="a moment without zone"):
            keep(database, parcels, "parcel", seen_at=dt.datetime(2026, 7, 1))  # noqa: DTZ001

    def test_a_key_comes_back_as_the_same_text(self, database: Database, parcels: Snapshot) -> None:
        outer = keep(database, parcels, "parcel")
        inner = keep(database, parcels, "parcel", inside=outer)
        row = stored(database, parcels, "parcel", inner)
        assert (row.id, row.inside) == (inner, outer)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("0", "0.0000"),
            ("12.5", "12.5000"),
            ("-0.0001", "-0.0001"),
            ("99999999999999.9999", "99999999999999.9999"),
            ("-99999999999999.9999", "-99999999999999.9999"),
            ("0.00005", "0.0001"),
            ("-0.00005", "-0.0001"),
            ("0.00004999", "0.0000"),
        ],
    )
    def test_a_decimal_is_exact_and_rounds_half_away_from_zero(self, database: Database, given: str, kept: str) -> None:
        table = decimals(database, [given])
        with reading(database) as connection:
            found = connection.execute(select(table.c.amount)).scalar()
        assert isinstance(found, Decimal)
        assert (found, str(found)) == (Decimal(kept), str(Decimal(kept).quantize(Decimal("0.0001"))))

    def test_decimals_are_summed_and_ordered_exactly(self, database: Database) -> None:
        table = decimals(database, ["0.1"] * 10 + ["-3.0001", "20000000000000.0001"])
        with reading(database) as connection:
            ordered = list(connection.execute(select(table.c.amount).order_by(table.c.amount)).scalars())
            equal = connection.execute(select(table.c.amount).where(table.c.amount == Decimal("0.1"))).all()
        assert sum(ordered) == Decimal("19999999999998.0000")
        assert ordered == sorted(ordered)
        assert len(equal) == 10

    def test_moments_are_ordered_by_time(self, database: Database, parcels: Snapshot) -> None:
        moments = [
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(**{unit: 1}) for unit in ("microseconds", "days")
        ]
        moments += [dt.datetime(1999, 12, 31, 23, 59, 59, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]
        for moment in moments:
            keep(database, parcels, "parcel", seen_at=moment, note="in time")
        table = entity_table(parcels, "parcel").table
        mine = select(table.c.seen_at).where(table.c.note == "in time")
        with reading(database) as connection:
            found = list(connection.execute(mine.order_by(table.c.seen_at)).scalars())
            later = connection.execute(mine.where(table.c.seen_at > moments[3])).all()
        assert found == sorted(moments)
        assert len(later) == 2

    def test_comparison_of_text_knows_letter_case(self, database: Database, parcels: Snapshot) -> None:
        keep(database, parcels, "parcel", code="ash")
        keep(database, parcels, "parcel", code="Ash")
        table = entity_table(parcels, "parcel").table
        with reading(database) as connection:
            assert connection.execute(select(table.c.code).where(table.c.code == "Ash")).scalars().all() == ["Ash"]


def decimals(database: Database, values: list[str]) -> Table:
    kept = Column(ColumnKind.DECIMAL, precision=18, scale=4)
    table = Table(
        f"decimals_{new_id()}",
        MetaData(),
        SqlColumn("id", Key(), primary_key=True),
        SqlColumn("amount", sql_type(kept)),
    )
    rows = [{"id": new_id(), "amount": Decimal(value)} for value in values]

    def work(connection: Connection) -> None:
        table.create(connection)
        connection.execute(insert(table), rows)

    run_tx(database, work)
    return table


class TestTransactions(Shared):
    """All or nothing, and again after a passing fault."""

    def test_what_fails_leaves_nothing(self, database: Database, parcels: Snapshot) -> None:
        row = record(parcels, "parcel")

        def work(connection: Connection) -> None:
            insert_records(connection, parcels, "parcel", [row])
            raise Killed

        with pytest.raises(Killed):
            run_tx(database, work)
        table = entity_table(parcels, "parcel").table
        with reading(database) as connection:
            assert connection.execute(select(table).where(table.c.id == row["id"])).first() is None

    def test_an_update_of_another_version_changes_nothing(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", house=1)
        values = {"house": 2, "version": 9}
        told = [
            run_tx(database, lambda c, old=old: update_record(c, parcels, "parcel", ident, old, values))
            for old in (2, 0, 1, 1)
        ]
        assert told == [False, False, True, False]
        assert stored(database, parcels, "parcel", ident).version == 9

    def test_transactions_that_wait_for_each_other_both_end_well(self, database: Database, parcels: Snapshot) -> None:
        """A deadlock where rows are locked; plain waiting where one writes at a time."""
        idents = [keep(database, parcels, "parcel", house=0) for _ in range(2)]
        both_hold_one = threading.Barrier(2)

        def raise_both(order: list[str]) -> Callable[[], None]:
            def work(connection: Connection) -> None:
                raise_house(connection, parcels, order[0])
                with suppress(threading.BrokenBarrierError):
                    both_hold_one.wait(0.3)
                raise_house(connection, parcels, order[1])

            return lambda: run_tx(database, work)

        together(raise_both(idents), raise_both(idents[::-1]))
        assert [stored(database, parcels, "parcel", ident).house for ident in idents] == [2, 2]

    def test_a_transaction_that_saw_old_rows_is_run_again(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", house=0)
        table = entity_table(parcels, "parcel").table
        both_read = threading.Barrier(2)

        def add_one(connection: Connection) -> None:
            if not database.is_sqlite:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            seen = connection.execute(select(table.c.house).where(table.c.id == ident)).scalar_one()
            with suppress(threading.BrokenBarrierError):
                both_read.wait(0.3)
            connection.execute(update(table).where(table.c.id == ident).values(house=seen + 1))

        together(lambda: run_tx(database, add_one), lambda: run_tx(database, add_one))
        assert stored(database, parcels, "parcel", ident).house == 2

    def test_a_lock_that_is_free_soon_is_waited_for(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", house=0)
        tries = []

        def briefly(connection: Connection) -> None:
            tries.append(1)
            raise_house(connection, parcels, ident)

        with impatient(database), locked(database, parcels, ident) as release:
            timer = threading.Timer(0.4, release)
            timer.start()
            run_tx(database, briefly)
            timer.join()
        assert stored(database, parcels, "parcel", ident).house == 1

    def test_a_lock_that_stays_is_told_as_unavailable(
        self, database: Database, parcels: Snapshot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ident = keep(database, parcels, "parcel", house=0)
        monkeypatch.setattr("framework.storage.session._TRIES", 2)
        with impatient(database), locked(database, parcels, ident), pytest.raises(UnavailableError):
            run_tx(database, lambda connection: raise_house(connection, parcels, ident))

    def test_a_wrong_statement_is_not_repeated(self, database: Database) -> None:
        tries = []

        def work(connection: Connection) -> None:
            tries.append(1)
            connection.execute(text("SELECT no_such_column"))

        with pytest.raises(DBAPIError):
            run_tx(database, work)
        assert len(tries) == 1

    def test_connections_for_reading_cannot_write_where_the_engine_can_refuse(self, database: Database) -> None:
        if not database.is_sqlite:
            pytest.skip("the reading address may be a standby, which refuses by itself")
        with pytest.raises(OperationalError, match="readonly"), reading(database) as connection:
            connection.execute(insert(own.rate).values(subject="x", failures=1, until=BEFORE_ANYTHING))

    def test_a_reader_neither_waits_for_a_writer_nor_sees_its_half(self, database: Database, parcels: Snapshot) -> None:
        ident = keep(database, parcels, "parcel", house=0)
        with locked(database, parcels, ident):
            assert stored(database, parcels, "parcel", ident).house == 0


@contextmanager
def impatient(database: Database) -> Iterator[None]:
    """Let new transactions wait for locks a moment only."""

    def shorten(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30ms'")

    def shorten_file(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 30")

    if database.is_sqlite:
        event.listen(database.write, "checkout", shorten_file)
    else:
        event.listen(database.write, "begin", shorten)
    yield
    if database.is_sqlite:
        event.remove(database.write, "checkout", shorten_file)
        database.write.dispose()
    else:
        event.remove(database.write, "begin", shorten)


@contextmanager
def locked(database: Database, snapshot: Snapshot, ident: str) -> Iterator[Callable[[], None]]:
    """Hold the record in somebody else's transaction until the end or until what is given is called."""
    taken, release = threading.Event(), threading.Event()
    table = entity_table(snapshot, "parcel").table
    other = open_database(database.write.url.render_as_string(hide_password=False))

    def hold() -> None:
        with other.write.connect() as connection, connection.begin() as transaction:
            connection.execute(update(table).where(table.c.id == ident).values(street="held"))
            taken.set()
            release.wait(20)
            transaction.rollback()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(20)
    try:
        yield release.set
    finally:
        release.set()
        thread.join()
        other.close()


def raise_house(connection: Connection, snapshot: Snapshot, ident: str) -> None:
    table = entity_table(snapshot, "parcel").table
    connection.execute(update(table).where(table.c.id == ident).values(house=table.c.house + 1))


def together(*works: Callable[[], None]) -> None:
    """Run at the same time; what one of them raises is raised here."""
    faults: list[BaseException] = []

    def caught(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)

    threads = [threading.Thread(target=caught, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


class TestPublishingLock:
    """A writer planned on a revision never writes beside a newer one."""

    def test_a_write_planned_on_an_old_revision_is_refused(self, database: Database) -> None:
        move_head(database, 2)
        ran = []
        with pytest.raises(RevisionMovedError):
            run_write(database, 1, ran.append)
        assert ran == []
        run_write(database, 2, ran.append)
        assert len(ran) == 1

    def test_a_writer_waits_for_the_publisher_and_then_sees_the_new_revision(self, database: Database) -> None:
        move_head(database, 1)
        alone, go_on, outcome = threading.Event(), threading.Event(), []

        def publish(connection: Connection) -> None:
            hold_publishing_lock(connection)
            alone.set()
            go_on.wait(20)
            connection.execute(update(own.head).values(revision=2))

        def write() -> None:
            try:
                run_write(database, 1, lambda _: outcome.append("written"))
            except RevisionMovedError:
                outcome.append("moved")

        publisher, writer = threading.Thread(target=run_tx, args=(database, publish)), threading.Thread(target=write)
        publisher.start()
        assert alone.wait(20)
        writer.start()
        writer.join(0.2)
        assert outcome == []
        go_on.set()
        publisher.join()
        writer.join()
        assert outcome == ["moved"]


def move_head(database: Database, revision: int) -> None:
    run_tx(database, lambda connection: connection.execute(insert(own.head).values(channel="live", revision=revision)))


class TestOwnTables:
    """Our own tables have versions."""

    def test_an_empty_database_names_the_command_that_makes_it(self, database_url: str) -> None:
        opened = open_database(database_url)
        with pytest.raises(CommandError, match="run: armature init"):
            require_current(opened)
        upgrade(opened)
        require_current(opened)
        opened.close()

    def test_preparing_twice_changes_nothing(self, database: Database) -> None:
        before = shape(database)
        upgrade(database)
        assert shape(database) == before
        with reading(database) as connection:
            assert connection.execute(select(own.schema.c.version)).scalars().all() == [own.SCHEMA_VERSION]

    def test_an_older_version_is_refused_until_it_is_upgraded(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(own, "SCHEMA_VERSION", own.SCHEMA_VERSION + 1)
        monkeypatch.setattr(upgrades, "UPGRADES", {own.SCHEMA_VERSION - 1: add_remark})
        with pytest.raises(CommandError, match=r"older release; run: armature init"):
            require_current(database)
        upgrade(database)
        require_current(database)
        upgrade(database)
        assert "remark" in shape(database)["sys_rate"][0]

    def test_a_cut_upgrade_leaves_the_old_version(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        def half(connection: Connection) -> None:
            add_remark(connection)
            raise Killed

        before = shape(database)
        monkeypatch.setattr(own, "SCHEMA_VERSION", own.SCHEMA_VERSION + 1)
        monkeypatch.setattr(upgrades, "UPGRADES", {own.SCHEMA_VERSION - 1: half})
        with pytest.raises(Killed):
            upgrade(database)
        assert shape(database) == before
        with pytest.raises(CommandError, match="older release"):
            require_current(database)

    def test_a_newer_version_is_left_alone(self, database: Database) -> None:
        newer = update(own.schema).values(version=own.SCHEMA_VERSION + 1)
        run_tx(database, lambda connection: connection.execute(newer))
        for refused in (require_current, upgrade):
            with pytest.raises(CommandError, match=r"newer release.*run that release, or restore a backup"):
                refused(database)

    def test_two_first_starts_at_once_make_one_set_of_tables(self, database_url: str) -> None:
        opened = [open_database(database_url) for _ in range(2)]
        together(*(lambda one=one: upgrade(one) for one in opened))
        with reading(opened[0]) as connection:
            assert connection.execute(select(own.schema.c.version)).scalars().all() == [own.SCHEMA_VERSION]
        for one in opened:
            one.close()


def add_remark(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE sys_rate ADD COLUMN remark TEXT"))
