"""finance.xlsx: its cells are the marts, its formulas come to them, its checks are 0.00."""

from __future__ import annotations

import json
import shutil
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from builds import Company
from expansion_warehouse import cli
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.publish import publisher
from expansion_warehouse.publish.runs import damages_of, read_run
from expansion_warehouse.workbook import FINANCE, cube, offers, quarantine, reconciliation
from expansion_warehouse.workbook import book as shared
from expansion_warehouse.workbook.files import write_workbook
from expansion_warehouse.workbook.marts import READ
from recalculated import recalculate

SHEETS = (
    *("Cover", "Scorecard", "Bridge", "Bridge quarters and years", "NRR and GRR", "Drivers"),
    *("Segments", "Cube", "Cohorts", "Renewals ahead", "CMRR schedule", "Restatements"),
    *("Offers", "Quarantine", "Reconciliation", "Definitions"),
)
HEAD = 4
BLUE, BAND = "FF0000C8", "FFE8EDF3"
HOSTILE = (
    "=cmd()|'/c calc'!A1",
    "+1+1",
    "@SUM(1)",
    "-2",
    "1e5",
    "0012",
    "http://example.com/?a=1",
    "internal:Cover!A1",
    "<r><t>bold</t></r>",
    '<script>alert(1)</script> & "quotes" ]]>',
    "_x0041_ stays",
    "\x01\x1b[31m",
    "\u202eevil\u200b",
    "\ufffe\uffff",
    "{=1+1}",
    "TRUE",
    "#REF!",
    "  spaces  ",
    "絵文字 😀",
    "x" * 40_000,
)
Book = Any
Cells = dict[str, dict[Any, Any]]


class Written:
    """A run's folder, its workbook as written, and as LibreOffice computes it."""

    def __init__(self, run: Path, book: Path, computed: Path) -> None:
        self.run = run
        self.book = book
        self.plain = load(book)
        self.cached = load(book, data_only=True)
        # LibreOffice writes charts that openpyxl does not know.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.computed = openpyxl.load_workbook(computed, data_only=True)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.run / "marts.duckdb"), read_only=True) as con:
            cursor = con.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def load(file: Path, **options: Any) -> Book:
    """Open with openpyxl, which must not warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(file, **options)


def copied(run: Path, to: Path, *changes: str) -> Path:
    """A copy of a run's marts and words, with changes made to the marts."""
    to.mkdir(parents=True)
    for name in ("marts.duckdb", "run.json", "definitions.json"):
        shutil.copy(run / name, to / name)
        (to / name).chmod(0o600)
    with duckdb.connect(str(to / "marts.duckdb")) as con:
        for sql in changes:
            con.execute(sql)
    return to


@pytest.fixture(scope="module")
def books(
    sample_company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Written]]:
    """Three books: the run's own, one of a book that counts as large, one with hostile names."""
    folder = tmp_path_factory.mktemp("books")
    run = (sample_company.home / "published" / "current").resolve()
    runs = {"own": run, "large": copied(run, folder / "large"), "hostile": hostile(run, folder)}
    written = {"own": run / FINANCE, "hostile": write_workbook(runs["hostile"])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cube, "LARGE", 5)
        written["large"] = write_workbook(runs["large"])
    computed = recalculate(written, folder / "office")
    yield {name: Written(runs[name], written[name], computed[name]) for name in runs}


def hostile(run: Path, folder: Path) -> Path:
    """A run in which every kind of text is what somebody may have meant to do harm with."""
    texts = ", ".join("'" + text.replace("'", "''") + "'" for text in HOSTILE)
    pick = f"list_extract([{texts}], 1 + rowid % {len(HOSTILE)})"
    return copied(
        run,
        folder / "hostile",
        f"update dim_accounts set account_name = {pick}, country = {pick}, size_band = {pick}",
        f"update fct_upsell_opportunities set account_name = {pick}, sentence = {pick}",
        f"update fct_renewals_ahead set csm_owner = {pick}, account_name = {pick}",
        f"update dq_quarantine set value = {pick}, explanation = {pick}, raw_key = {pick}",
        f"update fct_source_reconciliation set reason = {pick}",
        f"update kpi_mrr_bridge set segment = segment || {pick}[1:20] "
        "where segment_type = 'country'",
    )


@pytest.fixture(params=["own", "large", "hostile"])
def written(request: pytest.FixtureRequest, books: dict[str, Written]) -> Written:
    """Each of the three."""
    return books[request.param]


@pytest.fixture
def own(books: dict[str, Written]) -> Written:
    """The run's own."""
    return books["own"]


# ---- reading ----


