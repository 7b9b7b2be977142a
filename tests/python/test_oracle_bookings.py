"""Bookings, billings and plans of the random company, cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from oracle.billings import KINDS, Billed, billings
from oracle.bookings import Booking, bookings, in_reporting_currency
from oracle.catalogue import Catalogue
from oracle.compute import EVERYTHING, Basis, close_cut
from oracle.plans import METRICS, Actuals, plans, random_budgets
from oracle.terms import first_day, month_of
from oracle_company import SEED, SHAPE, OracleCompany
from test_oracle_against_warehouse import Cells, Difference, differences
from test_oracle_forward_kpis import SHOWN, Comparison, read_cells

BILLED = {"invoice": "invoiced", "credit_note": "credited", "refund": "refunded"}
OPEN = ("open_native", "open_amount", "past_due_native", "past_due_amount", "open_invoices")
KEYS = {
    "fct_bookings": ("contract_line_id", "starts_on"),
    "kpi_billings": ("month", "product_id", "currency"),
    "kpi_plan_actual": ("month", "metric", "segment_type", "segment", "basis"),
}


@dataclass
class Signed:
    """What the oracle says was signed and billed."""

    company: OracleCompany
    bookings: list[Booking]
    billed: Mapping[tuple[int, str, str], Billed]


@pytest.fixture(scope="module")
def signed(company: OracleCompany) -> Signed:
    """Computed once for all comparisons."""
    result = company.result
    settings, rates = result.ledger.settings, result.view.rates
    successors = Catalogue.of(company.book.products).successors
    return Signed(
        company,
        bookings(result.ledger, rates, successors, settings.as_of_date),
        billings(company.book, result.parsed, settings, rates),
    )


def booking_cells(signed: Signed) -> Cells:
    """Cells of `fct_bookings`."""
    rates = signed.company.result.view.rates
    return {
        (row.version.line_id, row.version.first): {
            "account_id": row.version.account,
            "contract_id": row.version.row.contract_id,
            "product_id": row.version.row.product_id,
            "plan_id": row.version.row.plan_id,
            "booking_type": row.booking_type,
            "booked_on": row.booked_on,
            "booked_by": row.booked_by,
            "month": row.month,
            "ends_on": row.worth.ends_on,
            "term_months": row.worth.months,
            "replaced_line_id": row.replaced_line_id,
            "currency": row.version.row.currency,
            "acv_native": row.acv,
            "tcv_native": row.tcv,
            "net_new_acv_native": row.net_new_acv,
            "acv": in_reporting_currency(row, row.acv, rates),
            "tcv": in_reporting_currency(row, row.tcv, rates),
            "net_new_acv": in_reporting_currency(row, row.net_new_acv, rates),
        }
        for row in signed.bookings
    }


def billing_cells(signed: Signed) -> Cells:
    """Cells of `kpi_billings`."""
    return {
        (first_day(month), product, currency): billed_cell(row)
        for (month, product, currency), row in signed.billed.items()
    }


def billed_cell(row: Billed) -> dict[str, Any]:
    """One month, product and currency."""
    return {
        **{f"{BILLED[kind]}_native": row.native[kind] for kind in KINDS},
        **{f"{BILLED[kind]}_amount": row.amount[kind] for kind in KINDS},
        "net_native": sum(row.native.values()),
        "net_amount": sum(row.amount.values()),
        "documents": row.documents,
        **{name: getattr(row, name) for name in OPEN},
    }


def plan_cells(signed: Signed) -> Cells:
    """Cells of `kpi_plan_actual`."""
    company = signed.company
    result, rates = company.result, company.result.view.rates
    settings = result.ledger.settings
    products = {x.product_id for x in company.book.products}
    actuals = {
        basis: Actuals(
            basis,
            result.bases[basis],
            signed.billed,
            signed.bookings,
            rates=rates,
            products=products,
        )
        for basis in Basis
    }
    cuts = {x: close_cut(x, settings, EVERYTHING) for x in result.ledger.months()}
    found = plans(company.budgets, actuals, cuts, rates, settings)
    return {
        (
            first_day(figure.month),
            figure.metric,
            figure.segment_type,
            figure.segment,
            basis.value,
        ): {
            "plan": row.plan,
            "actual": row.actual,
            "difference": row.difference,
            "attainment": row.attainment,
            "actual_numerator": row.numerator,
            "actual_denominator": row.denominator,
        }
        for (figure, basis), row in found.items()
    }


def comparison(name: str, cells: Cells) -> Comparison:
    """All columns that the oracle tells of a mart."""
    keys, columns = KEYS[name], tuple(next(iter(cells.values())))
    query = f"select {', '.join(keys)}, {{columns}} from main.{name}"
    return Comparison(name, query, len(keys), columns, lambda _: cells)


def wrong_cells(signed: Signed, name: str, cells: Cells) -> list[Difference]:
    """What differs; every row has to be on both sides."""
    found = read_cells(signed.company.database, comparison(name, cells))
    assert found.keys() == cells.keys()
    return list(differences(cells, found, tuple(next(iter(cells.values())))))


def assert_none(wrong: list[Difference]) -> None:
    """No cell differs."""
    assert not wrong, "\n".join(x.text() for x in wrong[:SHOWN])


def assert_tells(cells: Cells, least: int, silent: tuple[str, ...] = ()) -> None:
    """At least so many cells, and every column says something."""
    columns = tuple(next(iter(cells.values())))
    assert len(cells) * len(columns) >= least
    for column in columns:
        assert column in silent or any(x[column] for x in cells.values()), column


def unfinished(signed: Signed) -> list[Booking]:
    """Bookings that renew a term whose last day lies in a month that is not complete."""
    last = signed.company.result.ledger.last
    return [
        x
        for x in signed.bookings
        if x.renewed_until is not None and month_of(x.renewed_until) > last
    ]


TYPES = {"one_time", "discount", "renewal", "contraction", "extension", "expansion", "new"}


@pytest.mark.slow
def test_bookings_equal_the_oracle(signed: Signed) -> None:
    """Also of what is signed for terms that are not over."""
    cells = booking_cells(signed)
    assert_none(wrong_cells(signed, "fct_bookings", cells))
    assert_tells(cells, least=2 * SHAPE.accounts * len(next(iter(cells.values()))))
    assert {x.booking_type for x in signed.bookings} == TYPES
    assert any(x.booking_type == "renewal" for x in unfinished(signed))


@pytest.mark.slow
def test_billings_equal_the_oracle(signed: Signed) -> None:
    cells = billing_cells(signed)
    assert_none(wrong_cells(signed, "kpi_billings", cells))
    assert_tells(cells, least=SHAPE.months * len(next(iter(cells.values()))))


@pytest.mark.slow
def test_plans_equal_the_oracle(signed: Signed) -> None:
    """Every figure on both bases."""
    cells = plan_cells(signed)
    assert_none(wrong_cells(signed, "kpi_plan_actual", cells))
    assert_tells(cells, least=SHAPE.months * 60)
    assert {key[1] for key in cells} == set(METRICS)
    assert {key[4] for key in cells} == {basis.value for basis in Basis}


@pytest.mark.slow
def test_one_changed_cell_is_found(signed: Signed) -> None:
    """One unit more of one amount, in every mart."""
    for name, cells, column in (
        ("fct_bookings", booking_cells(signed), "net_new_acv"),
        ("kpi_billings", billing_cells(signed), "open_amount"),
        ("kpi_plan_actual", plan_cells(signed), "plan"),
    ):
        compared = comparison(name, cells)
        found = {x: dict(row) for x, row in read_cells(signed.company.database, compared).items()}
        before = list(differences(cells, found, compared.columns))
        key = next(x for x in sorted(found) if found[x][column])
        found[key][column] += Decimal(1)
        after = list(differences(cells, found, compared.columns))
        assert [(x.key, x.column) for x in after if x not in before] == [(key, column)]


def test_plans_are_a_stream_of_their_own() -> None:
    """The same plans for the same seed, and some of every kind."""
    drawn = random_budgets(SEED, SHAPE)
    assert drawn == random_budgets(SEED, SHAPE)
    assert {x.metric for x in drawn} == set(METRICS)
    assert any(x.recorded_at is None for x in drawn)
    assert any(x.segment == "nowhere" for x in drawn)
