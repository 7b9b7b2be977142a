"""What other systems write, in the numbers that the decisions themselves give."""

# mypy: disable-error-code="comparison-overlap"

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oracle.builders import DEFAULT, Figures, book_of, discount, line
from oracle.lines import list_amount
from oracle.reading import parse
from oracle.rows import Invoice

FIRST = "2025-01-01"
JUNE = "2025-06"


def test_discounts_of_a_higher_order_take_from_what_is_left() -> None:
    rows = [
        line("L", 100, FIRST),
        discount("A", "L", FIRST, None, discount_rate=Decimal("0.3")),
        discount("B", "L", FIRST, None, discount_rate=Decimal("0.2"), discount_order=2),
    ]
    assert Figures(book_of(*rows)).mrr(JUNE) == 56


def test_a_coupon_above_the_price_takes_one_month() -> None:
    less = discount("D", "L", FIRST, "2025-01-31", unit_price=-50)
    assert Figures(book_of(line("L", 49, FIRST), less)).series("2025-01", 2) == [0, 49]


def test_a_contract_discount_goes_where_something_is_left() -> None:
    contract = {"contract_id": "K"}
    less = line("D", -50, FIRST, charge_type="discount", discount_scope="contract", **contract)
    two = line("B", 200, FIRST, product="P2", **contract)
    for own, expected in ((None, 450), (Decimal(1), 150)):
        one = line("A", 300, FIRST, discount_rate=own, **contract)
        assert Figures(book_of(one, two, less)).mrr(JUNE) == expected


def test_units_taken_away_by_a_line_of_their_own() -> None:
    base = line("L", 50, FIRST, quantity=20)
    less = line("M", 50, "2025-06-01", quantity=-5, parent_line_id="L")
    figures = Figures(book_of(base, less))
    assert (figures.mrr(JUNE), figures.drivers(JUNE)) == (750, {"seats": -250})


def test_more_units_taken_away_than_there_are() -> None:
    base = line("L", 50, FIRST, quantity=20)
    less = line("M", 50, "2025-06-01", quantity=-25, parent_line_id="L")
    figures = Figures(book_of(base, less))
    assert figures.move(JUNE) == ("contraction", "pause", -1000)
    assert figures.move("2025-08")[:2] == ("churn", "pause_expired")


def test_a_stub_that_ends_with_its_host() -> None:
    host = line("L", 1200, FIRST, "2025-12-31", unit="year", quantity=10)
    stub = line("S", 79, "2025-12-08", "2025-12-31", unit="term", quantity=5)
    assert Figures(book_of(host, stub)).mrr("2025-12") == 1501
    day = replace(stub, starts_on="2025-12-31", unit_price=10000)
    assert Figures(book_of(host, day)).reasons() == [("S", "term_lt_28d")]


def test_a_line_that_goes_to_another_owner() -> None:
    old = line("L", 100, FIRST, "2025-05-31")
    new = line("M", 120, "2025-06-01", account="C2", replaces_line_id="L")
    figures = Figures(book_of(old, new))
    assert figures.parts(JUNE) == {"opening": 100, "merge": -100}
    assert figures.move(JUNE)[:2] == ("flat", "transfer_out")
    assert figures.parts(JUNE, "C2") == {"merge": 100, "expansion": 20, "closing": 120}
    assert figures.nrr(JUNE) == Fraction(6, 5)


def test_a_price_of_many_digits() -> None:
    price, quantity = "0.00000015", "900000000"
    usage = line("U", price, FIRST, quantity=quantity, charge_type="usage", currency="USD")
    assert list_amount(parse(book_of(usage), DEFAULT).lines[0]) == 135


def test_a_free_month_is_a_pause() -> None:
    paid = line("L", 100, "2025-01-10")
    free = replace(paid, unit_price=0, effective_from="2025-06-10")
    again = replace(paid, effective_from="2025-07-10")
    figures = Figures(book_of(paid, free, again))
    assert figures.move(JUNE) == ("contraction", "pause", -100)
    assert figures.move("2025-07") == ("expansion", "resume", 100)


def test_many_lines_folded_into_one() -> None:
    rows = [
        line("A", 1000, FIRST, "2025-05-31", quantity=10),
        line("B", 800, FIRST, "2025-05-31", quantity=5),
        line("C", 1000, "2025-06-01", quantity=15),
    ]
    assert Figures(book_of(*rows)).drivers(JUNE) == {"price": 1000}


def test_a_big_bill_unpaid_beside_small_ones_paid() -> None:
    bills = [Invoice("I", "C1", date(2025, 1, 1), 120000)]
    bills += [
        Invoice(f"J{n}", "C1", date(2025, n, 1), 500, paid_on=date(2025, n, 9)) for n in range(1, 7)
    ]
    book = book_of(line("L", 10000, FIRST), invoices=bills)
    assert Figures(book).move("2025-04")[0] == "churn"
    forgotten = [
        Invoice("I", "C1", date(2025, 1, 1), 3),
        Invoice("J", "C1", date(2025, 1, 1), 75000, paid_on=date(2025, 1, 20)),
    ]
    book = book_of(line("L", 10000, FIRST), invoices=forgotten)
    assert Figures(book).mrr("2025-04") == 10000