def plain(value: Any) -> Any:
    """A value of a mart or a cell as tests compare it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool) or value is None or isinstance(value, date):
        return value
    if isinstance(value, Decimal | float | int):
        return float(value)
    return None if value == "" else value


def same(cell: Any, wanted: Any) -> bool:
    cell, wanted = plain(cell), plain(wanted)
    if isinstance(cell, float) and isinstance(wanted, float):
        return cell == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    return bool(cell == wanted)


def across(sheet: Any, head: int = HEAD) -> Cells:
    """Lines of a sheet with months across: by the band above and the title, value by month."""
    heads = [plain(cell.value) for cell in sheet[head]]
    found: Cells = {}
    band = ""
    for row in sheet.iter_rows(min_row=head + 1):
        title = row[0].value
        if row[0].fill.fgColor.rgb == BAND:
            band = title
        values = [cell.value for cell in row[1:]]
        found[f"{band}|{title}"] = dict(zip(heads[1:], values, strict=False))
    return found


def table(sheet: Any, first: str, nth: int = 0) -> list[dict[str, Any]]:
    """A table of a sheet by its titles, from the line that begins with `first`."""
    lines = list(sheet.iter_rows(values_only=True))
    starts = [number for number, line in enumerate(lines) if line[0] == first]
    start = starts[nth]
    titles = [title for title in lines[start] if title is not None]
    rows = []
    for line in lines[start + 1 :]:
        if all(value is None for value in line[: len(titles)]):
            break
        rows.append(dict(zip(titles, line, strict=False)))
    return rows


def compare(
    cells: list[dict[str, Any]], rows: list[dict[str, Any]], titles: Mapping[str, str]
) -> None:
    """Every cell of a table equals the mart's."""
    assert len(cells) == len(rows)
    assert rows, "nothing to compare"
    wrong = [
        (number, title, cell[title], row[key])
        for number, (cell, row) in enumerate(zip(cells, rows, strict=True))
        for title, key in titles.items()
        if not same(cell[title], row[key])
    ]
    assert wrong == []


# ---- the file ----


def test_the_sheets_are_in_order(own: Written) -> None:
    assert tuple(own.plain.sheetnames) == SHEETS
    assert tuple(own.computed.sheetnames) == SHEETS


