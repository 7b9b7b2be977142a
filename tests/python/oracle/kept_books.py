"""Small books on which the warehouse and the oracle once disagreed; each is compared every time.

A failing property prints its book as code, shrunk to the rows that matter: put it here with a
line that says what was wrong.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from oracle.rows import Account, Book, ContractLine, Invoice, Product
from oracle.strategies import RATES

CATALOGUE = [Product("P1", successor_product_id="P2"), Product("P2")]
TERM = ContractLine(
    "L0",
    "A",
    "P1",
    unit_price=Decimal("999.95"),
    billing_unit="term",
    starts_on=date(2024, 2, 21),
    ends_on=date(2024, 9, 17),
    recorded_at=datetime(2024, 1, 1),
)
LATER = replace(TERM, unit_price=Decimal(100), recorded_at=datetime(2024, 11, 30))
MONTHLY = ContractLine("L0", "A", "P1", unit_price=Decimal(100), starts_on=date(2024, 1, 1))
FORKED = replace(MONTHLY, quantity=Decimal(100))
TAKEN = replace(FORKED, contract_line_id="L1", starts_on=date(2024, 7, 1), replaces_line_id="L0")
BILL = Invoice("I1", "A", date(2024, 1, 1), Decimal(100), due_on=date(2024, 1, 1))
NOTE = Invoice("N1", "A", date(2024, 1, 5), Decimal(60), kind="credit_note")


def lines(*rows: ContractLine) -> Book:
    """A book of one account."""
    return Book(accounts=[Account("A")], products=CATALOGUE, contract_lines=list(rows))


def forked(*rows: ContractLine) -> Book:
    """Lines of three accounts, in yen and dollars."""
    accounts = [Account(name) for name in ("A", "B", "C")]
    return replace(lines(*rows), accounts=accounts, fx_rates=RATES)


def documents(*rows: Invoice) -> Book:
    """What was billed to an account of 100 a month: the rows, then a bill of 70 that it pays."""
    paid = replace(
        BILL,
        invoice_id="I9",
        issued_on=date(2024, 3, 1),
        due_on=date(2024, 3, 1),
        amount=Decimal(70),
        paid_on=date(2024, 3, 1),
    )
    return replace(lines(MONTHLY), invoices=[*rows, paid])


KEPT: dict[str, Book] = {
    # The oracle let a deletion win over the word that the line never existed.
    "void and deleted at once": lines(TERM, replace(LATER, status="void", is_deleted=True)),
    "void and deleted, then revived": lines(
        TERM,
        replace(LATER, status="void", is_deleted=True),
        replace(LATER, effective_from=date(2024, 8, 1), recorded_at=datetime(2025, 1, 15)),
    ),
    # The warehouse kept what came before a void version's own first day.
    "void from a later day": lines(
        TERM, replace(LATER, status="void", effective_from=date(2024, 5, 1))
    ),
    # The warehouse took the link from a free line for a renewal, and bridged no gap beyond it.
    "paid after free, then a gap": lines(
        replace(TERM, unit_price=Decimal(0)),
        replace(
            TERM,
            contract_line_id="L1",
            replaces_line_id="L0",
            starts_on=date(2024, 9, 18),
            ends_on=date(2024, 11, 20),
        ),
        replace(
            TERM,
            contract_line_id="L2",
            starts_on=date(2024, 12, 10),
            ends_on=date(2025, 2, 20),
        ),
    ),
    # The oracle added what is mostly credited to what later payments have to outweigh: 70 paid are
    # half of the 120 that are open, and not of 120 + 40.
    "mostly credited before a forgotten bill": documents(
        BILL,
        replace(NOTE, settles_invoice_id="I1"),
        replace(
            BILL,
            invoice_id="I2",
            issued_on=date(2024, 2, 1),
            due_on=date(2024, 2, 1),
            amount=Decimal(120),
        ),
    ),
    # The oracle let the rest of a credit note settle what was billed after it: 70 are open, not 30.
    "credited before it was billed": documents(
        replace(BILL, amount=Decimal(20)),
        NOTE,
        replace(
            BILL,
            invoice_id="I2",
            issued_on=date(2024, 4, 1),
            due_on=date(2024, 4, 1),
            amount=Decimal(70),
        ),
    ),
    # A yen a year more is none a month: the ARR of an account moves, and its MRR does not.
    "more a year and as much a month": lines(
        replace(MONTHLY, unit_price=Decimal(100000), billing_unit="year"),
        replace(
            MONTHLY,
            unit_price=Decimal(100001),
            billing_unit="year",
            recorded_at=datetime(2024, 5, 2),
            effective_from=date(2024, 5, 1),
        ),
    ),
    # 60 lost in one product and 100 gained in another: 60 have moved, and neither is a successor.
    "one product for another": lines(
        replace(MONTHLY, product_id="P2", unit_price=Decimal(60), ends_on=date(2024, 6, 30)),
        replace(MONTHLY, contract_line_id="L1"),
        replace(
            MONTHLY,
            contract_line_id="L2",
            starts_on=date(2024, 7, 1),
        ),
    ),
    # The warehouse compared what a line was worth at the old year's rate with what replaced it at
    # the new one's: 100 units that three share as 33, 33 and 34 at one price are no movement.
    "dollars that three take over in a new year": forked(
        replace(FORKED, currency="USD", ends_on=date(2025, 3, 31)),
        *(
            replace(
                FORKED,
                contract_line_id=f"L{n}",
                account_id=account,
                quantity=Decimal(units),
                currency="USD",
                starts_on=date(2025, 4, 1),
                replaces_line_id="L0",
            )
            for n, (account, units) in enumerate((("A", 33), ("B", 33), ("C", 34)), start=1)
        ),
    ),
    # The warehouse left a part of a line to one that begins months after it has ended.
    "one of two takes over too late": forked(
        replace(FORKED, ends_on=date(2024, 6, 30)),
        replace(TAKEN, account_id="B", quantity=Decimal(60)),
        replace(
            TAKEN,
            contract_line_id="L2",
            account_id="C",
            quantity=Decimal(70),
            starts_on=date(2024, 9, 15),
        ),
    ),
    # The oracle let a line replace one that begins after it.
    "each names the other": forked(
        replace(FORKED, ends_on=date(2024, 12, 31), replaces_line_id="L1"),
        replace(TAKEN, quantity=Decimal(120)),
    ),
}
# Those of which fiscal periods, ARR and products say more than months do.
IN_PERIODS = (
    *("more a year and as much a month", "one product for another"),
    "dollars that three take over in a new year",
)
