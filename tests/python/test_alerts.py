"""Alerts against an independent count of what came of them, from published rows and the ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from statistics import NormalDist, median

import pytest

from builds import Company, ask

pytestmark = pytest.mark.slow

LAST_DAY = date(2026, 6, 30)
HORIZONS = (90, 180)
CONTRACTION = Decimal("0.20")
ALPHA, MIN_ALERTS = 0.05, 30

Days = dict[str, list[date]]


def seed(company: Company, name: str, columns: str) -> list[tuple[str, ...]]:
    return ask(company.database, f"select {columns} from rules.{name} order by all")


def outcomes(company: Company) -> dict[str, Days]:
    """Days of losses and of expansions by account, in truth."""
    rows = ask(
        company.database,
        """
        select account_id, movements.month, movement, opening_at_rate, delta,
            coalesce(changed_on, last_day(movements.month))
        from intermediate.int_account_movements as movements
        left join intermediate.int_last_contract_change_days as days
            using (knowledge_id, account_id, month)
        where knowledge_id = 'restated'
        """,
    )
    found: dict[str, Days] = {"loss": defaultdict(list), "expansion": defaultdict(list)}
    for account, _, movement, opening, delta, day in rows:
        if movement == "churn" or (movement == "contraction" and -delta >= opening * CONTRACTION):
            found["loss"][account].append(day)
        if movement == "expansion":
            found["expansion"][account].append(day)
    for days in found.values():
        for events in days.values():
            events.sort()
    return found


def payers(company: Company) -> dict[str, str]:
    """Who pays for whom, in truth."""
    return dict(
        ask(
            company.database,
            "select account_id, paying_account_id from intermediate.int_account_map "
            "where knowledge_id = 'restated' and not is_internal",
        )
    )


def paid(company: Company) -> set[tuple[str, date]]:
    """Accounts that paid at a month-end, in truth."""
    return set(
        ask(
            company.marts,
            "select account_id, last_day(month) from fct_mrr_movements "
            "where basis = 'restated' and closing_mrr > 0",
        )
    )


def month_end_until(day: date) -> date:
    """The last month-end on or before a day."""
    after = day + timedelta(days=1)
    return after.replace(day=1) - timedelta(days=1)


def leads(
    rows: list[tuple[str, date]],
    horizon: int,
    days: Days,
    payer: dict[str, str],
    paying: set[tuple[str, date]],
) -> list[tuple[str, int | None]]:
    """Who was followed, and the days from each row to its outcome, None without one."""
    found: list[tuple[str, int | None]] = []
    for account, day in rows:
        pays = payer.get(account)
        if pays is None or day + timedelta(days=horizon) > LAST_DAY:
            continue
        if (pays, month_end_until(day)) not in paying:
            continue
        events = days.get(pays, [])
        place = bisect_right(events, day)
        lead = (events[place] - day).days if place < len(events) else None
        found.append((account, lead if lead is not None and lead <= horizon else None))
    return found


def wilson(share: float, trials: int, kinds: int) -> tuple[float, float]:
    z = NormalDist().inv_cdf(1 - ALPHA / kinds / 2)
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    half *= z / (1 + z * z / trials)
    return middle - half, middle + half


def verdict(alerts: int, low: float, high: float, base: float) -> str:
    if alerts < MIN_ALERTS:
        return "too_few"
    if low > base:
        return "earns_its_place"
    return "below_base" if high < base else "no_evidence"


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_track_record_is_what_an_independent_count_finds(
    sample_company: Company, horizon: int
) -> None:
    kinds = seed(sample_company, "alert_kinds", "alert_kind, outcome")
    alerts: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for kind, account, day in ask(
        sample_company.marts, "select alert_kind, account_id, began_on from fct_alerts"
    ):
        alerts[kind].append((account, day))
    everybody = ask(
        sample_company.database,
        "select account_id, month_end from intermediate.int_scoring_population",
    )
    days, payer, paying = outcomes(sample_company), payers(sample_company), paid(sample_company)
    published = {
        row[0]: row[1:]
        for row in ask(
            sample_company.marts,
            "select alert_kind, outcome, alerts, hits, hit_rate, hit_rate_lower, hit_rate_upper, "
            "base_rows, base_hits, base_rate, lift, median_lead_days, verdict "
            f"from kpi_alert_backtest where horizon_days = {horizon}",
        )
    }
    assert sorted(published) == [kind for kind, _ in kinds]
    followed = 0
    for kind, outcome in kinds:
        found = leads(alerts[kind], horizon, days[outcome], payer, paying)
        base = leads(everybody, horizon, days[outcome], payer, paying)
        hits = [lead for _, lead in found if lead is not None]
        base_hits = sum(lead is not None for _, lead in base)
        row = published[kind]
        assert row[:3] == (outcome, len(found), len(hits)), kind
        assert row[6:8] == (len(base), base_hits), kind
        followed += len(found)
        if not found:
            assert (row[3:6], row[9:]) == ((None, None, None), (None, None, "too_few")), kind
            continue
        base_rate = base_hits / len(base)
        accounts = {account for account, _ in found}
        low, high = wilson(len(hits) / len(found), len(accounts), len(kinds))
        assert row[3:6] == pytest.approx((len(hits) / len(found), low, high), abs=1e-9), kind
        assert row[8:10] == pytest.approx((base_rate, len(hits) / len(found) / base_rate)), kind
        expected = Decimal(str(median(hits))) if hits else None
        assert row[10] == expected, kind
        assert row[11] == verdict(len(found), low, high, base_rate), kind
    assert followed > 200


def test_alerts_follow_one_another(sample_company: Company) -> None:
    """Of one account, kind and subject one alert is over before the next one begins."""
    overlapping = ask(
        sample_company.marts,
        """
        select alert_id, ended_on, next_on from (
            select alert_id, ended_on, is_open, lead(began_on) over (
                partition by account_id, alert_kind, coalesce(subject, '') order by began_on
            ) as next_on
            from fct_alerts
        )
        where next_on is not null and (is_open or ended_on >= next_on)
        """,
    )
    assert overlapping == []


def test_every_kind_of_sentence_is_filled(sample_company: Company) -> None:
    """No placeholder is left, nothing is said twice over, and every kind occurs or says so."""
    rows = ask(sample_company.marts, "select alert_kind, sentence, what_to_do from fct_alerts")
    assert [
        row for row in rows if "{" in row[1] or "  " in row[1] or not row[1].endswith(".")
    ] == []
    occurring = {row[0] for row in rows}
    silent = ask(
        sample_company.marts, "select distinct alert_kind from kpi_alert_backtest where alerts = 0"
    )
    kinds = {kind for (kind,) in seed(sample_company, "alert_kinds", "alert_kind")}
    assert kinds - occurring <= {kind for (kind,) in silent}
    assert len(occurring) >= 10
