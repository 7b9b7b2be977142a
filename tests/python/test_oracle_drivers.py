"""What the oracle says about drivers, on books small enough to work out by hand."""

# A fraction equals a whole number by value, which the overlap check of types does not know.
# mypy: disable-error-code="comparison-overlap"

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oracle.builders import Figures, book_of, discount, line, usd_rates
from oracle.drivers import Driver
from oracle.rows import ContractLine, Invoice, Product, ServicePause

JULY = "2025-07"


def rows(figures: Figures, month: str = JULY, account: str = "C1") -> dict[str, Driver]:
    """The drivers of a month by name; each may occur once."""
    found = figures.result.restated.drivers[account, date.fromisoformat(f"{month}-01")]
    assert len({x.driver for x in found}) == len(found)
    return {x.driver: x for x in found}


def amounts(figures: Figures, month: str = JULY) -> dict[str, int]:
    """Amounts of a month by product and driver."""
    found = figures.result.restated.drivers["C1", date.fromisoformat(f"{month}-01")]
    return {f"{x.product_id} {x.driver}": int(x.amount) for x in found}


def other_product() -> ContractLine:
    """Something else that the account pays all the time."""
    return line("OTHER", 1, "2025-01-01", product="OTHER")


def renewed(before: dict[str, Any], after: dict[str, Any]) -> Figures:
    """One line of ten units at 1,000 that is renewed on the first of July with other columns."""
    base: dict[str, Any] = {"price": 1000, "quantity": 10, "plan_id": "BASIC"}
    old = {**base, **before}
    new = {**base, **after}
    return Figures(
        book_of(
            line("L1", old.pop("price"), "2025-01-01", "2025-06-30", **old),
            line("L2", new.pop("price"), "2025-07-01", "2026-06-30", replaces_line_id="L1", **new),
            rates=usd_rates(y2024=150, y2025=150, y2026=150),
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, {}),
        ({}, {"quantity": 15}, {"seats": 5000}),
        ({}, {"price": 900}, {"price": -1000}),
        ({}, {"price": 900, "quantity": 20}, {"seats": 10000, "price": -2000}),
        ({}, {"price": 1600, "quantity": 15, "plan_id": "PRO"}, {"seats": 5000, "plan": 9000}),
        ({"discount_rate": Decimal("0.5")}, {}, {"discount_expiry": 5000}),
        ({}, {"discount_rate": Decimal("0.5")}, {"discount_added": -5000}),
        # A discount of 20 % on the year is the same bargain as a year at 20 % less.
        ({}, {"price": 9600, "unit": "year"}, {"term_conversion": -2000}),
        (
            {},
            {"price": 12000, "unit": "year", "discount_rate": Decimal("0.2")},
            {"term_conversion": -2000},
        ),
        ({}, {"price": 3000, "unit": "quarter"}, {}),
        (
            {"price": 3000, "unit": "quarter"},
            {"price": 3300, "billing_interval": 3},
            {"price": 1000},
        ),
        # The price of a term of six months, then of twelve; then of twelve in a year's words.
        (
            {"price": 6000, "unit": "term"},
            {"price": 9600, "unit": "term"},
            {"term_conversion": -2000},
        ),
        (
            {"price": 3000, "billing_interval": 3},
            {"price": 11880, "unit": "term"},
            {"term_conversion": -100},
        ),
        ({"price": 10, "currency": "USD"}, {"price": 1600}, {"price": 1000}),
    ],
)
def test_rate_is_named_by_what_changed(
    before: dict[str, Any], after: dict[str, Any], expected: dict[str, int]
) -> None:
    """Units first, then one name for what is left."""
    assert renewed(before, after).drivers(JULY) == expected


def test_rounding_belongs_to_the_units() -> None:
    """10,000 a week is 86,667 a month for two and 216,667 for five: no price changed."""
    week = {"price": 10000, "unit": "week"}
    figures = renewed({**week, "quantity": 2}, {**week, "quantity": 5})
    assert figures.drivers(JULY) == {"seats": 130000}
    assert figures.mrr(JULY) == 216667


def test_plans_are_compared_as_sets() -> None:
    """Units of a cheaper plan change the mix; nobody changed a price."""
    figures = Figures(
        book_of(
            line("PRO", 1600, "2025-01-01", quantity=10, plan_id="PRO"),
            line("BASIC", 1000, "2025-07-01", quantity=5, plan_id="BASIC"),
        )
    )
    assert figures.drivers(JULY) == {"seats": 8000, "plan": -3000}


