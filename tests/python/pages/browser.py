"""A browser that opens pages from files and notes everything that it should not have to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

PAGES = (
    *("overview", "revenue", "customers", "growth"),
    *("scorecard", "account", "quality", "definitions"),
)
LANGUAGES = ("en", "ja")
WIDE, NARROW = 1440, 390
# Local files and what stands in the page itself.
LOCAL = ("file:", "data:", "about:", "blob:")

# Everything that is shown, with every part opened and every row there.
OPEN_ALL = """() => {
  document.querySelectorAll("details").forEach((part) => { part.open = true; });
  document.querySelectorAll("button.more:not([hidden])").forEach((button) => button.click());
}"""


@dataclass
class Seen:
    """A tab, and what went wrong in it."""

    page: Page
    site: Path
    troubles: list[str] = field(default_factory=list)

    def open(self, name: str, language: str = "en", address: str = "") -> Page:
        """Open a page anew and wait until it is drawn."""
        self.page.goto("about:blank")
        where = self.site / "report" / language / f"{name}.html"
        self.page.goto(where.as_uri() + (f"#{address}" if address else ""))
        return self.drawn()

    def open_account(self, account: str, language: str = "en") -> Page:
        """Open an account's story by its address."""
        self.open("account", language)
        self.page.evaluate("(id) => report.writeState({ account: id })", account)
        self.page.wait_for_selector("#account_today")
        return self.drawn()

    def drawn(self) -> Page:
        """Wait until the page is as its address says, with every chart."""
        self.page.wait_for_selector("html[data-drawn]", state="attached")
        self.page.evaluate("() => report.drawn")
        return self.page

    def choose(self, **choices: str) -> Page:
        """Choose in the page's filters."""
        for name, value in choices.items():
            self.page.select_option(f"#filter-{name}", value)
            self.page.wait_for_function(
                "([name, value]) => report.state[name] === value", arg=[name, value]
            )
            self.drawn()
        return self.page

    def open_all(self) -> Page:
        """Open every part of the page and show every row of its tables."""
        self.page.evaluate(OPEN_ALL)
        return self.page


def chromium() -> str:
    """Debian's browser; without it these tests fail, they are not skipped."""
    found = shutil.which("chromium")
    assert found, "chromium is missing: make system-tools"
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """One browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser, site: Path, width: int = WIDE, scheme: Any = "light") -> Iterator[Seen]:
    """A tab of its own whose troubles are noted."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    seen = Seen(context.new_page(), site)
    note = seen.troubles.append

    def dismissed(dialog: Dialog) -> None:
        note(f"dialog: {dialog.message}")
        dialog.dismiss()

    page = seen.page
    page.on("dialog", dismissed)
    page.on("pageerror", lambda error: note(f"error: {error}"))
    page.on(
        "console",
        lambda said: (
            note(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None
        ),
    )
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(LOCAL) else note(f"network: {asked.url}"),
    )
    page.on("requestfailed", lambda asked: note(f"not there: {asked.url}"))
    yield seen
    context.close()
