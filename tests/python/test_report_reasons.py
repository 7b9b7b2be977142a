"""From a number of the report to its reason: what was divided, whose it is, how to ask for it."""

from __future__ import annotations

import json
import random
import shlex
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from builds import Company
from expansion_warehouse import cli
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.report.why import RATIOS, divisions
from pages.browser import PAGES, WIDE, Seen, tab
from pages.checks import violations

pytestmark = pytest.mark.slow

# Shown as a share or a factor, and nothing over something: ends of intervals, what a test or a
# weighing found, differences and their standards.
UNDIVIDED = {
    *("nrr_low", "nrr_high", "grr_low", "grr_high", "logo_retention_low", "logo_retention_high"),
    *("hit_rate_lower", "hit_rate_upper", "loss_rate_low", "loss_rate_high", "confidence_low"),
    *("similar_win_rate_low", "similar_win_rate_high", "proposal_win_rate_low"),
    *("proposal_win_rate_high", "excess_loss_rate", "excess_loss_rate_low"),
    *("excess_loss_rate_high", "ci_low", "ci_high", "auc", "auc_low", "auc_high"),
    *("srm_p_value", "adjusted_p_value", "health_score", "health_change", "median_lead_days"),
    *("seat_utilisation", "sealed_nrr_12m", "current_nrr_12m", "nrr_difference", "value"),
    # Of kpi_experiments a difference, of kpi_health_backtest against the row of everybody.
    *("kpi_experiments.lift", "kpi_health_backtest.lift"),
}
# Every ratio of every table of a page that lies beside what it divides, or does not.
ASIDE = """async () => {
  await Promise.all(["mart_columns", "why"].map(report.load));
  const found = [];
  for (const figure of report.pages[report.place.page].figures()) {
    const rows = figure.rows();
    for (const column of figure.columns ?? []) {
      const mart = report.martOf(figure, column);
      if (!mart || !["percent", "decimal"].includes(report.kindOf(column, rows))) continue;
      const divided = (report.divisions[mart]?.[column] ?? []).flat();
      const parts = divided.map((part) => part.replace(/^-/, ""));
      const missing = rows.length ? parts.filter((part) => !(part in rows[0])) : [];
      found.push({ figure: figure.id, mart, column, divided: parts.length > 0, missing });
    }
  }
  return found;
}"""


def opened(page: Page) -> Page:
    """The page once the reason is shown."""
    expect(page.locator("dialog.reason[open]")).to_be_visible(timeout=30_000)
    return page


def ask(page: Page, figure: str, column: str, place: int = 0) -> None:
    """Click a number of a table."""
    page.locator(f"#{figure} td[data-column={column}] button.why").nth(place).click()
    opened(page)


def command(page: Page) -> list[str]:
    return shlex.split(page.inner_text("dialog .command"))[1:]


RATIO_COLUMNS = [
    (mart, column) for mart, columns in sorted(divisions().items()) for column in sorted(columns)
]


@pytest.mark.parametrize(("mart", "column"), RATIO_COLUMNS)
def test_every_ratio_is_what_the_page_says_it_divides(
    marts: duckdb.DuckDBPyConnection, mart: str, column: str
) -> None:
    def added(names: tuple[str, ...]) -> str:
        signed = [(name.startswith("-"), quoted(name.removeprefix("-"))) for name in names]
        return " ".join(f"{'-' if minus else '+'} {name}" for minus, name in signed)

    over, under = (added(names) for names in divisions()[mart][column])
    counted, differing = marts.execute(
        f"select count({quoted(column)}), count(*) filter ("
        f"{quoted(column)} is distinct from null and (({under}) is null or ({under}) = 0 or "
        f"abs({quoted(column)} - ({over})::double / ({under})::double) > 1e-9)) from {quoted(mart)}"
    ).fetchone() or (0, 1)
    assert differing == 0
    assert counted


@pytest.mark.parametrize("name", [name for name in PAGES if name != "account"])
def test_every_ratio_of_a_table_has_its_parts_beside_it(seen: Seen, name: str) -> None:
    page = seen.open(name)
    found: list[dict[str, Any]] = page.evaluate(ASIDE)
    unsaid = [
        f"{one['figure']}: {one['mart']}.{one['column']}"
        for one in found
        if not one["divided"] and not UNDIVIDED & {one["column"], f"{one['mart']}.{one['column']}"}
    ]
    assert unsaid == []
    assert [one for one in found if one["missing"]] == []
    if name == "revenue":
        assert len([one for one in found if one["divided"]]) >= 10


