"""The report in a browser: it shows what the marts say, to everybody, and nothing else happens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from builds import Company
from expansion_warehouse.report.site import words
from pages.browser import LANGUAGES, NARROW, PAGES, WIDE, Seen, started, tab
from pages.cells import Cell, cells_of, moves_cells, scorecard_cells
from pages.checks import FOCUSED, faults, missing_words, violations
from pages.figures import ACCOUNT, BY_MONTH, BY_PERIOD, TABLES
from pages.formats import Money, month
from pages.tooltips import CHARTS, expected_words, said_words

pytestmark = pytest.mark.slow
SCHEMES: tuple[Any, ...] = ("light", "dark")
CHOICE = {"basis": "restated", "segment_type": "all", "segment": "all", "window": "12m"}
TOOLTIPS_A_CHART = 4


@pytest.fixture(scope="module")
def run(sample_company: Company) -> Path:
    """The published run, with its report."""
    return sample_company.marts.parent


@pytest.fixture(scope="module")
def marts(sample_company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_company.marts), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as one:
        yield one


@pytest.fixture
def seen(browser: Browser, run: Path) -> Iterator[Seen]:
    """A tab in which nothing may go wrong."""
    with tab(browser, run) as one:
        yield one
        assert one.troubles == []


@pytest.fixture(scope="module")
def busy(marts: duckdb.DuckDBPyConnection) -> str:
    """An account of which there is much to tell."""
    (found,) = marts.execute(
        "select account_id from fct_mrr_lines group by account_id "
        "order by count(distinct product_id) desc, count(*) desc, account_id limit 1"
    ).fetchone() or ("",)
    return str(found)


@pytest.fixture(scope="module")
def money(marts: duckdb.DuckDBPyConnection) -> Money:
    return Money("JPY")


def ask(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Any:
    """The one value of a query."""
    (value,) = marts.execute(sql, values or None).fetchone() or (None,)
    return value


# ---- every page ----


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_quiet_whole_and_as_wide_as_its_window(
    browser: Browser, run: Path, busy: str, language: str, width: int
) -> None:
    """Light and dark: no word of the console, no request, no overflow, no broken text."""
    titles = words(language)["pages"]
    found: dict[str, list[str]] = {}
    with tab(browser, run, width) as seen:
        for name in (*PAGES, "story"):
            at = "account" if name == "story" else name
            page = seen.open_account(busy, language) if name == "story" else seen.open(at, language)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                seen.drawn()
                found[f"{name} {scheme}"] = faults(seen, language, titles[at])
            if width == WIDE:
                found[f"{name} words"] = missing_words(page, language)
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_violates_what_axe_calls_serious(
    browser: Browser, run: Path, busy: str, scheme: str
) -> None:
    found = {}
    with tab(browser, run, scheme=scheme) as seen:
        for name in PAGES:
            found[name] = violations(seen.open(name))
        found["story"] = violations(seen.open_account(busy))
        found["ja"] = violations(seen.open("overview", "ja"))
    assert {name: one for name, one in found.items() if one} == {}


def test_the_tabulator_goes_through_a_page_in_its_order(seen: Seen) -> None:
    """From the link that skips the head over pages and choices to the heads of a table."""
    page = seen.open("revenue")
    page.eval_on_selector_all(
        "#stack details", "(all) => all.forEach((one) => { one.open = true; })"
    )
    stops = []
    for _ in range(70):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert stops[0]["text"] == words("en")["skip"]
    assert [stop["text"] for stop in stops[1:9]] == list(words("en")["pages"].values())
    filters = [stop["id"] for stop in stops if stop["id"].startswith("filter-")]
    assert filters == [
        f"filter-{name}"
        for name in ("basis", "segment_type", "segment", "window", "period", "month")
    ]
    assert len([stop for stop in stops if stop["group"] == "THEAD"]) >= 10
    places = [stop["place"] for stop in stops]
    assert places == sorted(places)
    assert [stop for stop in stops if not stop["isSeen"]] == []


def test_the_first_stop_leads_to_the_content(seen: Seen) -> None:
    page = seen.open("overview")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


# ---- a story ----


def head_of(page: Page, figure: str) -> str:
    return page.inner_text(f"#{figure} h2")


def column(page: Page, figure: str, name: str) -> list[str]:
    """The shown texts of a column."""
    cells = page.locator(f"#{figure} tbody td[data-column={name}]")
    return [text.strip() for text in cells.all_text_contents()]


def test_titles_and_tables_follow_what_is_chosen_and_so_does_the_address(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money
) -> None:
    page = seen.open("revenue")
    kind, name = ask(
        marts,
        "select (segment_type, segment) from kpi_mrr_bridge where segment_type <> 'all' "
        "and month = (select max(month) from kpi_mrr_bridge) "
        "order by closing_mrr desc, segment limit 1",
    ).values()
    seen.choose(basis="as_reported", segment_type=kind)
    seen.choose(segment=name, window="3m")
    where = f"basis = 'as_reported' and segment_type = '{kind}' and segment = '{name}'"
    newest = "month = (select max(month) from kpi_mrr_bridge)"
    closing = ask(marts, f"select closing_mrr from kpi_mrr_bridge where {where} and {newest}")
    assert money.compact(closing) in head_of(page, "waterfall")
    retained = f"select nrr from kpi_nrr where {where} and {newest} and retention_window = '3m'"
    (nrr,) = {row[0] for row in marts.execute(retained).fetchall()}
    assert f"{nrr:.1%}" in head_of(page, "retention")
    seen.choose(period="quarter")
    seen.open_all()
    labels = marts.execute(
        f"select period_label, closing_mrr from kpi_mrr_bridge_periods where {where} "
        "and period_type = 'quarter' order by period desc"
    ).fetchall()
    assert column(page, "stack", "period_label") == [row[0] for row in labels]
    assert column(page, "stack", "closing_mrr") == [money.amount(row[1]) for row in labels]
    chosen = page.evaluate("report.state")
    assert page.url.count("#") == 1

    page.reload()
    seen.drawn()
    assert page.evaluate("report.state") == chosen
    page.click("#language")
    seen.drawn()
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert page.evaluate("report.state") == chosen
    page.click("nav a[href^='overview']")
    seen.drawn()
    assert page.input_value("#filter-basis") == "as_reported"


def test_an_account_is_searched_by_its_name_and_opened(
    seen: Seen, marts: duckdb.DuckDBPyConnection, busy: str
) -> None:
    name = ask(marts, "select account_name from dim_accounts where account_id = ?", busy)
    page = seen.open("account")
    page.fill("#account-search", name.upper())
    links = page.locator("#found a")
    assert {text.lower() for text in links.all_inner_texts()} == {name.lower()}
    page.locator("#found li", has_text=busy).first.locator("a").click()
    page.wait_for_selector("#account_today")
    assert head_of(page, "account_today") == f"{name} ({busy})"
    page.go_back()
    seen.drawn()
    expect(page.locator("#account_today")).to_have_count(0)


def test_an_account_that_is_not_there_is_said_so(seen: Seen) -> None:
    page = seen.open("account", address="account=nobody")
    assert head_of(page, "account_unknown") == words("en")["figures"]["account_unknown"]["name"]


def test_a_table_sorts_both_ways_with_missing_values_last(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("customers")
    seen.open_all()
    head = page.locator("#accounts_today thead button", has_text="Seat utilisation")
    shown = []
    for order in ("descending", "ascending"):
        head.click()
        assert head.locator("..").get_attribute("aria-sort") == order
        shown.append(column(page, "accounts_today", "seat_utilisation"))
    down, up = ([text for text in texts if text != "–"] for texts in shown)
    known = [
        f"{value:.1%}"
        for (value,) in marts.execute(
            "select seat_utilisation from fct_accounts_today where seat_utilisation is not null "
            "order by seat_utilisation"
        ).fetchall()
    ]
    assert (up, down) == (known, known[::-1])
    assert all(
        texts == known_ + ["–"] * (len(texts) - len(known_))
        for texts, known_ in zip(shown, (down, up), strict=True)
    )


def test_a_table_is_searched_for_what_it_shows(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("customers")
    owner, accounts = marts.execute(
        "select csm_owner, count(*) from fct_accounts_today where csm_owner is not null "
        "group by csm_owner order by 2, 1 limit 1"
    ).fetchone() or ("", 0)
    page.fill("#accounts_today input[type=search]", f" {owner.upper()} ")
    seen.open_all()
    assert column(page, "accounts_today", "csm_owner") == [owner] * accounts
    page.fill("#accounts_today input[type=search]", "no such thing")
    assert column(page, "accounts_today", "csm_owner") == []


def test_a_number_leads_to_its_definition(seen: Seen, marts: duckdb.DuckDBPyConnection) -> None:
    page = seen.open("overview")
    page.click("#retention footer summary")
    about = page.inner_text("#retention footer details")
    assert words("en")["figures"]["retention"]["about"][:60] in about
    assert "warehouse explain kpi_nrr.nrr" in about
    page.click("#retention footer a")
    page.wait_for_url("**/definitions.html*")
    seen.drawn()
    seen.open_all()
    comment = ask(
        marts,
        "select comment from duckdb_columns() where table_name = 'kpi_nrr' and column_name = 'nrr' "
        "and database_name = current_database()",
    )
    row = page.locator("#mart_columns tr", has=page.locator("td", has_text="kpi_nrr").first)
    assert {text for text in column(page, "mart_columns", "mart")} == {"kpi_nrr"}
    assert comment in row.all_inner_texts().__str__()
    expect(page.locator("#mart_columns")).to_be_in_viewport()


def test_a_bar_leads_to_the_accounts_of_its_month_and_they_to_theirs(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("revenue")
    before = ask(
        marts,
        "select max(month) from kpi_mrr_bridge where segment_type = 'all' and month < "
        "(select max(month) from kpi_mrr_bridge) and new_mrr > 0",
    )
    wanted = f"#stack svg g.mark-rect path[aria-label*='{before}']"
    bars = page.locator(wanted)
    sizes = [bar.bounding_box() for bar in bars.all()]
    tall = max(range(len(sizes)), key=lambda at: (sizes[at] or {"height": 0})["height"])
    bars.nth(tall).scroll_into_view_if_needed()
    bars.nth(tall).click()
    page.wait_for_function("(month) => report.state.month === month", arg=str(before))
    seen.drawn()
    assert page.input_value("#filter-month") == str(before)
    assert f"{before:%b %Y}" in page.inner_text("#changed .subtitle")
    expect(page.locator("#changed")).to_be_in_viewport()
    seen.open_all()
    accounts = column(page, "changed", "account_id")
    moved = {
        row[0]
        for row in marts.execute(
            "select account_id from fct_mrr_movements where basis = 'restated' and month = ? "
            "and opening_mrr <> closing_mrr",
            [before],
        ).fetchall()
    }
    assert set(accounts) == moved
    page.locator("#changed td[data-column=account_id] a").first.click()
    page.wait_for_selector("#account_today")
    assert f"({accounts[0]})" in head_of(page, "account_today")


def test_a_bar_of_the_first_page_leads_to_the_accounts(seen: Seen) -> None:
    page = seen.open("overview")
    bar = page.locator("#month_waterfall svg g.mark-rect path").first
    bar.click()
    page.wait_for_url("**/revenue.html*")
    seen.drawn()
    assert column(page, "changed", "account_id")


# ---- what is shown ----


def differing(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.shown != cell.expected]


def test_every_cell_is_the_marts_value(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money
) -> None:
    """All rows of all tables, which is far more than the sample of five hundred it replaces."""
    cells: list[Cell] = []
    for name in PAGES:
        page = seen.open(name)
        seen.open_all()
        for table in (*TABLES, *BY_MONTH):
            if table.page == name and page.query_selector(f"#{table.figure} table"):
                cells += cells_of(page, marts, table, money, CHOICE)
        if name == "scorecard":
            cells += scorecard_cells(page, marts, "restated")
        if name == "customers":
            cells += moves_cells(page, marts)
    assert differing(cells) == []
    assert len(cells) > 5_000
    assert {cell.where.split()[1] for cell in cells} >= {
        *("month_waterfall", "retention", "changed", "renewals_ahead", "drivers", "segments"),
        *("renewals", "products", "cohorts", "schedule", "terms_ahead", "restatements", "stack"),
        *("health", "health_mrr", "tiers", "record", "alerts", "alert_record", "usage", "rfm"),
        *("accounts_today", "blocked", "funnel", "guard_costs", "reconciliation"),
        *("quarantine", "mart_columns"),
    }


@pytest.mark.parametrize("seed", range(3))
def test_every_cell_is_the_marts_value_whatever_is_chosen(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money, seed: int
) -> None:
    draw = random.Random(seed)
    page = seen.open("revenue")
    kinds = page.eval_on_selector_all(
        "#filter-segment_type option", "(all) => all.map((one) => one.value)"
    )
    seen.choose(basis=draw.choice(["restated", "as_reported"]), segment_type=draw.choice(kinds))
    names = page.eval_on_selector_all(
        "#filter-segment option", "(all) => all.map((one) => one.value)"
    )
    seen.choose(
        segment=draw.choice(names),
        window=draw.choice(["1m", "3m", "12m"]),
        period=draw.choice(["quarter", "half", "year"]),
    )
    seen.open_all()
    state = page.evaluate("report.state")
    choice = {name: state[name] for name in (*CHOICE, "period")}
    cells = [
        cell
        for table in (*TABLES, *BY_PERIOD)
        if table.page == "revenue" and page.query_selector(f"#{table.figure} table")
        for cell in cells_of(page, marts, table, money, choice)
    ]
    assert differing(cells) == []
    assert len(cells) > 500


def test_every_cell_of_an_account_is_the_marts_value(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money, busy: str
) -> None:
    asked = "select account_id from dim_accounts order by account_id"
    accounts = [row[0] for row in marts.execute(asked).fetchall()]
    cells: list[Cell] = []
    for account in (busy, *random.Random(7).sample(accounts, 4)):
        page = seen.open_account(account)
        seen.open_all()
        for table in ACCOUNT:
            if page.query_selector(f"#{table.figure} table"):
                cells += cells_of(page, marts, table, money, {"account": account})
            else:
                assert not marts.execute(table.sql, {"account": account}).fetchall()
    assert differing(cells) == []
    assert len(cells) > 100


def test_the_head_numbers_are_those_of_the_newest_month(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money
) -> None:
    page = seen.open("overview")
    of_all = "basis = 'restated' and segment_type = 'all'"
    newest = ask(marts, f"select max(month) from kpi_mrr_bridge where {of_all}")
    row = marts.execute(
        "select closing_mrr, closing_mrr - opening_mrr, paying_accounts from kpi_mrr_bridge "
        f"where {of_all} and month = ?",
        [newest],
    ).fetchone()
    rates = marts.execute(
        f"select nrr, grr from kpi_nrr where {of_all} and retention_window = '12m' and month = ?",
        [newest],
    ).fetchone()
    assert row
    assert rates
    shown = {
        name: page.inner_text(f"#card-{name} .value")
        for name in ("mrr", "net_new", "accounts", "nrr", "grr")
    }
    assert shown == {
        "mrr": money.compact(row[0]),
        "net_new": money.signed_compact(row[1]),
        "accounts": f"{row[2]:,}",
        **{name: f"{value:.1%}" for name, value in zip(("nrr", "grr"), rates, strict=True)},
    }
    assert month(newest) in (page.get_attribute(".cards", "aria-label") or "")


def test_charts_say_what_the_marts_say(
    seen: Seen, marts: duckdb.DuckDBPyConnection, money: Money, busy: str
) -> None:
    draw = random.Random(7)
    choice = {**CHOICE, "account": busy}
    said: dict[str, list[tuple[str, ...]]] = {}
    for name in PAGES:
        charts = [chart for chart in CHARTS if chart.table.page == name]
        if not charts:
            continue
        page = seen.open_account(busy) if name == "account" else seen.open(name)
        for chart in charts:
            figure = chart.table.figure
            if page.query_selector(f"#{figure} svg"):
                said[figure] = said_words(page, chart, TOOLTIPS_A_CHART, draw)
                wrong = set(said[figure]) - expected_words(marts, chart, money, choice)
                assert wrong == set(), f"{name} {figure}"
    assert sum(map(len, said.values())) >= 50
    assert len([figure for figure, tips in said.items() if tips]) >= 15
