"""Nobody is offered anything whom the raw folder forbids, read by rules of its own."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from builds import Company, ask
from outside.files import read_folder
from outside.forbidden import RULES, Sight, forbidden, in_force

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = Sight(date(2026, 4, 20), date(2026, 4, 20), TOKYO)
# A row that forbids on the day, and the same a day too late, too early or taken back.
FORBIDDING: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "asked not to be contacted": (
        "accounts",
        {"do_not_contact": "true", "effective_from": "2026-04-20"},
        {"do_not_contact": "true", "effective_from": "2026-04-21"},
    ),
    "nobody who decides may be contacted": (
        "contacts",
        {"role": "decision_maker", "opted_out_on": "2026-04-20"},
        {"role": "decision_maker", "opted_out_on": "2026-04-21"},
    ),
    "gave notice": (
        "contract_lines",
        {"cancel_notice_on": "2026-04-20", "starts_on": "2025-01-01", "unit_price": "5"},
        {"cancel_notice_on": "2026-04-21", "starts_on": "2025-01-01", "unit_price": "5"},
    ),
    "has a severe ticket": (
        "support_tickets",
        {"opened_at": "2026-04-20 14:59:00", "severity": "2"},
        {"opened_at": "2026-04-20 15:00:00", "severity": "2"},
    ),
    "was not satisfied": (
        "support_tickets",
        {"opened_at": "2026-03-01", "closed_at": "2026-03-22", "severity": "4", "csat": "2"},
        {"opened_at": "2026-03-01", "closed_at": "2026-03-21", "severity": "4", "csat": "2"},
    ),
    "would not recommend us": (
        "survey_responses",
        {"survey": "nps", "score": "6", "responded_at": "2026-01-21"},
        {"survey": "nps", "score": "6", "responded_at": "2026-01-20"},
    ),
    "was proposed to in the last 90 days": (
        "proposals",
        {"proposed_on": "2026-01-21", "outcome": "open"},
        {"proposed_on": "2026-01-20", "outcome": "open"},
    ),
    "refused in the last 90 days": (
        "proposals",
        {"proposed_on": "2025-01-01", "closed_on": "2026-01-21", "outcome": "lost"},
        {"proposed_on": "2025-01-01", "closed_on": "2026-04-21", "outcome": "lost"},
    ),
    "owes for more than 30 days": (
        "invoices",
        {"kind": "invoice", "amount": "5", "due_on": "2026-03-20", "paid_on": "2026-04-21"},
        {"kind": "invoice", "amount": "5", "due_on": "2026-03-20", "paid_on": "2026-04-20"},
    ),
}
BAD_TICKET = {
    "ticket_id": "1",
    "account_id": "A",
    "opened_at": "2026-04-01",
    "severity": "4",
}
KEYS = {
    "accounts": "account_id",
    "contacts": "contact_id",
    "contract_lines": "contract_line_id",
    "support_tickets": "ticket_id",
    "survey_responses": "response_id",
    "proposals": "proposal_id",
    "invoices": "invoice_id",
}


@pytest.mark.parametrize(
    ("answer", "is_low"),
    [
        ({"csat": "2.5", "scale_min": "1", "scale_max": "7"}, True),
        ({"csat": "2.6", "scale_min": "1", "scale_max": "7"}, False),
        ({"csat": "2.5", "scale_max": "10", "scale_min": "0"}, True),
        ({"csat": "2.6", "scale_max": "10", "scale_min": "0"}, False),
        ({"csat": "0"}, False),
        ({"csat": "0", "scale_min": "0"}, True),
        ({"csat": "2", "scale_min": "5", "scale_max": "1"}, True),
    ],
)
def test_the_reader_brings_answers_to_one_scale(answer: dict[str, str], is_low: bool) -> None:
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in KEYS}
    tables["support_tickets"] = [{**BAD_TICKET, **answer}]
    assert forbidden(tables, DAY) == ({"A": {"was not satisfied"}} if is_low else {})


@pytest.mark.parametrize("reason", sorted(RULES))
def test_the_reader_sees_what_forbids_and_nothing_else(reason: str) -> None:
    table, forbids, allows = FORBIDDING[reason]
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in KEYS}
    row = {KEYS[table]: "1", "account_id": "A", "charge_type": "recurring"}
    tables[table] = [row | forbids]
    assert forbidden(tables, DAY) == {"A": {reason}}
    tables[table] = [row | allows]
    assert forbidden(tables, DAY) == {}
    tables[table] = [row | forbids | {"recorded_at": "2026-04-20 15:00:00"}]
    assert forbidden(tables, DAY) == {}, "nobody knew it on the day"


def test_one_who_decides_is_enough_of_a_detractor() -> None:
    """Two of three are content; the third counts where he decides, and where another refused."""
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in KEYS}
    tables["survey_responses"] = [
        {"response_id": name, "account_id": "A", "respondent_id": name, "survey": "nps"}
        | {"score": score, "responded_at": "2026-04-01"}
        for name, score in (("ann", "3"), ("bea", "9"), ("cec", "9"))
    ]
    decides = {"contact_id": "1", "account_id": "A", "role": "decision_maker", "user_id": "ann"}
    assert forbidden(tables, DAY) == {}
    tables["contacts"] = [decides]
    assert forbidden(tables, DAY) == {"A": {"would not recommend us"}}
    tables["contacts"] = [decides | {"contact_id": "ann", "user_id": ""}]
    assert forbidden(tables, DAY) == {"A": {"would not recommend us"}}
    refuses = {"contact_id": "2", "account_id": "A", "role": "decision_maker"}
    for other in ({"role": "champion"}, {"left_on": "2026-04-20"}, {"user_id": "bea"}):
        tables["contacts"] = [decides | other, refuses | {"do_not_contact": "true"}]
        alone = "user_id" not in other
        expected = {"A": {"nobody who decides may be contacted"}} if alone else {}
        assert forbidden(tables, DAY) == expected, other


def test_nobody_was_offered_what_the_raw_folder_forbids(sample_company: Company) -> None:
    """At every month-end, by what was recorded until its close."""
    tables = read_folder(sample_company.raw)
    offers = ask(
        sample_company.database,
        """
        select offers.account_id, offers.month_end, least(months.closes_on, date '2026-06-30')
        from intermediate.int_upsell_opportunities as offers
        inner join intermediate.int_months as months using (month)
        where offers.is_eligible group by all order by all
        """,
    )
    assert len(offers) > 100
    wrong, seen = [], {}
    for account, day, known_until in offers:
        if day not in seen:
            sight = Sight(day, known_until, TOKYO)
            seen[day] = (forbidden(tables, sight), in_force(tables, sight))
        reasons, holders = seen[day]
        if reasons.get(account) or account not in holders:
            wrong.append((account, day, reasons.get(account) or "nothing in force"))
    assert wrong == []