def test_a_run_holds_the_workbook_as_its_own_file(own: Written, tmp_path: Path) -> None:
    run = read_run(own.run)
    assert {FINANCE, "csv/kpi_nrr.csv"} <= set(run.manifest["files"])
    assert damages_of(run) == []
    assert (own.run / FINANCE).stat().st_mode & 0o077 == 0
    again = write_workbook(own.run, tmp_path)
    assert again.read_bytes() == (own.run / FINANCE).read_bytes()
    assert list(tmp_path.iterdir()) == [again]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_bytes_are_the_same_wherever_it_is_written(
    own: Written, tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert write_workbook(own.run, tmp_path).read_bytes() == own.book.read_bytes()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_every_part_is_well_formed(written: Written) -> None:
    with zipfile.ZipFile(written.book) as parts:
        assert parts.testzip() is None
        names = parts.namelist()
        for name in names:
            ElementTree.fromstring(parts.read(name))
        core = parts.read("docProps/core.xml").decode()
    assert not [name for name in names if "externalLink" in name or "vba" in name.lower()]
    built = json.loads((written.run / "run.json").read_text())["built_at"]
    assert datetime.fromisoformat(built).strftime("%Y-%m-%dT%H:%M:%SZ") in core


def test_charts_hold_nothing_beyond_the_schema(written: Written) -> None:
    with zipfile.ZipFile(written.book) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        assert charts
        assert not [name for name in charts if b"extLst" in parts.read(name)]


def test_formulas_carry_the_value_that_they_come_to(written: Written) -> None:
    wrong, count = [], 0
    for sheet in written.plain:
        cached, computed = written.cached[sheet.title], written.computed[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    was, now = cached[cell.coordinate].value, computed[cell.coordinate].value
                    if not same(now, was):
                        wrong.append((sheet.title, cell.coordinate, cell.value, was, now))
    assert wrong[:5] == []
    assert count > 3_000


def test_every_check_is_zero(written: Written) -> None:
    found = 0
    for sheet in written.computed:
        for row in sheet.iter_rows():
            if str(row[0].value or "").startswith("Check") and row[0].value != "Checks":
                numbers = [cell.value for cell in row[1:] if cell.value is not None]
                found += len(numbers)
                assert [value for value in numbers if value != 0] == [], (sheet.title, row[0].value)
        for number, title in titles_of(sheet, "Check:"):
            for (value,) in sheet.iter_rows(
                min_row=title + 1, min_col=number, max_col=number, values_only=True
            ):
                if isinstance(value, int | float):
                    found += 1
                    assert value == 0, (sheet.title, number)
    assert found > 500
    assert named(written, "all_checks") == 0


def titles_of(sheet: Any, words: str) -> list[tuple[int, int]]:
    """Column and row of titles that begin with these words."""
    return [
        (cell.column, cell.row)
        for row in sheet.iter_rows()
        for cell in row[1:]
        if isinstance(cell.value, str) and cell.value.startswith(words)
    ]


def named(written: Written, name: str) -> Any:
    """The value of a named cell."""
    sheet, cell = written.plain.defined_names[name].value.split("!")
    return plain(written.computed[sheet.strip("'")][cell.replace("$", "")].value)


def test_the_cover_counts_every_check(own: Written) -> None:
    listed = table(own.computed["Cover"], "Checks")
    assert listed[0]["What is compared"] == "Everything adds up."
    assert {line["Checks"] for line in listed[1:]} == {
        *("Bridge", "Bridge quarters and years", "NRR and GRR", "Drivers", "Segments", "Cube"),
        *("Cohorts", "Renewals ahead", "CMRR schedule", "Restatements", "Reconciliation"),
    }


def test_marts_that_do_not_add_up_are_red(own: Written, tmp_path: Path) -> None:
    """Before anything is recalculated: the cover must not say that all is well."""
    broken = (
        "update kpi_mrr_bridge set closing_mrr = closing_mrr + 7, quick_ratio = quick_ratio + 1",
        "update kpi_mrr_bridge set opening_mrr = opening_mrr + 11, "
        "paying_accounts = paying_accounts + 1 "
        "where month = (select max(month) from kpi_mrr_bridge)",
        "update kpi_mrr_bridge set closing_mrr = closing_mrr + 5 where segment_type = 'country'",
        "update kpi_nrr set nrr = nrr + 0.0001, grr = grr + 0.0002, "
        "logo_retention = logo_retention + 0.0003, closing_mrr = closing_mrr + 1",
        "update fct_source_reconciliation set row_count = row_count + 1",
        "update kpi_mrr_bridge_periods set churn_mrr = churn_mrr - 1",
        "update kpi_renewals_ahead set due_mrr = due_mrr + 1",
        "update kpi_cmrr_schedule set scheduled_mrr = scheduled_mrr + 1, "
        "renewal_rate = renewal_rate + 0.001",
        "update kpi_cmrr_schedule set opening_mrr = opening_mrr + 3 "
        "where month = (select max(month) from kpi_cmrr_schedule)",
        "update fct_mrr_drivers set amount = amount + 1",
        "update fct_nrr_restatements set nrr_difference = nrr_difference + 0.01",
    )
    book = load(write_workbook(copied(own.run, tmp_path / "run", *broken)), data_only=True)
    listed = table(book["Cover"], "Checks")
    assert listed[0]["What is compared"] == "Look at the red lines."
    quiet = [line["What is compared"] for line in listed if line["Largest difference"] < 0.5]
    assert quiet == []


# ---- the figures ----

BRIDGE = {
    "Opening MRR": "opening_mrr",
    "New": "new_mrr",
    "Expansion": "expansion_mrr",
    "Reactivation": "reactivation_mrr",
    "Contraction": "contraction_mrr",
    "Churn": "churn_mrr",
    "Currency (new budget rate)": "fx_mrr",
    "Mergers and transferred lines": "merge_mrr",
    "Prior periods": "prior_period_mrr",
    "Closing MRR": "closing_mrr",
    "Closing ARR": "closing_arr",
    "Quick ratio": "quick_ratio",
    "Paying accounts": "paying_accounts",
    "New accounts": "new_accounts",
    "Churned accounts": "churned_accounts",
    "Reactivated accounts": "reactivated_accounts",
    "Merged accounts": "merged_accounts",
    "Prior-period accounts": "prior_period_accounts",
}
BANDS = {
    "restated": "Restated: everything that is known on the day of the build",
    "as_reported": "As reported: what was known when each month closed",
}


def compare_across(
    cells: Cells,
    rows: list[dict[str, Any]],
    titles: Mapping[str, str],
    band: Callable[[dict[str, Any]], str],
    head: str = "month",
) -> None:
    """Every cell of a sheet with months across equals the mart's."""
    assert rows, "nothing to compare"
    wrong = [
        (band(row), title, row[head])
        for row in rows
        for title, key in titles.items()
        if not same(cells[f"{band(row)}|{title}"][plain(row[head])], row[key])
    ]
    assert wrong == []


def test_the_bridge_is_the_mart(written: Written) -> None:
    rows = written.rows("from kpi_mrr_bridge where segment_type = 'all'")
    cells = across(written.computed["Bridge"])
    compare_across(cells, rows, BRIDGE, lambda row: BANDS[row["basis"]])


def test_quarters_and_years_are_the_mart_by_formula(own: Written) -> None:
    rows = own.rows(
        "from kpi_mrr_bridge_periods where segment_type = 'all' and period_type <> 'half'"
    )
    titles = {title: key for title, key in BRIDGE.items() if key not in ("closing_arr",)}
    titles["Paying accounts at the end"] = titles.pop("Paying accounts")
    cells = across(own.computed["Bridge quarters and years"])
    compare_across(cells, rows, titles, lambda row: BANDS[row["basis"]], "period_label")
    formulas = across(own.plain["Bridge quarters and years"])
    line = formulas[f"{BANDS['restated']}|Churn"]
    assert all(str(value).startswith("=SUMIFS('Bridge'!") for value in line.values() if value)


def test_retention_is_the_mart(own: Written) -> None:
    rows = own.rows("from kpi_nrr where segment_type = 'all'")
    titles = {
        "Opening MRR (denominator)": "opening_mrr",
        "Expansion": "expansion_mrr",
        "Contraction": "contraction_mrr",
        "Churn": "churn_mrr",
        "Returned inside the window": "returned_mrr",
        "Closing MRR of the same accounts": "closing_mrr",
        "Kept MRR (no expansion)": "kept_mrr",
        "Accounts at the opening": "opening_accounts",
        "Accounts retained": "retained_accounts",
        "NRR": "nrr",
        "NRR, lower bound (95 %)": "nrr_low",
        "NRR, upper bound (95 %)": "nrr_high",
        "GRR": "grr",
        "GRR, lower bound (95 %)": "grr_low",
        "GRR, upper bound (95 %)": "grr_high",
        "Logo retention": "logo_retention",
        "Logo retention, lower bound": "logo_retention_low",
        "Logo retention, upper bound": "logo_retention_high",
        "Band of NRR": "nrr_band",
        "Small sample": "is_small_sample",
        "Interval": "interval_note",
    }
    windows = {"12m": "12 months", "3m": "3 months", "1m": "1 month"}
    bases = {"restated": "restated", "as_reported": "as reported"}

    def band(row: dict[str, Any]) -> str:
        return f"{windows[row['retention_window']]}, {bases[row['basis']]}"

    compare_across(across(own.computed["NRR and GRR"]), rows, titles, band)


def test_drivers_are_sums_of_the_marts_rows(written: Written) -> None:
    sheet = written.computed["Drivers"]
    rows = written.rows(
        "select *, coalesce(sales_motion, 'no sale') as motion from fct_mrr_drivers "
        "where basis = 'restated' order by month, account_id, product_id, driver"
    )
    cells = across(sheet)
    sums = written.rows(
        "select month, driver, sum(amount) as amount from fct_mrr_drivers "
        "where basis = 'restated' group by all"
    )
    assert sums
    for row in sums:
        assert same(cells[f"By driver|{row['driver']}"][row["month"]], row["amount"])
    if "Account" not in [cell.value for cell in sheet["A"]]:
        assert "csv/fct_mrr_drivers.csv" in sheet["A3"].value
        return
    titles = {
        **{"Account": "account_id", "Month": "month", "Driver": "driver", "Amount": "amount"},
        **{"Sales motion": "motion", "Product": "product_id", "Upsell win": "is_upsell_win"},
        "Agreed before": "is_pre_contracted",
    }
    compare(table(sheet, "Account"), rows, titles)


def test_segments_are_the_marts(own: Written) -> None:
    cells = table(own.computed["Segments"], "Basis")
    bases = {"Restated": "restated", "As reported": "as_reported"}
    found = {(bases[c["Basis"]], c["Kind of segment"], c["Segment"]): c for c in cells}
    bridge = own.rows("from kpi_mrr_bridge where month = (select max(month) from kpi_mrr_bridge)")
    titles = {
        title: key
        for title, key in BRIDGE.items()
        if title in cells[0] and key not in ("closing_arr", "quick_ratio")
    }
    titles["Moved to or from other segments"] = "segment_transfer_mrr"
    assert len(titles) > 10
    retention = own.rows(
        "from kpi_nrr where retention_window = '12m' "
        "and month = (select max(month) from kpi_mrr_bridge)"
    )
    rates = {
        "MRR 12 months ago": "opening_mrr",
        "Of the same accounts now": "closing_mrr",
        "Kept MRR": "kept_mrr",
        "Accounts at the opening": "opening_accounts",
        "Accounts retained": "retained_accounts",
        **{"NRR 12m": "nrr", "NRR from": "nrr_low", "NRR to": "nrr_high"},
        **{"GRR 12m": "grr", "GRR from": "grr_low", "GRR to": "grr_high"},
        "Small sample": "is_small_sample",
    }
    for rows, wanted in ((bridge, titles), (retention, rates)):
        assert rows
        for row in rows:
            cell = found[row["basis"], row["segment_type"], row["segment"]]
            wrong = [title for title, key in wanted.items() if not same(cell[title], row[key])]
            assert wrong == [], row


def test_the_cube_is_every_account_at_every_month_end(written: Written) -> None:
    rows = written.rows("from fct_mrr_movements where basis = 'restated'")
    mrr: dict[tuple[str, date], Any] = {}
    moved: dict[tuple[str, date], Any] = {}
    for sheet in written.computed:
        if not sheet.title.startswith("Cube"):
            continue
        for line in table(sheet, "Account"):
            for title, value in line.items():
                month = plain(title)
                if isinstance(month, date):
                    mrr[line["Account"], month] = value
                elif str(title).startswith("Δ"):
                    day = date.fromisoformat(f"{title[2:]}-01")
                    moved[line["Account"], day] = value
    wanted = {(row["account_id"], row["month"]): row for row in rows}
    assert wanted
    wrong = [
        key
        for key, row in wanted.items()
        if not same(mrr[key], row["closing_mrr"])
        or not same(moved[key], row["closing_mrr"] - row["opening_mrr"])
    ]
    assert wrong == []
    # A month before the first is empty, not 0.
    assert [key for key, value in mrr.items() if value is not None and key not in wanted] == []


def test_cohorts_are_the_mart(own: Written) -> None:
    rows = own.rows("from kpi_cohort_retention where segment_type = 'all' and basis = 'restated'")
    sheet = own.computed["Cohorts"]
    bands = {
        "Retained MRR": "retained_mrr",
        "MRR of the cohort at the same rate": "cohort_mrr",
        "Retained MRR as a share of the cohort's": "nrr",
        "Retained accounts": "retained_accounts",
        "Accounts of the cohort": "cohort_accounts",
        "Retained accounts as a share of the cohort's": "logo_retention",
    }
    found: dict[tuple[str, date], tuple[Any, ...]] = {}
    band = ""
    for line in sheet.iter_rows(min_row=HEAD + 1, values_only=True):
        if line[0] in bands:
            band = bands[line[0]]
        elif isinstance(line[0], datetime):
            found[band, line[0].date()] = line[2:]
    assert len(rows) > 50
    for row in rows:
        for key in bands.values():
            assert same(found[key, row["cohort_month"]][row["months_since"]], row[key]), (key, row)


def test_what_is_ahead_is_the_marts(own: Written) -> None:
    summary = own.rows("from kpi_renewals_ahead order by period_type desc, period")
    sheet = own.computed["Renewals ahead"]
    titles = {
        **{"Period": "period_label", "From": "period", "Kind": "period_type", "Terms": "due_terms"},
        **{"Partial": "is_partial", "Accounts": "due_accounts", "Due MRR": "due_mrr"},
        **{"Open": "open_mrr", "At risk": "at_risk_mrr", "Under notice": "notice_mrr"},
        **{"Renewed early": "renewed_early_mrr", "Green": "green_mrr", "Yellow": "yellow_mrr"},
        **{"Red": "red_mrr", "Without a score": "unscored_mrr"},
        "Nothing proposed": "unproposed_mrr",
    }
    compare(table(sheet, "Period"), summary, titles)
    terms = own.rows("from fct_renewals_ahead order by due_on, account_id, contract_line_id")
    titles = {
        **{"Account": "account_id", "Due on": "due_on", "State": "renewal_state"},
        **{"Health": "health_band", "Score": "health_score", "Notice on": "notice_on"},
        **{"Due MRR": "due_mrr", "Proposed MRR": "proposed_mrr", "Proposed on": "proposed_on"},
        **{"Product": "product_id", "CSM": "csm_owner", "Sales": "sales_owner"},
        **{"Name": "account_name", "Contract line": "contract_line_id"},
        "Renewed by": "renewed_by",
    }
    compare(table(sheet, "Account"), terms, titles)


def test_the_schedule_is_the_mart(own: Written) -> None:
    rows = own.rows("from kpi_cmrr_schedule")
    titles = {
        "Opening MRR": "opening_mrr",
        "Signed, to begin": "starts_mrr",
        "Agreed steps": "steps_mrr",
        "Discounts that end or begin": "discount_mrr",
        "Replaced": "replaced_mrr",
        "Ends by notice": "notice_mrr",
        "Terms that end": "ended_mrr",
        "Scheduled MRR": "scheduled_mrr",
        "Committed MRR (CMRR)": "committed_mrr",
        "Signed, to begin later": "later_mrr",
        "Renews itself": "renews_itself_mrr",
        "Due for renewal so far": "due_so_far_mrr",
        "Renewed (numerator of the rate)": "rate_renewed_mrr",
        "Expired (denominator of the rate)": "rate_expiring_mrr",
        "Renewal rate": "renewal_rate",
        "Outlook": "outlook_mrr",
        "Outlook so far ahead: mean error": "outlook_error",
        "Outlook so far ahead: mean miss": "outlook_miss",
        "Last value carried forward: miss": "naive_miss",
    }
    compare_across(across(own.computed["CMRR schedule"]), rows, titles, lambda _: "")


def test_restatements_are_the_marts(own: Written) -> None:
    sheet = own.computed["Restatements"]
    rows = own.rows("from fct_nrr_restatements order by month desc, retention_window")
    ends = {
        "Month": "month",
        "Window": "retention_window",
        "Opening, as reported": "as_reported_opening_mrr",
        "Closing, as reported": "as_reported_closing_mrr",
        "Opening, restated": "restated_opening_mrr",
        "Closing, restated": "restated_closing_mrr",
    }
    rates = {
        "NRR, as reported": "as_reported_nrr",
        "NRR, restated": "restated_nrr",
        "Difference": "nrr_difference",
        "GRR, as reported": "as_reported_grr",
        "GRR, restated": "restated_grr",
        "Changed lines": "changed_lines",
    }
    compare(table(sheet, "Month"), rows, {**ends, **rates})
    lines = own.rows(
        "from fct_nrr_restatement_lines order by month desc, retention_window, contract_line_id"
    )
    more = {
        **{"NRR": "nrr_points", "Reason": "reason", "Known on": "known_on"},
        **{"Account": "account_id", "Contract line": "contract_line_id"},
    }
    compare(table(sheet, "Month", 1), lines, {**ends, **more})


def test_offers_are_the_mart(own: Written) -> None:
    rows = own.rows(
        "from fct_upsell_opportunities "
        "order by priority nulls last, is_eligible desc, account_id, offer_id"
    )
    titles = {
        **{"Place": "priority", "Account": "account_id", "Name": "account_name"},
        **{"Offer": "offer_class", "Product": "product_id", "Plan": "plan_id"},
        **{"For": "owner_role", "CSM": "csm_owner", "Sales": "sales_owner"},
        **{"MRR now": "current_mrr", "Step": "delta_mrr", "MRR then": "target_mrr"},
        **{"Step, share": "price_gap", "Expected value": "expected_value"},
        **{"Allowed": "is_eligible", "Why now": "timing_reason", "Until": "blocked_until"},
        **{"Blocked because": "blocked_reasons", "Evidence": "sentence"},
    }
    compare(table(own.computed["Offers"], "Place"), rows, titles)


def test_quarantine_and_reconciliation_are_the_marts(own: Written) -> None:
    columns = {
        **{"Raw table": "raw_table", "Row": "raw_key", "Account": "account_id"},
        **{"Reason": "reason", "Column": "column_name", "Value": "value"},
        **{"What is wrong": "explanation", "What to do": "remedy", "File": "source_file"},
    }
    sheet = own.computed["Quarantine"]
    refused = own.rows(
        "from dq_quarantine order by refused_mrr desc nulls last, "
        "abs(reporting_amount) desc nulls last, " + ", ".join(READ["dq_quarantine"])
    )
    money = {
        **{"Currency": "currency", "Amount": "amount", "MRR refused": "refused_mrr"},
        **{"In reporting currency": "reporting_amount", "Estimated": "is_mrr_estimated"},
    }
    compare(table(sheet, "Raw table"), refused, {**columns, **money})
    odd = own.rows("from dq_oddities order by " + ", ".join(READ["dq_oddities"]))
    if odd:
        compare(table(sheet, "Raw table", 1), odd, columns)
    rows = own.rows(
        "from fct_source_reconciliation order by raw_table, month nulls first, "
        "currency nulls first, outcome, reason nulls first"
    )
    titles = {
        **{"Raw table": "raw_table", "Outcome": "outcome", "Rows": "row_count"},
        **{"Amount": "amount", "Currency": "currency", "Month": "month", "Reason": "reason"},
    }
    sheet = own.computed["Reconciliation"]
    compare(table(sheet, "Raw table", 1), rows, titles)
    read = json.loads((own.run / "run.json").read_text())["raw_profile"]["rows"]
    counts = own.rows(
        "select raw_table, sum(row_count) filter (where outcome = 'modelled') as modelled "
        "from fct_source_reconciliation group by all order by 1"
    )
    cells = {line["Raw table"]: line for line in table(sheet, "Raw table")}
    for row in counts:
        assert same(cells[row["raw_table"]]["Modelled"], row["modelled"] or 0)
        assert same(cells[row["raw_table"]]["Rows read"], read[row["raw_table"]])


def test_the_scorecard_is_the_mart(own: Written) -> None:
    rows = own.rows(
        "from kpi_scorecard where month = (select max(month) from kpi_scorecard) order by metric"
    )
    titles = {
        **{"Name in the mart": "metric", "Value": "value", "n": "n", "Unit": "unit"},
        **{"Range from": "benchmark_low", "Range to": "benchmark_high", "Target": "target"},
        **{"Status": "status", "Source": "source"},
    }
    compare(table(own.computed["Scorecard"], "Figure"), rows, titles)


def test_the_cover_names_its_figures(own: Written) -> None:
    manifest = json.loads((own.run / "run.json").read_text())
    assert named(own, "run_id") == manifest["run_id"]
    assert named(own, "as_of_date") == date.fromisoformat(manifest["as_of_date"])
    assert named(own, "currency") == manifest["vars"]["reporting_currency"]
    for basis in ("restated", "as_reported"):
        [bridge] = own.rows(
            f"from kpi_mrr_bridge where segment_type = 'all' and basis = '{basis}' "
            "order by month desc limit 1"
        )
        [nrr] = own.rows(
            f"from kpi_nrr where segment_type = 'all' and basis = '{basis}' "
            "and retention_window = '12m' order by month desc limit 1"
        )
        for key in ("closing_mrr", "closing_arr", "paying_accounts"):
            assert same(named(own, f"{key}_{basis}"), bridge[key])
        for key in ("nrr", "grr"):
            assert same(named(own, f"{key}_12m_{basis}"), nrr[key])
            assert same(named(own, f"{key}_12m_low_{basis}"), nrr[f"{key}_low"])


def test_every_column_that_is_read_is_defined(own: Written) -> None:
    lines = table(own.computed["Definitions"], "Kind")
    found = {(line["Of"], line["Name"]) for line in lines if line["Kind"] == "column"}
    assert found == {(mart, column) for mart, columns in READ.items() for column in columns}
    assert [line for line in lines if not line["What it means"]] == []
    assert {"word", "rule", "mart"} <= {line["Kind"] for line in lines}


# ---- how it looks ----


def test_sheets_print_and_scroll_as_people_expect(own: Written) -> None:
    for sheet in own.plain:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.print_area
        assert "Run" in sheet.oddHeader.right.text
        if sheet.title != "Cover":
            assert sheet.freeze_panes, sheet.title
            assert sheet.print_title_rows, sheet.title
    filtered = {sheet.title for sheet in own.plain if sheet.auto_filter.ref}
    assert {"Cube", "Offers", "Segments", "Definitions", "Reconciliation"} <= filtered
    assert len(own.plain["Cover"]._charts) == 2


def test_inputs_are_blue_formulas_black_and_numbers_formatted(own: Written) -> None:
    blue = black = 0
    for sheet in own.plain:
        if sheet.title in ("Cover", "Definitions"):
            continue
        for row in sheet.iter_rows(min_row=HEAD + 1):
            for cell in row:
                if cell.fill.fgColor.rgb == "FF1F3A5F" or cell.column == 1:
                    continue
                colour = cell.font.color.rgb if cell.font.color else None
                if cell.data_type == "f":
                    black += 1
                    assert colour != BLUE, (sheet.title, cell.coordinate)
                elif cell.data_type == "n" and cell.value is not None and not cell.is_date:
                    blue += 1
                    assert colour == BLUE, (sheet.title, cell.coordinate)
                    assert cell.number_format != "General", (sheet.title, cell.coordinate)
    assert blue > 3_000
    assert black > 3_000


def test_money_has_the_digits_of_its_currency(own: Written, tmp_path: Path) -> None:
    """JPY has none, USD two, KWD three; negatives stand in parentheses."""
    for currency, wanted in (("JPY", "#,##0"), ("USD", "#,##0.00"), ("KWD", "#,##0.000")):
        drops = [
            f"drop table {mart}" for mart in READ if mart not in ("kpi_mrr_bridge", "dim_months")
        ]
        run = copied(own.run, tmp_path / currency, *drops)
        manifest = json.loads((run / "run.json").read_text())
        manifest["vars"]["reporting_currency"] = currency
        (run / "run.json").write_text(json.dumps(manifest))
        cell = load(write_workbook(run))["Bridge"]["B7"]
        assert cell.number_format == f"{wanted}_);({wanted})"


# ---- text ----


def test_text_stays_text(books: dict[str, Written]) -> None:
    hostile = books["hostile"]
    own = books["own"]
    texts = set()
    for sheet in hostile.plain:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    assert cell.data_type == "s", (sheet.title, cell.coordinate)
                    texts.add(cell.value)
                    if sheet.title != "Cover":
                        assert cell.hyperlink is None
    expected = {
        **{text: text for text in HOSTILE},
        "<r><t>bold</t></r>": "<r><t>bold</t></r> ",
        "\x01\x1b[31m": "\\x01\\x1b[31m",
        "\u202eevil\u200b": "\\u202eevil\\u200b",
        "\ufffe\uffff": "\\ufffe\\uffff",
        "x" * 40_000: "x" * 32_766 + "…",
    }
    assert [text for text in expected.values() if text not in texts] == []
    formulas = [count_formulas(book.plain) for book in (hostile, own)]
    assert formulas[0] == formulas[1]
    computed = {
        cell
        for sheet in hostile.computed
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    }
    assert "=cmd()|'/c calc'!A1" in computed


def count_formulas(book: Book) -> int:
    return sum(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


# ---- large and poor books ----


def test_a_large_book_has_a_cube_for_each_fiscal_year(books: dict[str, Written]) -> None:
    large = books["large"]
    years = large.rows("select distinct fiscal_year as year from dim_months order by 1")
    names = [f"Cube FY{row['year']}" for row in years]
    assert [name for name in large.plain.sheetnames if name.startswith("Cube")] == names
    said = [str(cell.value) for cell in large.plain["Cover"]["A"]]
    assert any("one sheet for each fiscal year" in text for text in said)
    own = set(books["own"].plain.sheetnames) - {"Cube"}
    assert own == set(large.plain.sheetnames) - set(names)


def test_a_list_that_is_cut_says_so(
    own: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (shared, offers, quarantine, reconciliation):
        monkeypatch.setattr(module, "LISTED", 3)
    book = load(write_workbook(copied(own.run, tmp_path / "cut")), data_only=True)
    assert len(table(book["Offers"], "Place")) == 3
    assert book["Offers"]["A3"].value.startswith("The first 3 of ")
    assert "csv/dq_quarantine.csv" in book["Quarantine"]["A3"].value
    assert table(book["Cover"], "Checks")[0]["What is compared"] == "Everything adds up."


def test_a_run_without_a_mart_says_so(own: Written, tmp_path: Path) -> None:
    drops = [f"drop table {mart}" for mart in READ if mart != "kpi_scorecard"]
    one = ["alter table kpi_nrr drop column nrr_low", "drop table kpi_scorecard"]
    for number, changes in enumerate((drops, one)):
        book = load(write_workbook(copied(own.run, tmp_path / str(number), *changes)))
        assert len(book.sheetnames) == len(SHEETS)
        said = [cell.value for sheet in book for cell in sheet["A"] if cell.value]
        assert any(str(text).startswith("This run has no ") for text in said)


# ---- the command, and CSV ----


def test_the_command_writes_it_again_beside_the_run(
    sample_company: Company, own: Written, tmp_path: Path
) -> None:
    home = ["--home", str(sample_company.home)]
    runner = CliRunner()
    done = runner.invoke(cli.app, ["report", *home, "--to", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0, done.output
    [file] = [Path(name) for name in json.loads(done.stdout)["files"] if name.endswith(".xlsx")]
    assert file.read_bytes() == own.book.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    done = runner.invoke(cli.app, ["report", *home, "--to", str(own.run)])
    assert done.exit_code != 0
    assert damages_of(read_run(own.run)) == []


def test_every_mart_has_a_csv_with_its_values(own: Written) -> None:
    marts = own.rows("select table_name as mart from duckdb_tables() order by 1")
    assert sorted(file.name for file in (own.run / "csv").iterdir()) == [
        f"{row['mart']}.csv" for row in marts
    ]
    with duckdb.connect(str(own.run / "marts.duckdb"), read_only=True) as con:
        for row in marts:
            mart, file = row["mart"], own.run / "csv" / f"{row['mart']}.csv"
            names = [name for name, *_ in con.execute(f"describe {mart}").fetchall()]
            read = (
                f"from read_csv('{file}', header = true, all_varchar = true, "
                "allow_quoted_nulls = false)"
            )
            [(there, wanted)] = con.sql(
                f"select (select count(*) {read}), (select count(*) from {mart})"
            ).fetchall()
            assert there == wanted
            if wanted < 2_000:
                casts = ", ".join(f'cast("{name}" as varchar)' for name in names)
                published = con.sql(f"select {casts} from {mart}").fetchall()
                assert con.sql(f"select * {read}").fetchall() == published, mart


def test_a_mart_that_no_spreadsheet_holds_has_no_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "SPREADSHEET_ROWS", 2)
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute("create schema a")
        for rows in (2, 3):
            con.execute(f"create table a.rows_{rows} as select i from range({rows}) t (i)")
    (tmp_path / "quality").mkdir()
    folder = publisher.publish_run(
        database=tmp_path / "build.duckdb",
        published=tmp_path / "published",
        run_id="run-1",
        marts=[Mart(f"rows_{rows}", "a", f"rows_{rows}", ("i",), "", {}) for rows in (2, 3)],
        quality=tmp_path / "quality",
        describe=lambda file: {},
    )
    assert [file.name for file in (folder / "csv").iterdir()] == ["rows_2.csv"]
    assert sorted(file.name for file in (folder / "parquet").iterdir()) == [
        "rows_2.parquet",
        "rows_3.parquet",
    ]
