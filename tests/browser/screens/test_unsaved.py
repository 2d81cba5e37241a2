"""What was typed and not saved: leaving asks, and whoever comes back is offered it."""

from playwright.sync_api import Dialog, Page, expect

NOTE = "[data-unsaved]"
KEPT = "JSON.stringify(Object.entries(localStorage).filter(([name]) => name.startsWith('armature.')))"


def kept(page: Page) -> str:
    """All that the browser keeps, once a form is among it."""
    for _ in range(100):
        found = str(page.evaluate(KEPT))
        if "armature.form" in found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(found)


def typed(page: Page, name: str, address: str = "/records/account/new?full=1") -> None:
    """Type into a form, and wait until the browser has its copy."""
    page.goto(address)
    page.locator("main [name=name]").fill(name)
    kept(page)


def test_leaving_asks_and_coming_back_offers_what_was_typed(admin: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    admin.on("dialog", leave)
    typed(admin, "Half a name")
    admin.locator(".side a").first.click()
    admin.wait_for_url(lambda url: "/new" not in url)
    assert asked == ["beforeunload"]
    admin.goto("/records/account/new?full=1")
    expect(admin.locator(NOTE)).to_be_visible()
    expect(admin.locator("main [name=name]")).to_have_value("")
    admin.locator("[data-restore]").click()
    expect(admin.locator("main [name=name]")).to_have_value("Half a name")


def test_what_was_saved_or_thrown_away_is_not_offered(admin: Page) -> None:
    typed(admin, "Saved in the end")
    admin.locator("main button[data-main]").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Saved in the end")
    admin.goto("/records/account/new?full=1")
    expect(admin.locator(NOTE)).to_be_hidden()
    typed(admin, "Never mind")
    admin.locator("a[data-discards]").last.click()
    admin.wait_for_url(lambda url: "/new" not in url)
    admin.goto("/records/account/new?full=1")
    expect(admin.locator(NOTE)).to_be_hidden()


def test_another_version_of_the_record_is_not_filled_with_old_text(admin: Page) -> None:
    admin.goto("/records/account?limit=1&sort=name")
    admin.locator("#rows a").first.click()
    record = admin.url.partition("?")[0]
    typed(admin, "Typed on an old version", f"{record}/edit")
    token = admin.locator("meta[name=csrf-token]").get_attribute("content") or ""
    path = record.partition("/records/")[2]
    changed = admin.request.patch(
        f"/api/v1/records/{path}", data={"city": "Elsewhere"}, headers={"X-CSRF-Token": token, "If-Match": "*"}
    )
    assert changed.status == 200, changed.text()
    admin.goto(f"{record}/edit")
    expect(admin.locator("main [name=name]")).to_be_visible()
    expect(admin.locator(NOTE)).to_be_hidden()


def test_signing_out_wipes_it_and_personal_data_is_never_kept(admin: Page) -> None:
    admin.goto("/records/contact/new?full=1")
    admin.locator("main [name='name'], main [name='name.last']").first.fill("Nobody")
    admin.locator("main [name=phone]").fill("+49 30 5550199")
    assert "5550199" not in kept(admin)
    admin.on("dialog", lambda dialog: dialog.accept())
    admin.context.clear_cookies()
    admin.goto("/sign-in")
    assert admin.evaluate(KEPT) == "[]"
