"""Fiscal periods, ARR, products and named segments of the random company, cell by cell."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import pytest

from oracle.annual import STEPS, Annual, annual_bridges
from oracle.bridge import Bridge
from oracle.catalogue import Catalogue
from oracle.compute import EVERYTHING, Basis, Result, close_cut, first_paid_month, window_rows
from oracle.drivers import DriverSplit
from oracle.periods import (
    COUNTS,
    FiscalPeriod,
    PeriodBridge,
    PeriodRetention,
    fiscal_periods,
    opening_month_of,
    period_bridge,
    period_retention,
)
from oracle.products import ProductRetention, product_retention
from oracle.retention import WINDOWS, Retention, fx_basis
from oracle.rows import Book
from oracle.segments import Places, SegmentOf, segmenters, tier_ranks
from oracle.terms import DAY, first_day, month_of
from oracle.view import View
from oracle_company import OracleCompany
from test_oracle_against_warehouse import (
    BRIDGE_COLUMNS,
    RETENTION_RATIOS,
    SHOWN,
    Cells,
    Key,
    differences,
)

NAMED = ("region", "csm_owner", "product", "plan", "currency", "region x product")


class Books:
    """The company as the close of a month knew it, or as it is known now."""

    def __init__(self, book: Book, result: Result, basis: Basis) -> None:
        self.basis = basis
        self.result = result
        self.ledger = result.ledger
        self.settings = self.ledger.settings
        self.catalogue = Catalogue.of(book.products, book.plans)
        self._ranks = tier_ranks(book.plans)
        self._views: dict[int, View] = {}
        self._splits: dict[int, DriverSplit] = {}
        self._segments: dict[int, dict[str, SegmentOf]] = {}
        self._expected: dict[str, Cells] = {}

    def cut(self, month: int) -> date:
        """The last day that is known."""
        if self.basis is Basis.RESTATED:
            return self.settings.as_of_date
        return close_cut(month, self.settings, EVERYTHING)

    def view(self, month: int) -> View:
        """The balances up to a month."""
        if self.basis is Basis.RESTATED:
            return self.result.view
        if month not in self._views:
            cut = self.cut(month)
            lines = self.ledger.reported_lines(cut, month)
            self._views[month] = View(lines, self.result.view.rates, self.ledger.heirs(cut))
        return self._views[month]

    def split(self, month: int) -> DriverSplit:
        """Drivers of the months up to one, with every line where its close has it."""
        held = self.view(month).seen_from(month)
        if id(held) not in self._splits:
            self._splits[id(held)] = DriverSplit(held, self.catalogue)
        return self._splits[id(held)]

    def segments(self, month: int) -> dict[str, SegmentOf]:
        """Every kind of segment."""
        if month not in self._segments:
            self._segments[month] = segmenters(
                self.ledger,
                self.cut(month),
                self.view(month),
                self._ranks,
                as_reported=self.basis is Basis.AS_REPORTED,
            )
        return self._segments[month]

    def window(self, month: int, length: int) -> Mapping[tuple[str, str], Retention]:
        """Every segment of a window that closes in a month."""
        return window_rows(
            self.view(month),
            self.split(month),
            month,
            length,
            settings=self.settings,
            segments=self.segments(month),
        )

    def expected(self, comparison: "Comparison") -> Cells:
        """What the oracle says of a mart, worked out once."""
        if comparison.mart not in self._expected:
            self._expected[comparison.mart] = comparison.expected(self)
        return self._expected[comparison.mart]

    def periods(self) -> list[FiscalPeriod]:
        """Every fiscal period that has a complete month."""
        return fiscal_periods(self.ledger.months(), self.settings, self.settings.as_of_date)

    @cached_property
    def annual(self) -> dict[tuple[date, str, str], Annual]:
        """The ARR bridge of every segment."""
        return annual_bridges(self.result.bases[self.basis])

    @cached_property
    def retention(self) -> dict[Key, PeriodRetention]:
        """The cohorts of all periods."""
        found = period_retention(
            self.periods(),
            self.window,
            lambda month: first_paid_month(self.view(month)),
            lambda month: fx_basis(self.view(month), month),
            self.settings,
        )
        return dict(found)


def period_cell(period: FiscalPeriod) -> dict[str, Any]:
    """What every mart says of a period."""
    return {
        "period_label": period.label,
        "last_month": first_day(period.last_month),
        "is_partial": period.is_partial,
        "is_closed": period.is_closed,
    }


def period_cells(books: Books) -> Cells:
    """Cells of `dim_periods`."""
    return {
        x.key: {
            **period_cell(x),
            "first_month": first_day(x.first_month),
            "fiscal_year": x.year,
            "period_months": x.length,
            "months_present": len(x.months),
        }
        for x in books.periods()
    }


ARR_COLUMNS = {f"{name}_arr": name for name in STEPS}


def annual_cells(books: Books) -> Cells:
    """The columns of `kpi_mrr_bridge` that say ARR, and the counts that no other test compares."""
    result = books.result.bases[books.basis]
    return {
        key: {
            **{column: getattr(row, name) for column, name in ARR_COLUMNS.items()},
            **{name: getattr(result.segment_bridge[key], name) for name in COUNTS},
        }
        for key, row in books.annual.items()
    }


def bridge_cell(period: FiscalPeriod, row: PeriodBridge) -> dict[str, Any]:
    """One period of one segment."""
    return {
        **period_cell(period),
        "first_month": first_day(period.first_month),
        **{column: row.amounts[name] for column, name in BRIDGE_COLUMNS.items()},
        **{column: row.annual[name] for column, name in ARR_COLUMNS.items()},
        **row.counts,
        "opening_accounts": row.opening_accounts,
        "paying_accounts": row.paying_accounts,
        "gained_mrr": row.gained,
        "lost_mrr": row.lost,
        "quick_ratio": row.quick_ratio,
    }


def bridge_cells(books: Books) -> Cells:
    """Cells of `kpi_mrr_bridge_periods`."""
    result = books.result.bases[books.basis]
    money: dict[tuple[str, str], dict[int, Bridge]] = defaultdict(dict)
    annual: dict[tuple[str, str], dict[int, Annual]] = defaultdict(dict)
    for (month, *segment), row in result.segment_bridge.items():
        money[segment[0], segment[1]][month_of(month)] = row
    for (month, *segment), steps in books.annual.items():
        annual[segment[0], segment[1]][month_of(month)] = steps
    found: dict[Key, Mapping[str, Any]] = {}
    for period in books.periods():
        for key, months in money.items():
            added = period_bridge(period, months, annual[key])
            if added is not None:
                found[(*period.key, *key)] = bridge_cell(period, added)
    return found


def retention_cell(row: PeriodRetention) -> dict[str, Any]:
    """One window of one segment."""
    cohort = row.cohort
    return {
        **period_cell(row.period),
        "window_months": row.window,
        "opening_month": opening_month_of(row),
        "opening_mrr": cohort.opening,
        "expansion_mrr": cohort.expansion,
        "contraction_mrr": cohort.contraction,
        "churn_mrr": cohort.churn,
        "returned_mrr": cohort.returned,
        "closing_mrr": cohort.closing,
        "kept_mrr": cohort.kept,
        "kept_flow_mrr": cohort.kept_flow,
        "closing_excl_pre_contracted_mrr": cohort.closing_without_uplift,
        "opening_accounts": cohort.opening_accounts,
        "retained_accounts": cohort.retained_accounts,
        **{name: getattr(cohort, name) for name in RETENTION_RATIOS},
        "nrr_band": row.nrr_band,
        "is_small_sample": cohort.is_small_sample,
        "fx_basis": cohort.fx_basis,
    }


def retention_cells(books: Books) -> Cells:
    """Cells of `kpi_nrr_periods`."""
    return {key: retention_cell(row) for key, row in books.retention.items()}


def product_cell(row: ProductRetention, settings_min: int) -> dict[str, Any]:
    """One window of one product."""
    return {
        **{f"{name}_mrr": getattr(row, name) for name in PRODUCT_MONEY},
        **{name: getattr(row, name) for name in (*PRODUCT_COUNTS, *PRODUCT_RATIOS)},
        "is_small_sample": row.opening_accounts < settings_min,
    }


PRODUCT_MONEY = (
    *("opening", "expansion", "contraction", "churn", "closing", "kept", "kept_with_moves"),
    *("entered", "moved_in", "moved_out"),
)
PRODUCT_COUNTS = ("opening_accounts", "retained_accounts", "entered_accounts", "moving_accounts")
PRODUCT_RATIOS = ("nrr", "grr", "grr_with_moves", "logo_retention")


def product_cells(books: Books) -> Cells:
    """Cells of `kpi_nrr_products`."""
    found: dict[Key, Mapping[str, Any]] = {}
    for month in books.ledger.months():
        first_paid = first_paid_month(books.view(month))
        held = books.view(month).seen_from(month)
        products = held.by_product()
        for window, length in WINDOWS.items():
            if first_paid is None or month - length < first_paid:
                continue
            rows = product_retention(held, products, month, length, books.catalogue.successors)
            for product, row in rows.items():
                cell = product_cell(row, books.settings.min_segment_accounts)
                found[first_day(month), window, product] = cell
    return found


@dataclass(frozen=True)
class Comparison:
    """A mart, what identifies its rows beside the basis, and what the oracle says of them."""

    mart: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    expected: Callable[[Books], Cells]
    least_cells: int
    has_basis: bool = True

    def found(self, connection: duckdb.DuckDBPyConnection, basis: Basis) -> Cells:
        """The warehouse's cells by key, each key once."""
        condition = f"basis = '{basis.value}'" if self.has_basis else "true"
        rows = connection.execute(
            f"select {', '.join((*self.keys, *self.columns))} from main.{self.mart} "
            f"where {condition}"
        ).fetchall()
        width = len(self.keys)
        found = {row[:width]: dict(zip(self.columns, row[width:], strict=True)) for row in rows}
        assert len(found) == len(rows), f"{self.mart} has rows with the same key"
        return found


