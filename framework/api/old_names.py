"""Telling callers that they used an old name: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.http import http_date

from framework.extension import context, services
from framework.permissions import policy_for
from framework.publishing.aliases import LIFE
from framework.records.names import begin_noting, old_names_used

if TYPE_CHECKING:
    from flask import Blueprint, Response

    from framework.permissions import Policy
    from framework.publishing.aliases import Alias


def deprecate_old_names(routes: Blueprint) -> None:
    """Make every answer of these routes say that a name in the request is an old one, and when it ends."""
    routes.before_request(begin_noting)
    routes.after_request(_tell)


def _tell(response: Response) -> Response:
    used = old_names_used()
    if not used:
        return response
    known = context()
    policy, aliases = policy_for(known.snapshot, known.actor), services().runtime.definitions(known.revision).aliases
    told = [aliases[address] for address in used if address in aliases and _may_know(policy, address, aliases[address])]
    if told:
        soonest = min(alias.until for alias in told)
        response.headers["Deprecation"] = f"@{int((soonest - LIFE).timestamp())}"
        response.headers["Sunset"] = http_date(soonest)
    return response


def _may_know(policy: Policy, address: str, alias: Alias) -> bool:
    """Whether the caller may read what the name stands for; else the header would tell that it exists."""
    entity, middle, _ = address.removeprefix("entity/").partition("/fields/")
    if not middle:
        return policy.entity(alias.name).visible
    return alias.name in policy.entity(entity).readable
