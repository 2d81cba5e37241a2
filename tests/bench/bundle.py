"""The bundle that makes the product an application for the same tables as the baseline.

Written in the metadata language from `baseline.tables`, so the columns of both sides are equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from tests.bench import data
from tests.bench.baseline.tables import CHOICES, FIELDS, account, contact, opportunity

_COLUMNS = ("name", "account", "status", "email", "phone", "city", "owner", "updated_at")


def documents(further_roles: Sequence[str] = ()) -> Mapping[str, Any]:
    """Give all documents of the bundle; its demo data are people only, who may have further roles."""
    tables = (account, contact, opportunity)
    people = (data.MEASURED, data.OTHER)
    found: dict[str, Any] = {
        "bundle": {"name": "bench", "title": "Bench", "version": "1.0.0", "language": 1},
        **{f"choices/{name}": _choices(name) for name in CHOICES},
        **{f"entities/{table.name}": _entity(table) for table in tables},
        "roles/sales_rep": _role(),
        "navigation/sales": _navigation(tables),
        "screens/contact_list": _list(),
        "screens/contact_form": _form(),
        "screens/contact_record": _record(),
        "screens/pipeline": _board(),
        "screens/closings": _calendar(),
        "screens/morning": _dashboard(),
        "demo/user": [
            {"_ref": one.ref, "email": one.email, "name": one.name, "_roles": [data.ROLE, *further_roles]}
            for one in people
        ],
    }
    return {f"{path}.json": document for path, document in found.items()}


def _choices(name: str) -> Mapping[str, Any]:
    return {"label": name.replace("_", " ").capitalize(), "options": CHOICES[name]}


def _entity(table: Table) -> Mapping[str, Any]:
    fields = {column.name: column.info["field"] for column in FIELDS[table.name]}
    return {**table.info, "title": "name", "traits": {"owned": True}, "fields": fields}


def _role() -> Mapping[str, Any]:
    own = {"read": "own", "create": True, "update": "own", "delete": "own"}
    return {
        "label": "Sales representative",
        "grants": {
            "account": {"read": "all", "create": True, "update": "own"},
            "contact": own,
            "opportunity": own,
        },
    }


def _navigation(tables: Iterable[Table]) -> Mapping[str, Any]:
    items = {table.name: {"entity": table.name, "icon": table.info["icon"]} for table in tables}
    return {"groups": {"sales": {"label": "Sales", "items": items}}, "phone": list(items)}


def _list() -> Mapping[str, Any]:
    return {
        "kind": "list",
        "entity": "contact",
        "label": "Contacts",
        "columns": list(_COLUMNS),
        "sort": ["name"],
        "quick_filters": ["status"],
    }


def _record() -> Mapping[str, Any]:
    fields = ["job_title", "birthday", "rating", "last_contacted_on", "newsletter", "city"]
    columns = ["name", "stage", "amount", "closes_on"]
    return {
        "kind": "record",
        "entity": "contact",
        "label": "Contact",
        "header": ["account", "status", "email", "phone", "owner"],
        "sections": {"person": {"label": "Person", "fields": fields}},
        "related": {
            "deals": {"entity": "opportunity", "field": "contact", "label": "Opportunities", "columns": columns}
        },
    }


def _board() -> Mapping[str, Any]:
    return {
        "kind": "board",
        "entity": "opportunity",
        "label": "Pipeline",
        "lanes": {"field": "stage"},
        "total": "amount",
        "card": ["account", "amount", "closes_on", "owner"],
        "sort": ["closes_on"],
    }


def _calendar() -> Mapping[str, Any]:
    return {"kind": "calendar", "entity": "opportunity", "label": "Closings", "start": "closes_on", "color": "stage"}


def _dashboard() -> Mapping[str, Any]:
    of_open = {"entity": "opportunity", "filter": "stage in ('new', 'proposal')"}
    tiles = {
        "open": {"kind": "number", "label": "Open deals", **of_open, "measure": "count()"},
        "amount": {"kind": "number", "label": "Open amount", **of_open, "measure": "sum(amount)"},
        "stages": {"kind": "bar", "label": "By stage", "entity": "opportunity", "group": "stage"},
        "next": {"kind": "table", "label": "Largest", **of_open, "columns": ["name", "amount"], "sort": ["-amount"]},
    }
    return {"kind": "dashboard", "label": "Morning", "tiles": tiles}


def _form() -> Mapping[str, Any]:
    fields = [column.name for column in FIELDS["contact"]] + ["owner"]
    sections = {"contact": {"label": "Contact", "columns": 2, "fields": fields}}
    return {
        "kind": "form",
        "entity": "contact",
        "label": "Contact",
        "tabs": {"contact": {"label": "Contact", "sections": sections}},
    }