PERIOD = ("period_type", "period")
SEGMENT = ("segment_type", "segment")
SAID = ("period_label", "last_month", "is_partial", "is_closed")
COMPARISONS = (
    Comparison(
        "dim_periods",
        PERIOD,
        (*SAID, "first_month", "fiscal_year", "period_months", "months_present"),
        period_cells,
        100,
        has_basis=False,
    ),
    Comparison(
        "kpi_mrr_bridge", ("month", *SEGMENT), (*ARR_COLUMNS, *COUNTS), annual_cells, 50_000
    ),
    Comparison(
        "kpi_mrr_bridge_periods",
        (*PERIOD, *SEGMENT),
        (
            *(*SAID, "first_month", *BRIDGE_COLUMNS, *ARR_COLUMNS, *COUNTS),
            *("opening_accounts", "paying_accounts", "gained_mrr", "lost_mrr", "quick_ratio"),
        ),
        bridge_cells,
        50_000,
    ),
    Comparison(
        "kpi_nrr_periods",
        (*PERIOD, "retention_window", *SEGMENT),
        (
            *(*SAID, "window_months", "opening_month", "opening_mrr", "expansion_mrr"),
            *("contraction_mrr", "churn_mrr", "returned_mrr", "closing_mrr", "kept_mrr"),
            *("kept_flow_mrr", "closing_excl_pre_contracted_mrr", "opening_accounts"),
            *("retained_accounts", *RETENTION_RATIOS, "nrr_band", "is_small_sample", "fx_basis"),
        ),
        retention_cells,
        50_000,
    ),
    Comparison(
        "kpi_nrr_products",
        ("month", "retention_window", "product_id"),
        (
            *(f"{name}_mrr" for name in PRODUCT_MONEY),
            *(*PRODUCT_COUNTS, *PRODUCT_RATIOS, "is_small_sample"),
        ),
        product_cells,
        5_000,
    ),
)


