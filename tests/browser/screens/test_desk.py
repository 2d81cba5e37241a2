"""The desk of administrators: its tasks within their budgets, and a whole entity made without seeing JSON."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

import pytest
from babel.messages.pofile import read_po, write_po
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.effort import Effort
from tests.browser.site import CRM, Site, fresh, serving
from tests.support.processes import Installation

TRANSLATED = {
    "de": {"Site visit": "Besuch vor Ort", "Site visits": "Besuche vor Ort", "Purpose": "Anlass", "Hours": "Stunden"},
    "ru": {"Site visit": "Выезд", "Site visits": "Выезды", "Purpose": "Цель", "Hours": "Часы"},
}
Contexts = Callable[..., BrowserContext]
REP = "rep@example.com"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation of these tests' own: what they publish meets nobody else."""
    with serving(tmp_path_factory.mktemp("workshop"), CRM) as found:
        yield found


@pytest.fixture
def admin(contexts: Contexts, workshop: Site) -> Page:
    return workshop.page_of(contexts(viewport={"width": 1440, "height": 900}))


def translate(installation: Installation, locale: str, words: Mapping[str, str]) -> None:
    """Take the open words of the site out, fill in what is known of them, and take them in again."""
    file = installation.folder / f"{locale}.po"
    installation.run("words", "export", "--locale", locale, "--layer", "site", "--open", "--out", str(file))
    catalog = read_po(BytesIO(file.read_bytes()), locale=locale)
    for message in catalog:
        if message.id:
            message.string = words.get(str(message.id), "")
    with file.open("wb") as out:
        write_po(out, catalog)
    installation.run("words", "import", str(file), "--locale", locale, "--message", "Words for site visits")


def keep(page: Page) -> None:
    """Keep what the form says, and wait until it is kept."""
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.locator("[data-toast]")).to_contain_text("Kept in your draft")


def applied(page: Page) -> None:
    """What was applied is live."""
    expect(page.locator("[data-toast]")).to_contain_text("Published")


def test_adding_a_field_to_the_form_and_publishing_costs_seven_by_pointer(admin: Page, workshop: Site) -> None:
    admin.goto(f"{workshop.url}/records/lead")
    admin.locator("#rows th a").first.click()
    expect(admin.locator(".record")).to_be_visible()
    label, effort = fresh("Trade fair"), Effort(admin)
    effort.click(admin.locator(".acts .pop summary"))
    effort.click(admin.get_by_role("link", name="Fields and rules"))
    effort.click(admin.get_by_role("link", name="New field"))
    admin.locator("#f-label").focus()
    effort.type(label)
    effort.click(admin.get_by_role("button", name="Keep in the draft"))
    effort.click(admin.get_by_role("link", name="Check and plan"))
    effort.click(admin.get_by_role("button", name="Apply"))
    applied(admin)
    assert effort.spent <= 7
    admin.goto(f"{workshop.url}/records/lead/new")
    admin.get_by_role("button", name="Show all fields").click()
    expect(admin.get_by_label(label)).to_be_visible()


def test_widening_a_grant_and_publishing_costs_five_by_pointer(admin: Page, workshop: Site) -> None:
    admin.goto(f"{workshop.url}/admin/roles/sales_rep")
    effort = Effort(admin)
    effort.spent += 1
    admin.locator("[name='lead.delete']").select_option("team")
    effort.click(admin.get_by_role("button", name="Keep and plan"))
    effort.click(admin.locator("#f-confirm-rights"))
    effort.click(admin.get_by_role("button", name="Apply"))
    applied(admin)
    assert effort.spent <= 5
    admin.goto(f"{workshop.url}/admin/roles/sales_rep")
    expect(admin.locator("[name='lead.delete']")).to_have_value("team")


