"""Section 6.8: the customer-success side, from upsell rates to experiments."""

from __future__ import annotations

from datetime import date, timedelta

from expansion_warehouse.sample.edge_cases.guards import (
    ENTERPRISE_FEATURES,
    STANDARD_FEATURES,
    healthy,
    meters,
    month_ends,
    paid_invoices,
    work,
    working_days,
)
from expansion_warehouse.sample.edge_cases.rows import (
    Row,
    TableRow,
    account,
    answer,
    case,
    invoice,
    line,
    proposal,
    renewed_a100,
    ticket,
)

_CRM: Row = {
    "product_id": "CRM",
    "plan_id": "CRM-STANDARD",
    "quantity": "6",
    "unit_price": "6000",
}


def _upsold(account_id: str, start: str, *steps: tuple[str, str]) -> list[TableRow]:
    """A line of 100,000 a month with a version of another price from each given day."""
    return [
        line(account_id, 1, starts_on=start, recorded_at=f"{start} 01:00:00"),
        *(
            line(
                account_id,
                1,
                starts_on=start,
                unit_price=price,
                effective_from=day,
                recorded_at=f"{day} 01:00:00",
            )
            for day, price in steps
        ),
    ]


def _forty_proposals() -> list[TableRow]:
    """Forty proposals of May 2026: 10 won, 22 lost, 8 still open."""
    rows = []
    for number in range(40):
        outcome = "won" if number < 10 else "lost" if number < 32 else "open"
        rows.append(
            proposal(
                "E98",
                number + 1,
                outcome,
                proposed_on=f"2026-05-{number % 20 + 1:02d}",
                closed_on=None if outcome == "open" else f"2026-06-{number % 20 + 1:02d}",
                lost_reason="price" if outcome == "lost" else None,
            )
        )
    return rows


def _price_gaps() -> list[TableRow]:
    pairs = (("100", "110"), ("100", "110.01"), ("100", "130"), ("100", "150"), ("0", "100"))
    return [
        proposal(
            "E100",
            number,
            "lost",
            current_mrr=current,
            proposed_mrr=proposed,
            currency="USD",
            proposed_on=f"2025-05-{number:02d}",
            closed_on=f"2025-05-{number + 10:02d}",
            lost_reason="price",
        )
        for number, (current, proposed) in enumerate(pairs, start=1)
    ]


def _red_at_its_limit() -> list[TableRow]:
    """Health 38.0 at the end of June: logins 50, key features 40, tickets 0, surveys 54 points.

    Twenty seats; 120 days of people in 28 days are 0.30 of the possible 400, half of the 0.60 that
    score 100. Two of five key features. Two tickets of severity 1 weigh 8, or 4 per ten seats.
    Answers of 5.4 on average, older than 90 days, because low ones would be a guard of their own.
    """
    start = date(2025, 10, 1)
    days = [day for month in month_ends(start) for day in _six_days(month)]
    return [
        account("E108", went_live_on=start.isoformat()),
        line(
            "E108",
            1,
            product_id="CRM",
            plan_id="CRM-BUSINESS",
            quantity="20",
            unit_price="12000",
            starts_on=start.isoformat(),
        ),
        *paid_invoices("E108", start, 240000),
        *meters("E108", start, 21),
        *work("E108", days, 20, STANDARD_FEATURES[:2]),
        *(
            answer("E108", person, "2026-03-15", score)
            for person, score in enumerate((5, 5, 5, 6, 6), start=1)
        ),
        *(
            ticket("E108", number, 1, f"{opened} 02:00:00", closed_at=f"{closed} 02:00:00")
            for number, opened, closed in (
                (1, "2026-05-11", "2026-05-12"),
                (2, "2026-05-18", "2026-05-19"),
            )
        ),
    ]


def _six_days(month_end: date) -> list[date]:
    """Six working days out of the four weeks that end with the month."""
    return working_days(month_end - timedelta(days=27), month_end)[::3][:6]


def _variant(experiment_id: str, variant: str) -> TableRow:
    """One of two variants that were planned for half of the accounts each."""
    return "experiments", {
        "experiment_id": experiment_id,
        "variant": variant,
        "is_control": variant == "control",
        "planned_share": "0.5",
        "name": "Uneven split",
        "starts_on": "2025-10-01",
        "ends_on": "2025-12-31",
    }


def _assigned(experiment_id: str, account_id: str, variant: str) -> TableRow:
    return "experiment_assignments", {
        "experiment_id": experiment_id,
        "account_id": account_id,
        "variant": variant,
        "assigned_at": "2025-10-01 01:00:00",
    }


