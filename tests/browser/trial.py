"""A small bundle beside the CRM, for what the CRM never shows: an entity without records, people without roles.

Its entity may change while pages are open, for nothing else depends on it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser.site import DESIGNER, STRANGER

PSEUDO = "pseudo@example.com"
Documents = Mapping[str, Any]

VISIT: Documents = {
    "label": "Site visit",
    "label_plural": "Site visits",
    "icon": "map-pin",
    "title": "subject",
    "fields": {
        "subject": {"type": "text", "label": "Subject", "required": True, "max_length": 120},
        "purpose": {"type": "text", "label": "Purpose", "max_length": 120},
        "follow_up": {"type": "boolean", "label": "Follow up", "default": False},
        "follow_up_on": {
            "type": "date",
            "label": "Follow up on",
            "visible_when": "follow_up",
            "required_when": "follow_up",
        },
    },
}
CHANNELS: Documents = {
    "shop": {"label": "Our own shop"},
    "dealer": {"label": "Dealers", "color": "petrol"},
    "web": {"label": "Web"},
    "fair": {"label": "Trade fairs"},
}
GADGET: Documents = {
    "label": "Gadget",
    "label_plural": "Gadgets",
    "title": "name",
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True},
        "begins": {"type": "time", "label": "Begins", "minute_step": 30},
        "lasts": {"type": "duration", "label": "Lasts"},
        "shade": {"type": "color", "label": "Shade"},
        "stars": {"type": "rating", "label": "Stars"},
        "urgency": {"type": "rating", "label": "Urgency", "max": 3, "required": True},
        "ean": {"type": "barcode", "label": "EAN", "format": "ean13"},
        "country": {"type": "country", "label": "Country"},
        "language": {"type": "language", "label": "Language", "only": ["ar", "de", "en"]},
        "zone": {"type": "time_zone", "label": "Time zone"},
        "payload": {"type": "json", "label": "Payload"},
        "labels": {"type": "tags", "label": "Labels"},
        "sold_through": {"type": "multi_choice", "label": "Sold through", "options": CHANNELS},
        "story": {"type": "rich_text", "label": "Story"},
        "manuals": {"type": "files", "label": "Manuals", "accept": ["application/pdf", "image/png"], "max_count": 5},
    },
}
CHORE: Documents = {
    "label": "Chore",
    "label_plural": "Chores",
    "icon": "subtask",
    "title": "name",
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True},
        "state": {
            "type": "choice",
            "label": "State",
            "options": {"open": {"label": "Open"}, "doing": {"label": "Doing"}},
            "default": "open",
        },
        "place": {"type": "decimal", "label": "Place", "scale": 6},
    },
}
TRIAL: Documents = {
    "bundle": {"name": "trial", "title": "Trial", "version": "1.0.0", "language": 1},
    "entities/visit": VISIT,
    "entities/gadget": GADGET,
    "entities/chore": CHORE,
    "screens/chore_board": {
        "kind": "board",
        "entity": "chore",
        "label": "Chores",
        "lanes": {"field": "state"},
        "position": "place",
        "sort": ["name"],
    },
    "demo/chore": [{"name": f"Chore {letter}"} for letter in "ABCDE"],
    "screens/gadget_list": {
        "kind": "list",
        "entity": "gadget",
        "columns": [
            "begins",
            {"field": "lasts", "footer": "sum"},
            "shade",
            "stars",
            "ean",
            "country",
            "labels",
            "sold_through",
        ],
    },
    "demo/gadget": [
        {
            "name": "Doorbell",
            "begins": "08:30",
            "lasts": "PT1H30M",
            "shade": "#1f6feb",
            "stars": 3,
            "urgency": 1,
            "ean": "4006381333931",
            "country": "CH",
            "language": "de",
            "zone": "Europe/Zurich",
            "payload": {"firmware": [1, 4, 2], "channel": "stable"},
            "labels": ["outdoor", "best seller", "battery", "recall 2025"],
            "sold_through": ["shop", "dealer"],
            "story": "<h2>Rings twice</h2><p>Sold with a <strong>spare</strong> button.</p>",
        },
    ],
    "demo/user": [
        {"_ref": "stranger", "email": STRANGER, "name": "Sidonie Fremd", "_roles": []},
        {"_ref": "designer", "email": DESIGNER, "name": "Dorothea Entwurf", "_roles": ["administrator"]},
        {"_ref": "pseudo", "email": PSEUDO, "name": "Paula Pseudo", "locale": "en_XA", "_roles": ["administrator"]},
    ],
}


def write(folder: Path, documents: Documents) -> Path:
    """Write the documents of a bundle below a folder, which is given back."""
    for path, document in documents.items():
        file = folder / f"{path}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return folder
