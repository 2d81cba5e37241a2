"""Filters that are wrong, or right and at the edge of what numbers, dates and texts can hold."""

from collections.abc import Sequence
from random import Random

from framework.rules.functions import SIGNATURES

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&", "and", "or", "in", "not in", "is", "==")
_LITERALS = (
    "null",
    "true",
    "''",
    "'x'",
    "'%_\\'",
    "'🙂'",
    "0",
    "-1",
    "0.1",
    "1e999999",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 400,
    f"0.{'9' * 400}",
    "'0001-01-01'",
    "'9999-12-31'",
    "'0000-01-01'",
    "'2026-02-30'",
    "'9999-12-31T23:59:59-23:59'",
    "'0001-01-01T00:00:00+23:59'",
    "'2026-01-01T00:00:00'",
    "'P999999W'",
    "'PT999999999S'",
    "'01890a5d-ac96-774b-bcce-b302099a8057'",
    "me()",
    "my_team()",
    "my_teams()",
    "today()",
    "now()",
    "$record.id",
    "$old.id",
    "$nobody",
    "me().team.name",
)
_BROKEN = (
    "",
    " ",
    "(",
    ")",
    "()",
    "'",
    "''''",
    "=",
    "not",
    "x",
    "x.",
    ".x",
    "x.y.z.a.b",
    "$",
    "$record",
    "me(",
    "nobody()",
    "a = 1; drop table account",
    "a = 1 -- x",
    "a /* x */ = 1",
    "1 = 1",
    "true",
    "null",
    "1",
    "'a' 'b'",
    "\x00",
    "'\x00'",
    "a = '\ud800'",
    "a\u00a0= 1",
    "“a” = ‘b’",
    "１ = １",
    "__class__ = 1",
    "id.__class__ = 1",
    "name and",
    "in ()",
    "id in ()",
    "id in ('x')",
    "not " * 300 + "true",
    "-" * 300 + "1 = 1",
    "(" * 200 + "true" + ")" * 200,
    " and ".join(["true"] * 500),
    " + ".join(["1"] * 500) + " = 1",
    "if(true, " * 100 + "1" + ", 2)" * 100 + " = 1",
    "x" * 100_000,
    "'" + "x" * 100_000 + "' = 'x'",
    "true or " * 15_000 + "true",
)


def expression(random: Random, fields: Sequence[str]) -> str:
    """A filter: one that cannot be read, or a random tree over the fields, of which most do not fit together."""
    if random.random() < 0.25:
        return random.choice(_BROKEN)
    if random.random() < 0.4:
        return f"{random.choice(fields)} {random.choice(_OPERATORS)} {_operand(random, fields, 1)}"
    return f"{_operand(random, fields, 3)} {random.choice(_OPERATORS[:6])} {_operand(random, fields, 2)}"


def _operand(random: Random, fields: Sequence[str], room: int) -> str:
    kind = random.random()
    if not room or kind < 0.35:
        return random.choice(fields)
    if kind < 0.6:
        return random.choice(_LITERALS)
    if kind < 0.75:
        operator = random.choice(_OPERATORS)
        return f"({_operand(random, fields, room - 1)} {operator} {_operand(random, fields, room - 1)})"
    name = random.choice(tuple(SIGNATURES))
    count = len(SIGNATURES[name].parameters) + random.choice((0, 0, 0, 0, 1, -1))
    return f"{name}({', '.join(_operand(random, fields, room - 1) for _ in range(max(count, 0)))})"
