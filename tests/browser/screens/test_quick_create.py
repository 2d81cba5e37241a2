"""A record that a link picker lacks is created on the way, and a whole day's work needs no pointer."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.states import save


def start(page: Page, sought: str) -> None:
    """Fill a contact's form up to an account that there is not."""
    page.goto("/records/contact/new")
    page.locator("#f-name").fill("Ada Petrel")
    page.locator("#f-job_title").fill("Head of water")
    page.locator("#f-account").press_sequentially(sought)


def test_the_picker_creates_in_a_sheet(admin: Page) -> None:
    name = f"Petrel {uuid4().hex[:6]}"
    start(admin, name)
    admin.get_by_role("option", name=f"Create account “{name}”").click()
    sheet = admin.get_by_role("dialog", name="New account")
    expect(sheet.get_by_label("Name")).to_have_value(name)
    expect(sheet.get_by_label("Name")).to_be_focused()
    sheet.get_by_label("Name").fill("")
    save_sheet(admin)
    expect(sheet.locator("#s1-summary")).to_contain_text("Name is missing")
    sheet.get_by_label("Name").fill(name)
    sheet.get_by_label("City").fill("Basel")
    sheet.get_by_role("button", name="Show all fields").click()
    expect(sheet.get_by_label("City")).to_have_value("Basel")
    sheet.get_by_label("Street").fill("Rheingasse 1")
    save_sheet(admin)
    expect(sheet).to_have_count(0)
    expect(admin.locator("#f-account")).to_be_focused()
    expect(admin.locator("#f-account")).to_have_value(name)
    expect(admin.locator("input[name=account]")).not_to_have_value("")
    expect(admin.locator("#f-job_title")).to_have_value("Head of water")
    save(admin)
    admin.get_by_role("link", name=name).first.click()
    expect(admin.get_by_role("main")).to_contain_text("Rheingasse 1")


def test_sheets_go_two_deep_and_escape_closes_the_top_one(admin: Page) -> None:
    start(admin, "Grebe")
    admin.get_by_role("option", name="Create account “Grebe”").click()
    first = admin.get_by_role("dialog", name="New account")
    first.get_by_role("button", name="Show all fields").click()
    first.get_by_role("combobox", name="Parent company").press_sequentially("Grebe Holding")
    first.get_by_role("option", name="Create account “Grebe Holding”").click()
    second = admin.locator("#sheet-2")
    expect(second.get_by_label("Name")).to_have_value("Grebe Holding")
    second.get_by_role("button", name="Show all fields").click()
    second.get_by_role("combobox", name="Parent company").press_sequentially("Grebe World")
    expect(second.locator("#s2-f-parent-list")).to_be_visible()
    expect(second.locator("[data-create]")).to_have_count(0)
    second.get_by_label("Name").focus()
    admin.keyboard.press("Escape")
    expect(second).to_have_count(0)
    expect(first.get_by_role("combobox", name="Parent company")).to_be_focused()
    admin.keyboard.press("Escape")
    expect(first).to_have_count(0)
    expect(admin.locator("#f-account")).to_have_value("Grebe")


def test_without_scripts_the_form_travels_along(plain: Page) -> None:
    name = f"Shearwater {uuid4().hex[:6]}"
    start(plain, name)
    save(plain)
    plain.get_by_role("button", name=f"Create account “{name}”").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("New account")
    plain.get_by_label("Name").fill("")
    save(plain)
    expect(plain.locator("#summary")).to_contain_text("Name is missing")
    plain.get_by_label("Name").fill(name)
    save(plain)
    expect(plain.get_by_role("heading", level=1)).to_have_text("New contact")
    expect(plain.locator("#f-account")).to_have_value(name)
    expect(plain.locator("#f-job_title")).to_have_value("Head of water")
    save(plain)
    expect(plain.get_by_role("heading", level=1)).to_have_text("Ada Petrel")
    expect(plain.get_by_role("link", name=name).first).to_be_visible()


def test_without_scripts_there_is_a_way_back(plain: Page) -> None:
    start(plain, f"Skua {uuid4().hex[:6]}")
    save(plain)
    plain.get_by_role("button", name="Create account").click()
    plain.get_by_role("button", name="Back to the form").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("New contact")
    expect(plain.locator("#f-job_title")).to_have_value("Head of water")


def test_from_list_to_record_and_back_without_the_pointer(admin: Page) -> None:
    """List → new → save → record → edit → save, by Tab, Enter and letters alone."""
    title = f"Keyed in {uuid4().hex[:6]}"
    admin.goto("/records/visit")
    reach(admin, "New site visit")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/visit/new")
    expect(admin.get_by_label("Subject")).to_be_focused()
    admin.keyboard.type(title)
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("heading", level=1)).to_have_text(title)
    reach(admin, "Edit")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/edit")
    reach(admin, "Purpose")
    admin.keyboard.type("To see the pumps")
    reach(admin, "Save")
    admin.keyboard.press("Space")
    expect(admin.get_by_role("main")).to_contain_text("To see the pumps")


# What a control is called, without the key that stands beside it.
SAID = """e => {
  const copy = (e.labels?.[0] ?? e).cloneNode(true);
  for (const one of copy.querySelectorAll("kbd")) one.remove();
  return copy.textContent.replace(/\\s+/g, " ").trim();
}"""


def save_sheet(page: Page) -> None:
    page.locator("dialog[open] [data-main]").last.click()


def reach(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        said = focused.evaluate(SAID)
        if said == name:
            assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            return
    raise AssertionError(name)
