"""Counts what a task costs a person: each click, key, chord, Tab and typed value is one (screens.md, section 14)."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass(slots=True)
class Effort:
    """Acts at a page and counts."""

    page: Page
    spent: int = 0

    def click(self, target: Locator) -> None:
        """Click or tap."""
        self.spent += 1
        target.click()

    def press(self, keys: str) -> None:
        """Press a key or a chord."""
        self.spent += 1
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        """Type one value into what has the focus."""
        self.spent += 1
        self.page.keyboard.type(text)
