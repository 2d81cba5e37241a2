"""SQL is executed in storage alone, and only storage writes any as text: rights are decided before it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.reading import Source, breaks, findings, imported

STORAGE = "framework.storage"
# These two read and write their own sys_ tables, before there is an actor or a snapshot; never a record's.
EXECUTORS = (STORAGE, "framework.auth", "framework.publishing")
EXECUTING = {"execute", "executemany", "exec_driver_sql", "commit", "rollback"}
# A connection's scalar(statement) executes; a result's scalar() only reads what was executed.
EXECUTING_WITH_ARGUMENT = {"scalar", "scalars"}
# DDL and PRAGMA take no bind parameters; the names put in come from storage.tables, never from a request.
SQL_BUILDERS = ("framework.storage.ddl", "framework.storage.engines")
SQLALCHEMY_TEXT = re.compile(r"(sqlalchemy|sa)(\.\w+)*\.text")
SQL_BEGINS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|PRAGMA|SET|VACUUM)\s")


def executes_outside_storage(source: Source) -> Iterator[ast.AST]:
    if source.inside(*EXECUTORS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method)) if method in EXECUTING:
                yield node
            case ast.Call(func=ast.Attribute(attr=method), args=[_, *_]) if method in EXECUTING_WITH_ARGUMENT:
                yield node


def writes_sql_as_text_outside_storage(source: Source) -> Iterator[ast.AST]:
    if not source.inside(STORAGE):
        yield from (node for node, name in imported(source) if SQLALCHEMY_TEXT.fullmatch(name))


def puts_values_into_sql(source: Source) -> Iterator[ast.AST]:
    if source.inside(*SQL_BUILDERS):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(begin)), *_]) if SQL_BEGINS.match(begin):
                yield node
            case ast.BinOp(left=ast.Constant(value=str(begin))) if SQL_BEGINS.match(begin):
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(begin)), attr="format")) if SQL_BEGINS.match(
                begin
            ):
                yield node


RULES = [executes_outside_storage, writes_sql_as_text_outside_storage, puts_values_into_sql]


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule) -> None:
    assert findings(rule) == []


@pytest.mark.parametrize("call", ["c.execute(s)", "c.commit()", "session.connection.scalars(s)"])
def test_executing_is_noticed_outside_storage(call: str) -> None:
    assert breaks(executes_outside_storage, "framework.records.reader", call)
    assert not breaks(executes_outside_storage, "framework.storage.session", call)


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import text",
        "from sqlalchemy.sql import text",
        "sa.text('SELECT 1')",
    ],
)
def test_sql_text_is_noticed_outside_storage(text: str) -> None:
    assert breaks(writes_sql_as_text_outside_storage, "framework.rules.to_sql", text)
    assert not breaks(writes_sql_as_text_outside_storage, "framework.storage.session", text)


@pytest.mark.parametrize(
    "text",
    ["f'SELECT {a}'", "'DELETE FROM ' + table", "'UPDATE %s' % table", "'DROP TABLE {}'.format(table)"],
)
def test_values_in_sql_are_noticed(text: str) -> None:
    assert breaks(puts_values_into_sql, "framework.storage.select", text)
    assert not breaks(puts_values_into_sql, "framework.storage.ddl.runner", text)


def test_words_that_are_no_sql_pass() -> None:
    assert not breaks(puts_values_into_sql, "framework.storage.select", "f'Selected {count} records'")
