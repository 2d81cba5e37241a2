"""The menu: what the sidebar names comes first, and no list grows with the number of entities."""

from framework.context import Actor
from framework.extension import installed_catalogue
from i18n.catalog import Catalog
from metadata.compile import compile_snapshot
from metadata.load import load_core
from tests.support.bundles import Documents, context_on, layers_of
from ui.page.frame import ALL_URL, Menu, menu

LAST = "thing_39"


def menu_of(entities: int) -> Menu:
    documents: Documents = {
        **{f"entities/thing_{n:02}.json": {"label": f"Thing {n}", "fields": {}} for n in range(entities)},
        "navigation/main.json": {"groups": {"work": {"items": {LAST: {"entity": LAST}}}}} if entities > 39 else {},
        "roles/maker.json": {"label": "Maker", "grants": {"*": {"read": "all", "create": True}}},
    }
    found = {path: body for path, body in documents.items() if body}
    snapshot = compile_snapshot([load_core(), *layers_of(found)], installed_catalogue())
    actor = Actor(None, "Test", frozenset({"maker"}), reason="test")
    return menu(context_on(snapshot, actor), Catalog().translator("en"))


def test_of_many_entities_those_of_the_sidebar_come_first_and_the_page_of_all_last() -> None:
    many = menu_of(40)
    assert many.creatable[0].url == f"/records/{LAST}/new"
    assert many.creatable[-1].url == ALL_URL
    assert len(many.creatable) == 13
    assert max(len(group.items) for group in many.groups) <= 9


def test_a_few_are_all_there() -> None:
    assert [item.label for item in menu_of(3).creatable] == ["Thing 0", "Thing 1", "Thing 2"]
