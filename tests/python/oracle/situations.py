"""Stories of books that other systems keep: what an account's rows look like in each situation.

Every function writes one situation of one account and product; `Teller` draws among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oracle.rows import ContractLine, Invoice
from oracle.terms import DAY, add_months, month_end, month_of

if TYPE_CHECKING:
    from oracle.generator import Teller

LEV_ENDS = date(2026, 1, 1)


def monthly(
    teller: Teller, account: str, product: str, start: date, **columns: Any
) -> ContractLine:
    """A line billed by the month, in the reporting currency, at a price that is easy to follow."""
    random = teller.random
    row = teller.fresh(account, product, start, billing_unit="month", discount_rate=None)
    quantity = Decimal(random.choice((1, 2, 5, 10, 20)))
    price = Decimal(random.choice((100, 250, 999, 1000, 4980, 33333)))
    plain: dict[str, Any] = {
        "billing_interval": None,
        "currency": "JPY",
        "is_tax_inclusive": None,
        "tax_rate": None,
        "quantity": quantity,
        "unit_price": price,
    }
    return replace(row, **{**plain, **columns})


def coupon(teller: Teller, like: ContractLine, first: date, last: date | None) -> ContractLine:
    """A discount line without scope or size."""
    return replace(
        like,
        contract_line_id=teller.next_line_id(),
        charge_type="discount",
        plan_id=None,
        quantity=None,
        unit_price=None,
        discount_rate=None,
        billing_unit="month",
        billing_interval=None,
        signed_on=None,
        unit=None,
        starts_on=first,
        ends_on=last,
        contract_id=None,
    )


def sized(teller: Teller, row: ContractLine, base: Decimal) -> ContractLine:
    """A rate or an amount, of any order; sometimes more than there is."""
    random = teller.random
    row = replace(row, discount_order=random.choice((None, 1, 2, 2, 3)))
    if teller.chance.yes(0.5):
        return replace(row, discount_rate=Decimal(random.choice(("0.05", "0.2", "0.333", "1"))))
    share = Decimal(random.choice(("0.1", "0.25", "0.5", "1.02")))
    return replace(row, unit_price=-(base * share).quantize(Decimal(1)) - 1)


def window(teller: Teller, start: date) -> tuple[date, date | None]:
    """Some months of a line's life, or all of it."""
    first = teller.chance.day(start, start + timedelta(days=200))
    if teller.chance.yes(0.3):
        return start, None
    return first, first + timedelta(days=teller.random.choice((20, 31, 59, 120, 300)))


def price_of(row: ContractLine) -> Decimal:
    """A month of a line before discounts."""
    return Decimal(str(row.unit_price)) * Decimal(str(row.quantity))


def discount_orders(teller: Teller, account: str, product: str) -> None:
    """Several discounts of one line, one after another and side by side."""
    own = teller.chance.rate() if teller.chance.yes(0.3) else None
    parent = monthly(teller, account, product, teller.start(), discount_rate=own)
    teller.write(parent)
    for _ in range(teller.random.randint(2, 4)):
        row = coupon(teller, parent, *window(teller, day_of(parent)))
        row = replace(row, parent_line_id=parent.contract_line_id)
        teller.write(sized(teller, row, price_of(parent)))


def shared_discounts(teller: Teller, account: str, product: str) -> None:
    """Discounts of a whole contract or account, over lines that come and go."""
    start = teller.start()
    contract = f"K-{account}-{product}"
    lines = []
    for _ in range(teller.random.randint(2, 3)):
        first = start if teller.chance.yes(0.6) else start + timedelta(days=70)
        row = monthly(teller, account, product, first, contract_id=contract)
        if teller.chance.yes(0.3):
            row = replace(row, ends_on=first + timedelta(days=teller.random.choice((90, 200))))
        if teller.chance.yes(0.15):
            row = replace(row, discount_rate=Decimal(1))
        lines.append(row)
    teller.write(*lines)
    whole = sum((price_of(x) for x in lines), Decimal(0))
    for order in range(1, teller.random.randint(2, 3)):
        row = sized(teller, coupon(teller, lines[0], *window(teller, start)), whole)
        scope = teller.random.choice((None, "contract", "account"))
        named: dict[str, Any] = {
            "contract_id": None if scope == "account" else contract,
            "discount_scope": scope,
        }
        teller.write(replace(row, **named, discount_order=order))