def test_rolling_back_the_last_publish_costs_two_by_pointer(admin: Page, workshop: Site) -> None:
    admin.goto(f"{workshop.url}/admin/entities/lead/fields/new")
    label = fresh("Booth")
    admin.locator("#f-label").fill(label)
    keep(admin)
    admin.get_by_role("link", name="Check and plan").click()
    admin.get_by_role("button", name="Apply").click()
    applied(admin)
    admin.goto(f"{workshop.url}/admin/revisions")
    effort = Effort(admin)
    effort.click(admin.get_by_role("link", name="Back to revision").first)
    effort.click(admin.locator("[data-main]"))
    applied(admin)
    assert effort.spent <= 2
    admin.goto(f"{workshop.url}/admin/entities/lead")
    expect(admin.get_by_role("link", name=label)).to_have_count(0)


@pytest.mark.timeout(300)  # some twenty pages
def test_an_entity_is_made_without_json_and_used_on_a_phone(admin: Page, workshop: Site, contexts: Contexts) -> None:
    """Six fields, a link to account, a rule, an entry in the menu, rights for two roles; then a visit is written."""
    admin.goto(f"{workshop.url}/admin/entities")
    admin.get_by_role("link", name="New entity").click()
    admin.locator("#f-label").fill("Site visit")
    admin.locator("#f-label_plural").fill("Site visits")
    admin.locator("#f-title").fill("Purpose")
    keep(admin)
    for label, kind in (
        ("Visited on", "date"),
        ("Account", "link"),
        ("Hours", "decimal"),
        ("Findings", "long_text"),
        ("Follow-up needed", "boolean"),
    ):
        admin.get_by_role("link", name="New field").click()
        admin.get_by_role("link", name="All types").click()
        admin.locator(f"a[href$='?type={kind}']").click()
        admin.locator("#f-label").fill(label)
        if kind == "link":
            admin.locator("#f-to").select_option("account")
        keep(admin)
        expect(admin.get_by_role("heading", level=1)).to_have_text("Site visit")
        expect(admin.get_by_role("row").filter(has_text=label)).to_be_visible()
    admin.get_by_role("link", name="New rule").click()
    admin.locator("#f-refuse_when").fill("hours > 24")
    admin.locator("#f-message").fill("A visit lasts a day at most.")
    keep(admin)
    admin.get_by_role("link", name="Navigation").click()
    admin.locator("[href='/admin/navigation/sales/new']").first.click()
    admin.locator("#f-leads").select_option(label="Site visits")
    keep(admin)
    for role in ("sales_rep", "sales_manager"):
        admin.goto(f"{workshop.url}/admin/roles/{role}")
        admin.locator("[name='site_visit.read']").select_option("own")
        admin.locator("[name='site_visit.create']").select_option("yes")
        admin.locator("[name='site_visit.update']").select_option("own")
        keep(admin)
    admin.get_by_role("link", name="Check and plan").click()
    for tick in admin.get_by_role("checkbox").all():
        tick.check()
    admin.get_by_role("button", name="Apply").click()
    applied(admin)

    phone = workshop.page_of(contexts(viewport=PHONE, has_touch=True, is_mobile=True), REP)
    used(phone, workshop)
    translated(phone, workshop)


def used(phone: Page, workshop: Site) -> None:
    """The rule holds, the visit is written, and the menu leads there."""
    phone.goto(f"{workshop.url}/records/site_visit/new")
    phone.get_by_label("Purpose").fill("Pump inspection")
    phone.get_by_label("Hours").fill("25")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.locator("#summary")).to_contain_text("A visit lasts a day at most.")
    phone.get_by_label("Hours").fill("2.5")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Pump inspection")
    phone.goto(workshop.url)
    phone.get_by_role("navigation", name="Quick menu").get_by_text("Menu").click()
    expect(phone.get_by_role("link", name="Site visits")).to_be_visible()


