"""Creating and changing records: nothing typed is lost, and two people never overwrite each other unasked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import Site, fresh, fresh_phone, ways


@pytest.fixture(params=ways("scripted", 2))
def page(request: pytest.FixtureRequest) -> Page:
    """Every form is tried with scripts and without."""
    found: Page = request.getfixturevalue("admin" if request.param == "scripted" else "plain")
    return found


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def created(page: Page, name: str) -> str:
    """Create an account; give the address of its page."""
    page.goto("/records/account/new")
    page.get_by_label("Name").fill(name)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url.partition("?")[0]


def test_a_refused_form_says_what_to_mend_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/records/opportunity/new")
    page.get_by_label("Close date").fill("sometime")
    save(page)
    summary = page.locator("#summary")
    expect(summary).to_contain_text("Not saved")
    control = page.get_by_label("Close date")
    expect(control).to_have_value("sometime")
    expect(control).to_have_attribute("aria-invalid", "true")
    described = control.get_attribute("aria-describedby") or ""
    expect(page.locator(f"#{described.split()[0]}")).to_be_visible()
    summary.get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()


def test_errors_take_the_focus(admin: Page) -> None:
    admin.goto("/records/account/new")
    save(admin)
    expect(admin.locator("#summary")).to_be_focused()
    expect(admin.locator("#summary")).to_contain_text("Name is missing")


def test_a_record_is_created_and_told(page: Page) -> None:
    created(page, fresh("Talon Dosing Ltd"))
    expect(page.locator("[data-toast]")).to_contain_text("Created")


def test_only_touched_fields_are_written(page: Page) -> None:
    url, phone = created(page, fresh("Quayside Pumps")), fresh_phone()
    page.goto(f"{url}/edit")
    page.get_by_label("Phone").fill(phone)
    save(page)
    expect(page.get_by_role("main")).to_contain_text(phone)
    expect(page.locator("[data-toast]")).to_contain_text("Saved")


def test_a_link_is_found_by_what_is_typed(page: Page) -> None:
    name = fresh("Osprey Waterworks")
    account = created(page, name)
    page.goto("/records/contact/new")
    page.get_by_label("Name").fill("Ada Osprey")
    page.get_by_role("combobox", name="Account").fill(name)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Osprey")
    assert page.get_by_role("link", name=name).first.get_attribute("href") == "/" + account.split("/", 3)[3]


def test_the_picker_works_by_keys(admin: Page) -> None:
    created(admin, "Heron Treatment")
    admin.goto("/records/contact/new")
    picker = admin.get_by_role("combobox", name="Account")
    picker.press_sequentially("Heron")
    option = admin.get_by_role("option", name="Heron Treatment")
    expect(option).to_be_visible()
    expect(picker).to_have_attribute("aria-expanded", "true")
    while option.get_attribute("aria-selected") != "true":
        picker.press("ArrowDown")
    expect(picker).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    picker.press("Enter")
    expect(picker).to_have_value("Heron Treatment")
    expect(picker).to_have_attribute("aria-expanded", "false")
    picker.press("Escape")
    expect(admin.get_by_role("heading", level=1)).to_have_text("New contact")


def test_changes_of_both_are_compared_field_by_field(
    page: Page, contexts: Callable[..., BrowserContext], site: Site
) -> None:
    url, mine, theirs = created(page, fresh("Kestrel Filtration")), fresh_phone(), fresh_phone()
    page.goto(f"{url}/edit")
    other = site.page_of(contexts())
    other.goto(f"{url}/edit")
    other.get_by_label("Phone").fill(theirs)
    other.get_by_label("Website").fill("https://theirs.example")
    save(other)
    expect(other.locator("[data-toast]")).to_contain_text("Saved")

    page.get_by_label("Phone").fill(mine)
    page.get_by_label("Street").fill("Mine Street 1")
    save(page)
    expect(page.get_by_role("alert").filter(has_text="saved this record in another window")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Phone")
    expect(row).to_contain_text(mine)
    expect(row).to_contain_text(theirs)
    merged = page.locator(".merged").get_by_role("listitem")
    expect(merged.filter(has_text="Mine Street 1")).to_contain_text("yours")
    expect(merged.filter(has_text="theirs.example")).to_contain_text("theirs")
    expect(merged).to_have_count(2)
    row.get_by_label("Phone: theirs").check()
    page.get_by_role("button", name="Save as chosen").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Mine Street 1")
    expect(main).to_contain_text(theirs)
    expect(main.get_by_role("link", name="theirs.example")).to_be_visible()


def test_what_was_deleted_meanwhile_can_be_created_anew(
    page: Page, contexts: Callable[..., BrowserContext], site: Site
) -> None:
    name = fresh("Merlin Aeration")
    url = created(page, name)
    page.goto(f"{url}/edit")
    other = site.page_of(contexts())
    other.goto(url)
    other.get_by_label("More").click()
    other.get_by_role("button", name="Move to the recycle bin").click()
    other.wait_for_url(lambda address: "done=" in address or address.endswith("/records/account"))

    page.get_by_label("Name").fill(f"{name} again")
    save(page)
    expect(page.get_by_role("main")).to_contain_text("no longer there")
    expect(page.get_by_label("Name")).to_have_value(f"{name} again")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} again")


def test_a_post_that_comes_twice_creates_one(admin: Page) -> None:
    admin.goto("/records/account/new")
    admin.get_by_label("Name").fill("Sent twice")
    form = admin.evaluate("() => Object.fromEntries(new FormData(document.getElementById('form')))")
    for _ in range(2):
        answer = admin.request.post("/records/account", form=form, max_redirects=0)
        assert answer.status == 303
    admin.goto("/records/account?filter[name][eq]=Sent twice")
    expect(admin.locator("tbody tr")).to_have_count(1)


def test_the_server_out_of_reach_is_said_in_place(admin: Page) -> None:
    admin.goto("/records/account/new")
    admin.get_by_label("Name").fill("Typed on a train")
    admin.route("**/records/account", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    save(admin)
    notice = admin.locator("#notices")
    expect(notice).to_contain_text("What you typed is still here")
    expect(admin.get_by_label("Name")).to_have_value("Typed on a train")
    admin.unroute("**/records/account")
    notice.get_by_role("button", name="Retry").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Typed on a train")


def test_the_short_form_goes_on_as_the_full_one(page: Page) -> None:
    name = fresh("Avocet Intakes")
    page.goto("/records/account/new")
    page.locator("#f-name").fill(name)
    expect(page.locator("#f-street")).to_have_count(0)
    page.get_by_role("button", name="Show all fields").click()
    page.locator("#f-street").fill("Quay 9")
    expect(page.locator("#f-name")).to_have_value(name)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("main")).to_contain_text("Quay 9")


def test_what_is_filled_in_for_somebody_is_seen_by_them(page: Page) -> None:
    """The short form has no street, so neither an address that gives one nor a copy may use it."""
    page.goto(f"/records/account/new?name={fresh('Bittern')}&street=Reed Lane 3")
    expect(page.locator("#f-street")).to_have_value("Reed Lane 3")
    save(page)
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("link", name="New from this").click()
    expect(page.locator("#f-street")).to_have_value("Reed Lane 3")


def test_a_condition_brings_its_control(page: Page) -> None:
    page.goto("/records/contact/new?full=1")
    page.locator("#f-name").fill("Ibis Keeper")
    expect(page.locator("#f-agreed_on")).to_have_count(0)
    page.locator("#f-newsletter").check()
    update = page.get_by_role("button", name="Update form")
    if update.is_visible():
        update.click()
    expect(page.locator("#f-agreed_on")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("Ibis Keeper")


def take(page: Page, field: str, typed: str) -> None:
    """Take what a picker finds."""
    page.locator(f"#f-{field}").fill(typed)
    page.locator(f"#f-{field}-list .pick:not(.create)").filter(has_text=typed).first.click()


def test_a_picker_offers_what_fits_and_says_what_no_longer_does(admin: Page) -> None:
    admin.goto("/records/opportunity/new?full=1")
    contact = admin.locator("#f-contact")
    contact.focus()
    expect(admin.locator("#f-contact-list")).to_contain_text("First choose: Account")
    with admin.expect_response("**/resolve"):
        take(admin, "account", "Nordkai Werft")
    contact.focus()
    expect(admin.locator("#f-contact-list .pick").first).to_be_visible()
    admin.locator("#f-contact-list .pick").filter(has_text="Katharina").click()
    expect(contact).to_have_value("Katharina Lüders")
    take(admin, "account", "Hochgau")
    expect(admin.locator("#f-contact-error")).to_contain_text("Contact does not fit the other values any more")
    expect(contact).to_have_value("Katharina Lüders")
    expect(admin.locator("[name=contact]")).not_to_have_value("")