def day_of(row: ContractLine) -> date:
    """First day of a line that was dated here."""
    assert isinstance(row.starts_on, date)
    return row.starts_on


def fewer_units(teller: Teller, account: str, product: str) -> None:
    """Units taken away by a line of their own, from a line or from what replaces it."""
    contract = f"N-{account}-{product}" if teller.chance.yes(0.5) else None
    base = monthly(teller, account, product, teller.start(), contract_id=contract)
    base = replace(base, quantity=Decimal(20))
    day = teller.chance.day(day_of(base) + 20 * DAY, day_of(base) + timedelta(days=200))
    less = replace(
        base,
        contract_line_id=teller.next_line_id(),
        quantity=Decimal(teller.random.choice((-1, -5, -5, -19, -25))),
        starts_on=day,
        ends_on=day + timedelta(days=teller.random.choice((40, 200, 400))),
        parent_line_id=None if contract else base.contract_line_id,
        recorded_at=None,
    )
    if teller.chance.yes(0.4):
        base = replace(base, ends_on=add_months(day_of(base), 9) - DAY)
        teller.write(renewal_of(teller, base))
    teller.write(base, less)


def renewal_of(teller: Teller, row: ContractLine, **columns: Any) -> ContractLine:
    """The next year of a line, named."""
    assert isinstance(row.ends_on, date)
    start = row.ends_on + DAY
    return replace(
        row,
        contract_line_id=teller.next_line_id(),
        replaces_line_id=row.contract_line_id,
        starts_on=start,
        ends_on=add_months(start, 12) - DAY,
        signed_on=None,
        recorded_at=None,
        **columns,
    )


def stub(teller: Teller, account: str, product: str) -> None:
    """A few days up to a common end, priced for those days; sometimes priced like a year."""
    host = monthly(teller, account, product, teller.start(), billing_unit="year")
    host = replace(host, ends_on=add_months(day_of(host), 12) - DAY)
    assert isinstance(host.ends_on, date)
    days = teller.random.choice((1, 5, 14, 24, 27))
    per_day = Decimal(str(host.unit_price)) / 365
    price = (per_day * days * teller.random.choice((1, 1, Decimal("1.9"), 3))).quantize(Decimal(1))
    part = replace(
        host,
        contract_line_id=teller.next_line_id(),
        billing_unit="term",
        quantity=Decimal(5),
        unit_price=max(price, Decimal(1)),
        starts_on=host.ends_on - (days - 1) * DAY,
        signed_on=None,
        recorded_at=None,
    )
    teller.write(host, part)
    if teller.chance.yes(0.6):
        more = Decimal(str(host.quantity)) + 5
        teller.write(renewal_of(teller, host, quantity=more))


def self_renewing(teller: Teller, account: str, product: str) -> None:
    """A term that renews itself until somebody gives notice, or does not."""
    row = monthly(teller, account, product, teller.start())
    row = replace(row, term_months=teller.random.choice((1, 3, 6, 12)))
    row = replace(row, auto_renews=teller.random.choice((None, True, True, False)))
    if teller.chance.yes(0.3):
        row = replace(row, billing_unit="year", term_months=None, auto_renews=None)
    if teller.chance.yes(0.5):
        row = replace(row, cancel_notice_on=teller.chance.day(day_of(row) + 20 * DAY))
    teller.write(row)


def moved_end(teller: Teller, account: str, product: str) -> None:
    """A row that is written over with a later end: a renewal, a free extension or a correction."""
    start = teller.start()
    first = month_end(month_of(start) + 5)
    row = monthly(teller, account, product, start, ends_on=first, recorded_at=noon(start))
    if teller.chance.yes(0.5):
        row = replace(row, billing_unit="term", unit_price=Decimal(60000))
    news = start + timedelta(days=teller.random.choice((3, 29, 30, 31, 100)))
    later = replace(row, ends_on=add_months(first, teller.random.choice((2, 6, 12))))
    later = replace(later, recorded_at=noon(news))
    if row.billing_unit == "term" and teller.chance.yes(0.4):
        later = replace(later, unit_price=Decimal(120000))
    teller.write(row)
    if news < teller.shape.last_day:
        teller.write(later)


