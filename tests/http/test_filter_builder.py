"""The filter builder over HTTP: its form goes round without scripts, and says exactly one filter."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.http.conftest import Shop
from tests.http.test_pages import text
from tests.support.clients import Answer, Browser

PATH = "/records/account/filter"


def send(browser: Browser, *parameters: tuple[str, str]) -> Answer:
    """Send the form of the builder."""
    return browser.get(f"{PATH}?{urlencode(parameters)}")


def row(at: str, field: str, operator: str = "", *values: str) -> list[tuple[str, str]]:
    """The controls of one condition."""
    named = [(f"c{at}.field", field), *([(f"c{at}.op", operator)] if operator else [])]
    return [*named, *((f"c{at}.value", value) for value in values)]


def applied(browser: Browser, *parameters: tuple[str, str]) -> str | None:
    """Apply the form; the filter in the address to which it leads."""
    answer = send(browser, ("join", "and"), *parameters, ("do", "apply"))
    assert answer.status == 303, text(answer)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query)).get("filter")


def controls(page: str) -> list[tuple[str, str]]:
    """What a browser would send for the controls of the builder as they stand."""
    form = page[page.index('id="builder-form"') :]
    found: list[tuple[str, str]] = []
    tags = r'<input type="hidden" name="([^"]+)" value="([^"]*)"|<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>'
    tags += r'|<input class="form-control" type="text" name="([^"]+)"[^>]* value="([^"]*)"'
    tags += r'|<input class="tick" type="checkbox" name="([^"]+)" value="([^"]*)" checked'
    for hidden, value, select, options, typed, words, box, key in re.findall(tags, form, re.DOTALL):
        if select:
            chosen = re.findall(r'<option value="([^"]*)" selected', options)
            found.append((select, next(iter(chosen or re.findall(r'<option value="([^"]*)"', options)), "")))
        else:
            found.append((hidden or typed or box, unescape(value or words or key)))
    return found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (row("0.0", "stage", "in", "won", "lost"), "stage in ('won', 'lost')"),
        (row("0.0", "stage", "not_in", "won"), "stage not in ('won')"),
        (row("0.0", "size", "gt", "1,000"), "size > 1000"),
        (row("0.0", "price", "lt", "-2.5"), "price < -2.5"),
        (row("0.0", "name", "contains", "O'Hara"), "contains(name, 'O''Hara')"),
        (row("0.0", "name", "not_blank"), "not is_blank(name)"),
        (row("0.0", "owner", "eq", "me()"), "owner = me()"),
        (row("0.0", "team", "eq", "my_teams()"), "team in (my_teams())"),
        (row("0.0", "founded_on", "le", "today + 7"), "founded_on <= add_days(today(), 7)"),
        (row("0.0", "founded_on", "ge", "today - 30"), "founded_on >= add_days(today(), -30)"),
        (row("0.0", "founded_on", "eq", "2026-03-01"), "founded_on = '2026-03-01'"),
        (row("0.0", "seen_at", "ge", "today-1"), "seen_at >= add_days(now(), -1)"),
        (row("0.0", "vip", "eq", "true"), "vip = true"),
        (row("0.0", "parent.stage", "in", "won"), "parent.stage in ('won')"),
        ([*row("0.0", "size", "gt", "1"), *row("0.1", "vip", "eq", "false")], "size > 1 and vip = false"),
        ([("g0.join", "or"), *row("0.0", "size", "gt", "1"), *row("0.1", "name", "eq", "x")], "size > 1 or name = 'x'"),
        (
            [
                ("g1.join", "or"),
                *row("0.0", "vip", "eq", "true"),
                *row("1.0", "size", "gt", "1"),
                *row("1.1", "size", "blank"),
            ],
            "vip = true and (size > 1 or is_blank(size))",
        ),
        ([], None),
        ([("c0.0.field", "")], None),
        ([("kept", "len(name) > 3"), *row("0.0", "size", "gt", "1")], "size > 1 and len(name) > 3"),
    ],
)
def test_the_form_says_a_filter(clerk: Browser, rows: list[tuple[str, str]], expected: str | None) -> None:
    found = applied(clerk, *rows)
    assert found == expected
    assert clerk.get("/records/account", **({"filter": found} if found else {})).status == 200


@pytest.mark.parametrize(
    "condition",
    [
        "stage in ('won', 'lost')",
        "size > 1000 and vip = true",
        "size > 1 or name = 'x'",
        "vip = true and (size > 1 or is_blank(size))",
        "(size > 1 and vip = true) or (size < 0 and name = 'x')",
        "owner = me() and team in my_teams()",
        "founded_on <= add_days(today(), 7) and founded_on >= add_days(today(), -30)",
        "size > 1 and len(name) > 3",
        "len(name) > 3 or size > 1",
        "contains(parent.name, 'x') and price < -2.5",
        "not is_blank(note)",
    ],
)
def test_a_filter_that_is_opened_and_applied_means_the_same(shop: Shop, clerk: Browser, condition: str) -> None:
    page = text(clerk.get(PATH, filter=condition))
    answer = send(clerk, *controls(page), ("do", "apply"))
    assert answer.status == 303, text(answer)
    found = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["filter"]
    shop.accounts({"size": 7, "vip": True}, {"size": None}, {"name": "x", "size": 1})
    before = shop.admin.items("records/account", filter=condition, fields="id", sort="id", limit=200)
    assert shop.admin.items("records/account", filter=found, fields="id", sort="id", limit=200) == before


def test_what_cannot_be_drawn_is_kept_as_text(clerk: Browser) -> None:
    page = unescape(text(clerk.get(PATH, filter="size > 1 and len(name) > 3")))
    assert '<code dir="ltr">len(name) > 3</code>' in page
    assert "len(name) > 3" in unescape(text(clerk.get("/records/account", filter="size > 1 and len(name) > 3")))


def test_only_what_may_be_read_is_offered(shop: Shop, clerk: Browser) -> None:
    page = text(clerk.get(PATH, filter="size > 1"))
    assert '<option value="parent.name">' in page
    assert "margin" not in page.lower()
    assert 'value="margin"' in text(shop.browser("administrator").get(PATH))


def test_steps_add_and_remove_conditions_and_groups(clerk: Browser) -> None:
    page = text(clerk.get(PATH, filter="size > 1"))
    page = text(send(clerk, *controls(page), ("do", "add:0")))
    assert 'name="c0.1.field"' in page
    page = text(send(clerk, *controls(page), ("do", "group:0")))
    assert 'name="c1.0.field"' in page
    page = text(send(clerk, *controls(page), ("do", "drop:0.0")))
    assert 'value="1"' not in page
    assert 'name="c1.0.field"' in page


@pytest.mark.parametrize(
    "rows",
    [
        row("0.0", "size", "gt", "many"),
        row("0.0", "size", "gt", ""),
        row("0.0", "founded_on", "gt", "sometime soon"),
        row("0.0", "stage", "in", "unheard"),
        row("0.0", "stage", "in"),
        row("0.0", "parent", "eq", "not an id"),
        row("0.0", "margin", "gt", "1"),
        row("0.0", "nothing", "gt", "1"),
        [("kept", "len(nmae) > 3")],
        [("kept", "len(")],
        [("kept", "margin > 3")],
    ],
)
def test_what_is_not_understood_is_said_and_kept(clerk: Browser, rows: list[tuple[str, str]]) -> None:
    answer = send(clerk, ("join", "and"), *rows, ("do", "apply"))
    assert answer.status == 422
    assert "f-error" in text(answer) or 'role="alert"' in text(answer)


@pytest.mark.parametrize(
    "parameters",
    [
        [("join", "xor")],
        [("join", "and"), ("do", "explode:1")],
        [("join", "and"), ("do", "drop:99.99")],
        [("join", "and"), ("do", "keep:7")],
        [("join", "and"), ("c999.999.field", "size")],
        [("join", "and"), *((f"c{n}.0.field", "size") for n in range(300))],
        [("join", "and"), ("c0.0.field", "size.size.size"), ("c0.0.op", "zz")],
    ],
)
def test_a_strange_form_is_answered_all_the_same(clerk: Browser, parameters: list[tuple[str, str]]) -> None:
    assert send(clerk, *parameters).status == 200


@pytest.mark.parametrize("query", ["unknown=1", "filter=size%20%3E", "join=and&sort=a&sort=b"])
def test_an_address_that_makes_no_sense_is_refused(clerk: Browser, query: str) -> None:
    assert clerk.get(f"{PATH}?{query}").status == 400


def test_the_view_and_its_order_come_back(clerk: Browser) -> None:
    answer = send(clerk, ("join", "and"), ("view", "x"), ("sort", "-size"), ("do", "apply"))
    assert answer.headers["location"] == "/records/account?view=x&sort=-size&filter="


def test_days_are_compared_in_words_for_days_and_amounts_in_words_for_amounts(clerk: Browser) -> None:
    made = text(clerk.get("/records/account", filter="created_at >= '2026-10-01T00:00:00Z' and size >= 3"))
    assert "Created from <b" in made
    assert "Size at least <b" in made
    offered = text(send(clerk, ("join", "and"), *row("0.0", "created_at", "lt", "2026-10-01")))
    assert re.search(r'<option value="lt" selected[^>]*>before</option>', offered)