@pytest.fixture(scope="module", params=Basis, ids=lambda basis: str(basis.value))
def books(company: OracleCompany, request: pytest.FixtureRequest) -> Books:
    """The company on one basis."""
    return Books(company.book, company.result, request.param)


@pytest.mark.slow
@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda x: x.mart)
def test_marts_of_periods_equal_the_oracle(
    company: OracleCompany,
    books: Books,
    comparison: Comparison,
    record_property: Callable[[str, object], None],
) -> None:
    """Not one cell differs, enough are compared, and every figure is above 0 somewhere."""
    expected = books.expected(comparison)
    with duckdb.connect(str(company.database), read_only=True) as connection:
        found = comparison.found(connection, books.basis)
    wrong = list(differences(expected, found, comparison.columns))
    shown = "\n".join(x.text() for x in wrong[:SHOWN])
    assert not wrong, f"{len(wrong)} cells of {comparison.mart} differ, the first ones:\n{shown}"
    cells = len(expected.keys() & found.keys()) * len(comparison.columns)
    record_property("cells", cells)
    assert cells >= comparison.least_cells
    for column in comparison.columns:
        is_empty = not any(row[column] for row in expected.values())
        assert is_empty == (column in NEVER[books.basis]), f"{column} of {comparison.mart}"


# Late news and mergers are steps of what was reported; restated they are where they belong, and
# ARR that MRR does not show is in one of the kept small books.
NEVER: Mapping[Basis, tuple[str, ...]] = {
    Basis.RESTATED: (
        *("prior_period_mrr", "prior_period_arr", "prior_period_accounts", "merged_accounts"),
        "rounding_arr",
    ),
    Basis.AS_REPORTED: (),
}