def noon(day: date) -> datetime:
    """The middle of a day."""
    return datetime.combine(day, time(12))


def lev(teller: Teller, account: str, product: str) -> None:
    """A currency that ends: written over in the new one, or never touched again."""
    columns: dict[str, Any] = {"currency": "BGN", "unit_price": Decimal("1955.83")}
    row = monthly(teller, account, product, teller.start(), **columns)
    row = replace(row, quantity=Decimal(teller.random.choice((1, 2, 3))))
    if teller.chance.yes(0.6) and day_of(row) < LEV_ENDS - 30 * DAY:
        row = replace(row, ends_on=LEV_ENDS - DAY)
        teller.write(renewal_of(teller, row, currency="EUR", unit_price=Decimal(1000)))
    teller.write(row)


def parallel(teller: Teller, account: str, product: str) -> None:
    """A chain with a gap while another line runs beside it, or until an unlinked one begins."""
    start = teller.start()
    old = monthly(teller, account, product, start)
    last = start + timedelta(days=teller.random.choice((60, 61, 75, 90, 120)))
    old = replace(old, ends_on=last)
    if teller.chance.yes(0.25):
        old = replace(old, terminated_on=last)
    elif teller.chance.yes(0.15):
        old = replace(old, cancel_notice_on=last - 20 * DAY)
    gap = teller.random.choice((0, 1, 12, 29, 30, 31))
    new = replace(renewal_of(teller, old), starts_on=last + timedelta(days=gap + 1))
    new = replace(new, terminated_on=None, cancel_notice_on=None)
    if teller.chance.yes(0.4):
        new = replace(new, replaces_line_id=None)
    beside = monthly(teller, account, product, start + 10 * DAY)
    teller.write(old, new)
    if teller.chance.yes(0.5):
        teller.write(beside)


def many_digits(teller: Teller, account: str, product: str) -> None:
    """Prices and quantities with more digits than money has, some of them too many."""
    price, quantity = teller.random.choice(
        (
            ("0.000000150000", "900000000"),
            ("33.333333333333336", "1"),
            ("0.123456789012", "12345.678901"),
            ("19.99", "0.333333"),
            ("0.0000001234567890123", "900000000000"),
            ("1234.5", "2.5000001"),
        )
    )
    row = monthly(teller, account, product, teller.start(), unit_price=price, quantity=quantity)
    currency = teller.random.choice(("JPY", "USD"))
    row = replace(row, currency=currency)
    if teller.chance.yes(0.3):
        row = replace(row, is_tax_inclusive=True, tax_rate=Decimal("0.14975"))
    teller.write(row)


def units_side_by_side(teller: Teller, account: str, product: str) -> None:
    """A fee beside seats, tiers, and several lines that become one."""
    start = teller.start()
    day = start + timedelta(days=teller.random.choice((40, 90, 150)))
    unit = teller.random.choice((None, None, "seat", "gb"))
    price = Decimal(teller.random.choice((50, 1000)))
    columns: dict[str, Any] = {"unit_price": price, "unit": unit, "plan_id": f"{product}-STANDARD"}
    first = monthly(teller, account, product, start, **columns, recorded_at=None)
    style = teller.random.choice(("fee", "tier", "fold", "grow"))
    if style == "fee":
        fee = {**columns, "unit": unit and "flat", "unit_price": Decimal(500)}
        teller.write(monthly(teller, account, product, start, **fee, quantity=Decimal(1)), first)
        more = Decimal(str(first.quantity)) + 5
        teller.write(replace(first, quantity=more, effective_from=day))
        return
    extra = monthly(teller, account, product, start, **columns, recorded_at=None)
    extra = replace(extra, unit_price=Decimal(800))
    if style == "tier":
        teller.write(first, replace(extra, starts_on=day))
        return
    whole = Decimal(str(first.quantity)) + Decimal(str(extra.quantity))
    if style == "fold":
        last: dict[str, Any] = {"ends_on": day - DAY}
        folded = monthly(teller, account, product, day, **{**columns, "quantity": whole})
        named = first.contract_line_id if teller.chance.yes(0.5) else None
        folded = replace(folded, replaces_line_id=named, recorded_at=None)
        teller.write(replace(first, **last), replace(extra, **last), folded)
        return
    grown = replace(first, quantity=whole, effective_from=day)
    teller.write(first, replace(extra, ends_on=day - DAY), grown)


