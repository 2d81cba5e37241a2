"""The CRM in use, and a judge of what each of its roles may, who reads the JSON of the bundle as it is written."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.http.walk import EXAMPLES, example
from tests.support.clients import client_of
from tests.support.databases import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

    from tests.support.clients import Client

CRM = EXAMPLES / "crm"
PEOPLE = {
    "rep@example.com": "sales_rep",
    "rep2@example.com": "sales_rep",
    "manager@example.com": "sales_manager",
    "service@example.com": "service_agent",
    "marketing@example.com": "marketing",
    "analyst@example.com": "analyst",
    "nobody@example.com": None,
}
# Every row rule of the bundle, said again in Python.
RULES: Mapping[str, Callable[[Mapping[str, Any], str], bool]] = {"person = me()": lambda row, me: row["person"] == me}
_KEPT = ("id", "version", "created_at", "created_by", "updated_at", "updated_by")
WORKED_OUT, _APART = ("formula", "rollup"), ("links", "lines", "rich_text")
_PATHS = re.compile(r"'[^']*'|\b[a-z_]+(?:\.[a-z_]+)*\b(?!\()")


def _documents(kind: str) -> dict[str, dict[str, Any]]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted((CRM / kind).glob("*.json"))}


ENTITIES, ROLES = _documents("entities"), _documents("roles")


@dataclass(frozen=True, slots=True)
class Company:
    """The CRM in use: all its records as the administrator has them, and its people."""

    app: Flask
    admin: Client
    rows: Mapping[str, Mapping[str, dict[str, Any]]]
    people: Mapping[str, dict[str, Any]]

    def judge(self, email: str) -> Judge:
        """The judge of one of the people."""
        return Judge(self, next(one for one in self.people.values() if one["email"] == email), PEOPLE[email])


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of one person what they may, from the role that they have."""

    company: Company
    me: dict[str, Any]
    role: str | None

    def grant(self, entity: str) -> Mapping[str, Any]:
        """What the role says of an entity."""
        found: Mapping[str, Any] = ROLES[self.role]["grants"].get(entity, {}) if self.role else {}
        return found

    def acts(self, entity: str, action: str) -> bool:
        """Whether the role gives the action on any record."""
        grant = self.grant(entity)
        if "via" in grant:
            return self.acts(_parent(entity, grant["via"]), "read" if action == "read" else "update")
        return grant.get(action, False) not in (False, "none")

    def covers(self, entity: str, row: Mapping[str, Any], action: str) -> bool:
        """Whether the role gives the action on this record."""
        grant = self.grant(entity)
        if "via" in grant:
            parent = _parent(entity, grant["via"])
            end = self.company.rows[parent].get(row[grant["via"]] or "")
            return end is not None and self.covers(parent, end, "read" if action == "read" else "update")
        rule = grant.get("rows", {}).get(action)
        return self._reaches(grant.get(action, False), row) and (rule is None or RULES[rule](row, self.me["id"]))

    def changes(self, entity: str, row: Mapping[str, Any], name: str) -> bool:
        """Whether the role lets the person change a field of this record."""
        both = all(self.covers(entity, row, action) for action in ("read", "update"))
        return both and self.right(entity, name) == "write"

    def right(self, entity: str, name: str) -> str:
        """What the role gives on a field: none, read or write."""
        if name in {"id", "version"}:
            return "read"
        fields = self.grant(entity).get("fields", {})
        found: str = fields.get(name, fields.get("*", "write"))
        return found

    def knows(self, entity: str, name: str) -> bool:
        """Whether the field is there for this person: a formula is as secret as its most secret input."""
        return self.right(entity, name) != "none" and all(self._path(entity, path) for path in inputs_of(entity, name))

    def figure_is_whole(self, entity: str, name: str) -> bool:
        """Whether all that a stored figure is made of is read by whoever reads the figure."""
        counted, _, link = ENTITIES[entity]["fields"][name]["of"].partition(".")
        field = ENTITIES[entity]["fields"][name]
        grant = self.grant(counted)
        all_of_it = grant.get("via") == link or (grant.get("read") == "all" and "read" not in grant.get("rows", {}))
        paths = [*_paths(counted, field.get("filter", "")), *filter(None, [field.get("field")]), link]
        return all_of_it and all(self._path(counted, path) for path in paths)

    def _path(self, entity: str, path: str) -> bool:
        name, _, rest = path.partition(".")
        if not self.acts(entity, "read") or not self.knows(entity, name):
            return False
        field = ENTITIES[entity]["fields"].get(name, {})
        return not rest or "to" not in field or self._path(field["to"], rest)

    def _reaches(self, reach: object, row: Mapping[str, Any]) -> bool:
        if reach in (False, "none", True, "all"):
            return bool(reach) and reach != "none"
        mine = row["owner"] == self.me["id"]
        if reach == "team":
            return mine or (row["team"] is not None and row["team"] in self.me["teams"])
        return mine or (reach == "below" and self._is_under_me(row["owner"]))

    def _is_under_me(self, ident: str | None) -> bool:
        while ident is not None and ident != self.me["id"]:
            ident = self.company.people[ident]["manager"]
        return ident is not None


def _parent(entity: str, link: str) -> str:
    found: str = ENTITIES[entity]["fields"][link]["to"]
    return found


def inputs_of(entity: str, name: str) -> list[str]:
    return _paths(entity, ENTITIES[entity]["fields"].get(name, {}).get("formula", ""))


def _paths(entity: str, text: str) -> list[str]:
    """The fields that an expression names."""
    return [one for one in _PATHS.findall(text) if one.partition(".")[0] in ENTITIES[entity]["fields"]]


def fields_of(entity: str, *, listed: bool = True) -> list[str]:
    """The fields that a record shows, or with `listed` those that it shows unasked."""
    own = [name for name, field in ENTITIES[entity]["fields"].items() if not (listed and field["type"] in _APART)]
    return [*own, *(("owner", "team") if ENTITIES[entity].get("traits", {}).get("owned") else ()), *_KEPT]


def pages_of(client: Client, entity: str, **asked: object) -> Iterator[dict[str, Any]]:
    after: dict[str, object] = {}
    while True:
        answer = client.get(f"records/{entity}", limit=200, sort="id", **asked, **after)
        assert answer.status == 200, answer.body
        yield answer.json
        if answer.json["next"] is None:
            return
        after = {"after": answer.json["next"]}


def _all(client: Client, entity: str) -> list[dict[str, Any]]:
    return [row for page in pages_of(client, entity) for row in page["items"]]


@contextmanager
def opened_company(engine: str, folder: Path) -> Iterator[Company]:
    """The CRM with its demo records, the people of the demo, and somebody without a role."""
    with database(engine, folder) as url, example("crm", folder, url) as app:
        admin = client_of(app, "admin@example.com")
        admin.create("user", email="nobody@example.com", name="Nobody")
        people = {one["id"]: {**one, "teams": {one["team"]} - {None}} for one in _all(admin, "user")}
        for one in _all(admin, "team_membership"):
            people[one["user"]]["teams"].add(one["team"])
        rows = {entity: {row["id"]: row for row in _all(admin, entity)} for entity in ENTITIES}
        assert min(map(len, rows.values())) > 0
        yield Company(app, admin, rows, people)