def test_some_lines_of_a_product_pause_and_resume() -> None:
    """What pauses and resumes stands apart: it is no price, and nobody's sale."""
    figures = Figures(
        book_of(
            line("L1", 1000, "2025-01-01", quantity=10),
            line("L2", 1000, "2025-01-01", quantity=10),
            line("L3", 1000, "2025-09-05", quantity=5),
            pauses=[ServicePause("L2", date(2025, 7, 10), date(2025, 9, 10))],
        )
    )
    assert figures.drivers(JULY) == {"pause": -10000}
    assert figures.drivers("2025-08") == {}
    september = rows(figures, "2025-09")
    assert {x: int(row.amount) for x, row in september.items()} == {"resume": 10000, "seats": 5000}
    assert [x for x, row in september.items() if row.is_upsell_win] == ["seats"]


def test_lines_come_while_others_pause() -> None:
    """The product was there, so what comes is more of it."""
    figures = Figures(
        book_of(
            other_product(),
            line("L1", 10000, "2025-01-01"),
            line("L2", 7000, "2025-07-05"),
            pauses=[ServicePause("L1", date(2025, 7, 10), date(2025, 8, 10))],
        )
    )
    assert amounts(figures) == {"P1 pause": -10000, "P1 seats": 7000}
    assert amounts(figures, "2025-08") == {"P1 resume": 10000}


def test_pause_that_outlived_its_limit_is_no_cross_sell() -> None:
    """The contract was there all the time; so it is with a bill that is paid late."""
    figures = Figures(
        book_of(
            other_product(),
            line("L1", 10000, "2025-01-01"),
            pauses=[ServicePause("L1", date(2025, 3, 10), date(2025, 7, 10))],
        )
    )
    assert amounts(figures, "2025-03") == {"P1 pause": -10000}
    assert amounts(figures, "2025-06") == {}
    assert amounts(figures) == {"P1 reactivation": 10000}
    assert not rows(figures)["reactivation"].is_upsell_win


def test_bill_of_one_product_that_is_paid_late() -> None:
    """Rule 11 in the scope of the invoice's product."""
    bill = Invoice("I1", "C1", date(2025, 1, 31), 1, due_on=date(2025, 3, 2), product_id="P1")
    figures = Figures(
        book_of(
            other_product(),
            line("L1", 10000, "2025-01-01"),
            invoices=[Invoice(**{**vars(bill), "paid_on": date(2025, 7, 10)})],
        )
    )
    assert amounts(figures, "2025-05") == {"P1 churn": -10000}
    assert amounts(figures) == {"P1 reactivation": 10000}
    assert figures.move("2025-05") == ("contraction", None, -10000)


def test_free_months_are_no_resumption() -> None:
    """A product that never paid is sold when it first pays; one that has paid resumes."""
    free = {"discount_rate": Decimal(1)}
    first = Figures(
        book_of(
            other_product(),
            line("L1", 10000, "2025-03-01"),
            discount("D", "L1", "2025-03-01", "2025-06-30", **free),
        )
    )
    assert amounts(first) == {"P1 cross_sell": 10000}
    later = Figures(
        book_of(
            other_product(),
            line("L1", 10000, "2025-03-01"),
            discount("D", "L1", "2025-05-01", "2025-06-30", **free),
        )
    )
    assert amounts(later, "2025-05") == {"P1 pause": -10000}
    assert amounts(later) == {"P1 resume": 10000}


MAPPED = [
    Product("OLD", successor_product_id="NEW"),
    Product("OLDER", successor_product_id="NEW"),
    *(Product("NEW"), Product("OTHER")),
]


def test_successor_takes_over_from_several() -> None:
    """One amount on the successor, whatever the units of each were."""
    figures = Figures(
        book_of(
            other_product(),
            line("O1", 50000, "2025-01-01", "2025-06-30", product="OLD", quantity=1),
            line("O2", 40000, "2025-01-01", "2025-06-30", product="OLDER", quantity=1),
            line("N", 9700, "2025-07-01", product="NEW", quantity=10),
            products=MAPPED,
        )
    )
    assert amounts(figures) == {"NEW plan": 7000}


def test_successor_that_ran_beside_for_nothing() -> None:
    """Its first money, in the month in which the old product ends, is the succession."""
    figures = Figures(
        book_of(
            other_product(),
            line("O", 50000, "2025-01-01", "2025-06-30", product="OLD"),
            line("N", 60000, "2025-05-01", product="NEW"),
            discount(
                "D", "N", "2025-05-01", "2025-06-30", product_id="NEW", discount_rate=Decimal(1)
            ),
            products=MAPPED,
        )
    )
    assert amounts(figures) == {"NEW plan": 10000}


