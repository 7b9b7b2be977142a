"""What pages say in detail: currencies, warnings, sources, accounts behind numbers, print."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from expansion_warehouse.explain.definitions import read_definitions, write_definitions
from expansion_warehouse.publish.summary import count_warnings
from expansion_warehouse.report.charts import FILE as CHARTS_FILE
from expansion_warehouse.report.cited import cited_rules
from expansion_warehouse.report.facts import run_facts
from expansion_warehouse.report.site import words, write_site
from pages.browser import LANGUAGES, PAGES, WIDE, Seen, tab
from pages.checks import violations
from pages.formats import native, quantity

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def changed(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the run with amounts of other currencies and a quantity of halves."""
    folder = tmp_path_factory.mktemp("details") / "run"
    folder.mkdir()
    shutil.copy(run / "marts.duckdb", folder)
    shutil.copytree(run / "quality", folder / "quality")
    write_definitions(folder, ROOT)
    story = json.loads((run / "run.json").read_text("utf-8"))
    story["notices"] = [
        "bulk_limit has no effect and will be refused by the next version: take it out"
    ]
    story["dbt"]["warned"] = [*story["dbt"]["warned"], *(f"outlier: E{at}" for at in range(12))]
    story["dbt"]["warnings"] = len(story["dbt"]["warned"]) + 3
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(
            "insert into fct_source_reconciliation by name select 'contract_lines' as raw_table, "
            "unnest(['EUR', 'BHD', 'JPY']) as currency, 'excluded' as outcome, 'void' as reason, "
            "1 as row_count, unnest([9809.04, 12.5, 1234.25]) as amount"
        )
        con.execute(
            "update dq_quarantine set currency = 'EUR', amount = 1234.5 where raw_key = "
            "(select min(raw_key) from dq_quarantine where raw_table = 'contract_lines')"
        )
        con.execute("update fct_mrr_lines set quantity = 2.5, currency = 'USD', mrr_native = 83.33")
    charts = (run / "report" / "assets" / CHARTS_FILE).read_text(encoding="utf-8")
    write_site(folder, story, folder, charts)
    return folder


@pytest.fixture
def seen(browser: Browser, changed: Path) -> Iterator[Seen]:
    with tab(browser, changed) as one:
        yield one
        assert one.troubles == []


@pytest.fixture
def marts(changed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(changed / "marts.duckdb"), read_only=True) as con:
        yield con


