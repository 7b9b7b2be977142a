"""Accounts fit for an offer but for one thing: each guard rail is somebody's only obstacle.

The base is a healthy account: six CRM seats, four of them in use on every working day, every key
feature used, contented, and everything paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from expansion_warehouse.sample.edge_cases.rows import (
    EdgeCase,
    TableRow,
    Value,
    account,
    answer,
    case,
    event,
    invoice,
    line,
    proposal,
    ticket,
)
from expansion_warehouse.sample.options import AS_OF_DATE

STANDARD_FEATURES = ("crm_pipeline", "crm_activity_log", "crm_mail_sync")
ENTERPRISE_FEATURES = (*STANDARD_FEATURES, "crm_forecast", "crm_automation", "crm_territories")
_START = date(2025, 10, 1)
_SEATS = 6
_CONTENT = (("2025-10-20", 9), ("2026-01-20", 10), ("2026-05-20", 9))


def work(
    account_id: str, days: Iterable[date], users: int, features: Sequence[str]
) -> list[TableRow]:
    """One event per user and day; the features take turns."""
    return [
        event(
            account_id,
            f"{day:%Y%m%d}-{user}",
            user,
            f"{day} 02:{user % 60:02d}:00",
            feature_key=features[(turn + user) % len(features)],
        )
        for turn, day in enumerate(days)
        for user in range(1, users + 1)
    ]


def working_days(start: date, end: date = AS_OF_DATE) -> list[date]:
    """Monday to Friday from `start` to `end`, both included."""
    days = (start + timedelta(days=offset) for offset in range((end - start).days + 1))
    return [day for day in days if day.isoweekday() <= 5]


def month_starts(start: date) -> list[date]:
    """First days of the months from the one of `start` to the one of the as-of date."""
    first = start.year * 12 + start.month - 1
    last = AS_OF_DATE.year * 12 + AS_OF_DATE.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def month_ends(start: date) -> list[date]:
    """Last days of the same months."""
    return [day - timedelta(days=1) for day in month_starts(start)[1:]] + [AS_OF_DATE]


def meters(account_id: str, start: date, used: int, product_id: str = "CRM") -> list[TableRow]:
    """Seats in use at every month-end."""
    return [
        (
            "usage_meters",
            {
                "account_id": account_id,
                "product_id": product_id,
                "meter": "seats",
                "measured_on": end.isoformat(),
                "used": str(used),
            },
        )
        for end in month_ends(start)
    ]


def paid_invoices(account_id: str, start: date, amount: int) -> list[TableRow]:
    """A monthly invoice that is paid after 20 days; the last one is not due yet."""
    rows = []
    for month in month_starts(start):
        issued = max(month, start)
        paid = issued + timedelta(days=20)
        rows.append(
            invoice(
                account_id,
                f"{issued:%Y%m}",
                issued.isoformat(),
                str(amount),
                product_id="CRM",
                paid_on=paid.isoformat() if paid <= AS_OF_DATE else None,
            )
        )
    return rows


def healthy(
    account_id: str,
    *,
    start: date = _START,
    users: int = 4,
    days: Sequence[date] | None = None,
    features: Sequence[str] = STANDARD_FEATURES,
    answers: Sequence[tuple[str, int]] = _CONTENT,
    plan_id: str = "CRM-STANDARD",
    price: int = 6000,
    **columns: Value,
) -> tuple[TableRow, ...]:
    """Everything that a healthy account leaves behind; `columns` are those of its account row."""
    return (
        account(account_id, went_live_on=start.isoformat(), **columns),
        line(
            account_id,
            1,
            product_id="CRM",
            plan_id=plan_id,
            quantity=str(_SEATS),
            unit_price=str(price),
            starts_on=start.isoformat(),
        ),
        *paid_invoices(account_id, start, price * _SEATS),
        *meters(account_id, start, users),
        *(
            answer(account_id, 1, day, score)
            for day, score in answers
            if date.fromisoformat(day) >= start
        ),
        *work(account_id, days if days is not None else working_days(start), users, features),
    )


def _yellow_days() -> list[date]:
    """Six working days of seven: enough to be used, too few to be green."""
    return [day for turn, day in enumerate(working_days(_START)) if turn % 7]


CASES: tuple[EdgeCase, ...] = (
    case(
        "G02",
        "only the yellow health blocks",
        *healthy(
            "G02",
            users=3,
            days=_yellow_days(),
            features=STANDARD_FEATURES[:2],
            # The last answer is older than 90 days: a bad one would be a guard of its own.
            answers=(("2025-10-20", 4), ("2026-03-15", 4)),
        ),
    ),
    case(
        "G03",
        "only the short tenure blocks",
        *healthy("G03", start=date(2026, 4, 15)),
    ),
    case(
        "G04",
        "only an open ticket blocks",
        *healthy("G04"),
        # Old enough that the drop of the score that it brings is not a guard of June.
        ticket("G04", 1, 2, "2026-04-20 02:00:00"),
    ),
    case(
        "G05",
        "only an invoice past due blocks",
        *healthy("G05"),
        invoice("G05", "LATE", "2026-04-20", "5000", product_id="CRM", paid_on=None),
    ),
    case(
        "G06",
        "only a recent proposal blocks",
        *healthy("G06"),
        proposal(
            "G06",
            1,
            "expired",
            product_id="CRM",
            current_mrr="36000",
            proposed_mrr="42000",
            proposed_on="2026-05-11",
            closed_on="2026-05-25",
        ),
    ),
    case("G08", "only the wish not to be contacted blocks", *healthy("G08", do_not_contact=True)),
    case("G09", "only the low use blocks", *healthy("G09", users=2)),
    case(
        "G10",
        "only open talks block",
        *healthy("G10"),
        proposal(
            "G10",
            1,
            "open",
            product_id="CRM",
            current_mrr="36000",
            proposed_mrr="42000",
            proposed_on="2026-03-20",
        ),
        *(
            proposal(
                "G10",
                number,
                "candidate",
                product_id="CRM",
                current_mrr="36000",
                proposed_mrr="42000",
                candidate_on="2026-06-01",
                contacted_on=contacted_on,
            )
            for number, contacted_on in ((2, "2026-06-09"), (3, "2026-06-16"), (4, "2026-06-24"))
        ),
    ),
)

# Guard of specification/offers.md#5.1 -> the account that nothing else blocks.
GUARDS = {
    1: "E108",
    2: "G02",
    3: "G03",
    4: "G04",
    5: "G05",
    6: "G06",
    7: "E110",
    8: "G08",
    9: "G09",
    10: "G10",
}
