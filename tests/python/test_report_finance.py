"""Overview and Revenue: bars lead to what they are made of, one basis, open months, ranges."""

from __future__ import annotations

import json
import random
import shlex
import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from builds import Company
from expansion_warehouse import cli
from expansion_warehouse.report.charts import FILE as CHARTS_FILE
from expansion_warehouse.report.datasets import dataset_names
from expansion_warehouse.report.facts import run_facts
from expansion_warehouse.report.parts import COHORTS, MOVES
from expansion_warehouse.report.site import PAGES, write_site
from expansion_warehouse.settings import Settings
from pages.browser import NARROW, Seen, tab
from pages.formats import Money, month, percent

pytestmark = pytest.mark.slow
FLOWS = (
    *("new_mrr", "expansion_mrr", "reactivation_mrr", "contraction_mrr", "churn_mrr"),
    *("fx_mrr", "merge_mrr", "prior_period_mrr", "segment_transfer_mrr"),
)
YEN = Money("JPY")
NEWEST = "(select max(month) from kpi_mrr_bridge)"
OF_ALL = "basis = 'restated' and segment_type = 'all'"


@pytest.fixture(scope="module")
def changed_run(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which other things happened: what it shows must follow."""
    folder = tmp_path_factory.mktemp("changed") / "run"
    folder.mkdir()
    for name in ("marts.duckdb", "definitions.json", "run.json"):
        shutil.copy(run / name, folder)
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        for change in (
            f"update kpi_nrr set is_beyond_chance = true where {OF_ALL} and month = {NEWEST}",
            "update kpi_scorecard set benchmark_low = 0.91, benchmark_high = 1.07 "
            "where metric = 'nrr_12m'",
            "update kpi_scorecard set benchmark_low = 0.35, benchmark_high = 0.45 "
            "where metric = 'proposal_win_rate'",
            "update fct_health_scores set health_band = 'yellow' where health_band = 'red' "
            f"and month in ({NEWEST}, {NEWEST} - interval 3 month)",
            "update dim_months set is_closed = true",
            "update kpi_mrr_bridge_periods set is_closed = true",
            f"delete from fct_mrr_drivers where month > {NEWEST} - interval 2 month",
        ):
            con.execute(change)
    story = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    charts = (run / "report" / "assets" / CHARTS_FILE).read_text(encoding="utf-8")
    write_site(folder, story, folder, charts)
    return folder


def ask(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Any:
    """The one value of a query."""
    (value,) = marts.execute(sql, values or None).fetchone() or (None,)
    return value


def read_set(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The facts and rows of a file of data; amounts are exact."""
    text = file.read_text(encoding="utf-8")
    inside = "[" + text[text.index("(") + 1 : text.rindex(")")] + "]"
    _, facts, rows = json.loads(inside, parse_float=Decimal)
    return facts, [dict(zip(facts["columns"], row, strict=True)) for row in rows]


def moved_of(run: Path, basis: str) -> dict[date, list[dict[str, Any]]]:
    """Every movement of a basis by its month, with its segments."""
    found = {}
    for file in sorted((run / "report/data/moves" / basis).iterdir()):
        facts, rows = read_set(file)
        names = facts["segments"]
        for row in rows:
            row["segments"] = "" if row["place"] is None else f"|{names[row['place']]}|"
        found[date.fromisoformat(f"{file.stem}-01")] = rows
    return found


# ---- from a bar to what it is made of ----


@pytest.mark.parametrize("basis", ["restated", "as_reported"])
def test_what_the_files_hold_adds_up_to_every_bar(
    run: Path, marts: duckdb.DuckDBPyConnection, basis: str
) -> None:
    """Every month and longer period, every movement, every segment."""
    moved = moved_of(run, basis)
    kept = marts.execute(
        "select 'month', month, month, segment_type, segment, "
        f"{', '.join(FLOWS)} from kpi_mrr_bridge where basis = $1 union all "
        "select period_type, first_month, last_month, segment_type, segment, "
        f"{', '.join(FLOWS)} from kpi_mrr_bridge_periods where basis = $1",
        [basis],
    ).fetchall()
    sums: dict[tuple[date, str, str], dict[str, Decimal]] = {}
    kinds = {(row[3], row[4]) for row in kept}
    for at, rows in moved.items():
        for kind, segment in kinds:
            name = f"|{kind}={segment.replace('|', '¦')}|"
            total: dict[str, Decimal] = defaultdict(Decimal)
            for row in rows:
                isolated = row["flow"] == "segment_transfer_mrr"
                if not isolated if kind == "all" else name in row["segments"]:
                    total[row["flow"]] += row["change_mrr"]
            sums[at, kind, segment] = total
    wrong = []
    for length, first, last, kind, segment, *amounts in kept:
        months = [at for at in moved if first <= at <= last]
        for flow, amount in zip(FLOWS, amounts, strict=True):
            if sum(sums[at, kind, segment][flow] for at in months) != amount:
                wrong.append((length, first, kind, segment, flow, amount))
    assert wrong == []
    assert len(kept) > 500


def sum_of(page: Page, column: str) -> float:
    """What the shown rows of the accounts add up to."""
    total: float = page.evaluate(
        "(column) => report.sum(report.figures.changed().rows(), column)", column
    )
    return total


@pytest.mark.parametrize("seed", range(3))
def test_a_bar_opens_what_adds_up_to_it_whatever_is_chosen(
    seen: Seen, marts: duckdb.DuckDBPyConnection, seed: int
) -> None:
    draw = random.Random(seed)
    page = seen.open("revenue")
    basis = draw.choice(["restated", "as_reported"])
    length = ["month", "quarter", "year"][seed]
    kind, segment = draw.choice(
        marts.execute(
            "select distinct segment_type, segment from kpi_mrr_bridge where expansion_mrr <> 0 "
            "order by all"
        ).fetchall()
    )
    seen.choose(basis=basis, period=length, segment_type=kind)
    seen.choose(segment=segment)
    bars = page.locator("#stack svg g.mark-rect.role-mark path")
    sizes = [(bar.bounding_box() or {"height": 0})["height"] for bar in bars.all()]
    tall = [at for at, size in enumerate(sizes) if size > 3]
    assert tall
    for at in draw.sample(tall, min(3, len(tall))):
        bars = page.locator("#stack svg g.mark-rect.role-mark path")
        bars.nth(at).scroll_into_view_if_needed()
        datum = page.evaluate(
            "(at) => document.querySelectorAll('#stack svg g.mark-rect.role-mark path')[at]"
            ".__data__.datum",
            at,
        )
        bars.nth(at).click()
        page.wait_for_function(
            "(bar) => report.state.month === bar.period && report.state.movement === bar.part",
            arg=datum,
        )
        seen.drawn()
        assert page.input_value("#filter-movement") == datum["part"]
        assert page.input_value("#filter-month") == datum["period"]
        assert sum_of(page, datum["part"]) == pytest.approx(datum["amount"])
        expect(page.locator("#changed")).to_be_in_viewport()
        sign = "+" if datum["amount"] > 0 else ""
        assert sign + YEN.full(Decimal(str(datum["amount"]))) in page.inner_text("#changed h2")


def test_a_bar_of_a_waterfall_opens_its_movement_and_the_ends_their_reasons(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    page = seen.open("revenue", address="period=year&basis=as_reported")
    flow, amount = next(
        (flow, amount)
        for flow in FLOWS
        if (
            amount := ask(
                marts,
                f"select {flow} from kpi_mrr_bridge_periods where basis = 'as_reported' "
                "and segment_type = 'all' and period_type = 'year' order by period desc limit 1",
            )
        )
    )
    bars = page.locator("#waterfall svg g.mark-rect.role-mark path")
    bars.nth(1).click(force=True)
    page.wait_for_function("(flow) => report.state.movement === flow", arg=flow)
    seen.drawn()
    assert sum_of(page, flow) == pytest.approx(float(amount))
    bars.first.click()
    expect(page.locator("dialog.reason[open]")).to_be_visible()
    assert "kpi_mrr_bridge_periods.opening_mrr" in page.inner_text("dialog")


def test_a_bar_of_the_first_page_keeps_month_movement_and_basis(seen: Seen) -> None:
    page = seen.open("overview", address="basis=as_reported")
    datum = page.evaluate(
        "document.querySelectorAll('#month_waterfall svg g.mark-rect.role-mark path')[1]"
        ".__data__.datum"
    )
    page.locator("#month_waterfall svg g.mark-rect.role-mark path").nth(1).click(force=True)
    page.wait_for_url("**/revenue.html*")
    seen.drawn()
    state = page.evaluate("report.state")
    assert (state["basis"], state["movement"]) == ("as_reported", datum["name"])
    assert sum_of(page, datum["name"]) == pytest.approx(datum["amount"])


def test_a_cut_list_says_how_many_there_are_and_what_they_add_up_to(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    """On the first page ten rows; a movement's number leads to the cell of its mart."""
    page = seen.open("revenue")
    busy, moved, total = marts.execute(
        "select month, count(*), sum(amount) from (unpivot fct_mrr_movements on "
        f"{', '.join(FLOWS[:-1])} into name flow value amount) where amount <> 0 "
        "and basis = 'restated' group by month order by 2 desc, 1 limit 1"
    ).fetchone() or ("", 0, 0)
    seen.choose(month=str(busy))
    said = page.inner_text("#changed .subtitle")
    assert f"{moved:,}" in said
    assert YEN.full(total) in said
    figure = "report.figures.changed({ most: 10 })"
    cut = page.evaluate(f"{figure}.subtitle()")
    assert f"First 10 of {moved:,} movements" in cut
    assert YEN.full(total) in cut
    assert page.evaluate(f"{figure}.rows().length") == 10
    page.locator("#changed td[data-column=change_mrr] button.why").first.click()
    expect(page.locator("dialog.reason[open]")).to_be_visible()
    flow = page.evaluate(f"{figure}.rows()[0].flow")
    assert f"fct_mrr_movements.{flow}" in page.inner_text("dialog")


def test_a_month_without_segments_says_so(seen: Seen) -> None:
    """Sealed months keep no segments of accounts as reported."""
    page = seen.open("revenue", address="segment_type=country&segment=JP")
    assert "Sealed months" not in page.inner_text("#changed")
    page.evaluate(
        "() => { report.sets.moved_months.rows.forEach((row) => { row.unplaced = 1; }); "
        "return report.show(); }"
    )
    assert "Sealed months do not keep" in page.inner_text("#changed")


# ---- one basis ----


def test_every_link_of_every_page_keeps_the_basis(seen: Seen) -> None:
    for name in PAGES:
        page = seen.open(name, address="basis=as_reported")
        seen.open_all()
        links = page.eval_on_selector_all(
            "a[href*='.html']", "(all) => all.map((one) => one.getAttribute('href'))"
        )
        assert links
        assert [link for link in links if "basis=as_reported" not in link] == [], name


def test_an_account_keeps_the_basis_and_says_that_it_has_one(seen: Seen) -> None:
    page = seen.open("overview", address="basis=as_reported")
    page.locator("#changed td[data-column=account_id] a").first.click()
    page.wait_for_selector("#account_today")
    seen.drawn()
    assert "knows one basis: Restated" in page.inner_text("#one-basis")
    page.click("nav a[href^='revenue']")
    seen.drawn()
    assert page.input_value("#filter-basis") == "as_reported"
    expect(page.locator("#one-basis")).to_have_count(0)
    seen.open("customers")
    expect(page.locator("#one-basis")).to_have_count(0)


# ---- columns in their order ----


def sorted_by(page: Page, figure: str, column: str) -> list[str]:
    """The texts of a column after a click on its head."""
    cells = page.locator(f"#{figure} tbody tr").first.locator("td")
    place = cells.evaluate_all("(all) => all.map((one) => one.dataset.column)").index(column)
    page.locator(f"#{figure} thead th").nth(place).locator("button").click()
    shown = page.locator(f"#{figure} tbody td[data-column={column}]")
    return [text.strip() for text in shown.all_text_contents()]


def test_periods_sort_by_time(seen: Seen, marts: duckdb.DuckDBPyConnection) -> None:
    page = seen.open("revenue")
    seen.open_all()
    months = [
        row[0]
        for row in marts.execute(
            f"select month from kpi_mrr_bridge where {OF_ALL} order by 1"
        ).fetchall()
    ]
    assert sorted_by(page, "stack", "period_label") == [month(one) for one in months]


def test_severity_and_bands_sort_by_their_rank(seen: Seen) -> None:
    page = seen.open("customers")
    seen.open_all()
    shown = sorted_by(page, "alerts", "severity")
    ranks = [["High", "Medium", "Low"].index(text) for text in shown]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
    bands = sorted_by(page, "accounts_today", "health_band")
    order = ["Green", "Yellow", "Red", "Onboarding", "Too little data", "Not scored", "–"]
    assert [order.index(text) for text in bands] == sorted(order.index(text) for text in bands)
    steps = seen.open("growth").evaluate(
        """() => ["30-50", "<=10", ">=50", "10-30"].map((price_gap_band) => ({ price_gap_band }))
          .sort((a, b) => {
            const rows = ["<=10", "10-30", "30-50", ">=50"].map((price_gap_band) =>
              ({ price_gap_band }));
            const key = report.sortKey("price_gap_band", rows, "price_gap_band", () => "");
            return report.compare(key(a), key(b));
          }).map((row) => row.price_gap_band)"""
    )
    assert steps == ["<=10", "10-30", "30-50", ">=50"]


# ---- months that are not closed ----


def test_an_open_month_is_hollow_and_called_provisional(
    seen: Seen, marts: duckdb.DuckDBPyConnection
) -> None:
    open_months = [
        row[0]
        for row in marts.execute("select month from dim_months where not is_closed").fetchall()
    ]
    assert open_months, "the sample has no open month"
    page = seen.open("overview")
    note = f"Hollow is provisional: the books of {month(open_months[-1])} are not closed yet."
    for figure in ("month_waterfall", "retention"):
        assert note in page.inner_text(f"#{figure} .subtitle")
    assert "provisional" in page.inner_text("#card-mrr .verdict")
    assert page.locator("#card-mrr polyline[stroke-dasharray]").count() == 1
    dashed = page.locator("#month_waterfall g.mark-rect path[stroke-dasharray='4,2']")
    assert dashed.count() >= 1
    hollow = page.locator("#retention g.mark-symbol.role-mark path[fill-opacity='0']")
    assert hollow.count() == 2 * len(open_months)
    page = seen.open("revenue", address="period=quarter")
    seen.open_all()
    assert "books of" in page.inner_text("#products .subtitle")
    assert page.locator("#segments g.mark-symbol.role-mark path[fill-opacity='0']").count() > 1
    assert "Hollow is provisional" in page.inner_text("#stack .subtitle")
    shown = page.locator("#stack td[data-column=books]").all_text_contents()
    assert shown[0] == "provisional"
    assert set(shown[1:]) == {"closed"}


def test_where_every_month_is_closed_nothing_is_provisional(
    browser: Browser, changed_run: Path
) -> None:
    with tab(browser, changed_run) as seen:
        page = seen.open("overview")
        assert "rovisional" not in page.inner_text("main")
        assert page.locator("path[stroke-dasharray='4,2']").count() == 0
        page = seen.open("revenue")
        assert "Hollow" not in page.inner_text("#stack")


# ---- what the data says ----


def test_a_change_beyond_chance_names_the_window_that_it_is_compared_with(
    browser: Browser, changed_run: Path, run: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    def nrr(back: int) -> tuple[str, str]:
        rate, at = marts.execute(
            f"select nrr, month from kpi_nrr where {OF_ALL} and retention_window = '12m' "
            f"and month = {NEWEST} - to_months({back})"
        ).fetchone() or (0, date.min)
        return percent(rate), month(at)

    with tab(browser, changed_run) as seen:
        title = seen.open("overview").inner_text("#retention h2")
        assert "beyond chance" in title
        assert all(text in title for text in (nrr(0)[0], *nrr(12)))
    with tab(browser, run) as seen:
        title = seen.open("overview").inner_text("#retention h2")
        assert "beyond" not in title
        assert all(text in title for text in (nrr(0)[0], *nrr(1)))


def test_bands_are_those_of_the_run(browser: Browser, changed_run: Path, run: Path) -> None:
    band = "(figure) => figure.chart(figure.rows()).layer[0].data.values[0]"
    for site, nrr, wins in (
        (run, (1, 1.2, "100% to 120%"), (0.2, 0.3, "20% to 30%")),
        (changed_run, (0.91, 1.07, "91% to 107%"), (0.35, 0.45, "35% to 45%")),
    ):
        with tab(browser, site) as seen:
            page = seen.open("overview")
            drawn = page.evaluate(f"({band})(report.figures.retention({{ months: 24 }}))")
            assert drawn == {"low": nrr[0], "high": nrr[1]}
            page.click("#retention footer summary")
            assert nrr[2] in page.inner_text("#retention footer")
            page = seen.open("growth")
            drawn = page.evaluate(f"({band})(report.figures.funnel())")
            assert drawn == {"low": wins[0], "high": wins[1]}
            assert wins[2] in page.inner_text("#funnel .subtitle")


def test_a_month_without_a_red_account_has_a_red_mrr_of_0(
    browser: Browser, changed_run: Path, run: Path
) -> None:
    with tab(browser, changed_run) as seen:
        page = seen.open("overview")
        assert page.inner_text("#card-red .value") == "¥0"
        assert "0 accounts" in page.inner_text("#card-red .verdict")
        assert page.locator("#card-red dd").all_inner_texts().count("–") == 0
        (line,) = page.locator("#card-red polyline").all()
        assert len((line.get_attribute("points") or "").split()) == 24


def test_a_gap_of_a_line_stays_a_gap(seen: Seen) -> None:
    page = seen.open("overview")
    lines = page.evaluate(
        "[...report.sparkline([1, 2, null, 3, 4]).querySelectorAll('polyline')]"
        ".map((line) => line.getAttribute('points').split(' ').length)"
    )
    assert lines == [2, 2]


def test_drivers_are_of_the_twelve_months_that_end_with_the_newest(changed_run: Path) -> None:
    _, rows = read_set(changed_run / "report/data/drivers.js")
    with duckdb.connect(str(changed_run / "marts.duckdb"), read_only=True) as con:
        found = con.execute(
            "select basis, driver, sum(amount) from fct_mrr_drivers "
            f"where month > {NEWEST} - interval 12 month group by all"
        ).fetchall()
    shown = {(row["basis"], row["driver"]): row["amount"] for row in rows}
    assert shown == {(basis, driver): amount for basis, driver, amount in found}


def test_the_currency_is_that_of_the_run(tmp_path: Path) -> None:
    assert run_facts(tmp_path, {"vars": {"reporting_currency": "EUR"}})["currency"] == "EUR"
    assert run_facts(tmp_path, {"vars": {}})["currency"] == Settings().reporting_currency


def test_every_data_set_is_loaded_by_a_page() -> None:
    """With the page, or by a script when somebody asks for it."""
    scripts = "".join(
        file.read_text(encoding="utf-8")
        for file in (files("expansion_warehouse.report") / "js").iterdir()
    )
    on_demand = {name for name in dataset_names() if f'name: "{name}"' in scripts}
    loaded = on_demand | {name for sets in PAGES.values() for name in sets}
    assert sorted(set(dataset_names()) - loaded) == []
    assert {MOVES, COHORTS} <= loaded


# ---- head numbers ----


def test_head_numbers_that_no_mart_holds_lead_to_what_they_are_made_of(
    seen: Seen, marts: duckdb.DuckDBPyConnection, sample_company: Company
) -> None:
    page = seen.open("overview")
    page.click("#card-net_new button.why")
    expect(page.locator("dialog.reason[open]")).to_be_visible()
    net = ask(marts, f"select closing_mrr - opening_mrr from kpi_mrr_bridge where {OF_ALL} "
              f"and month = {NEWEST}")  # fmt: skip
    parts = page.locator("dialog .division td").all_text_contents()
    assert parts[-1] == YEN.full(net)
    assert len(parts) > 1
    page.keyboard.press("Escape")
    page.click("#card-red button.why")
    command = shlex.split(page.inner_text("dialog .command"))[1:]
    told = CliRunner().invoke(cli.app, [*command, "--home", str(sample_company.home), "--json"])
    assert told.exit_code == 0, told.output
    accounts = f"{len(json.loads(told.stdout)):,} accounts"
    page.keyboard.press("Escape")
    assert accounts in page.inner_text("#card-red .verdict")
    page.click("#card-offers button.why")
    expect(page.locator("dialog.reason a[href^='growth.html']")).to_be_visible()


# ---- cohorts ----


@pytest.mark.parametrize("width", [1440, NARROW])
def test_cohorts_are_of_money_or_accounts_and_of_the_chosen_segment(
    browser: Browser, run: Path, marts: duckdb.DuckDBPyConnection, width: int
) -> None:
    kind, segment = marts.execute(
        "select segment_type, segment from kpi_cohort_retention where segment_type <> 'all' "
        "and not is_small_sample and basis = 'restated' group by all order by count(*) desc, 1, 2 "
        "limit 1"
    ).fetchone() or ("", "")
    where = f"basis = 'restated' and segment_type = '{kind}' and segment = '{segment}'"
    with tab(browser, run, width) as seen:
        page = seen.open("revenue", address=f"segment_type={kind}&segment={segment}")
        seen.choose(kept="accounts")
        held = ask(
            marts,
            "select count(*) from kpi_cohort_retention where months_since = 12 "
            f"and logo_retention >= 1 and {where}",
        )
        of = ask(
            marts, f"select count(*) from kpi_cohort_retention where months_since = 12 and {where}"
        )
        title = page.inner_text("#cohorts h2")
        assert f"{held} of {of} cohorts had all their accounts" in title
        assert segment in page.inner_text("#cohorts .source")
        rows = page.evaluate(
            "[...document.querySelectorAll('#cohorts svg g.mark-rect.role-mark')]"
            ".flatMap((group) => [...group.querySelectorAll('path')].map((path) => "
            "[path.__data__.datum.is_small_sample, path.getAttribute('fill')]))"
        )
        assert {small for small, _ in rows} == {True, False}
        for small, fill in rows:
            red, green, blue = (int(text) for text in fill[4:-1].split(","))
            if small:
                assert max(red, green, blue) - min(red, green, blue) < 25, fill
        assert "(n = " in (page.locator("#cohorts svg").first.text_content() or "")
        shown = page.locator("#cohort-curve").get_attribute("data-cohort")
        other = page.evaluate(
            "(shown) => report.figures.cohorts().rows().find((row) => "
            "row.cohort_month !== shown).cohort_month",
            shown,
        )
        page.evaluate(
            "(month) => { const figure = report.figures.cohorts(); "
            "figure.onPoint({ cohort_month: month }, figure.rows()); }",
            other,
        )
        page.wait_for_function(
            "(name) => document.querySelector('#cohort-curve').textContent.includes(name)",
            arg=month(date.fromisoformat(other)),
        )
        assert seen.troubles == []