def translated(phone: Page, workshop: Site) -> None:
    """What a translator fills in stands on the screens at once."""
    for locale, words in TRANSLATED.items():
        translate(workshop.installation, locale, words)
        phone.context.add_cookies([{"name": "language", "value": locale, "url": workshop.url}])
        phone.goto(f"{workshop.url}/records/site_visit/new")
        for label in (words["Purpose"], words["Hours"]):
            expect(phone.get_by_label(label)).to_be_visible()
        phone.goto(f"{workshop.url}/records/site_visit")
        expect(phone.get_by_role("heading", level=1)).to_have_text(words["Site visits"])


def test_a_list_and_a_form_are_arranged_by_keyboard_undone_published_and_used(admin: Page, workshop: Site) -> None:
    admin.goto(f"{workshop.url}/records/contact")
    admin.locator(".acts .pop summary").click()
    admin.get_by_role("link", name="Arrange this screen").click()
    more = admin.get_by_label("Another column", exact=True)
    label = more.locator("[value=updated_by]").inner_text()
    more.select_option("updated_by")
    admin.get_by_role("button", name="Add: Another column").click()
    shown, up = admin.locator("tbody th"), admin.get_by_role("button", name=f"Move up: {label}")
    expect(shown.last).to_have_text(label)
    *others, _ = shown.all_inner_texts()
    up.focus()
    for back in (1, 2):
        admin.keyboard.press("Enter")
        expect(shown).to_have_text([*others[:-back], label, *others[-back:]])
        expect(up).to_be_focused()  # so that the next press moves it on
    admin.get_by_role("button", name="Undo").click()
    expect(shown).to_have_text([*others[:-1], label, *others[-1:]])
    admin.goto(f"{workshop.url}/admin/entities/contact")
    admin.locator("[href='/admin/screens/contact_form']").click()
    admin.locator("[name=new_label]").fill("On the side")
    admin.locator("[name=section][value=new]").click()
    section = admin.get_by_role("region", name="On the side")
    section.get_by_role("combobox").select_option(index=1)
    field = section.get_by_role("combobox").locator("option:checked").inner_text()
    section.get_by_role("button", name="Add: Another field").click()
    expect(section.get_by_role("listitem")).to_have_text([field])
    admin.get_by_role("link", name="Check and plan").click()
    admin.get_by_role("button", name="Apply").click()
    applied(admin)
    admin.goto(f"{workshop.url}/records/contact")
    expect(admin.get_by_role("columnheader", name="Changed by")).to_be_visible()
    admin.goto(f"{workshop.url}/records/contact/new")
    admin.get_by_role("button", name="Show all fields").click()
    expect(admin.get_by_role("heading", name="On the side")).to_be_visible()


def test_a_document_is_completed_by_keys_and_by_the_button(admin: Page, workshop: Site) -> None:
    admin.goto(f"{workshop.url}/admin/documents/choices/shop_sizes.json")
    text, offer = admin.locator("#f-text"), admin.locator("[data-offer]")
    text.fill('{"lab"')
    for _ in range(len('"')):
        admin.keyboard.press("ArrowLeft")
    admin.keyboard.press("Control+Space")
    expect(offer).to_have_count(1)
    expect(offer).to_be_focused()
    admin.keyboard.press("Enter")
    expect(text).to_be_focused()
    expect(text).to_have_value('{"label": ')
    admin.keyboard.type('"Sizes", ')
    admin.get_by_role("button", name="What may stand here").click()
    admin.locator("""[data-offer='"options": ']""").click()
    expect(text).to_have_value('{"label": "Sizes", "options": ')
    admin.keyboard.type('{"s": {"label": "Small"}}}')
    admin.keyboard.press("Control+Space")
    expect(admin.locator("#offers")).to_contain_text("Nothing is known")
    admin.get_by_role("button", name="Keep in the draft").click()
    expect(admin.get_by_role("link", name="Check and plan")).to_be_visible()
    admin.goto(f"{workshop.url}/admin/choices/shop_sizes")
    expect(admin.locator("#f-options")).to_have_value("s: Small")