def test_a_ratio_shows_what_was_divided_and_the_command_answers_alike(
    seen: Seen, marts: duckdb.DuckDBPyConnection, sample_company: Company
) -> None:
    page = seen.open("revenue")
    seen.open_all()
    draw = random.Random(11)
    for _ in range(4):
        place = draw.randrange(page.locator("#retention td[data-column=grr] button.why").count())
        ask(page, "retention", "grr", place)
        row = page.evaluate(
            "(place) => report.figures.retention({ months: 36 }).rows()[place]", place
        )
        kept, opening = marts.execute(
            "select kept_mrr, opening_mrr from kpi_nrr where basis = 'restated' "
            "and segment_type = 'all' and retention_window = '12m' and month = ?",
            [row["month"]],
        ).fetchone() or (None, None)
        shown = page.locator("dialog .division td").all_text_contents()
        assert shown == [f"¥{kept:,.0f}", f"¥{opening:,.0f}"]
        asked = command(page)
        told = CliRunner().invoke(cli.app, [*asked, "--home", str(sample_company.home), "--json"])
        assert told.exit_code == 0, told.output
        value = json.loads(told.stdout)["cell"]["value"]
        assert abs(float(value) - row["grr"]) < 1e-12
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "figure", "column"),
    [
        ("customers", "alert_record", "hit_rate"),
        ("growth", "guard_costs", "similar_win_rate"),
        ("quality", "reconciliation", "row_count"),
        ("revenue", "renewals", "renewal_rate"),
        ("revenue", "cohorts", "nrr"),
    ],
)
def test_what_is_not_explained_shows_its_rows(
    seen: Seen, sample_company: Company, name: str, figure: str, column: str
) -> None:
    page = seen.open(name)
    seen.open_all()
    ask(page, figure, column)
    asked = command(page)
    assert asked[0] == "show"
    told = CliRunner().invoke(cli.app, [*asked, "--home", str(sample_company.home), "--json"])
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)
    # The page adds up the months of a reconciliation.
    assert len(rows) == 1 or (rows and figure == "reconciliation")


def test_a_head_number_and_a_point_of_a_line_open_their_reasons(seen: Seen) -> None:
    page = seen.open("overview")
    head = page.inner_text("#card-nrr .value")
    page.click("#card-nrr button.why")
    assert opened(page).inner_text("dialog .value") == head
    assert page.locator("dialog .division td").count() == 2
    page.click("dialog button:has-text('Close')")
    point = page.locator("#retention .chart .mark-symbol.role-mark path").first
    point.click(force=True)
    assert "%" in opened(page).inner_text("dialog .value")


def test_the_keyboard_goes_from_number_to_number(seen: Seen) -> None:
    page = seen.open("revenue")
    seen.open_all()
    table = page.locator("#stack tbody")
    reached = table.locator("button.why[tabindex='0']")
    expect(reached).to_have_count(1)
    reached.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(reached).to_have_count(1)
    at = """[document.activeElement.closest("tr").rowIndex,
        document.activeElement.closest("td").dataset.column]"""
    assert page.evaluate(at) == [2, "new_mrr"]
    page.keyboard.press("Enter")
    opened(page)
    assert violations(page, "light") == []
    # What looks for violations asks for the style sheet, which a page from a file must not.
    seen.troubles.clear()
    page.keyboard.press("Escape")
    assert page.evaluate(at) == [2, "new_mrr"]


def test_a_reason_leads_to_the_accounts_of_its_month_and_to_an_account(seen: Seen) -> None:
    page = seen.open("overview")
    page.click("#card-mrr button.why")
    opened(page).click("dialog a:has-text('Accounts whose MRR moved')")
    page.wait_for_url("**/revenue.html#month=*")
    seen.drawn()
    ask(page, "changed", "change_mrr")
    account = page.locator("#changed td[data-column=account_id]").first.inner_text()
    page.click("dialog a:has-text('The story of')")
    page.wait_for_url("**/account.html#account=*")
    page.wait_for_selector("#account_today")
    assert account in page.inner_text("#account_today h2")


def test_a_name_cannot_break_out_of_the_command(browser: Browser, run: Path) -> None:
    """A quote is quoted; a name with a line end cannot be typed, and no command is offered."""
    with tab(browser, run, WIDE) as seen:
        page = seen.open("revenue")
        page.evaluate("() => Promise.all(['mart_columns', 'why'].map(report.load))")
        said = """(segment) => report.asked("kpi_nrr", { month: "2026-05-01", segment_type: "x",
            segment, basis: "restated", retention_window: "12m" }, "nrr")?.textContent ?? null"""
        text = page.evaluate(said, 'it\'s $(x); "y"')
        assert 'segment=it\'s $(x); "y"' in shlex.split(text.partition("warehouse")[2])
        assert page.evaluate(said, "two\nlines") is None


def test_no_ratio_is_named_twice() -> None:
    """What the command explains is read from there."""
    both = [
        f"{mart}.{column}"
        for mart, columns in RATIOS.items()
        for column in columns
        if mart in CLAIMS and column in CLAIMS[mart].columns
    ]
    assert both == []
