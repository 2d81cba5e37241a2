"""The record page: facts, stages, related lists, and the ways to change or remove it."""

from playwright.sync_api import Page, expect


def open_deal(page: Page, stage: str) -> None:
    page.goto(f"/records/opportunity?filter[stage][in]={stage}")
    page.get_by_role("rowheader").first.get_by_role("link").click()


def test_the_stage_bar_says_where_it_stands(admin: Page) -> None:
    open_deal(admin, "proposal")
    bar = admin.get_by_role("list", name="Stage")
    expect(bar.locator("[aria-current=step]")).to_contain_text("Proposal")
    expect(bar.get_by_role("listitem").first).to_contain_text("done")


def test_the_next_stage_is_one_click_away(plain: Page) -> None:
    open_deal(plain, "qualified")
    title = plain.get_by_role("heading", level=1).inner_text()
    plain.get_by_role("button", name="Move to Needs analysis").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(title)
    expect(plain.locator("[aria-current=step]")).to_contain_text("Needs analysis")


def test_related_records_lead_back_and_can_be_added(admin: Page) -> None:
    admin.goto("/records/account?sort=name")
    admin.get_by_role("rowheader").first.get_by_role("link").click()
    name = admin.get_by_role("heading", level=1).inner_text()
    admin.get_by_role("link", name="New contact").click()
    expect(admin.get_by_role("combobox", name="Account")).to_have_value(name)


def test_the_bin_gives_back_what_was_deleted(plain: Page) -> None:
    plain.goto("/records/account/new")
    plain.get_by_label("Name").fill("Deleted and restored")
    plain.get_by_role("button", name="Save", exact=True).click()
    plain.get_by_label("More").click()
    plain.get_by_role("button", name="Move to the recycle bin").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Accounts")
    plain.goto("/records/account?deleted=only")
    row = plain.get_by_role("row").filter(has_text="Deleted and restored")
    row.get_by_role("button", name="Restore").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Deleted and restored")


def test_absent_and_hidden_read_alike(admin: Page) -> None:
    said = []
    for address in ("/records/nothing", "/records/account/0194f000-0000-7000-8000-000000000000", "/no/such/page"):
        answer = admin.goto(address)
        assert answer is not None
        assert answer.status == 404
        said.append(admin.get_by_role("heading", level=1).inner_text())
    assert len(set(said)) == 1
