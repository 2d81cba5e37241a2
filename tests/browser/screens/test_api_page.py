"""The page of the API: Swagger UI from our own files and under a policy of its own; a plain table without scripts."""

from playwright.sync_api import Page, expect

from tests.browser.site import ADMIN


def test_a_call_is_tried_with_the_session_and_nobody_else_is_asked(admin: Page) -> None:
    asked: set[str] = set()
    admin.on("request", lambda request: asked.add(request.url.partition("://")[2].partition("/")[0]))
    admin.goto("/me/tokens")
    admin.locator("a[href='/docs/api']").click()
    operation = admin.locator("#operations-system-me_system")
    admin.locator("#operations-tag-system button").click()
    operation.get_by_role("button").first.click()
    operation.locator("button.execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text(ADMIN)
    # What changes something carries the CSRF token: refused for what the body lacks, and not as a stranger's.
    admin.locator("#operations-tag-metadata button").click()
    back = admin.locator("#operations-metadata-roll_back_metadata")
    back.get_by_role("button").first.click()
    back.locator("textarea").first.fill("{}")
    back.locator("button.execute").click()
    expect(back.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("400")
    assert len(asked) == 1


def test_without_scripts_it_is_a_table(plain: Page) -> None:
    answer = plain.goto("/docs/api")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert ("script-src 'self';" in policy, "default-src 'none'" in policy) == (True, True)
    row = plain.get_by_role("row").filter(has_text="/api/v1/records/account/{id}/history")
    expect(row).to_contain_text("What happened to a record")
