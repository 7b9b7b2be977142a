"""Committed MRR, MRR under notice, renewals and cohorts of the random company, cell by cell."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.catalogue import Catalogue
from oracle.cohorts import CohortMonth, cohorts
from oracle.commitments import Committed, committed
from oracle.compute import EVERYTHING, Result, close_cut
from oracle.renewals import Reading, Renewal, read_renewals, reading_close, renewals
from oracle.retention import ratio
from oracle.segments import SegmentOf, segmenters, tier_ranks
from oracle.terms import first_day, month_end
from oracle.view import View
from oracle_company import SHAPE, OracleCompany
from test_oracle_against_warehouse import Cells, Key, differences

ZERO = Fraction(0)
SHOWN = 10


@dataclass(frozen=True)
class Comparison:
    """What the warehouse says (a query, keys first) and what the oracle says about it."""

    name: str
    query: str
    keys: int
    columns: tuple[str, ...]
    expected: Callable[[OracleCompany], Cells]


def successors(company: OracleCompany) -> Mapping[str, str]:
    return Catalogue.of(company.book.products).successors


def committed_cell(row: Committed) -> dict[str, Any]:
    return {
        "mrr": row.mrr,
        "signed_mrr": row.signed,
        "pending_churn_mrr": row.pending_churn,
        "cmrr": row.cmrr,
    }


def committed_now(company: OracleCompany) -> Cells:
    """With everything known, at every month-end."""
    ledger = company.result.ledger
    found = committed(
        ledger,
        company.result.view.rates,
        successors(company),
        cut=ledger.settings.as_of_date,
        map_day=month_end(ledger.last),
        months=ledger.months(),
    )
    return {
        (account, product, first_day(month)): committed_cell(row)
        for (account, product, month), row in found.items()
    }


def committed_at_close(company: OracleCompany) -> Cells:
    """Every month-end as its close knew it."""
    ledger = company.result.ledger
    cells: dict[Key, Mapping[str, Any]] = {}
    for month in ledger.months():
        found = committed(
            ledger,
            company.result.view.rates,
            successors(company),
            cut=close_cut(month, ledger.settings, EVERYTHING),
            map_day=month_end(month),
            months=[month],
        )
        for (account, product, _), row in found.items():
            cells[account, product, first_day(month)] = committed_cell(row)
    return cells


def renewal_pools(result: Result, company: OracleCompany) -> dict[tuple[str, str, int], Renewal]:
    cut = result.ledger.settings.as_of_date
    return renewals(result.ledger, result.view.rates, successors(company), cut)


def product_renewals(company: OracleCompany) -> Cells:
    """Renewals by account, product and month."""
    pools = renewal_pools(company.result, company)
    return {
        (account, product, first_day(month)): {
            "expiring_terms": row.terms,
            "expiring_mrr": row.expiring,
            "following_mrr": row.following,
            "renewed_mrr": row.renewed,
        }
        for (account, product, month), row in pools.items()
    }


@dataclass
class Sums:
    """One cell of `kpi_renewals` in the making."""

    terms: int = 0
    expiring: Fraction = ZERO
    renewed: Fraction = ZERO
    pending_churn: Fraction = ZERO


def renewal_cell(cell: Sums) -> dict[str, Any]:
    """The cell as the mart shows it."""
    return {
        "expiring_terms": cell.terms,
        "expiring_mrr": cell.expiring,
        "renewed_mrr": cell.renewed,
        "renewal_rate": ratio(cell.renewed, cell.expiring),
        "notice_mrr": cell.pending_churn,
    }


def segments_of(company: OracleCompany) -> dict[str, SegmentOf]:
    """Every kind of segment, as known now."""
    ledger = company.result.ledger
    ranks = tier_ranks(company.book.plans)
    return segmenters(
        ledger, ledger.settings.as_of_date, company.result.view, ranks, as_reported=False
    )


def segment_renewals(company: OracleCompany) -> Cells:
    """Renewals by the opening segment, MRR under notice by that at the month-end."""
    result = company.result
    view = result.view
    segments = segments_of(company)
    sums: dict[tuple[date, str, str], Sums] = defaultdict(Sums)
    for (account, _, month), row in renewal_pools(result, company).items():
        opened = month - 1 if view.mrr(account, month - 1) > 0 else month
        for segment_type, segment_of in segments.items():
            cell = sums[first_day(month), segment_type, segment_of(account, opened)]
            cell.terms += row.terms
            cell.expiring += row.expiring
            cell.renewed += row.renewed
    for (account, _, month), cells in committed_now(company).items():
        at = month.year * 12 + month.month - 1
        if view.mrr(account, at) > 0:
            for segment_type, segment_of in segments.items():
                cell = sums[month, segment_type, segment_of(account, at)]
                cell.pending_churn += cells["pending_churn_mrr"]
    return {key: renewal_cell(cell) for key, cell in sums.items()}


def close_of(company: OracleCompany, month: int) -> date:
    """The last day that the close of a month knows."""
    return close_cut(month, company.result.ledger.settings, EVERYTHING)


def closing_view(company: OracleCompany, month: int) -> tuple[View, dict[str, SegmentOf]]:
    """The ledger as the close of a month knew it, and the segments that it saw."""
    ledger = company.result.ledger
    cut = close_of(company, month)
    lines = ledger.reported_lines(cut, month)
    view = View(lines, company.result.view.rates, ledger.heirs(cut))
    ranks = tier_ranks(company.book.plans)
    return view, segmenters(ledger, cut, view, ranks, as_reported=True)


def segment_renewals_as_read(company: OracleCompany) -> Cells:
    """Renewals by the close that reads them, MRR under notice by that of the month itself."""
    ledger = company.result.ledger
    views = {month: closing_view(company, month) for month in ledger.months()}
    readings: dict[int, Reading] = {
        month: read_renewals(
            ledger,
            company.result.view.rates,
            successors(company),
            close_of(company, month),
            month,
        )
        for month in ledger.months()
    }
    sums: dict[tuple[date, str, str], Sums] = defaultdict(Sums)
    for month in ledger.months():
        closing = reading_close(month, readings, lambda x: close_of(company, x), ledger.settings)
        view, segments = views[closing]
        for (account, _, ends), row in readings[closing].pools.items():
            if ends != month:
                continue
            opened = month - 1 if view.mrr(account, month - 1) > 0 else month
            for segment_type, segment_of in segments.items():
                cell = sums[first_day(month), segment_type, segment_of(account, opened)]
                cell.terms += row.terms
                cell.expiring += row.expiring
                cell.renewed += row.renewed
    for (account, _, day), cells in committed_at_close(company).items():
        month = day.year * 12 + day.month - 1
        view, segments = views[month]
        if view.mrr(account, month) > 0:
            for segment_type, segment_of in segments.items():
                cell = sums[day, segment_type, segment_of(account, month)]
                cell.pending_churn += cells["pending_churn_mrr"]
    return {key: renewal_cell(cell) for key, cell in sums.items()}


def cohort_cell(row: CohortMonth) -> dict[str, Any]:
    return {
        "cohort_accounts": row.accounts,
        "cohort_mrr": row.mrr,
        "retained_accounts": row.retained_accounts,
        "retained_mrr": row.retained_mrr,
        "nrr": row.nrr,
        "logo_retention": row.logo_retention,
    }


def cohort_months(company: OracleCompany) -> Cells:
    """Every cohort at every later month-end, in every segment."""
    ledger = company.result.ledger
    segments = segments_of(company)
    return {
        (first_day(first), month - first, segment_type, segment): cohort_cell(row)
        for segment_type, segment_of in segments.items()
        for (first, month, segment), row in cohorts(
            company.result.view, ledger.months(), segment_of
        ).items()
    }


def cohort_months_at_close(company: OracleCompany) -> Cells:
    """Every cohort as the close of each month knew it."""
    ledger = company.result.ledger
    cells: dict[Key, Mapping[str, Any]] = {}
    for closing in ledger.months():
        view, segments = closing_view(company, closing)
        for segment_type, segment_of in segments.items():
            found = cohorts(view, range(ledger.first, closing + 1), segment_of)
            for (first, month, segment), row in found.items():
                if month == closing:
                    key = (first_day(first), month - first, segment_type, segment)
                    cells[key] = cohort_cell(row)
    return cells


COMMITTED = ("mrr", "signed_mrr", "pending_churn_mrr", "cmrr")
COHORT = (
    *("cohort_accounts", "cohort_mrr", "retained_accounts", "retained_mrr"),
    *("nrr", "logo_retention"),
)
COMPARISONS = (
    Comparison(
        "committed as known now",
        "select account_id, product_id, month, {columns} "
        "from intermediate.int_committed_mrr where knowledge_id = 'restated'",
        3,
        COMMITTED,
        committed_now,
    ),
    Comparison(
        "committed as every close knew it",
        "select account_id, product_id, month, {columns} "
        "from intermediate.int_committed_mrr where knowledge_id not in ('restated', 'today')",
        3,
        COMMITTED,
        committed_at_close,
    ),
    Comparison(
        "renewals by account and product",
        "select account_id, product_id, month, {columns} from intermediate.int_renewals "
        "where knowledge_id = 'restated'",
        3,
        ("expiring_terms", "expiring_mrr", "following_mrr", "renewed_mrr"),
        product_renewals,
    ),
    Comparison(
        "kpi_renewals",
        "select month, segment_type, segment, {columns} from main.kpi_renewals "
        "where basis = 'restated'",
        3,
        ("expiring_terms", "expiring_mrr", "renewed_mrr", "renewal_rate", "notice_mrr"),
        segment_renewals,
    ),
    Comparison(
        "kpi_renewals as read by closes",
        "select month, segment_type, segment, {columns} from main.kpi_renewals "
        "where basis = 'as_reported'",
        3,
        ("expiring_terms", "expiring_mrr", "renewed_mrr", "renewal_rate", "notice_mrr"),
        segment_renewals_as_read,
    ),
    Comparison(
        "kpi_cohort_retention",
        "select cohort_month, months_since, segment_type, segment, {columns} "
        "from main.kpi_cohort_retention where basis = 'restated'",
        4,
        COHORT,
        cohort_months,
    ),
    Comparison(
        "kpi_cohort_retention as every close knew it",
        "select cohort_month, months_since, segment_type, segment, {columns} "
        "from main.kpi_cohort_retention where basis = 'as_reported'",
        4,
        COHORT,
        cohort_months_at_close,
    ),
)


def read_cells(database: Path, comparison: Comparison) -> Cells:
    """The warehouse's cells by key, each key once."""
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = ", ".join(comparison.columns)
        rows = connection.execute(comparison.query.format(columns=columns)).fetchall()
    width = comparison.keys
    found = {row[:width]: dict(zip(comparison.columns, row[width:], strict=True)) for row in rows}
    assert len(found) == len(rows), f"{comparison.name} has rows with the same key"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda x: x.name)
def test_forward_figures_equal_the_oracle(
    company: OracleCompany, comparison: Comparison, record_property: Callable[[str, object], None]
) -> None:
    """Not one cell differs, and the book has enough of everything to tell."""
    expected = comparison.expected(company)
    found = read_cells(company.database, comparison)
    wrong = list(differences(expected, found, comparison.columns))
    shown = "\n".join(x.text() for x in wrong[:SHOWN])
    record_property("cells", len(expected) * len(comparison.columns))
    assert len(expected) >= SHAPE.months
    for column in comparison.columns:
        assert any(row[column] for row in expected.values()), f"{column} is never above 0"
    assert not wrong, f"{len(wrong)} cells of {comparison.name} differ, the first ones:\n{shown}"
