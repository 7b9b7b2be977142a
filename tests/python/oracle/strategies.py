"""Hypothesis strategies: small books that shrink to the few rows that matter."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from oracle.rows import Account, Book, ContractLine, FxRate, Invoice, Product, ServicePause
from oracle.settings import Settings
from oracle.terms import DAY, first_day, month_end

FIRST = date(2024, 1, 1)
LAST = date(2025, 6, 30)
SETTINGS = Settings(as_of_date=LAST)
ACCOUNTS = ("A", "B", "C")
RATES = [
    FxRate("USD", "budget", date(year, 4, 1), Decimal(rate))
    for year, rate in ((2023, "140.5"), (2024, "151"), (2025, "146.25"))
]

months = st.integers(2024 * 12, 2025 * 12 + 5)
days = st.one_of(
    st.dates(FIRST, LAST),
    months.map(month_end),
    months.map(first_day),
    months.map(lambda month: month_end(month) - DAY),
)
maybe_day = st.none() | days


@st.composite
def versions(draw: st.DrawFn, line_id: str) -> list[ContractLine]:
    """A contract line with up to three versions, effective in the order of recording."""
    start = draw(days)
    term = draw(st.none() | st.integers(28, 400))
    unit = draw(st.sampled_from(("month", "year", "week", "quarter")))
    row = ContractLine(
        contract_line_id=line_id,
        account_id=draw(st.sampled_from(ACCOUNTS)),
        product_id=draw(st.sampled_from(("P1", "P2"))),
        quantity=draw(st.sampled_from((None, Decimal(1), Decimal(3), Decimal(0)))),
        unit_price=draw(st.sampled_from((Decimal(0), Decimal(100), Decimal("999.95")))),
        discount_rate=draw(st.sampled_from((None, Decimal("0.1"), Decimal(1)))),
        billing_unit="term" if term is not None and draw(st.booleans()) else unit,
        currency=draw(st.sampled_from(("JPY", "USD"))),
        starts_on=start,
        ends_on=None if term is None else start + (term - 1) * DAY,
        signed_on=draw(maybe_day),
        cancel_notice_on=draw(st.none() | st.integers(0, 300).map(lambda n: start + n * DAY)),
        terminated_on=draw(st.none() | st.integers(0, 300).map(lambda n: start + n * DAY)),
        is_trial=draw(st.sampled_from((None, None, None, True))),
    )
    recorded = sorted(draw(st.lists(days, max_size=3, unique=True)))
    found = [replace(row, recorded_at=recorded[0] if recorded else None)]
    for day in recorded[1:]:
        effective = draw(st.none() | st.just(day))
        status = draw(st.sampled_from(("active", "active", "paused", "void")))
        price = draw(st.sampled_from((Decimal(100), Decimal(250))))
        later = replace(row, unit_price=price, status=status, effective_from=effective)
        deleted = draw(st.sampled_from((None, None, None, True)))
        found.append(replace(later, recorded_at=day, is_deleted=deleted))
    return found


@st.composite
def small_books(draw: st.DrawFn) -> Book:
    """Up to three accounts and five lines, with whatever can happen to them."""
    count = draw(st.integers(1, 5))
    lines: list[ContractLine] = []
    for n in range(count):
        found = draw(versions(f"L{n}"))
        replaced = draw(st.sampled_from((None, *(f"L{m}" for m in range(n)))))
        lines += [replace(row, replaces_line_id=replaced) for row in found]
    pauses = draw(
        st.lists(st.tuples(st.integers(0, count - 1), days, st.integers(0, 150)), max_size=2)
    )
    bills = draw(st.lists(st.tuples(st.sampled_from(ACCOUNTS), days, maybe_day), max_size=2))
    return Book(
        accounts=draw(account_rows()),
        products=[Product("P1", successor_product_id="P2"), Product("P2")],
        contract_lines=lines,
        service_pauses=[
            ServicePause(f"L{n}", day, day + timedelta(days=length)) for n, day, length in pauses
        ],
        invoices=[
            Invoice(f"I{n}", account, issued, Decimal(1), due_on=issued, paid_on=paid)
            for n, (account, issued, paid) in enumerate(bills)
        ],
        fx_rates=RATES,
    )


@st.composite
def account_rows(draw: st.DrawFn) -> list[Account]:
    """Three accounts; the later ones may belong to, or merge into, earlier ones."""
    found = [Account("A", size_band="smb")]
    for n, name in enumerate(ACCOUNTS[1:], start=1):
        plain = Account(name, size_band=draw(st.sampled_from(("smb", "mid", None))))
        found.append(plain)
        fate = draw(st.sampled_from(("alone", "alone", "child", "merged")))
        other = draw(st.sampled_from(ACCOUNTS[:n]))
        day = draw(days)
        if fate == "child":
            found.append(replace(plain, parent_account_id=other, recorded_at=day))
        if fate == "merged":
            merged = replace(plain, merged_into_account_id=other, merged_on=day)
            found.append(replace(merged, recorded_at=day + draw(st.integers(0, 60)) * DAY))
    return found