def free_month(teller: Teller, account: str, product: str) -> None:
    """Paid, free for a while, paid again; or to the free plan and back."""
    row = monthly(teller, account, product, teller.start(), plan_id=f"{product}-STANDARD")
    row = replace(row, recorded_at=None)
    first = teller.chance.day(day_of(row) + 20 * DAY, day_of(row) + timedelta(days=150))
    back = first + timedelta(days=teller.random.choice((15, 30, 31, 89, 90, 91, 150)))
    free: dict[str, Any] = teller.random.choice(
        (
            {"unit_price": Decimal(0)},
            {"is_trial": True},
            {"unit_price": Decimal(0), "plan_id": f"{product}-FREE"},
        )
    )
    again: dict[str, Any] = teller.random.choice(({}, {"unit_price": Decimal(1200)}))
    teller.write(
        row,
        replace(row, **free, effective_from=first),
        replace(row, **again, effective_from=back),
    )


def there_and_back(teller: Teller, account: str, product: str) -> None:
    """A version changes plan or product, and a later one changes it back."""
    row = monthly(teller, account, product, teller.start(), plan_id=f"{product}-STANDARD")
    row = replace(row, recorded_at=None)
    day = teller.chance.day(day_of(row) + 20 * DAY, day_of(row) + timedelta(days=150))
    back = day + timedelta(days=teller.random.choice((10, 29, 45, 100)))
    change: dict[str, Any] = {"plan_id": f"{product}-BUSINESS", "unit_price": Decimal(1600)}
    if teller.chance.yes(0.4):
        other = "HELPDESK" if product != "HELPDESK" else "DATA"
        change = {"product_id": other, "plan_id": f"{other}-STANDARD"}
    teller.write(row, replace(row, **change, effective_from=day), replace(row, effective_from=back))


def no_units(teller: Teller, account: str, product: str) -> None:
    """Units fall to 0 and perhaps come back."""
    row = replace(monthly(teller, account, product, teller.start()), recorded_at=None)
    day = teller.chance.day(day_of(row) + 20 * DAY, day_of(row) + timedelta(days=150))
    back = day + timedelta(days=teller.random.choice((20, 60, 89, 90, 91, 150)))
    teller.write(row, replace(row, quantity=Decimal(0), effective_from=day))
    if teller.chance.yes(0.6):
        teller.write(replace(row, effective_from=back))
    if teller.chance.yes(0.4):
        teller.write(monthly(teller, account, product, day_of(row)))


def first_months_cheap(teller: Teller, account: str, product: str) -> None:
    """A coupon for the first months, or for as long as the term."""
    row = monthly(teller, account, product, teller.start())
    months = teller.random.choice((1, 3, 12))
    last = add_months(day_of(row), months) - DAY
    if teller.chance.yes(0.5):
        row = replace(row, ends_on=add_months(day_of(row), 12) - DAY)
    less = replace(coupon(teller, row, day_of(row), last), parent_line_id=row.contract_line_id)
    teller.write(row, replace(less, unit_price=-(price_of(row) - 1)))


def billed(teller: Teller, account: str, product: str) -> None:
    """A line with its documents: paid, late, never, in part, credited, void, or for a fee."""
    row = monthly(teller, account, product, teller.start())
    teller.write(row)
    amount = price_of(row)
    named: dict[str, Any] = teller.random.choice(
        ({}, {"product_id": product}, {"contract_line_id": row.contract_line_id})
    )
    habit = teller.random.choice(("forgets", "stops", "pays", "part"))
    stop = teller.random.randint(1, 5)
    day = day_of(row)
    for n in range(teller.random.randint(3, 10)):
        issued = add_months(day, n)
        if issued > teller.shape.last_day:
            break
        unpaid = (habit == "forgets" and n == stop) or (habit == "stops" and n >= stop)
        bill = document(teller, account, issued, amount, **named)
        if not unpaid:
            paid_on = issued + timedelta(days=teller.random.choice((5, 20, 40)))
            bill = replace(bill, paid_on=paid_on if paid_on <= teller.shape.last_day else None)
        if habit == "part" and n == stop:
            rest = Decimal(teller.random.choice(("0.1", "0.49", "0.5", "0.9")))
            bill = replace(bill, paid_amount=(amount * (1 - rest)).quantize(Decimal(1)))
        if unpaid and teller.chance.yes(0.4):
            bill = settled_otherwise(teller, bill)
        teller.book.invoices.append(bill)
    if teller.chance.yes(0.3):
        set_up(teller, account, product, day)


