"""What expressions do: the function table and the two back ends, Python and SQL, that agree on every value.

    typed = check(parse(text), scope, SIGNATURES, wanted=BOOLEAN)
    holds(typed)({"stage": "won", "amount": Decimal("12.50")}, env)     # values by Ref.key
    select(…).where(condition(typed, "sqlite", columns))                # run with env_parameters(env, engine)

Every SQLite connection needs `register(connection)` once.
"""

from framework.rules.assign import assign
from framework.rules.binds import env_parameter, env_parameters
from framework.rules.env import Env
from framework.rules.evaluate import evaluator, holds
from framework.rules.functions import FUNCTIONS, SIGNATURES
from framework.rules.operand import Columns, EngineName, Operand
from framework.rules.sqlite import register
from framework.rules.to_sql import condition, to_sql

__all__ = [
    "FUNCTIONS",
    "SIGNATURES",
    "Columns",
    "EngineName",
    "Env",
    "Operand",
    "assign",
    "condition",
    "env_parameter",
    "env_parameters",
    "evaluator",
    "holds",
    "register",
    "to_sql",
]