@pytest.mark.slow
def test_every_cohort_of_a_period_has_its_row(company: OracleCompany, books: Books) -> None:
    """Also the one in which the book begins, which says nothing: the rows are exactly these."""
    mart = next(x for x in COMPARISONS if x.mart == "kpi_nrr_periods")
    with duckdb.connect(str(company.database), read_only=True) as connection:
        found = mart.found(connection, books.basis)
    expected = books.retention
    assert set(found) == set(expected)
    assert any(row.cohort.opening_accounts == 0 for row in expected.values())


@pytest.mark.slow
def test_periods_have_the_segments_of_their_months(company: OracleCompany) -> None:
    """A segment with a row in any month of a period has one there, and no other."""
    with duckdb.connect(str(company.database), read_only=True) as connection:
        rows = connection.execute(
            """
            select count(*), count(*) filter (where monthly.period is null or whole.period is null)
            from (
                select distinct period_type, period, segment_type, segment, basis
                from main.kpi_mrr_bridge
                inner join main.dim_periods on month between first_month and last_month
            ) as monthly
            full join main.kpi_mrr_bridge_periods as whole
                using (period_type, period, segment_type, segment, basis)
            """
        ).fetchone()
    assert rows is not None
    assert rows[0] >= 1000
    assert rows[1] == 0


@pytest.mark.slow
def test_named_kinds_of_segment_are_compared(company: OracleCompany) -> None:
    """Every kind that the company names has accounts in several segments, which move."""
    for basis in Basis:
        bridge = company.result.bases[basis].segment_bridge
        for kind in NAMED:
            rows = {key: row for key, row in bridge.items() if key[1] == kind}
            assert len({segment for _, _, segment in rows}) >= 4
            assert any(row.amounts["segment_transfer"] for row in rows.values())
    retention = company.result.as_reported.retention
    assert {key[2] for key in retention} == {key[2] for key in company.result.restated.retention}
    assert {kind for _, _, kind, _ in retention} >= set(NAMED)
    assert ("region x product", "north××coast × CRM") in {key[2:] for key in retention}
    reported, restated = (company.result.bases[basis].stands for basis in Basis)
    moved = [key for key in reported if key in restated and differ(reported[key], restated[key])]
    assert len(moved) >= 100


def differ(one: Places, other: Places) -> bool:
    """Whether an account is in another region by what became known later."""
    return one["region"] != other["region"]


@pytest.mark.slow
@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda x: x.mart)
def test_a_changed_cell_is_found(
    company: OracleCompany, books: Books, comparison: Comparison
) -> None:
    """Every column, changed in one row, is the one cell that differs."""
    with duckdb.connect(str(company.database), read_only=True) as connection:
        found = comparison.found(connection, books.basis)
    expected = books.expected(comparison)
    for column in comparison.columns:
        key = next(x for x in found if x in expected and found[x][column] is not None)
        row = {**found[key], column: another(found[key][column])}
        wrong = differences({key: expected[key]}, {key: row}, comparison.columns)
        assert [(x.key, x.column) for x in wrong] == [(key, column)]


def another(value: Any) -> Any:
    """A value that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"not {value}"
    return value + (DAY if isinstance(value, date) else 1)
