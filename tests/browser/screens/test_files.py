"""Files in forms: what was chosen survives whatever the form does before it is saved, and comes back as it was."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, ways
from tests.browser.states import STATES
from tests.support.uploads import PDF

OFFER = {"name": "Offer.pdf", "mimeType": "text/html", "buffer": PDF}


@pytest.mark.parametrize("scripts", ways("admin", 0))
def test_a_chosen_file_survives_a_refusal_and_is_downloaded(
    request: pytest.FixtureRequest, site: Site, scripts: str
) -> None:
    page: Page = request.getfixturevalue(scripts)
    editing(page, site)
    page.locator("#f-proposal").set_input_files(OFFER)  # type: ignore[arg-type]
    page.locator("#f-name").fill("")
    page.locator("[data-main]").first.click()
    expect(page.locator("#summary")).to_be_visible()
    expect(page.locator(".file-now .file-name")).to_have_text("Offer.pdf")
    page.locator("#f-name").fill("Kept")
    page.locator("[data-main]").first.click()
    link = page.locator("#fact-proposal a.file")
    expect(link).to_contain_text("Offer.pdf")
    with page.expect_download() as begun:
        link.click()
    assert begun.value.suggested_filename == "Offer.pdf"
    assert Path(begun.value.path()).read_bytes() == PDF


def test_a_chosen_file_stays_while_the_form_follows_what_is_typed(admin: Page, site: Site) -> None:
    editing(admin, site)
    admin.locator("#f-proposal").set_input_files(OFFER)  # type: ignore[arg-type]
    with admin.expect_response("**/resolve"):
        admin.locator("#f-stage").select_option(index=1)
    assert admin.locator("#f-proposal").evaluate("input => input.files.length") == 1


@pytest.mark.parametrize("scripts", ways("admin", 0))
def test_several_files_are_chosen_kept_unticked_and_saved(
    request: pytest.FixtureRequest, site: Site, scripts: str
) -> None:
    page: Page = request.getfixturevalue(scripts)
    STATES["form-several-files"].enter(page, site)
    page.locator("#f-name").fill("Kettle")
    page.locator("[name=urgency]").first.check(force=True)
    page.locator("[data-main]").first.click()
    files = page.locator("#fact-manuals a.file")
    expect(files).to_have_count(1)
    expect(files).to_contain_text("Manual, second edition.pdf")


def test_files_dropped_on_a_record_are_added_at_once_and_taken_back(admin: Page, site: Site) -> None:
    STATES["record-attachments-none"].enter(admin, site)
    admin.locator(".files-add").evaluate(
        """zone => {
            const moved = new DataTransfer();
            for (const name of ["one.txt", "two.txt"]) moved.items.add(new File([name], name));
            for (const type of ["dragover", "drop"])
                zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: moved }));
        }"""
    )
    expect(admin.locator(".files .file-name")).to_have_count(2)
    admin.locator("[data-undo]").click()
    expect(admin.locator(".stream-empty")).to_be_visible()


def test_files_are_added_and_removed_without_scripts(plain: Page, site: Site) -> None:
    STATES["record-attachments-none"].enter(plain, site)
    plain.locator("#files-chooser").set_input_files(OFFER)  # type: ignore[arg-type]
    plain.locator(".files-add button").click()
    expect(plain.locator(".files .file-name")).to_have_text("Offer.pdf")
    with plain.expect_download() as begun:
        plain.locator(".file-way").click()
    assert Path(begun.value.path()).read_bytes() == PDF
    plain.locator(".files form button").click()
    expect(plain.locator(".stream-empty")).to_be_visible()


def editing(page: Page, site: Site) -> None:
    """Open the form of a deal under way."""
    STATES["record"].enter(page, site)
    page.goto(f"{page.url.partition('?')[0]}/edit")
