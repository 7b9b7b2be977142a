"""What must hold of every page, whatever it shows."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from pages.browser import Seen

BROKEN = re.compile(r"\bundefined\b|\bNaN\b|\[object|\bInfinity\b|\bInvalid Date\b")
# Show the page again and note every text that the language has not. Names of columns and values
# of lists may do without in English, where they are called by their names.
MISSING_WORDS = """(mayBeSpoken) => {
  const missing = new Set();
  const { t, value } = report;
  report.t = (path, values) => {
    const isSpoken = mayBeSpoken && path.startsWith("columns.");
    if (!isSpoken && !report.hasText(path)) missing.add(path);
    return t(path, values);
  };
  report.value = (list, one) => {
    // Several values are said one by one.
    const isName = one == null || list in report.named || mayBeSpoken || String(one).includes("|");
    if (!isName && !report.hasText(`values.${list}.${one}`)) missing.add(`values.${list}.${one}`);
    return value(list, one);
  };
  report.show();
  Object.assign(report, { t, value });
  return [...missing].sort();
}"""
HEAD = """() => [document.documentElement.lang,
  document.querySelectorAll("h1").length, document.querySelector("h1").textContent]"""
# How far the page, and what is widest in it, stick out.
OVERFLOW = """() => {
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond <= 0) return null;
  const wide = [...document.querySelectorAll("main *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, svg"));
  return `${beyond}: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`;
}"""
FOCUSED = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return { tag: at.tagName, id: at.id, text: at.textContent.trim().slice(0, 40),
    group: at.closest("nav, thead, #filters, .language, .found")?.tagName ?? "",
    isSeen: isSeen && box.width > 0 && box.height > 0 && box.right > 0,
    place: [...document.querySelectorAll("*")].indexOf(at) };
}"""


def faults(seen: Seen, language: str, title: str) -> list[str]:
    """What is wrong with a page as it stands."""
    page = seen.page
    found = [*seen.troubles]
    seen.troubles.clear()
    head = page.evaluate(HEAD)
    if head != [language, 1, title]:
        found.append(f"head: {head}")
    if beyond := page.evaluate(OVERFLOW):
        found.append(f"wider than the window by {beyond}")
    text = page.inner_text("body")
    found += [text[max(0, at.start() - 30) : at.end() + 30] for at in BROKEN.finditer(text)]
    return found


def missing_words(page: Page, language: str) -> list[str]:
    """Texts that the page asks for and its language does not have."""
    missing: list[str] = page.evaluate(MISSING_WORDS, language == "en")
    page.evaluate("() => report.drawn")
    return missing


def violations(page: Page, scheme: str) -> list[str]:
    """Serious and critical violations that axe-core finds; in the dark, those of contrast."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