def settled_otherwise(teller: Teller, bill: Invoice) -> Invoice:
    """An unpaid document that is void, given up, or credited by name or without."""
    style = teller.random.choice(("void", "uncollectible", "credit", "named credit", "paid late"))
    if style in ("void", "uncollectible"):
        return replace(bill, status=style)
    assert isinstance(bill.issued_on, date)
    later = bill.issued_on + timedelta(days=teller.random.choice((10, 50, 100)))
    if later > teller.shape.last_day:
        return bill
    if style == "paid late":
        return replace(bill, paid_on=bill.issued_on + timedelta(days=100))
    credit = replace(
        bill,
        invoice_id=f"{bill.invoice_id}-C",
        kind="credit_note",
        issued_on=later,
        due_on=None,
        settles_invoice_id=bill.invoice_id if style == "named credit" else None,
    )
    teller.book.invoices.append(credit)
    return bill


def document(
    teller: Teller, account: str, issued: date, amount: Decimal, **columns: Any
) -> Invoice:
    """An invoice, due after a month unless it says otherwise."""
    teller.invoices += 1
    due = issued + 30 * DAY if teller.chance.yes(0.7) else None
    return Invoice(
        invoice_id=f"I{teller.invoices:06d}",
        account_id=account,
        issued_on=issued,
        due_on=due,
        amount=amount,
        **columns,
    )


def set_up(teller: Teller, account: str, product: str, day: date) -> None:
    """A set-up fee that nobody pays: named by its line, by its kind, or by its amount alone."""
    fee = monthly(teller, account, product, day, charge_type="one_time", ends_on=day)
    fee = replace(fee, quantity=Decimal(1), unit_price=Decimal(777777))
    named: dict[str, Any] = teller.random.choice(
        ({"contract_line_id": fee.contract_line_id}, {"charge_type": "one_time"}, {})
    )
    teller.write(fee)
    teller.book.invoices.append(document(teller, account, day, Decimal(777777), **named))


SITUATIONS: dict[str, Callable[[Teller, str, str], None]] = {
    "discount_orders": discount_orders,
    "shared_discounts": shared_discounts,
    "fewer_units": fewer_units,
    "stub": stub,
    "self_renewing": self_renewing,
    "moved_end": moved_end,
    "lev": lev,
    "parallel": parallel,
    "many_digits": many_digits,
    "units_side_by_side": units_side_by_side,
    "free_month": free_month,
    "there_and_back": there_and_back,
    "no_units": no_units,
    "first_months_cheap": first_months_cheap,
    "billed": billed,
}


def handover(teller: Teller, ids: list[str]) -> None:
    """A line goes to another account by a version, or by a renewal that names it."""
    giver, taker = ids
    teller.book.accounts += [teller.account(x) for x in ids]
    product = teller.random.choice(("CRM", "DATA", "HELPDESK"))
    row = replace(monthly(teller, giver, product, teller.start()), recorded_at=None)
    day = teller.chance.day(day_of(row) + 35 * DAY, day_of(row) + timedelta(days=200))
    change: dict[str, Any] = teller.random.choice(({}, {}, {"unit_price": Decimal(1200)}))
    if teller.chance.yes(0.5):
        moved = replace(row, account_id=taker, effective_from=day, **change)
        teller.write(row, moved)
        if teller.chance.yes(0.2):
            teller.write(replace(row, effective_from=day + timedelta(days=70)))
    else:
        row = replace(row, ends_on=day)
        gap = teller.random.choice((0, 0, 10, 25, 30, 31))
        new = replace(renewal_of(teller, row), account_id=taker, **change)
        teller.write(row, replace(new, starts_on=day + timedelta(days=gap + 1)))
    for owner in ids:
        if teller.chance.yes(0.4):
            teller.write(monthly(teller, owner, teller.random.choice(("MA", product)), day_of(row)))
