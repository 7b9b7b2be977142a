"""Renewals ahead, committed MRR month by month and outlooks of the random company, cell by cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import duckdb
import pytest

from oracle.ahead import (
    RenewalAhead,
    Standing,
    periods_ahead,
    renewals_ahead,
)
from oracle.ahead import summed as summed_ahead
from oracle.catalogue import Catalogue
from oracle.compute import EVERYTHING, close_cut
from oracle.ids import clean_id
from oracle.outlook import OUTLOOK_MONTHS, Closes, Outlook, RenewalRate, foresee, summed
from oracle.parsing import read_date, recorded
from oracle.retention import ratio
from oracle.schedule import RENEWS_ITSELF, STEPS, Schedule, calendar, schedule
from oracle.terms import first_day, month_end, month_of
from oracle.versions import known_order
from oracle_company import SHAPE, OracleCompany
from test_oracle_against_warehouse import Cells, differences
from test_oracle_forward_kpis import SHOWN, Comparison, read_cells

AHEAD_MONTHS = 24


@dataclass
class Ahead:
    """Everything that the oracle says of the months after the last complete one."""

    company: OracleCompany
    renewals: list[RenewalAhead]
    standings: Mapping[str, Standing]
    schedule: Schedule
    closes: Closes
    track: list[Outlook]

    @property
    def day(self) -> date:
        """The day of the lists."""
        return self.company.result.ledger.settings.as_of_date

    def band(self, row: RenewalAhead) -> str | None:
        """Health of the account that pays."""
        return self.standings.get(row.term.account, Standing()).health_band


def standings(company: OracleCompany) -> dict[str, Standing]:
    """Health and open proposals as other marts publish them."""
    with duckdb.connect(str(company.database), read_only=True) as connection:
        bands = connection.execute("select account_id, health_band from main.fct_accounts_today")
        found = dict(bands.fetchall())
        proposals = connection.execute(
            "select account_id, count(*) from main.fct_proposals "
            "where outcome_to_date = 'open' group by account_id"
        )
        waiting = dict(proposals.fetchall())
    return {x: Standing(found.get(x), waiting.get(x, 0)) for x in {*found, *waiting}}


@pytest.fixture(scope="module")
def ahead(company: OracleCompany) -> Ahead:
    """Computed once for all comparisons."""
    ledger, rates = company.result.ledger, company.result.view.rates
    successors = Catalogue.of(company.book.products).successors
    closes = Closes(
        ledger,
        rates,
        successors,
        lambda month: close_cut(month, ledger.settings, EVERYTHING),
    )
    day = ledger.settings.as_of_date
    return Ahead(
        company=company,
        renewals=renewals_ahead(ledger, rates, successors, day),
        standings=standings(company),
        schedule=schedule(ledger, rates, successors, cut=day, month=ledger.last),
        closes=closes,
        track=closes.track(),
    )


def name_of(company: OracleCompany, account: str, day: date) -> str | None:
    """The name of an account on a day: the version recorded last of those that are valid."""
    zone = company.result.ledger.settings.business_timezone
    valid = []
    for row in company.book.accounts:
        moment, known_on = recorded(row.recorded_at, zone)
        first = read_date(row.effective_from, zone) or known_on or date.min
        if clean_id(row.account_id) == account and max(first, known_on or date.min) <= day:
            valid.append((known_order(moment), first, row.account_name))
    return max(valid, key=lambda x: x[:2])[2] if valid else None


def term_cells(ahead: Ahead) -> Cells:
    """Cells of `fct_renewals_ahead`."""
    return {
        (row.term.line_id, row.term.due_on): {
            "month": first_day(row.term.month),
            "account_id": row.term.account,
            "account_name": name_of(ahead.company, row.term.account, ahead.day),
            "as_of_date": ahead.day,
            "product_id": row.term.row.product_id,
            "contract_id": row.term.row.contract_id,
            "starts_on": row.term.row.starts_on,
            "days_to_due": (row.term.due_on - ahead.day).days,
            "is_stated": row.term.is_stated,
            "is_running": row.term.versions[0].first <= ahead.day,
            "due_mrr": row.due_mrr,
            "renewal_state": row.state(ahead.band(row)),
            "renewed_by": "|".join(row.renewed_by) or None,
            "notice_on": row.notice_on,
            "open_proposals": ahead.standings.get(row.term.account, Standing()).open_proposals,
        }
        for row in ahead.renewals
    }


def period_cells(ahead: Ahead) -> Cells:
    """Cells of `kpi_renewals_ahead`."""
    start_month = ahead.company.result.ledger.settings.fiscal_year_start_month
    return {
        (period.kind, first_day(period.first)): {
            "period_label": period.label,
            "period_end": month_end(period.last),
            "is_partial": first_day(period.first) < ahead.day,
            **summed_ahead(ahead.renewals, ahead.standings, period),
        }
        for period in periods_ahead(ahead.day, start_month)
    }


def schedule_cells(ahead: Ahead) -> Cells:
    """Cells of `kpi_cmrr_schedule`."""
    return {(day,): month_cell(ahead, n) for n, day in calendar(ahead.schedule, AHEAD_MONTHS)}


def month_cell(ahead: Ahead, months_ahead: int) -> dict[str, Any]:
    """One month that is foreseen."""
    found, month = ahead.schedule, ahead.schedule.month_made + months_ahead
    return {
        "month_made": first_day(found.month_made),
        "months_ahead": months_ahead,
        "opening_mrr": found.scheduled(month - 1),
        **{f"{kind}_mrr": found.of(kind, month) for kind in (*STEPS, RENEWS_ITSELF)},
        "scheduled_mrr": found.scheduled(month),
        "committed_mrr": found.committed(month),
        "later_mrr": found.later(month),
        "due_so_far_mrr": found.due(month),
        **outlook_cell(ahead, months_ahead),
        **track_cell(ahead, months_ahead),
    }


def outlook_cell(ahead: Ahead, months_ahead: int) -> dict[str, Any]:
    """The measured rate, and the outlook of a month."""
    rate = ahead.closes.rate(ahead.schedule.month_made)
    month = ahead.schedule.month_made + months_ahead
    is_foreseen = months_ahead <= OUTLOOK_MONTHS
    return {
        "rate_renewed_mrr": rate.renewed,
        "rate_expiring_mrr": rate.expiring,
        "rate_terms": rate.terms,
        "renewal_rate": rate.rate,
        "outlook_mrr": foresee(ahead.schedule, rate, month) if is_foreseen else None,
    }


def track_cell(ahead: Ahead, months_ahead: int) -> dict[str, Any]:
    """How far off outlooks so many months ahead were; sums of nothing are unknown."""
    found = summed(ahead.track, months_ahead)
    sums = {
        "outlook_error": found.error,
        "outlook_miss": found.miss,
        "naive_error": found.naive_error,
        "naive_miss": found.naive_miss,
    }
    is_known = found.months > 0
    return {
        "tracked_months": found.months,
        "tracked_actual_mrr": found.actual if is_known else None,
        **{f"tracked_{name}_mrr": x if is_known else None for name, x in sums.items()},
        **{name: ratio(x, found.actual) for name, x in sums.items()},
        "is_better_than_naive": found.is_better,
        "verdict": found.verdict if months_ahead <= OUTLOOK_MONTHS else None,
    }


def outlook_cells(ahead: Ahead) -> Cells:
    """Cells of `kpi_outlook_track`."""
    return {
        (first_day(row.month_made), row.months_ahead): {
            "month": first_day(row.month),
            "scheduled_mrr": row.scheduled,
            "due_mrr": row.due,
            "rate_renewed_mrr": row.rate.renewed,
            "rate_expiring_mrr": row.rate.expiring,
            "rate_terms": row.rate.terms,
            "renewal_rate": row.rate.rate,
            "outlook_mrr": row.foreseen,
            "naive_mrr": row.naive,
            "book_accounts": row.book_accounts,
            "actual_mrr": row.actual,
            "total_mrr": row.total,
            "outlook_error_mrr": row.error,
            "naive_error_mrr": row.naive_error,
            "is_better_than_naive": row.is_better,
        }
        for row in ahead.track
    }


def compared(name: str, keys: int, cells: Cells, leave_out: Iterable[str] = ()) -> Comparison:
    """All columns that the oracle tells of a mart."""
    columns = tuple(x for x in next(iter(cells.values())) if x not in set(leave_out))
    named = {
        "fct_renewals_ahead": "contract_line_id, due_on",
        "kpi_renewals_ahead": "period_type, period",
        "kpi_cmrr_schedule": "month",
        "kpi_outlook_track": "month_made, months_ahead",
    }
    query = f"select {named[name]}, {{columns}} from main.{name}"
    return Comparison(name, query, keys, columns, lambda _: cells)


def wrong_cells(company: OracleCompany, comparison: Comparison) -> list[str]:
    """What differs, as lines for a person; every row has to be on both sides."""
    expected, found = comparison.expected(company), read_cells(company.database, comparison)
    assert expected.keys() == found.keys()
    return [x.text() for x in differences(expected, found, comparison.columns)]


def assert_equal(company: OracleCompany, comparison: Comparison, least: int) -> None:
    """No cell differs, at least so many are compared, and every column says something."""
    wrong = wrong_cells(company, comparison)
    expected = comparison.expected(company)
    assert not wrong, "\n".join(wrong[:SHOWN])
    assert len(expected) * len(comparison.columns) >= least
    for column in comparison.columns:
        assert any(row[column] for row in expected.values()), f"{column} says nothing"


# Random lines name no contract, and nothing is proposed to random accounts.
SILENT_AHEAD = ("contract_id", "open_proposals")
# No account of the random company that has something due is green or yellow.
SILENT_PERIODS = ("green_mrr", "yellow_mrr")


@pytest.mark.slow
def test_terms_ahead_equal_the_oracle(ahead: Ahead) -> None:
    """Which terms, of whom, until when, worth what, what renews them and where they stand."""
    cells = term_cells(ahead)
    comparison = compared("fct_renewals_ahead", 2, cells, SILENT_AHEAD)
    assert_equal(ahead.company, comparison, least=3 * SHAPE.accounts)
    assert not wrong_cells(ahead.company, compared("fct_renewals_ahead", 2, cells))


@pytest.mark.slow
def test_a_new_year_of_rates_has_begun_since_the_last_month_end(ahead: Ahead) -> None:
    """Without it nothing tells the rates of the day from those of the last complete month."""
    rates, ledger = ahead.company.result.view.rates, ahead.company.result.ledger
    assert rates.period(month_of(ahead.day)) != rates.period(ledger.last)


@pytest.mark.slow
def test_periods_ahead_equal_the_oracle(ahead: Ahead) -> None:
    cells = period_cells(ahead)
    comparison = compared("kpi_renewals_ahead", 2, cells, SILENT_PERIODS)
    assert_equal(ahead.company, comparison, least=32 * 12)
    assert not wrong_cells(ahead.company, compared("kpi_renewals_ahead", 2, cells))


@pytest.mark.slow
def test_the_schedule_equals_the_oracle(ahead: Ahead) -> None:
    """Every step, the outlook and its track; and every row leads to CMRR."""
    comparison = compared("kpi_cmrr_schedule", 1, schedule_cells(ahead))
    assert_equal(ahead.company, comparison, least=AHEAD_MONTHS * 30)
    found, last = ahead.schedule, ahead.schedule.month_made
    for month in range(last + 1, last + AHEAD_MONTHS + 1):
        assert found.committed(month) + found.later(month) == found.cmrr


@pytest.mark.slow
def test_outlooks_of_every_month_equal_the_oracle(ahead: Ahead) -> None:
    """What every close foresaw, and what came true."""
    comparison = compared("kpi_outlook_track", 2, outlook_cells(ahead))
    assert_equal(ahead.company, comparison, least=SHAPE.months * OUTLOOK_MONTHS * 15)


@pytest.mark.slow
def test_one_changed_cell_is_found(ahead: Ahead) -> None:
    """One yen more in one step, and one outlook that is said to be better than it was."""
    for name, keys, cells, column in (
        ("kpi_cmrr_schedule", 1, schedule_cells(ahead), "replaced_mrr"),
        ("kpi_outlook_track", 2, outlook_cells(ahead), "is_better_than_naive"),
    ):
        found = {
            key: dict(row)
            for key, row in read_cells(ahead.company.database, compared(name, keys, cells)).items()
        }
        key = next(x for x in sorted(found) if found[x][column] is not None)
        old = found[key][column]
        found[key][column] = not old if isinstance(old, bool) else old + Decimal(1)
        columns = tuple(next(iter(cells.values())))
        assert [(x.key, x.column) for x in differences(cells, found, columns)] == [(key, column)]


def test_an_outlook_is_rounded_once() -> None:
    """100 scheduled, of which 40 renew themselves, 25 ended: 60 + 65 × 2 / 3 = 103.333."""
    found = Schedule(24300, mrr=Fraction(125))
    found.by_month["ended", 24301] -= 25
    found.by_month[RENEWS_ITSELF, 24301] += 40
    rate = partial(foresee, found, month=24301)
    assert rate(RenewalRate(Fraction(2), Fraction(3), 1)) == Fraction(103_333, 1000)
    assert rate(RenewalRate()) is None
