"""The report in a browser: it shows what the marts say, to everybody, and nothing else happens."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner, Result

from builds import Company
from expansion_warehouse import cli
from expansion_warehouse.report.charts import FILE as CHARTS_FILE
from expansion_warehouse.report.site import words, write_site
from pages.browser import LANGUAGES, NARROW, PAGES, WIDE, Seen, chromium, tab
from pages.cells import Cell, cells_of, moves_cells, scorecard_cells, written
from pages.checks import FOCUSED, faults, missing_words, violations
from pages.figures import ACCOUNT, BY_MONTH, BY_PERIOD, TABLES
from pages.formats import Money, month
from pages.hostile import HOSTILE, make_hostile
from pages.tooltips import CHARTS, expected_words, said_words

pytestmark = pytest.mark.slow
WRITTEN = ("report", "finance.xlsx", "report.html")
SCHEMES: tuple[Any, ...] = ("light", "dark")
CHOICE = {"basis": "restated", "segment_type": "all", "segment": "all", "window": "12m"}
TOOLTIPS_A_CHART = 4


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
            found[name] = violations(seen.open(name), scheme)
        found["story"] = violations(seen.open_account(busy), scheme)
        found["ja"] = violations(seen.open("overview", "ja"), scheme)
    assert {name: one for name, one in found.items() if one} == {}


def test_the_tabulator_goes_through_a_page_in_its_order(seen: Seen) -> None:
    """From the link that skips the head over pages and choices to the heads of a table."""
    page = seen.open("revenue")
    page.eval_on_selector_all(
        "#stack details", "(all) => all.forEach((one) => { one.open = true; })"
    )
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert stops[0]["text"] == words("en")["skip"]
    assert [stop["text"] for stop in stops[1:9]] == list(words("en")["pages"].values())
    filters = [stop["id"] for stop in stops if stop["id"].startswith("filter-")]
    assert filters == [
        f"filter-{name}"
        for name in (
            *("basis", "segment_type", "segment", "window"),
            *("period", "month", "movement", "kept"),
        )
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
    kind, name = marts.execute(
        "select segment_type, segment from kpi_mrr_bridge where segment_type <> 'all' "
        "and month = (select max(month) from kpi_mrr_bridge) "
        "order by closing_mrr desc, segment limit 1"
    ).fetchone() or ("", "")
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
    for name, first in (("mrr", "descending"), ("next_renewal_on", "ascending")):
        head = page.locator(f"#accounts_today thead th:nth-child({place_of(page, name)})")
        known = marts.execute(
            f"select {name} from fct_accounts_today where {name} is not null order by {name}"
        ).fetchall()
        texts = [written(Money("JPY"), "accounts_today", name, row[0]) for row in known]
        for order in (first, "ascending" if first == "descending" else "descending"):
            head.locator("button").click()
            assert head.get_attribute("aria-sort") == order
            shown = column(page, "accounts_today", name)
            missing = ["–"] * (len(shown) - len(known))
            assert shown == [*(texts if order == "ascending" else texts[::-1]), *missing]
    assert missing, "no account is without a renewal"


def place_of(page: Page, name: str) -> int:
    """Which column of the table of accounts has a name."""
    cells = page.locator("#accounts_today tbody tr").first.locator("td")
    names = cells.evaluate_all("(all) => all.map((one) => one.dataset.column)")
    return int(names.index(name)) + 1


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
    rows = list(
        zip(
            *(
                column(page, "mart_columns", name)
                for name in ("mart", "column_name", "description")
            ),
            strict=True,
        )
    )
    assert [row[0] for row in rows[:20]] == ["kpi_nrr"] * 20
    assert ("kpi_nrr", "nrr", comment) in rows
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
    wanted = f"#stack svg g.mark-rect path[aria-label*='{month(before)}']"
    bars = page.locator(wanted)
    sizes = [bar.bounding_box() for bar in bars.all()]
    tall = max(range(len(sizes)), key=lambda at: (sizes[at] or {"height": 0})["height"])
    bars.nth(tall).scroll_into_view_if_needed()
    bars.nth(tall).click()
    page.wait_for_function("(month) => report.state.month === month", arg=str(before))
    seen.drawn()
    assert page.input_value("#filter-month") == str(before)
    assert month(before) in page.inner_text("#changed .subtitle")
    assert page.input_value("#filter-movement") == page.evaluate("report.state.movement") != "all"
    expect(page.locator("#changed")).to_be_in_viewport()
    seen.open_all()
    accounts = column(page, "changed", "account_id")
    moved = {
        row[0]
        for row in marts.execute(
            f"select account_id from fct_mrr_movements where basis = 'restated' and month = ? "
            f"and {page.evaluate('report.state.movement')} <> 0",
            [before],
        ).fetchall()
    }
    assert set(accounts) == moved
    page.locator("#changed td[data-column=account_id] a").first.click()
    page.wait_for_selector("#account_today")
    assert f"({accounts[0]})" in head_of(page, "account_today")


def test_a_bar_of_the_first_page_leads_to_the_accounts(seen: Seen) -> None:
    page = seen.open("overview")
    bar = page.locator("#month_waterfall svg g.mark-rect path").nth(1)
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
            cells += scorecard_cells(page, marts)
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


# ---- whoever wrote the names ----


@pytest.fixture(scope="module")
def hostile_site(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which every text that people write is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    story = make_hostile(run, folder / "run")
    write_site(folder / "run", story, folder / "run", kept_charts(run))
    return folder / "run"


def kept_charts(run: Path) -> str:
    """The chart library as the run has it: to bundle it again takes seconds."""
    return (run / "report" / "assets" / CHARTS_FILE).read_text(encoding="utf-8")


def injected(page: Page) -> list[str]:
    """Elements of a page that no page of ours has."""
    found: list[str] = page.eval_on_selector_all(
        "main img, main script, main iframe, main b, main [onerror], main [onmouseover]",
        "(all) => all.map((one) => one.outerHTML.slice(0, 200))",
    )
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hostile_names_are_text(browser: Browser, hostile_site: Path, width: int) -> None:
    found = {}
    with tab(browser, hostile_site, width) as seen:
        for name in PAGES:
            page = seen.open(name)
            seen.open_all()
            found[name] = [*injected(page), *faults(seen, "en", words("en")["pages"][name])]
    assert {name: one for name, one in found.items() if one} == {}


def test_hostile_names_are_shown_as_they_are(
    browser: Browser, hostile_site: Path, money: Money
) -> None:
    """Every cell again, of the hostile marts."""
    cells: list[Cell] = []
    with (
        tab(browser, hostile_site) as seen,
        duckdb.connect(str(hostile_site / "marts.duckdb"), read_only=True) as spoilt,
    ):
        for name in ("overview", "revenue", "customers", "growth", "quality"):
            page = seen.open(name)
            seen.open_all()
            for table in TABLES:
                if table.page == name and page.query_selector(f"#{table.figure} table"):
                    cells += cells_of(page, spoilt, table, money, CHOICE)
    assert differing(cells) == []
    shown = " ".join(cell.shown + cell.where for cell in cells)
    assert [attack for attack in HOSTILE[:5] if attack.strip() not in shown] == []


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_an_account_with_a_hostile_id_opens(
    browser: Browser, hostile_site: Path, place: int
) -> None:
    with duckdb.connect(str(hostile_site / "marts.duckdb"), read_only=True) as spoilt:
        account, name = spoilt.execute(
            "select account_id, any_value(account_name) from dim_accounts "
            "join fct_mrr_movements using (account_id) where starts_with(account_id, ?) "
            "group by account_id order by count(*) desc, account_id limit 1",
            [HOSTILE[place]],
        ).fetchone() or (None, None)
    if account is None:
        assert place not in (0, 1), "no account has such an id"
        return
    with tab(browser, hostile_site, NARROW) as seen:
        page = seen.open("account")
        page.fill("#account-search", account)
        link = page.locator("#found li").first.locator("a")
        assert link.text_content() == name
        link.click()
        page.wait_for_selector("#account_today")
        seen.drawn()
        seen.open_all()
        assert page.locator("#account_today h2").text_content() == f"{name} ({account})"
        assert column(page, "account_mrr", "mrr")
        assert injected(page) == []
        assert faults(seen, "en", words("en")["pages"]["account"]) == []
        page.click("#language")
        page.wait_for_selector("html[lang=ja] #account_today")
        assert page.evaluate("report.state.account") == account


def test_a_hostile_segment_is_chosen(browser: Browser, hostile_site: Path) -> None:
    with tab(browser, hostile_site) as seen:
        page = seen.open("revenue")
        options = "(all) => all.map((one) => one.value)"
        kinds = page.eval_on_selector_all("#filter-segment_type option", options)
        seen.choose(segment_type=kinds[1])
        names = page.eval_on_selector_all("#filter-segment option", options)
        assert [name for name in names if name.startswith(HOSTILE)]
        for name in names[:4]:
            seen.choose(segment=name)
            page.reload()
            seen.drawn()
            assert page.input_value("#filter-segment") == name
        assert seen.troubles == []


# ---- files ----


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def of_report(run: Path) -> dict[str, bytes]:
    """What a run has of what the command writes."""
    pages = {f"report/{name}": content for name, content in files_below(run / "report").items()}
    return {**pages, **{name: (run / name).read_bytes() for name in WRITTEN[1:]}}


def loaded(site: Path, page: Path) -> int:
    """The bytes of a page with all that it loads."""
    names = re.findall(r'(?:src|href)="([^"#:]+\.(?:js|css))"', page.read_text(encoding="utf-8"))
    return sum(len((page.parent / name).read_bytes()) for name in [page.name, *names])


def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    for place in ("one", "two"):
        assert call(run, "--to", str(tmp_path / place)).exit_code == 0
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two") == of_report(run)


def test_no_page_is_big_and_the_first_is_at_the_root(run: Path) -> None:
    pages = sorted((run / "report").rglob("*.html"))
    assert len(pages) == len(PAGES) * len(LANGUAGES)
    sizes = {page.name: loaded(run, page) for page in [*pages, run / "report.html"]}
    assert max(sizes.values()) < 10_000_000
    assert min(sizes.values()) > 500_000
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', (run / "report.html").read_text("utf-8"))


def test_the_first_page_is_that_of_the_folder(browser: Browser, run: Path) -> None:
    with tab(browser, run) as seen:
        seen.page.goto((run / "report.html").as_uri())
        seen.drawn()
        assert faults(seen, "en", words("en")["pages"]["overview"]) == []
        seen.page.click("nav a[href*='revenue']")
        seen.drawn()
        assert seen.page.url.endswith("report/en/revenue.html")
        seen.page.goto((run / "report.html").as_uri())
        seen.drawn()
        seen.page.click("#language")
        seen.drawn()
        assert seen.page.url.endswith("report/ja/overview.html")
        assert seen.troubles == []


def test_a_run_of_an_earlier_version_says_what_it_has_not(
    browser: Browser, run: Path, tmp_path: Path
) -> None:
    shutil.copy(run / "marts.duckdb", tmp_path)
    shutil.copy(run / "definitions.json", tmp_path)
    older = {
        "kpi_outlook_track": None,
        "fct_alerts": "alerts",
        "fct_sealed_months": "seals",
        "fct_upsell_opportunities": "offers",
        "kpi_red_reasons": "red_reasons",
        "fct_renewals_ahead": "terms_ahead",
        "dq_oddities": "oddities",
    }
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as con:
        for mart in older:
            con.execute(f"drop table {mart}")
    told = {"run_id": "old", "as_of_date": "2026-06-30", "vars": {"reporting_currency": "JPY"}}
    write_site(tmp_path, told, tmp_path, kept_charts(run))
    said = set()
    with tab(browser, tmp_path) as seen:
        for name in PAGES:
            page = seen.open(name)
            assert faults(seen, "en", words("en")["pages"][name]) == []
            said |= set(
                page.eval_on_selector_all(
                    ".figure",
                    "(all, text) => all.filter((one) => one.textContent.includes(text))"
                    ".map((one) => one.id)",
                    words("en")["notes"]["older_run"],
                )
            )
    assert said >= {figure for figure in older.values() if figure}
    assert "retention" not in said


# ---- the command ----


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["report", "--home", str(home), *arguments])


def refused(home: Path, *arguments: str) -> str:
    done = call(home, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_the_report_replaces_an_earlier_one_and_nothing_else(run: Path, tmp_path: Path) -> None:
    target = tmp_path / "report of june"
    told = json.loads(call(run.resolve(), "--to", str(target), "--json").stdout)
    assert told == {
        "run_id": json.loads((run / "run.json").read_text("utf-8"))["run_id"],
        "files": [str(target / "report.html"), str(target / "finance.xlsx")],
    }
    assert '<html lang="en">' in (target / "report.html").read_text("utf-8")
    done = call(run, "--to", str(target), "--lang", "ja")
    assert "report of june/report.html" in done.stdout
    first = (target / "report.html").read_text("utf-8")
    assert '<html lang="ja">' in first
    assert words("ja")["pages"]["overview"] in first
    assert sorted(path.name for path in target.iterdir()) == sorted(WRITTEN)
    (target / "notes.txt").write_text("mine")
    assert "is not empty and no earlier report: name another" in refused(run, "--to", str(target))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "report.html").write_text("mine")
    said = refused(run, "--to", str(tmp_path / "full"))
    assert "is not empty and no earlier report: name another" in said
    assert files_below(tmp_path / "full") == {"report.html": b"mine"}


def test_no_report_is_written_into_what_is_published(sample_company: Company) -> None:
    home = sample_company.home
    before = of_report(sample_company.marts.parent)
    for place in ("published", "published/current", "published/current/report"):
        said = refused(home, "--to", str(home / place))
        assert "is part of what is published: name another folder" in said
    assert of_report(sample_company.marts.parent) == before


def test_wrong_arguments_are_refused_in_one_line(run: Path, tmp_path: Path) -> None:
    assert "nothing is published in" in refused(tmp_path / "nowhere", "--to", str(tmp_path / "x"))
    (tmp_path / "file").write_text("x")
    assert "is a file, not a folder" in refused(run, "--to", str(tmp_path / "file"))
    (tmp_path / "lost").mkdir()
    shutil.copy(run / "run.json", tmp_path / "lost")
    said = refused(tmp_path / "lost", "--to", str(tmp_path / "y"))
    assert "marts.duckdb is gone: copy it again" in said
    for arguments in ((), ("--to", str(tmp_path / "x"), "--lang", "fr")):
        done = call(run, *arguments)
        assert done.exit_code == 2
        assert "--to" in done.stderr or "--lang" in done.stderr
    (tmp_path / "copy").mkdir()
    for name in ("run.json", "run.json.sha256", "definitions.json"):
        shutil.copy(run / name, tmp_path / "copy")
    (tmp_path / "copy" / "marts.duckdb").write_text("no database")
    assert "cannot be opened" in refused(tmp_path / "copy", "--to", str(tmp_path / "y"))


def test_without_a_browser_the_tests_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(AssertionError, match="make system-tools"):
        chromium()
