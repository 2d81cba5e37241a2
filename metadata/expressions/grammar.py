"""The parser's tables, kept as JSON: making them of `grammar.lark` costs ten times as much as reading them.

After a change: `python -c "from metadata.expressions.grammar import write_tables; write_tables()"`.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Token, Transformer

_HERE = "metadata.expressions"
_SOURCE = "grammar.lark"
_TABLES = "grammar.json"


def load_parser(builder: Transformer[Token, Any]) -> Lark:
    """The parser of the kept tables; `builder` makes what a rule gives as soon as it is complete."""
    return parser_of(_read(_TABLES), builder)


def parser_of(tables: str, builder: Transformer[Token, Any]) -> Lark:
    """The parser of tables that `made_tables` gave."""
    found = json.loads(tables, object_hook=_with_numbered_keys)
    # What lark's own stand-alone parsers do; its public `load` would read a pickle.
    load: Callable[..., Lark] = Lark._load_from_dict  # noqa: SLF001
    return load(found["data"], found["memo"], transformer=builder)


def write_tables() -> None:
    """Make the tables anew; a test fails until that is done."""
    Path(__file__).with_name(_TABLES).write_text(made_tables(), "utf-8")


def made_tables() -> str:
    """The tables of the grammar as it is now, with its digest: state numbers vary from run to run."""
    parser = Lark(_read(_SOURCE), parser="lalr", maybe_placeholders=False)
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    tables = {"source": _source_digest(), "data": data, "memo": memo}
    return json.dumps(tables, sort_keys=True, separators=(",", ":")) + "\n"


def tables_are_current() -> bool:
    """Whether the kept tables were made of the grammar as it is now."""
    kept: str = json.loads(_read(_TABLES))["source"]
    return kept == _source_digest()


def _source_digest() -> str:
    return hashlib.sha256(_read(_SOURCE).encode()).hexdigest()


def _read(name: str) -> str:
    return files(_HERE).joinpath(name).read_text("utf-8")


def _with_numbered_keys(found: dict[str, Any]) -> dict[str | int, Any]:
    """States and rules are numbered, but JSON has only texts for keys."""
    return {int(key) if key.isdigit() else key: value for key, value in found.items()}