CASES = (
    case(
        "E97",
        "upsold before, upsold while new, not upsold",
        account("E97-OLD"),
        account("E97-NEW"),
        account("E97-FLAT"),
        *_upsold("E97-OLD", "2025-01-01", ("2025-06-05", "110000"), ("2025-06-20", "120000")),
        *_upsold("E97-NEW", "2025-06-03", ("2025-06-20", "150000")),
        *_upsold("E97-FLAT", "2025-01-01"),
    ),
    case("E98", "win rate of forty proposals", line("E98", 1), *_forty_proposals()),
    case("E99", "no proposals", line("E99", 1)),
    case(
        "E100",
        "price gaps on the edges of the bands",
        account("E100", country="US"),
        line("E100", 1, unit_price="100", currency="USD"),
        *_price_gaps(),
    ),
    case(
        "E101",
        "renewal window",
        line(
            "E101",
            1,
            unit_price="1200000",
            billing_unit="year",
            starts_on="2024-07-31",
            ends_on="2025-07-30",
        ),
        line(
            "E101",
            2,
            unit_price="1200000",
            billing_unit="year",
            starts_on="2025-07-31",
            ends_on="2026-07-30",
            replaces_line_id="E101-1",
        ),
    ),
    case(
        "E102",
        "adoption window",
        account("E102", went_live_on="2025-01-31"),
        line("E102", 1, starts_on="2025-01-01"),
    ),
    case(
        "E103",
        "dormant since the end of August",
        *(
            line(
                "E103",
                number,
                **_CRM,
                billing_unit="year",
                starts_on=f"{2023 + number}-08-31",
                ends_on=f"{2024 + number}-08-30",
                replaces_line_id="E103-1" if number > 1 else None,
            )
            for number in (1, 2)
        ),
        *(
            invoice("E103", year, f"{year}-08-31", "36000", paid_on=f"{year}-09-20")
            for year in (2024, 2025)
        ),
        *work(
            "E103",
            [date(2025, 7, 31), date(2025, 8, 15), date(2025, 8, 31)],
            2,
            STANDARD_FEATURES,
        ),
    ),
    case(
        "E104",
        "four equal billings",
        *(
            row
            for account_id in ("E104-1", "E104-2", "E104-3", "E104-4")
            for row in (
                account(account_id),
                *renewed_a100(account_id),
                invoice(account_id, 1, "2025-04-01", "1200000", paid_on="2025-04-25"),
                invoice(account_id, 2, "2026-04-01", "1200000", paid_on="2026-04-25"),
            )
        ),
    ),
    # Without a plan there are no seats to count logins or tickets by, and no features.
    case(
        "E105",
        "only a survey answer is known",
        line("E105", 1, product_id="EDGE-FLAT"),
        answer("E105", 1, "2026-06-10", 9),
    ),
    case(
        "E106",
        "no tickets and no logins",
        line("E106", 1, **_CRM),
        answer("E106", 1, "2026-06-10", 10),
    ),
    case(
        "E107",
        "survey answer after the as-of date",
        line("E107", 1, **_CRM),
        answer("E107", 1, "2026-07-10", 2, recorded_at=None),
    ),
    case("E108", "red at its usage limit", *_red_at_its_limit()),
    case(
        "E109",
        "same offer refused 100 days ago",
        *healthy("E109"),
        proposal(
            "E109",
            1,
            "lost",
            offer_class="plan_upgrade",
            product_id="CRM",
            plan_id="CRM-BUSINESS",
            current_mrr="36000",
            proposed_mrr="72000",
            proposed_on="2026-03-02",
            closed_on="2026-03-22",
            lost_reason="price",
        ),
    ),
    case(
        "E110",
        "top plan",
        *healthy("E110", plan_id="CRM-ENTERPRISE", price=24000, features=ENTERPRISE_FEATURES),
    ),
    case(
        "E111",
        "basket of ten, eight with both",
        *(
            row
            for number in range(1, 11)
            for row in (
                account(f"E111-{number:02d}"),
                line(f"E111-{number:02d}", 1, product_id="EDGE-BASKET-A", unit_price="1000"),
                line(f"E111-{number:02d}", 2, product_id="EDGE-BASKET-B", unit_price="1000"),
            )[: 3 if number <= 8 else 2]
        ),
    ),
    # The list has 600 to 400; 18 to 2 is as unlikely from an even split, with twenty accounts.
    case(
        "E112",
        "uneven split of an experiment",
        *(account(f"E112-{number:02d}") for number in range(1, 21)),
        *(_variant("E112", variant) for variant in ("control", "offer")),
        *(
            _assigned("E112", f"E112-{number:02d}", "control" if number <= 18 else "offer")
            for number in range(1, 21)
        ),
    ),
)
