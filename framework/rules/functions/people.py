"""Functions that stand for the request: who acts, and when.

They stay symbolic in stored filters, and are bind parameters of fixed names in SQL.
"""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from framework.rules.binds import among, env_parameter
from framework.rules.functions.base import Function
from metadata.expressions.types import BOOLEAN, DATE, DATETIME, Kind, Parameter, Signature, Type, link

if TYPE_CHECKING:
    from framework.rules.env import Env


def _standing_for(name: str, attribute: str, result: Type) -> Function:
    parameter = f"env_{attribute if name != 'me' else name}"
    return Function(
        Signature(name, (), result, symbolic=True),
        attrgetter(attribute),
        partial(env_parameter, parameter, "postgresql"),
        partial(env_parameter, parameter, "sqlite"),
    )


def _has_role(env: Env, role: str) -> bool:
    return role in env.roles


FUNCTIONS = (
    _standing_for("me", "actor", link("user")),
    _standing_for("my_team", "team", link("team")),
    _standing_for("my_teams", "teams", Type(Kind.LINK, entities=("team",), many=True)),
    _standing_for("today", "today", DATE),
    _standing_for("now", "now", DATETIME),
    Function(
        Signature("has_role", (Parameter("role", frozenset({Kind.TEXT}), literal=True),), BOOLEAN, symbolic=True),
        _has_role,
        lambda role: among(role.sql, env_parameter("env_roles", "postgresql"), "postgresql"),
        lambda role: among(role.sql, env_parameter("env_roles", "sqlite"), "sqlite"),
    ),
)
