"""Win rates, upsell rate and ARPA lift of the sample company, counted again in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from builds import Company, ask

pytestmark = pytest.mark.slow

FOLLOW_UP = timedelta(days=90)
STEPS = ("proposals", "won", "lost", "expired", "open", "won_to_date", "won_in_month", "decided")
MonthlyCounts = dict[date, Counter[str]]
# Two accounts of one yen each: what rounding line by line may differ from rounding the account.
ROUNDING = Decimal(2)


def month_of(day: date) -> date:
    """First day of the month."""
    return day.replace(day=1)


def moved(month: date, months: int) -> date:
    """First day of the month so many months away."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def fiscal_year(month: date) -> int:
    """Fiscal years begin in April."""
    return moved(month, -3).year


def counted_proposals(rows: Iterable[Mapping[str, Any]], today: date) -> MonthlyCounts:
    """Proposals by month as specification/offers.md#5.4 counts them.

    The last step is by month of decision.
    """
    counts: MonthlyCounts = defaultdict(Counter)
    for row in rows:
        made_on, closed_on = row["proposed_on"], row["closed_on"]
        if made_on is None or row["offer_class"] == "downsell":
            continue
        expires_on = made_on + FOLLOW_UP
        decided = row["outcome"] in ("won", "lost", "expired") and closed_on <= today
        outcome, decided_on = row["outcome"], closed_on
        if not decided:
            outcome = "expired" if expires_on <= today else "open"
            decided_on = expires_on if outcome == "expired" else None
        late = decided_on is not None and decided_on > expires_on
        cohort = counts[month_of(made_on)]
        cohort["proposals"] += 1
        cohort["expired" if late else outcome] += 1
        cohort["won_to_date"] += outcome == "won"
        if decided_on is not None:
            counts[month_of(decided_on)]["decided"] += 1
            counts[month_of(decided_on)]["won_in_month"] += outcome == "won"
    return counts


def upsold_pairs(database: Path) -> set[tuple[date, str]]:
    """Month and account of every upsell win of somebody who paid at the opening."""
    wins = ask(
        database,
        "select month, account_id from main.fct_mrr_drivers "
        "where basis = 'restated' and sales_motion = 'upsell' and is_upsell_win",
    )
    return set(wins) & opening_payers(database)


def opening_payers(database: Path) -> set[tuple[date, str]]:
    """Month and account of everybody who paid at the opening."""
    rows = ask(
        database,
        "select month, account_id, opening_mrr + fx_mrr from main.fct_mrr_movements "
        "where basis = 'restated'",
    )
    return {(month, account) for month, account, opening in rows if opening > 0}


def by_month(pairs: Iterable[tuple[date, str]]) -> Counter[date]:
    """How many accounts each month has."""
    return Counter(month for month, _ in pairs)


def test_proposals_and_their_rates(sample_company: Company) -> None:
    settings = yaml.safe_load((sample_company.raw / "settings.yml").read_text(encoding="utf-8"))
    today = date.fromisoformat(str(settings["as_of_date"]))
    with duckdb.connect() as connection:
        raw = connection.execute(
            f"from '{sample_company.raw / 'proposals.parquet'}' anti join "
            f"(from '{sample_company.raw / 'accounts.parquet'}' where is_internal) "
            "using (account_id)"
        )
        names = [column[0] for column in raw.description]
        rows = [dict(zip(names, row, strict=True)) for row in raw.fetchall()]
    expected = counted_proposals(rows, today)
    found = ask(
        sample_company.database,
        "select month, proposals, won_proposals, lost_proposals, expired_proposals, "
        "open_proposals, won_to_date, won_in_month, decided_in_month, proposal_win_rate, "
        "won_to_date_rate, close_month_win_rate from main.kpi_upsell where segment_type = 'all'",
    )
    assert sum(row[1] or 0 for row in found) > 100
    first = min(expected)
    for month, *numbers in found:
        counts = expected[month]
        if numbers[0] is None:
            assert month < first
            continue
        assert numbers[:8] == [counts[step] for step in STEPS], month
        settled = counts["proposals"] - counts["open"]
        for rate, hits, trials in zip(
            numbers[8:],
            (counts["won"], counts["won_to_date"], counts["won_in_month"]),
            (settled, counts["proposals"], counts["decided"]),
            strict=True,
        ):
            assert rate == (hits / trials if trials else None), month


def test_upsell_rate(sample_company: Company) -> None:
    payers = by_month(opening_payers(sample_company.database))
    upsold = by_month(upsold_pairs(sample_company.database))
    found = ask(
        sample_company.database,
        "select month, opening_accounts, upsold_accounts, upsell_rate "
        "from main.kpi_upsell where segment_type = 'all'",
    )
    assert sum(row[2] for row in found) == sum(upsold.values()) > 5
    for month, accounts, wins, rate in found:
        assert (accounts, wins) == (payers[month], upsold[month])
        assert rate == (upsold[month] / payers[month] if payers[month] else None)


def test_arpa_lift_is_paired_and_in_constant_currency(sample_company: Company) -> None:
    mrr: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    balances = ask(
        sample_company.database,
        "select account_id, month, mrr from main.fct_mrr where basis = 'restated'",
    )
    for account, month, amount in balances:
        mrr[account, month] += amount
    rates = {
        (account, fiscal_year(month)): (opening + fx) / opening
        for account, month, opening, fx in ask(
            sample_company.database,
            "select account_id, month, opening_mrr, fx_mrr from main.fct_mrr_movements "
            "where basis = 'restated' and month(month) = 4 and opening_mrr > 0",
        )
    }
    before: dict[date, Decimal] = defaultdict(Decimal)
    after: dict[date, Decimal] = defaultdict(Decimal)
    accounts: Counter[date] = Counter()
    for month, account in upsold_pairs(sample_company.database):
        first, last = moved(month, -1), moved(month, 1)
        crosses = fiscal_year(first) != fiscal_year(last)
        rate = rates.get((account, fiscal_year(last)), Decimal(1)) if crosses else Decimal(1)
        before[month] += mrr[account, first] * rate
        after[month] += mrr[account, last]
        accounts[month] += 1
    found = ask(
        sample_company.database,
        "select month, upsold_mrr_before_1m, upsold_mrr_after_1m, arpa_lift "
        "from main.kpi_upsell where segment_type = 'all' and arpa_lift is not null",
    )
    last_month = max(month for _, month in mrr)
    assert {row[0] for row in found} == {month for month in before if month < last_month}
    assert found
    for month, opening, closing, lift in found:
        assert abs(opening - before[month]) <= ROUNDING * accounts[month]
        assert closing == after[month]
        assert lift == float(closing - opening) / float(opening)


def test_e98_forty_proposals(sample_company: Company) -> None:
    found = ask(
        sample_company.database,
        "select cohort_outcome, count(*) from main.fct_proposals where account_id = 'E98' "
        "group by all order by all",
    )
    assert dict(found) == {"lost": 22, "open": 8, "won": 10}


def test_e97_a_newcomer_is_not_upsold(sample_company: Company) -> None:
    upsold = ask(
        sample_company.database,
        "select account_id, month from intermediate.int_upsold_accounts "
        "where is_upsold and account_id like 'E97%'",
    )
    assert upsold == [("E97-OLD", date(2025, 6, 1))]


def test_e100_price_gaps_of_proposals(sample_company: Company) -> None:
    found = ask(
        sample_company.database,
        "select price_gap_band from main.fct_proposals where account_id = 'E100' "
        "order by proposal_id",
    )
    assert [band for (band,) in found] == ["<=10", "10-30", "10-30", ">=50", None]
