"""A bundle whose every word attacks the page: scripts, endless words, bidi controls, heaps of marks, template code."""

from tests.browser.trial import Documents

SCRIPT = "<script>window.pwned = 1</script>"
IMAGE = "\"'><img src=x onerror='window.pwned = 1'>"
# Overrides, an isolate that nobody closes, marks of both directions.
BIDI = "\u202e\u2066reversed \u200f\u200eforever"
HEAP = "Z" + "".join(chr(0x300 + mark) for mark in range(60)) + "ap"
FAMILY = "👩‍👩‍👧‍👦🏴‍☠️"
TEMPLATE = "{{ 7 * 7 }}{% raw %} %(name)s ${7*7} \\u003cscript\\u003e"
WORD = "W" * 4_000
LABEL = f"{SCRIPT}{BIDI}"
TEXTS = (SCRIPT, IMAGE, BIDI, HEAP, FAMILY, TEMPLATE, WORD)

_CHOICE = {
    "label": LABEL,
    "ordered": True,
    "options": {
        "one": {"label": IMAGE},
        "two": {"label": "W" * 100},
        "three": {"label": FAMILY},
        "won": {"label": BIDI, "outcome": "won"},
    },
}
_ENTITY = {
    "label": LABEL,
    "label_plural": f"{IMAGE}{HEAP}",
    "icon": "bug",
    "help": f"{SCRIPT} {WORD[:400]}",
    "title": "name",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": f"{TEMPLATE}", "required": True, "max_length": 4_000, "searchable": True},
        "stage": {"type": "choice", "choices": "stages", "label": "W" * 100, "help": f"{IMAGE}{WORD[:400]}"},
        "parent": {"type": "link", "to": "trap", "label": f"{FAMILY}{IMAGE}", "on_delete": "clear"},
        "price": {"type": "money", "label": f"{BIDI}"},
        "on": {"type": "boolean", "label": f"{SCRIPT}", "help": BIDI},
        "notes": {"type": "long_text", "label": f"{HEAP}{SCRIPT}", "help": SCRIPT},
        "day": {"type": "date", "label": f"{IMAGE}{BIDI}"},
        "secret": {"type": "text", "label": "Hidden from representatives", "max_length": 80},
    },
}
# The same, but with calm words and without records: what there is of them is up to a test.
_VOID = {
    "label": "Void",
    "label_plural": "Voids",
    "title": "name",
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True, "max_length": 4_000, "searchable": True},
        "stage": {"type": "choice", "choices": "stages", "label": "Stage", "indexed": True},
        "day": {"type": "date", "label": "Day", "indexed": True},
    },
}


def _screens(entity: str, label: str) -> Documents:
    """A board, a calendar and a dashboard over an entity."""
    of = {"entity": entity, "label": label}
    figures = {"kind": "number", "measure": "count()", **of}
    return {
        f"screens/{entity}_board": {"kind": "board", "lanes": {"field": "stage"}, "card": ["day"], **of},
        f"screens/{entity}_calendar": {"kind": "calendar", "start": "day", "color": "stage", **of},
        f"screens/{entity}_figures": {
            "kind": "dashboard",
            "label": label,
            "tiles": {
                "all": figures,
                "bars": {**figures, "kind": "bar", "group": "stage"},
                "days": {**figures, "kind": "bar", "group": {"field": "day", "by": "month"}, "width": 8},
                "pie": {**figures, "kind": "pie", "group": "stage"},
                "rows": {"kind": "table", "columns": ["name", "stage", "day"], **of},
            },
        },
    }


HOSTILE: Documents = {
    "bundle": {"name": "hostile", "title": SCRIPT, "version": "1.0.0", "language": 1},
    "choices/stages": _CHOICE,
    "entities/trap": _ENTITY,
    "entities/void": _VOID,
    **_screens("trap", f"{IMAGE}{LABEL}"),
    **_screens("void", "Voids"),
    "roles/visitor": {
        "label": IMAGE,
        "grants": {"trap": {"read": "all", "update": "all", "create": True, "fields": {"secret": "none"}}},
    },
    "screens/trap_list": {
        "kind": "list",
        "entity": "trap",
        "label": f"{IMAGE}{LABEL}",
        "columns": ["name", "stage", "parent", "price", "notes", "owner"],
        "quick_filters": ["stage", "parent"],
    },
    "navigation/main": {
        "label": SCRIPT,
        "groups": {"g": {"label": f"{SCRIPT}{HEAP}", "items": {"trap": {"screen": "trap_list", "label": "W" * 100}}}},
        "phone": ["trap"],
    },
    "demo/user": [
        {"_ref": "visitor", "email": "visitor@example.com", "name": f"{SCRIPT}{BIDI}", "_roles": ["visitor"]},
    ],
    "demo/trap": [
        {
            "_ref": f"trap{number}",
            "name": text,
            "stage": ("one", "two", "three", "won")[number % 4],
            "price": {"amount": "9999999999999.99", "currency": "CHF"},
            "notes": text,
            "day": {"days": 0},
            "secret": "behind the curtain",
            **({"parent": {"ref": f"trap{number - 1}"}} if number else {}),
        }
        for number, text in enumerate(TEXTS)
    ],
}
