"""What other systems write, in the numbers that the decisions themselves give."""

# mypy: disable-error-code="comparison-overlap"

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oracle.builders import DEFAULT, Figures, book_of, discount, line
from oracle.commitments import committed
from oracle.lines import list_amount
from oracle.reading import parse
from oracle.renewals import Renewal, renewals
from oracle.rows import ContractLine, Invoice, Product, ServicePause
from oracle.terms import month_end, month_of

FIRST = "2025-01-01"
JUNE = "2025-06"


def cmrr(*lines: ContractLine, month: date = date(2025, 5, 1)) -> Fraction:
    """What a book is committed to at the end of a month."""
    result = Figures(book_of(*lines)).result
    found = committed(
        result.ledger,
        result.view.rates,
        {},
        cut=result.ledger.settings.as_of_date,
        map_day=month_end(result.ledger.last),
        months=[month_of(month)],
    )
    return sum((x.cmrr for x in found.values()), Fraction(0))


def renewal(*lines: ContractLine, month: date) -> Renewal:
    """What became of the terms of the only product that ended in a month."""
    result = Figures(book_of(*lines)).result
    cut = result.ledger.settings.as_of_date
    return renewals(result.ledger, result.view.rates, {}, cut)["C1", "P1", month_of(month)]


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


def test_what_is_mostly_settled_is_neither_overdue_nor_outweighed() -> None:
    """Of 103 there are 47 open, of 100 all: 70 paid later are half of the 100, not of the 147."""
    bills = [
        Invoice("I", "C1", date(2025, 1, 1), 103),
        Invoice("N", "C1", date(2025, 1, 5), 56, kind="credit_note", settles_invoice_id="I"),
        Invoice("J", "C1", date(2025, 2, 1), 100),
        Invoice("K", "C1", date(2025, 3, 1), 70, paid_on=date(2025, 3, 1)),
        Invoice("P", "C1", date(2025, 3, 5), 40, kind="credit_note", settles_invoice_id="K"),
    ]
    book = book_of(line("L", 100, FIRST), invoices=bills)
    assert Figures(book).series("2025-04", 4) == [100] * 4
    bills[1] = replace(bills[1], amount=50)
    assert Figures(book_of(line("L", 100, FIRST), invoices=bills)).mrr("2025-05") == 0


def test_a_credit_note_settles_what_is_open_on_its_day() -> None:
    """20 of its 60 find an invoice; the next one is billed later and stays open."""
    bills = [
        Invoice("I", "C1", date(2025, 1, 1), 20),
        Invoice("N", "C1", date(2025, 1, 5), 60, kind="credit_note"),
        Invoice("J", "C1", date(2025, 2, 1), 70),
        Invoice("K", "C1", date(2025, 1, 2), 9, paid_on=date(2025, 1, 2)),
    ]
    assert Figures(book_of(line("L", 100, FIRST), invoices=bills)).mrr("2025-05") == 0
    late = replace(bills[1], issued_on=date(2025, 2, 5))
    book = book_of(line("L", 100, FIRST), invoices=[bills[0], late, *bills[2:]])
    assert Figures(book).mrr("2025-05") == 100


def test_a_line_in_a_bridged_gap_bears_its_share() -> None:
    rows = [
        line("A", 300, FIRST, "2025-06-20"),
        line("N", 300, "2025-07-05"),
        line("B", 200, FIRST, product="P2"),
        line("D", -50, FIRST, charge_type="discount", discount_scope="account"),
    ]
    figures = Figures(book_of(*rows))
    assert figures.series("2025-05", 3) == [450] * 3
    assert figures.mrr(JUNE, product="P1") == 270


def test_what_stays_shares_a_discount() -> None:
    less = line("D", -80, FIRST, charge_type="discount", discount_scope="account")
    step = line("L", 100, FIRST)
    dearer = replace(step, unit_price=120, effective_from="2025-07-01")
    assert cmrr(step, dearer, less) == 40
    leaving = line("A", 300, FIRST, "2025-08-31", cancel_notice_on="2025-05-10")
    stays = line("B", 200, FIRST, product="P2")
    assert cmrr(leaving, stays, less) == 120
    later = replace(less, starts_on="2025-07-01")
    assert cmrr(step, later) == 20
    assert cmrr(step, replace(later, signed_on="2025-06-10")) == 100
    ending = line("E", 300, FIRST, "2025-08-31")
    assert cmrr(ending, stays, less) == 420


def test_a_line_is_committed_at_its_last_step() -> None:
    base = line("L", 50, FIRST, quantity=20)
    empty = replace(base, quantity=0, effective_from="2025-09-01")
    free = replace(base, unit_price=0, effective_from="2025-09-01")
    again = replace(base, effective_from="2025-10-01")
    assert [cmrr(base, empty), cmrr(base, free)] == [0, 0]
    assert [cmrr(base, empty, again), cmrr(base, free, again)] == [1000, 1000]
    assert cmrr(base, replace(free, recorded_at="2025-06-10")) == 1000
    less = line("M", 50, "2025-06-01", quantity=-5, parent_line_id="L")
    assert cmrr(base, less) == 750
    assert cmrr(base, replace(less, ends_on="2025-12-31")) == 1000
    assert cmrr(base, replace(less, signed_on="2025-06-10")) == 1000


def test_seats_beside_a_fee_that_rests_are_an_add_on() -> None:
    pause = ServicePause("L", date(2025, 6, 1), date(2025, 6, 30))
    rows = [line("L", 500, FIRST), line("S", 50, "2025-06-15", quantity=10)]
    figures = Figures(book_of(*rows, pauses=[pause]))
    assert figures.drivers(JUNE) == {"pause": -500, "add_on": 500}


def test_a_successor_that_was_held_long_before_closes_a_gap() -> None:
    products = [Product("P1", successor_product_id="P2"), Product("P2")]
    old = line("O", 70, "2024-01-01", "2024-06-30", product="P2")
    ends = line("A", 100, FIRST, "2025-06-20")
    follows = line("B", 100, "2025-07-05", product="P2")
    figures = Figures(book_of(old, ends, follows, products=products))
    assert figures.mrr(JUNE, product="P1") == 100
    beside = replace(old, ends_on="2025-06-25")
    figures = Figures(book_of(beside, ends, follows, products=products))
    assert figures.mrr(JUNE, product="P1") == 0


def test_what_names_a_terminated_line_renews_it() -> None:
    old = line("L", 100, FIRST, "2025-06-30", terminated_on="2025-06-30")
    new = line("N", 100, "2025-07-20", replaces_line_id="L")
    june = date(2025, 6, 1)
    assert renewal(old, new, month=june).renewed == 100
    assert renewal(old, replace(new, replaces_line_id=None), month=june).renewed == 0


def test_two_half_years_at_once_are_a_term() -> None:
    row = line("L", 1200, "2024-03-01", unit="half_year", billing_interval=2)
    assert renewal(row, month=date(2025, 2, 1)).renewed == 100