def test_old_product_that_only_pauses_is_not_replaced() -> None:
    """Its contract goes on."""
    figures = Figures(
        book_of(
            other_product(),
            line("O", 50000, "2025-01-01", product="OLD"),
            line("N", 60000, "2025-07-01", product="NEW"),
            pauses=[ServicePause("O", date(2025, 7, 10), date(2025, 8, 10))],
            products=MAPPED,
        )
    )
    assert amounts(figures) == {"OLD pause": -50000, "NEW cross_sell": 60000}


def test_new_rate_stands_beside_the_drivers() -> None:
    """Ten dollars at 150, twenty at 145: the old ones lose 50, the new ones are seats."""
    figures = Figures(
        book_of(
            line("L1", 10, "2025-01-01", "2025-03-31", currency="USD"),
            line("L2", 10, "2025-04-01", currency="USD", quantity=2, replaces_line_id="L1"),
            rates=usd_rates(y2024=150, y2025=145, y2026=145),
        )
    )
    assert figures.drivers("2025-04") == {"fx": -50, "seats": 1450}
    assert not rows(figures, "2025-04")["fx"].is_pre_contracted


@pytest.mark.parametrize(
    ("signed", "expected"),
    [("2025-06-30", True), ("2025-07-01", False), (None, False)],
)
def test_gain_is_pre_contracted_by_the_month_end_before(signed: str | None, expected: bool) -> None:
    """Rule 14; what is neither signed nor recorded is not."""
    row = rows(renewed({}, {"price": 1200, "signed_on": signed}))["price"]
    assert (row.is_pre_contracted, row.is_upsell_win) == (expected, not expected)


def test_loss_is_never_pre_contracted() -> None:
    """Only what an account adds can have been agreed before."""
    found = rows(renewed({}, {"price": 900, "quantity": 20, "signed_on": "2025-01-01"}))
    assert {x: row.is_pre_contracted for x, row in found.items()} == {"seats": True, "price": False}


def test_expiry_was_agreed_with_its_line() -> None:
    """What a discount leaves was signed with its line; one that follows was agreed later."""
    half, fifth = {"discount_rate": Decimal("0.5")}, {"discount_rate": Decimal("0.2")}
    base = line("L1", 10000, "2025-01-01", signed_on="2024-12-01")
    first = discount("D1", "L1", "2025-01-01", "2025-06-30", **half)
    ends = Figures(book_of(base, first))
    assert rows(ends)["discount_expiry"].is_pre_contracted
    follows = discount("D2", "L1", "2025-07-01", None, signed_on="2025-07-01", **fifth)
    swapped = Figures(book_of(base, first, follows))
    assert swapped.drivers(JULY) == {"discount_expiry": 3000}
    assert not rows(swapped)["discount_expiry"].is_pre_contracted


@pytest.mark.parametrize(
    ("after", "winners"),
    [
        ({"quantity": 15}, ["seats"]),
        ({"quantity": 15, "price": 600}, []),
        ({"quantity": 15, "price": 700}, ["seats"]),
        ({"quantity": 15, "discount_rate": Decimal("0.4")}, []),
        ({"quantity": 15, "discount_rate": Decimal("0.2")}, ["seats"]),
        ({"quantity": 15, "price": 7200, "unit": "year"}, []),
        ({"quantity": 8, "price": 2000}, ["price"]),
    ],
)
def test_win_needs_a_product_that_grew(after: dict[str, Any], winners: list[str]) -> None:
    """10,000 before; 15 units at 600 are 9,000, at 700 10,500; at 40 % off 9,000."""
    found = rows(renewed({}, after))
    assert [x for x, row in found.items() if row.is_upsell_win] == winners


def test_contracted_uplift_is_net_per_product() -> None:
    """Twenty units at 900, agreed before: the uplift is 8,000, not the 10,000 of the units."""
    figures = renewed(
        {"signed_on": "2024-01-01"}, {"price": 900, "quantity": 20, "signed_on": "2024-01-01"}
    )
    row = figures.window(JULY, "1m")
    assert row is not None
    assert (row.nrr, row.nrr_excl_pre_contracted) == (Decimal("1.8"), 1)


def test_resumption_is_no_contracted_uplift() -> None:
    """The line was signed long ago, but nobody signed its return."""
    figures = Figures(
        book_of(
            line("L1", 10000, "2025-01-01", signed_on="2024-01-01"),
            line("L2", 5000, "2025-01-01", signed_on="2024-01-01"),
            pauses=[ServicePause("L2", date(2025, 6, 10), date(2025, 7, 10))],
        )
    )
    row = figures.window(JULY, "1m")
    assert row is not None
    assert row.nrr_excl_pre_contracted == row.nrr == Decimal("1.5")
