"""Short ways to write small books by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.compute import Basis, BasisResult, Knowledge, Result, compute
from oracle.retention import Retention
from oracle.rows import (
    Account,
    Book,
    ContractLine,
    FxRate,
    Invoice,
    Plan,
    Product,
    RawDate,
    RawNumber,
    ServicePause,
)
from oracle.settings import Settings

DEFAULT = Settings(as_of_date=date(2026, 6, 30))


def day(text: str | None) -> date | None:
    """A date from `2025-04-01`."""
    return None if text is None else date.fromisoformat(text)


def line(
    line_id: str,
    price: RawNumber,
    start: RawDate,
    end: RawDate = None,
    *,
    account: str | None = "C1",
    product: str = "P1",
    unit: str = "month",
    **columns: Any,
) -> ContractLine:
    """A contract line; dates may be written as text."""
    row = ContractLine(
        contract_line_id=line_id,
        account_id=account,
        product_id=product,
        unit_price=price,
        billing_unit=unit,
        starts_on=start,
        ends_on=end,
    )
    return replace(row, **columns)


def annual(line_id: str = "A100", **columns: Any) -> ContractLine:
    """The base contract: 1,200,000 for 2025-04-01 to 2026-03-31."""
    row = line(line_id, Decimal(1200000), "2025-04-01", "2026-03-31", unit="term")
    return replace(row, **columns)


def discount(
    line_id: str, parent: str, start: str, end: str | None, **columns: Any
) -> ContractLine:
    """A discount line on a parent."""
    row = line(line_id, Decimal(0), start, end, charge_type="discount", parent_line_id=parent)
    return replace(row, **columns)


def usd_rates(**rates: int) -> list[FxRate]:
    """Yearly budget rates of the dollar: `usd_rates(y2025=150)` from 2025-04-01."""
    return [
        FxRate("USD", "budget", date(int(year[1:]), 4, 1), Decimal(rate))
        for year, rate in rates.items()
    ]


def book_of(
    *lines: ContractLine,
    accounts: Iterable[Account] | None = None,
    products: Iterable[Product] | None = None,
    pauses: Iterable[ServicePause] = (),
    invoices: Iterable[Invoice] = (),
    rates: Iterable[FxRate] = (),
) -> Book:
    """A book that knows every account and product its lines name, unless told otherwise."""
    named = {x.account_id for x in lines} | {x.end_customer_account_id for x in lines}
    ids = sorted(name for name in named if name is not None and name.strip())
    product_ids = sorted({x.product_id for x in lines})
    plan_ids = sorted({(x.plan_id, x.product_id) for x in lines if x.plan_id is not None})
    return Book(
        accounts=[Account(x) for x in ids] if accounts is None else list(accounts),
        products=[Product(x) for x in product_ids] if products is None else list(products),
        plans=[Plan(plan_id, product_id) for plan_id, product_id in plan_ids],
        contract_lines=list(lines),
        service_pauses=list(pauses),
        invoices=list(invoices),
        fx_rates=list(rates),
    )


class Figures:
    """A computed book, asked in the words of the edge-case table."""

    def __init__(self, book: Book, settings: Settings = DEFAULT, known_at: str | None = None):
        bases = frozenset({Basis.RESTATED, Basis.AS_REPORTED})
        self.result: Result = compute(book, settings, Knowledge(day(known_at), bases))

    def basis(self, reported: bool = False) -> BasisResult:
        """One basis of the result."""
        return self.result.as_reported if reported else self.result.restated

    def mrr(
        self, month: str, account: str = "C1", product: str | None = None, reported: bool = False
    ) -> Fraction:
        """MRR of an account (or of one of its products) at a month-end."""
        first = date.fromisoformat(f"{month}-01")
        return sum(
            (
                row.mrr
                for (owner, item, at), row in self.basis(reported).balances.items()
                if (owner, at) == (account, first) and product in (None, item)
            ),
            Fraction(0),
        )

    def series(self, start: str, months: int, account: str = "C1") -> list[int | Fraction]:
        """MRR at consecutive month-ends."""
        year, month = (int(x) for x in start.split("-"))
        steps = (year * 12 + month - 1 + step for step in range(months))
        return [self.mrr(f"{x // 12}-{x % 12 + 1:02d}", account) for x in steps]

    def move(
        self, month: str, account: str = "C1", reported: bool = False
    ) -> tuple[str, str | None, Fraction]:
        """Class, sub-class and amount of a month."""
        row = self.basis(reported).movements[account, date.fromisoformat(f"{month}-01")]
        amount = row.new + row.expansion + row.contraction + row.churn + row.reactivation
        return row.movement, row.sub_movement, amount

    def parts(self, month: str, account: str = "C1", reported: bool = False) -> dict[str, Fraction]:
        """The amounts of a month that are not zero."""
        row = self.basis(reported).movements[account, date.fromisoformat(f"{month}-01")]
        amounts = {key: value for key, value in vars(row).items() if isinstance(value, Fraction)}
        return {key: value for key, value in amounts.items() if value}

    def moved(self, account: str = "C1") -> dict[str, tuple[str, Fraction]]:
        """Every restated month that was not flat."""
        found = {}
        for (owner, at), row in sorted(self.result.restated.movements.items()):
            if owner == account and row.movement != "flat":
                kind, _, amount = self.move(f"{at:%Y-%m}", account)
                found[f"{at:%Y-%m}"] = (kind, amount)
        return found

    def drivers(self, month: str, account: str = "C1") -> dict[str, Fraction]:
        """Driver amounts of a month."""
        found: dict[str, Fraction] = {}
        for row in self.result.restated.drivers[account, date.fromisoformat(f"{month}-01")]:
            found[row.driver] = found.get(row.driver, Fraction(0)) + row.amount
        return found

    def nrr(self, month: str, window: str = "1m", reported: bool = False) -> Fraction | None:
        """NRR of the whole book; empty where there is no cohort."""
        row = self.window(month, window, reported)
        return None if row is None else row.nrr

    def grr(self, month: str, window: str = "1m") -> Fraction | None:
        """GRR of the whole book; empty where there is no cohort."""
        row = self.window(month, window)
        return None if row is None else row.grr

    def window(self, month: str, window: str, reported: bool = False) -> Retention | None:
        """A retention row of the whole book, if it exists."""
        key = (date.fromisoformat(f"{month}-01"), window, "all", "all")
        return self.basis(reported).retention.get(key)

    def reasons(self) -> list[tuple[str, str]]:
        """Quarantined lines and why."""
        return sorted((row.key, row.reason) for row in self.result.rejected)
