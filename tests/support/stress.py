"""A generated bundle of many entities and fields with links, formulas, choices, conditions and screens."""

from __future__ import annotations

from typing import Any

from metadata.documents import canonical

_KINDS = ("text", "integer", "date", "boolean", "long_text", "decimal")
_STAGES = ("new", "open", "won", "lost")


def stress_files(entities: int, fields: int = 15) -> dict[str, bytes]:
    """The files of the bundle: path → bytes. Every entity has `fields` fields, 8 at least."""
    documents: dict[str, Any] = {
        "bundle.json": {"name": "stress", "title": "Stress", "version": "1.0.0", "language": 1},
        "roles/stress_user.json": {
            "label": "User",
            "grants": {f"e{number}": _grant(number) for number in range(0, entities, 10)},
        },
    }
    for number in range(entities):
        documents[f"entities/e{number}.json"] = _entity(number, fields)
        if number % 5 == 0:
            documents[f"screens/e{number}_list.json"] = _list(number)
        if number % 20 == 0:
            documents[f"choices/stage{number}.json"] = _choices(number)
    return {path: canonical(body).encode() for path, body in documents.items()}


def _entity(number: int, fields: int) -> dict[str, Any]:
    plain = {
        f"f{index}": {"type": _KINDS[index % len(_KINDS)], "label": f"Field {index}"} for index in range(fields - 7)
    }
    return {
        "label": f"Entity {number}",
        "label_plural": f"Entities {number}",
        "title": "name",
        "traits": {"owned": True},
        "fields": {
            "name": {"type": "text", "label": "Name", "required": True, "max_length": 120, "searchable": True},
            "parent": {"type": "link", "to": f"e{number // 2}", "label": "Parent", "on_delete": "clear"},
            "near": {"type": "link", "to": f"e{max(number - 1, 0)}", "filter": "amount >= $record.amount"},
            "stage": {
                "type": "choice",
                "choices": f"stage{number - number % 20}",
                "default": "new",
                "flow": {"new": ["open", "lost"], "open": [{"to": "won", "when": "amount > 0"}, "lost"]},
            },
            "amount": {"type": "decimal", "scale": 2, "min": 0, "required_when": "stage = 'won'"},
            "discount": {"type": "decimal", "scale": 2, "default": 0, "visible_when": "amount > 100"},
            "total": {"type": "formula", "result": "decimal", "formula": "amount - amount * discount / 100"},
            **plain,
        },
        "rules": {
            "won_amount": {
                "refuse_when": "stage = 'won' and is_blank(amount)",
                "message": "Give the amount.",
                "field": "amount",
            }
        },
    }


def _list(number: int) -> dict[str, Any]:
    columns = ["name", "stage", "amount", "parent.name", "parent.parent.name"]
    return {
        "kind": "list",
        "entity": f"e{number}",
        "columns": columns,
        "sort": ["-amount"],
        "filter": "stage != 'lost'",
    }


def _choices(number: int) -> dict[str, Any]:
    return {"label": f"Stage {number}", "ordered": True, "options": {name: {"label": name.title()} for name in _STAGES}}


def _grant(number: int) -> dict[str, Any]:
    return {
        "read": "all" if number else "own",
        "create": True,
        "update": "own",
        "rows": {"read": "stage != 'lost' or owner = me()"},
        "fields": {"discount": "read"},
    }
