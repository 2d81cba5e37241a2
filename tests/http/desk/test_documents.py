"""What is offered while a document is written: what its schema and the definitions on the bench have at the cursor."""

import re
from html import unescape

import pytest

from tests.http.desk.world import Desk
from tests.http.test_pages import post, text


def offered(desk: Desk, document: str, before: str, **form: object) -> list[str]:
    answer = post(desk.admin, f"/admin/documents/{document}.json/offers", {"before": before, "text": before, **form})
    assert answer.status == 200
    return [unescape(one) for one in re.findall(r'data-offer="([^"]*)"', text(answer))]


@pytest.mark.parametrize(
    ("document", "before", "expected"),
    [
        ("entities/account", "{", '"label_plural": '),
        ("entities/account", '{"fields": {', '"size": '),
        ("entities/account", '{"fields": {"size": {', '"min": '),
        ("entities/account", '{"fields": {"fresh": {"type": ', '"money"'),
        ("entities/account", '{"fields": {"fresh": {"type": "link", "to": ', '"vault"'),
        ("entities/account", '{"title": ', '"code"'),
        ("screens/account_list", '{"columns": ["na', '"name"'),
        ("screens/account_list", '{"columns": [{"field": "size", "footer": ', '"sum"'),
        ("screens/account_form", '{"sections": {"rest": {"fields": [', '"price"'),
        ("screens/other", '{"kind": "list", ', '"quick_filters": '),
        ("roles/clerk", '{"grants": {', '"vault": '),
        ("roles/clerk", '{"grants": {"account": {"update": ', '"team"'),
        ("roles/clerk", '{"grants": {"account": {"fields": {', '"lot": '),
        ("navigation/shop", '{"groups": {"work": {"items": {"x": {"screen": ', '"large_ones"'),
        ("views/large", '{"sort": [', '"size"'),
    ],
)
def test_what_fits_is_offered(desk: Desk, document: str, before: str, expected: str) -> None:
    assert expected in offered(desk, document, before)


def test_what_is_written_further_down_counts_too(desk: Desk) -> None:
    whole = '{"fields": {"fresh": {"label": "Fresh", "type": "link", "to": "contact"}}}'
    before = '{"fields": {"fresh": {"label": "Fresh", '
    assert '"on_delete": ' in offered(desk, "entities/account", before, text=whole)
    assert '"label": ' not in offered(desk, "entities/account", before, text=whole)


@pytest.mark.parametrize(
    "before", ["", "}}}]]", '"', '{"fields": [[[', '{"\\', "\0{", "[]", '{"fields": 3', "[" * 5_000]
)
def test_any_text_is_answered(desk: Desk, before: str) -> None:
    offered(desk, "entities/account", before)
    assert not desk.world.services.drafts.all()


def test_the_editor_has_a_button_that_asks_and_only_for_those_who_design(desk: Desk) -> None:
    page = text(desk.admin.get("/admin/documents/entities/account.json"))
    assert 'data-complete="f-text"' in page
    clerk = desk.browser("documents_clerk", "clerk")
    assert post(clerk, "/admin/documents/entities/account.json/offers", {"before": "{"}).status == 403
    assert post(desk.admin, "/admin/documents/nothing/account.json/offers", {"before": "{"}).status == 404
