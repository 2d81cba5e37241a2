"""Take the pictures of the README anew, from real screens with demo records: `python -m tests.browser.readme`."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import launch_options
from tests.browser.pictures import Look, take
from tests.browser.site import ADMIN, CRM, REP, ROOT, Site, serving
from tests.browser.states import BOARD, State, at, loaded, talked_about

FOLDER = ROOT / "docs/pictures"
MOST_BYTES = 150_000
# Enough to read it on a page of documentation.
WIDTH = 1200
COLOURS = 128


def planned(page: Page, site: Site) -> None:
    """The plan of a draft that adds a field by form."""
    at("/admin/entities/opportunity/fields/new")(page, site)
    page.locator("#f-label").fill("Competitor")
    page.locator("[name=places]").first.check()
    page.locator("[data-main]").click()
    page.locator(".draft-bar").wait_for()
    at("/admin/draft")(page, site)
    page.locator("#f-message").fill("Who else makes an offer")


LIGHT, DARK = Look(1440, 900, "light"), Look(1440, 900, "dark")
PICTURES: Mapping[str, tuple[State, Look]] = {
    "board": (State(REP, at(BOARD)), LIGHT),
    "record": (State(ADMIN, talked_about), LIGHT),
    "dashboard": (State(ADMIN, loaded), DARK),
    "plan": (State(ADMIN, planned), LIGHT),
}


def main() -> None:
    """Serve the CRM and take all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), CRM) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for name, (state, look) in PICTURES.items():
            taken = Path(folder) / f"{name}.png"
            take(browser, site, state, look, taken)
            shrink(taken, FOLDER / f"{name}.png")
        browser.close()


def shrink(taken: Path, kept: Path) -> None:
    """Keep a picture small enough for a repository."""
    with Image.open(taken) as picture:
        height = picture.height * WIDTH // picture.width
        small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, optimize=True)


if __name__ == "__main__":
    main()
