"""Take pictures of every screen in every state, for a person to look at: `python -m tests.browser.pictures OUT`.

Further arguments keep to the states whose names begin so. Scripts and pictures never judge by themselves.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import launch_options
from tests.browser.site import ADMIN, CRM, Site, serving
from tests.browser.states import STATES, State
from tests.browser.trial import PSEUDO, TRIAL, write


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is taken; the pseudo-locale belongs to a person of its own."""

    width: int
    height: int
    theme: Literal["light", "dark"]
    language: str = "en"
    pseudo: bool = False

    @property
    def name(self) -> str:
        """How the file's name ends."""
        return f"{self.width}-{self.theme}-{'pseudo' if self.pseudo else self.language}"


LOOKS = (
    Look(1440, 900, "light"),
    Look(1440, 900, "dark"),
    Look(1440, 900, "light", "ar"),
    Look(1440, 900, "light", pseudo=True),
    Look(390, 844, "light"),
    Look(390, 844, "dark", "ar"),
    Look(390, 844, "light", pseudo=True),
)


def main(out: Path, wanted: tuple[str, ...]) -> None:
    """Serve the CRM, and take the pictures of all states in all looks."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), CRM, write(Path(folder) / "trial", TRIAL)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        for look in LOOKS:
            for name, state in STATES.items():
                if name.startswith(wanted):
                    take(browser, site, state, look, out / f"{name}-{look.name}.png")
        browser.close()


def take(browser: Browser, site: Site, state: State, look: Look, file: Path) -> None:
    """Take one picture, in a context of its own."""
    context = browser.new_context(viewport={"width": look.width, "height": look.height}, reduced_motion="reduce")
    who = PSEUDO if look.pseudo and state.who == ADMIN else state.who
    page = site.page_of(context, who) if who else context.new_page()
    for name, value in (("theme", look.theme), *([("language", look.language)] if not look.pseudo else [])):
        context.add_cookies([{"name": name, "value": value, "url": site.url}])
    try:
        state.enter(page, site)
        settle(page)
        page.screenshot(path=file)
    except Exception as error:  # noqa: BLE001 - one state that cannot be reached must not cost all other pictures
        sys.stderr.write(f"{file.name}: {error}\n")
    context.close()


def settle(page: Page) -> None:
    """Wait for what the page loads after it opened."""
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.browser.pictures OUT [STATE ...]")
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or ("",))
