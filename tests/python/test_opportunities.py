"""Offers of the sample company: who is left alone, and for which one reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builds import Company, ask
from expansion_warehouse.sample.edge_cases import GUARDS

LAST_MONTH = "2026-06-01"
GUARD_COLUMNS = {
    1: "guard_health",
    2: "guard_yellow_health",
    3: "guard_tenure",
    4: "guard_dissatisfied",
    5: "guard_notice_or_unpaid",
    6: "guard_recent_proposal",
    7: "guard_not_sellable",
    8: "guard_no_contact",
    9: "guard_low_use",
    10: "guard_open_talks",
    11: "guard_refused_data",
}


def offers(company: Company, account_id: str, columns: str) -> list[tuple[object, ...]]:
    """Columns of an account's offers at the last month-end, by offer."""
    return [
        tuple(row)
        for row in ask(
            company.database,
            f"select {columns} from main.fct_upsell_opportunities "
            f"where account_id = '{account_id}' order by offer_id",
        )
    ]


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_each_guard_is_somebodys_only_obstacle(sample_company: Company, guard: int) -> None:
    """Some offer of the account is blocked by this guard and no other; without it, it would go."""
    others = " or ".join(column for number, column in GUARD_COLUMNS.items() if number != guard)
    found = offers(sample_company, GUARDS[guard], f"{GUARD_COLUMNS[guard]} and not ({others})")
    assert (True,) in found


def test_nobody_in_trouble_was_ever_eligible(sample_company: Company) -> None:
    """At no month-end, whatever the guards say: read from health, proposals and tickets."""
    assert ask(
        sample_company.database,
        """
        select count(*)
        from intermediate.int_upsell_opportunities as offers
        inner join main.fct_health_scores as health using (account_id, month)
        where
            offers.is_eligible
            and (health.health_band in ('red', 'insufficient_data') or health.has_cancel_notice)
        """,
    ) == [(0,)]
    eligible = "select count(*), count(distinct month) from intermediate.int_upsell_opportunities"
    count, months = ask(sample_company.database, f"{eligible} where is_eligible")[0]
    assert count > 100
    assert months > 24


def test_a_red_account_at_its_limit_is_rescued(sample_company: Company) -> None:
    """E108: blocked for health alone, although nothing could be better timed."""
    columns = "offer_class, blocked_reasons, is_timed, play, limit_reached"
    found = offers(sample_company, "E108", columns)
    assert ("seat_expansion", "health_red", True, "rescue", True) in found
    assert offers(sample_company, "E108", "is_eligible or priority is not null") == [
        (False,) for _ in found
    ]


def test_a_refused_offer_waits_longer_than_another(sample_company: Company) -> None:
    """E109: refused 100 days ago, so the same offer is blocked and others are not."""
    found = offers(sample_company, "E109", "offer_id, blocked_reasons, is_eligible")
    assert ("plan_upgrade|CRM|CRM-BUSINESS", "refused_recently", False) in found
    assert ("add_on|REPORTS|REPORTS-BASIC", "", True) in found


def test_who_is_on_top_has_no_headroom(sample_company: Company) -> None:
    """E110: no higher plan, so nothing to list, but other offers; the history says why."""
    found = offers(sample_company, "E110", "offer_class, blocked_reasons, headroom_score")
    assert ("add_on", "", 0) in found
    assert "plan_upgrade" not in {offer_class for offer_class, _, _ in found}
    assert ask(
        sample_company.database,
        f"""
        select blocked_reasons from intermediate.int_upsell_opportunities
        where account_id = 'E110' and month = '{LAST_MONTH}' and offer_class = 'plan_upgrade'
        """,
    ) == [("top_plan",)]


def test_too_little_known_is_a_reason(sample_company: Company) -> None:
    """E105 has no seats and uses nothing: too little is known until somebody answers a survey."""
    assert ask(
        sample_company.database,
        "select pressing_reason, health_score from intermediate.int_upsell_opportunities "
        "where account_id = 'E105' and month in ('2026-05-01', '2026-06-01') order by month",
    ) == [("insufficient_data", None), ("health_low", Decimal("46.4"))]


def test_priorities_are_gapless_and_only_for_ready_offers(sample_company: Company) -> None:
    assert ask(
        sample_company.database,
        """
        select
            count(priority) = max(priority),
            count(priority) = count(case
                when is_eligible and is_timed and expected_value >= 0 then 1
            end),
            count(case when priority is not null and not (is_eligible and is_timed) then 1 end),
            count(case when expected_value is not null and not is_eligible then 1 end)
        from main.fct_upsell_opportunities
        """,
    ) == [(True, True, 0, 0)]