def ask(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Any:
    (value,) = marts.execute(sql, values or None).fetchone() or (None,)
    return value


def texts(page: Page, figure: str, column: str) -> list[str]:
    return page.locator(f"#{figure} td[data-column={column}]").all_text_contents()


def pressed(page: Page, where: str) -> str:
    """What the dialog of the first such number says."""
    page.locator(where).first.click()
    page.wait_for_selector("dialog.reason")
    return page.inner_text("dialog.reason")


def closed(page: Page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.reason", state="detached")


# ---- money and quantities ----


def test_money_is_shown_in_the_currency_of_its_row(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("quality")
    seen.open_all()
    rows = marts.execute(
        "select currency, sum(amount) from fct_source_reconciliation where amount is not null "
        "group by raw_table, currency, outcome, reason"
    ).fetchall()
    expected = sorted(native(amount, currency) for currency, amount in rows)
    shown = [text for text in texts(page, "reconciliation", "amount") if text != "–"]
    assert sorted(shown) == expected
    assert {"12.500", native(1234.25, "JPY")} & set(shown)
    dialog = pressed(page, "#quarantine td[data-column=amount] button:text-is('1,234.50')")
    assert "€1,234.50" in dialog
    assert "¥" not in dialog.splitlines()[2]
    closed(page)


def test_a_japanese_page_names_the_currency(browser: Browser, changed: Path) -> None:
    with tab(browser, changed) as seen:
        page = seen.open("quality", "ja")
        seen.open_all()
        assert "1,234.50ユーロ" in pressed(
            page, "#quarantine td[data-column=amount] button:text-is('1,234.50')"
        )


def test_contract_lines_have_their_decimals_and_their_currency(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    account = ask(
        marts,
        "select account_id from fct_mrr_lines where basis = 'restated' "
        "and month = (select max(month) from fct_mrr_lines) order by mrr desc limit 1",
    )
    page = seen.open_account(account)
    assert set(texts(page, "account_lines", "quantity")) == {"2.5"}
    assert set(texts(page, "account_lines", "mrr_native")) == {"83.33"}
    assert "$83.33" in pressed(page, "#account_lines td[data-column=mrr_native] button")


def test_a_quantity_has_as_many_decimals_as_it_holds() -> None:
    assert [quantity(value) for value in (2.5, 3, 1200, 0.000001)] == [
        "2.5",
        "3",
        "1,200",
        "0.000001",
    ]


# ---- warnings ----


def test_every_page_and_the_summary_count_the_same_warnings(seen: Seen) -> None:
    page = seen.open("overview")
    overview = page.inner_text("#warnings h2")
    facts = page.evaluate("report.facts")
    assert facts["warning_count"] == sum(gate["warnings"] or 0 for gate in facts["gates"])
    assert overview == words("en")["figures"]["warnings"]["title"].format(n=facts["warning_count"])
    assert page.locator("#warnings li").count() == 12
    assert f"The first 12 of {facts['warning_count']}." in page.inner_text("#warnings")
    page.click("#warnings p a")
    page.wait_for_url("**/quality.html*")
    seen.drawn()
    assert page.inner_text("#warnings h2") == overview
    assert f"with {facts['warning_count']} warnings" in page.inner_text("#gates h2")
    assert page.locator("#warnings li").count() == len(facts["warnings"])
    assert "logs/dbt.log" in page.inner_text("#warnings")


def test_the_facts_count_as_the_summary_does(run: Path) -> None:
    story = json.loads((run / "run.json").read_text("utf-8"))
    facts = run_facts(run, story)
    assert facts["warning_count"] == count_warnings(story) > 1
    assert len(facts["warnings"]) == facts["warning_count"]
    tests = sum(
        gate["passed"] + gate["warnings"] for gate in facts["gates"] if gate["suite"] == "models"
    )
    gate = json.loads((run / "quality" / "marts.json").read_text("utf-8"))["results"]
    named = [one for one in gate if one["expectation"] == "dbt test"]
    assert named
    assert tests == story["dbt"]["tests"] - len(named)


def test_a_run_without_its_pages_of_quality_does_not_count_tests_twice(
    run: Path, tmp_path: Path
) -> None:
    story = json.loads((run / "run.json").read_text("utf-8"))
    (models,) = [one for one in run_facts(tmp_path, story)["gates"] if one["suite"] == "models"]
    assert models["passed"] is None


def test_warnings_are_japanese_on_japanese_pages(browser: Browser, changed: Path) -> None:
    with tab(browser, changed) as seen:
        page = seen.open("quality", "ja")
        said = page.locator("#warnings li").all_inner_texts()
        assert [text for text in said if re.search(r"expected|e\.g\.|found:", text)] == []
        assert [text for text in said if not re.search("[ぁ-ん]", text)] == []
        assert any("設定 bulk_limit" in text for text in said)


def test_the_title_of_the_quarantine_counts_all_rows(
    browser: Browser, changed: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    """Also those that the page does not load."""
    with tab(browser, changed) as seen:
        page = seen.open("quality")
        title = page.inner_text("#quarantine h2")
        page.evaluate("() => { report.sets.quarantine.rows.length = 2; report.show(); }")
        seen.drawn()
        assert page.inner_text("#quarantine h2") == title
        assert title.startswith(f"{ask(marts, 'select count(*) from dq_quarantine'):,} rows")


# ---- scorecard ----


def test_the_scorecard_is_restated_whatever_is_chosen_elsewhere(seen: Seen) -> None:
    page = seen.open("scorecard", address="basis=as_reported")
    assert page.locator("#scorecard tbody tr").count() > 10
    assert page.locator("#filter-basis").count() == 0
    assert words("en")["values"]["basis"]["restated"] in page.inner_text("#scorecard .source")
    page.click("nav a[href^='overview']")
    seen.drawn()
    assert page.input_value("#filter-basis") == "as_reported"


def test_the_scorecard_sorts_and_is_searched(seen: Seen) -> None:
    page = seen.open("scorecard")
    page.locator("#scorecard thead button", has_text="Status").click()
    status = texts(page, "scorecard", "status")
    assert len(set(status)) > 2
    groups = [one for at, one in enumerate(status) if at == 0 or status[at - 1] != one]
    assert len(groups) == len(set(status))
    page.fill("#scorecard input[type=search]", "GRR")
    assert texts(page, "scorecard", "metric") == ["GRR 12 months"]


def test_an_interval_is_that_of_the_mart_or_blank(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("scorecard")
    low, high = marts.execute(
        "select nrr_low, nrr_high from kpi_nrr where basis = 'restated' and segment_type = 'all' "
        "and retention_window = '12m' and month = (select max(month) from kpi_scorecard)"
    ).fetchone() or (None, None)
    shown = dict(
        zip(texts(page, "scorecard", "metric"), texts(page, "scorecard", "interval"), strict=True)
    )
    assert shown["NRR 12 months"] == f"{low:.1%} – {high:.1%}"
    assert shown["LTV / CAC"] == "–"


def test_a_source_has_its_name_and_leads_to_the_definitions(seen: Seen) -> None:
    page = seen.open("scorecard")
    link = page.locator("#scorecard tr", has_text="GRR 12 months").locator(
        "td[data-column=source] a"
    )
    assert link.inner_text().startswith("the 2024 survey of private SaaS companies")
    link.click()
    page.wait_for_url("**/definitions.html*")
    seen.drawn()
    assert texts(page, "sources", "source")[0] == "sources.md#kbcm-sapphire-2024"


# ---- titles ----


def test_titles_say_how_many_and_when_they_are_too_few(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("growth")
    won, n, low = marts.execute(
        "select won_proposals, proposals, proposal_win_rate_low from kpi_upsell "
        "where basis = 'restated' and segment_type = 'all' and is_cohort_matured and proposals > 0 "
        "and proposal_win_rate is not null order by month desc limit 1"
    ).fetchone() or (0, 0, 0)
    title = page.inner_text("#funnel h2")
    assert title.startswith(f"{won} of {n} proposals")
    assert ("too few" in title) == (low is None)
    page = seen.open("customers")
    title = page.inner_text("#record h2")
    verdict, days = marts.execute(
        "select verdict, horizon_days from kpi_health_backtest where auc_low is not null "
        "order by horizon_days limit 1"
    ).fetchone() or ("", 0)
    lost, accounts = marts.execute(
        "select churned, accounts from kpi_health_backtest where bucket = 'red' "
        "and horizon_days = ?",
        [days],
    ).fetchone() or (0, 0)
    assert title.startswith(words("en")["values"]["verdict"][verdict])
    assert f"({lost} of {accounts})" in title


def test_cohorts_that_are_not_mature_are_hollow(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("growth")
    known = (
        "select count(*) from kpi_upsell where basis = 'restated' and segment_type = 'all' "
        "and proposals > 0 and proposal_win_rate is not null and is_cohort_matured = ?"
    )
    fills = page.eval_on_selector_all(
        "#funnel svg g.mark-symbol.role-mark path",
        "(all) => all.map((one) => one.getAttribute('fill'))",
    )
    hollow = [fill for fill in fills if fill == "#f7f8f9"]
    assert len(hollow) == ask(marts, known, False) > 0
    assert len(fills) - len(hollow) == ask(marts, known, True)


# ---- an account ----


@pytest.fixture
def eventful(marts: duckdb.DuckDBPyConnection) -> str:
    """An account of which much has a day."""
    return str(
        ask(
            marts,
            "select account_id from fct_alerts join fct_proposals using (account_id) "
            "join fct_actions using (account_id) group by account_id "
            "order by count(*) desc, account_id limit 1",
        )
    )


def test_an_account_is_told_on_one_axis(
    seen: Seen, marts: duckdb.DuckDBPyConnection, eventful: str
) -> None:
    page = seen.open_account(eventful)
    panels = page.locator("#account_timeline svg .mark-group.role-scope.concat_2_group")
    assert panels.count() == 1
    lanes = words("en")["account"]["lanes"]
    seen.open_all()
    named = texts(page, "account_timeline", "named")
    for lane, sql in (
        ("alerts", "fct_alerts where account_id = ?"),
        ("proposals", "fct_proposals where account_id = ?"),
        ("actions", "fct_actions where account_id = ?"),
    ):
        ready = "fct_upsell_opportunities where account_id = ? and is_eligible and is_timed"
        count = ask(marts, f"select count(*) from {sql}", eventful)
        if lane == "proposals":
            count += ask(marts, f"select count(*) from {ready}", eventful)
        assert named.count(lanes[lane]) == count > 0
    signals = ask(
        marts,
        "select count(*) from fct_health_components where account_id = ? "
        "and component in ('support_burden', 'nps') and situation = 'scored'",
        eventful,
    )
    assert len(texts(page, "account_signals", "component_score")) == signals > 0


def test_points_of_the_story_say_what_they_are(seen: Seen, eventful: str) -> None:
    page = seen.open_account(eventful)
    lane = page.locator("#account_timeline svg g.concat_2_group g.mark-symbol path")
    box = lane.first.bounding_box()
    lane.first.scroll_into_view_if_needed()
    box = lane.first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#vg-tooltip-element.visible")
    said = page.locator("#vg-tooltip-element td.value").all_inner_texts()
    assert len(said) == 3
    seen.open_all()
    rows = page.eval_on_selector_all(
        "#account_timeline > details > .table tbody tr",
        "(all) => all.map((row) => [...row.children].map((cell) => cell.textContent))",
    )
    assert any(row[2] == said[1] and said[0].startswith(row[0]) for row in rows)


def test_products_have_no_colour_of_a_movement_or_a_band(seen: Seen, eventful: str) -> None:
    page = seen.open_account(eventful)
    used = page.evaluate("() => productColours.map((one) => one.toLowerCase())")
    taken = page.evaluate("() => Object.values(report.colours).map((one) => one.toLowerCase())")
    assert set(used) & set(taken) == set()


def test_another_rate_is_called_currency_and_not_flat(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    account = ask(
        marts,
        "select account_id from fct_mrr_movements where basis = 'restated' and movement = 'flat' "
        "and fx_mrr <> 0 and closing_mrr <> opening_mrr order by account_id limit 1",
    )
    assert account
    page = seen.open_account(account)
    moved = texts(page, "account_movements", "movement")
    assert words("en")["movements"]["fx_mrr"] in moved
    assert "Flat" not in moved


# ---- definitions ----


def test_rules_that_pages_cite_are_among_the_definitions(changed: Path, browser: Browser) -> None:
    rules = read_definitions(changed)["rules"]
    assert cited_rules() - set(rules) == set()
    assert [rule for rule, text in rules.items() if not text] == []
    with tab(browser, changed) as seen:
        page = seen.open("growth")
        page.click("#funnel footer summary")
        page.click("#funnel footer code a")
        page.wait_for_url("**/definitions.html*")
        seen.drawn()
        assert texts(page, "rules", "rule")[0] == "specification/offers.md#5.4"
        assert texts(page, "rules", "text")[0] == rules["specification/offers.md#5.4"]


def test_marts_are_listed_with_their_grain(seen: Seen, marts: duckdb.DuckDBPyConnection) -> None:
    page = seen.open("definitions")
    seen.open_all()
    names = texts(page, "marts", "mart")
    comments = dict(
        marts.execute(
            "select table_name, comment from duckdb_tables() "
            "where database_name = current_database() and schema_name = 'main'"
        ).fetchall()
    )
    assert sorted(names) == sorted(comments)
    shown = zip(
        names, texts(page, "marts", "grain"), texts(page, "marts", "description"), strict=True
    )
    for name, grain, description in shown:
        assert comments[name].startswith(f"Grain: {grain}.")
        assert comments[name].endswith(description)


def test_english_texts_of_a_japanese_page_say_that_they_are_english(
    browser: Browser, changed: Path
) -> None:
    with tab(browser, changed) as seen:
        page = seen.open("definitions", "ja")
        for figure, column in (
            *(("rules", "text"), ("sources", "text"), ("marts", "description")),
            *(("mart_columns", "description"), ("glossary", "meaning")),
        ):
            cells = page.locator(f"#{figure} td[data-column={column}]")
            assert cells.count() > 3
            assert cells.first.get_attribute("lang") == "en"
        assert (
            page.locator("#glossary td[data-column=japanese]").first.get_attribute("lang") is None
        )


# ---- behind numbers ----


def test_the_accounts_behind_a_count_are_those_of_the_mart(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    newest = "(select max(month) from fct_health_scores)"
    red = ask(
        marts,
        f"select count(*) from fct_health_scores where month = {newest} and health_band = 'red'",
    )
    page = seen.open("customers")
    seen.open_all()
    row = page.locator("#health tbody tr", has_text="Red").first
    row.locator("td[data-column=accounts] button").click()
    page.wait_for_selector("dialog .behind")
    assert f"Accounts behind it: {red}" in page.inner_text("dialog")
    links = page.locator("dialog .behind td[data-column=account_id] a")
    behind = {link.inner_text() for link in links.all()}
    known = marts.execute(
        f"select account_id from fct_health_scores where month = {newest} and health_band = 'red'"
    ).fetchall()
    assert behind <= {row[0] for row in known}
    assert len(behind) == min(red, 20)
    closed(page)
    for figure in ("moves", "tiers", "usage", "rfm"):
        number = page.locator(f"#{figure} :is(td[data-column=accounts], .matrix td) button").first
        count = number.inner_text()
        number.click()
        page.wait_for_selector("dialog .behind")
        assert f"Accounts behind it: {count}" in page.inner_text("dialog"), figure
        closed(page)


def test_a_cell_of_a_chart_opens_the_accounts_behind_it(seen: Seen) -> None:
    page = seen.open("customers")
    cell = page.locator("#rfm svg g.mark-rect path").nth(1)
    label = cell.get_attribute("aria-label") or ""
    cell.click(force=True)
    page.wait_for_selector("dialog .behind")
    count = label.split("Accounts: ")[1].split(";")[0]
    assert f"Accounts behind it: {count}" in page.inner_text("dialog")


def test_who_is_behind_a_guard_and_until_when(seen: Seen, marts: duckdb.DuckDBPyConnection) -> None:
    page = seen.open("growth")
    seen.open_all()
    row = page.locator("#blocked tbody tr", has_text="Proposed recently").first
    row.locator("td[data-column=offers] button").click()
    page.wait_for_selector("dialog .behind")
    accounts = ask(
        marts,
        "select count(distinct account_id) from fct_upsell_opportunities "
        "where not is_eligible and list_contains(string_split(blocked_reasons, '|'), "
        "'proposed_recently')",
    )
    assert f"Accounts behind it: {accounts}" in page.inner_text("dialog")
    assert [text for text in texts(page, "blocked", "reason") if text]
    until = page.locator("dialog td[data-column=blocked_until]").all_inner_texts()
    assert [text for text in until if text != "–"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_list_of_accounts_violates_nothing(browser: Browser, changed: Path, scheme: str) -> None:
    with tab(browser, changed, scheme=scheme) as seen:
        page = seen.open("growth")
        seen.open_all()
        page.locator("#blocked td[data-column=offers] button").first.click()
        page.wait_for_selector("dialog .behind")
        assert violations(page, scheme) == []
        assert violations(seen.open("scorecard"), scheme) == []


# ---- on the screen and on paper ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_wide_tables_fit_a_usual_screen(browser: Browser, run: Path, language: str) -> None:
    """A table of a whole row of the page needs no scrolling sideways at 1,440 pixels."""
    sideways = """() => [...document.querySelectorAll(".figure.wide > .table .scroll")]
      .filter((one) => one.scrollWidth > one.clientWidth + 24)
      .map((one) => one.closest(".figure").id)"""
    found = {}
    with tab(browser, run, WIDE) as seen:
        for name in ("customers", "growth", "scorecard", "quality"):
            found[name] = seen.open(name, language).evaluate(sideways)
    assert {name: one for name, one in found.items() if one} == {}


def test_what_scrolls_is_reached_by_the_keyboard(seen: Seen) -> None:
    bare = """() => [...document.querySelectorAll(".scroll")].filter((one) =>
      one.tabIndex !== 0 || one.getAttribute("role") !== "region" || !one.getAttribute("aria-label")
    ).map((one) => one.outerHTML.slice(0, 80))"""
    assert {name: seen.open(name).evaluate(bare) for name in PAGES} == {name: [] for name in PAGES}


def test_bands_that_say_nothing_of_health_differ(seen: Seen) -> None:
    page = seen.open("customers")
    greys = page.evaluate(
        "() => ['onboarding', 'insufficient_data', 'unscored'].map((band) => report.colours[band])"
    )
    assert len(set(greys)) == 3


def test_on_paper_each_chart_has_its_table_and_each_page_its_run(seen: Seen) -> None:
    page = seen.open("customers")
    page.emulate_media(media="print")
    assert not page.is_visible("#health .numbers table")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.is_visible("#health .numbers table")
    seen.open_all()
    rows = page.locator("#health .numbers tbody tr")
    assert rows.count() > 50
    assert rows.nth(49).is_visible()
    assert not rows.nth(50).is_visible()
    foot = page.inner_text("#print-foot") or page.evaluate(
        "() => document.getElementById('print-foot').textContent"
    )
    assert page.evaluate("report.facts.run_id") in foot
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")


def test_the_foot_of_paper_names_the_basis(seen: Seen) -> None:
    page = seen.open("overview", address="basis=as_reported")
    foot = page.evaluate("() => document.getElementById('print-foot').textContent")
    assert words("en")["values"]["basis"]["as_reported"] in foot


def test_a_remedy_says_the_day_as_it_is_to_be_written(
    browser: Browser, changed: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    remedy = ask(
        marts,
        "select remedy from dq_quarantine where regexp_matches(remedy, '\\d{4}-\\d{2}') limit 1",
    )
    assert remedy
    with tab(browser, changed) as seen:
        page = seen.open("quality")
        seen.open_all()
        assert remedy in texts(page, "quarantine", "remedy")
