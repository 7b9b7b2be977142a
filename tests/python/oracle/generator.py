"""Random books: plausible companies in which everything unpleasant happens somewhere.

A book is a list of stories. Every story is one account's life with one product; it knows the rules
of raw data, not of the ledger. Where docs/specification leaves a reading open the stories
keep away from it, so that a difference always means a mistake:

- the first version of a line has no `effective_from`, and later ones are effective in the order in
  which they were recorded;
- pauses of one line neither touch nor overlap;
- deleted lines, and lines that a renewal replaces, are readable rows;
- accounts of a hierarchy, of a merge or of a reseller get no invoices;
- nothing is recorded after the as-of date.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from oracle.rows import (
    Account,
    Book,
    ContractLine,
    FxRate,
    Invoice,
    Plan,
    Product,
    RawNumber,
    ServicePause,
)
from oracle.settings import Settings
from oracle.situations import SITUATIONS, handover
from oracle.terms import DAY, add_months, first_day, month_end, month_of

PRODUCTS = [
    Product("CRM", "CRM"),
    Product("CRM-REPORTS", "Reports", parent_product_id="CRM"),
    Product("CRM-API", "API", parent_product_id="CRM"),
    Product("MA", "Marketing", successor_product_id="MA-NEXT"),
    Product("MA-LITE", "Marketing Lite", successor_product_id="MA-NEXT"),
    Product("MA-NEXT", "Marketing Next"),
    Product("DATA", "Data platform"),
    Product("HELPDESK", "Helpdesk"),
]
HOMES = ("CRM", "CRM-REPORTS", "CRM-API", "MA", "DATA", "HELPDESK")
PLANS = [
    Plan(f"{product.product_id}-{name}", product.product_id, rank)
    for product in PRODUCTS
    for rank, name in enumerate(("FREE", "STANDARD", "BUSINESS", "ENTERPRISE"))
]
BUDGET_RATES = {
    "USD": ("131.5", "138.25", "149", "145.125"),
    "EUR": ("141", "152.4", "158", "163"),
    "BGN": ("72", "78", "81.5", "82"),
}
RETIRED_CURRENCY = "GBP"
UNITS = ("month", "month", "month", "month", "year", "year", "quarter", "half_year", "week", "day")
GAPS = (-20, -15, -1, 0, 0, 0, 0, 0, 1, 1, 2, 10, 28, 29, 30, 30, 31, 31, 32, 60, 150)
SEGMENTS = {
    "size_band": ("smb", "mid", "enterprise"),
    "industry": ("retail", "finance", "software"),
    "country": ("JP", "US", "DE"),
    "acquisition_channel": ("ads", "partner", "inbound"),
}


@dataclass(frozen=True)
class Shape:
    """How big a book is; `dirty_text` puts text into number and date columns (CSV only)."""

    accounts: int = 500
    months: int = 36
    first: date = date(2023, 4, 1)
    dirty_text: bool = True
    situations: tuple[str, ...] = ("handover", *SITUATIONS)
    share: float = 0.5

    @property
    def last_day(self) -> date:
        """Last day of the last month."""
        return month_end(month_of(self.first) + self.months - 1)


def settings_for(shape: Shape) -> Settings:
    """Settings under which the whole book has happened; the month after it is incomplete."""
    return Settings(as_of_date=shape.last_day + 13 * DAY)


def starts(row: ContractLine) -> date:
    """First day of a line that the generator itself has dated."""
    assert isinstance(row.starts_on, date)
    return row.starts_on


def ends(row: ContractLine) -> date:
    """Last day of a line that the generator itself has ended."""
    assert isinstance(row.ends_on, date)
    return row.ends_on


class Chance:
    """Draws with the habits of real contracts."""

    def __init__(self, seed: int, shape: Shape) -> None:
        self.random = Random(seed)
        self.shape = shape

    def yes(self, share: float) -> bool:
        """True with a probability."""
        return self.random.random() < share

    def day(self, first: date | None = None, last: date | None = None) -> date:
        """A day of the book; half of the days crowd around month-ends."""
        first = first or self.shape.first - timedelta(days=200)
        last = last or self.shape.last_day
        day = first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))
        if self.yes(0.5):
            day = month_end(month_of(day)) + timedelta(days=self.random.randint(-2, 2))
        return min(max(day, first), max(first, last))

    def moment(self, day: date) -> datetime:
        """A time of that day."""
        return datetime.combine(day, time(self.random.randint(0, 23), self.random.randint(0, 59)))

    def price(self, currency: str) -> Decimal:
        """A price with the decimals its currency has, and sometimes awkward thirds."""
        if currency == "JPY":
            return Decimal(self.random.choice((100, 999, 1000, 4980, 12345, 100000, 333333)))
        return Decimal(self.random.randint(100, 250000)) / 100

    def quantity(self) -> Decimal | None:
        """Seats; sometimes the source leaves them out, which means one."""
        return None if self.yes(0.1) else Decimal(self.random.choice((1, 2, 3, 5, 10, 15, 40)))

    def rate(self) -> Decimal:
        """A discount rate."""
        return Decimal(self.random.choice(("0.05", "0.1", "0.15", "0.25", "0.333", "0.5")))

    def currency(self) -> str:
        """Mostly the reporting currency."""
        return self.random.choice(("JPY", "JPY", "JPY", "USD", "USD", "EUR"))


class Teller:
    """Writes the rows of a book, one story after another."""

    def __init__(self, seed: int, shape: Shape) -> None:
        self.chance = Chance(seed, shape)
        self.random = self.chance.random
        self.shape = shape
        self.book = Book(products=list(PRODUCTS), plans=list(PLANS), fx_rates=self._rates())
        self._lines = 0
        self.invoices = 0
        self.told: dict[str, list[str]] = {}

    def _rates(self) -> list[FxRate]:
        """Budget rates for every fiscal year of the book, not always from its first day."""
        first_year = self.shape.first.year - 1
        rows = [
            FxRate(currency, "budget", date(first_year + n, 4, 1), Decimal(rate))
            for currency, rates in BUDGET_RATES.items()
            for n, rate in enumerate((*rates, *rates))
        ]
        rows += [
            FxRate("USD", "spot", date(first_year + n, 7, 1), Decimal(140 + n)) for n in range(5)
        ]
        return [
            *rows,
            FxRate(RETIRED_CURRENCY, "budget", date(first_year + 1, 5, 15), Decimal(180)),
        ]

    def next_line_id(self) -> str:
        """A fresh line id."""
        self._lines += 1
        return f"L{self._lines:06d}"

    def write(self, *lines: ContractLine) -> None:
        """Add contract lines."""
        self.book.contract_lines.extend(lines)

    def fresh(self, account: str, product: str, start: date, **columns: Any) -> ContractLine:
        """A new open-ended line, billed in any way that needs no end."""
        chance = self.chance
        currency = columns.pop("currency", None) or chance.currency()
        unit = self.random.choice(UNITS)
        signed = start - timedelta(days=self.random.randint(0, 40)) if chance.yes(0.7) else None
        row = ContractLine(
            contract_line_id=self.next_line_id(),
            account_id=account,
            product_id=product,
            plan_id=f"{product}-{self.random.choice(('STANDARD', 'BUSINESS', 'ENTERPRISE'))}",
            quantity=chance.quantity(),
            unit_price=chance.price(currency),
            discount_rate=chance.rate() if chance.yes(0.1) else None,
            billing_unit=unit,
            billing_interval=self.random.choice((None, None, 1, 2, 3)) if unit != "day" else None,
            currency=currency,
            starts_on=start,
            signed_on=signed,
            status=self.random.choice((None, "active")),
        )
        if chance.yes(0.1):
            row = replace(row, is_tax_inclusive=True, tax_rate=Decimal("0.10"))
        if chance.yes(0.5):
            recorded = min(start - timedelta(days=self.random.randint(-3, 20)), self.shape.last_day)
            row = replace(row, recorded_at=chance.moment(recorded))
        return replace(row, **columns)

    def term(self, row: ContractLine, months: int, odd_days: int = 0) -> ContractLine:
        """The same line with an end, sometimes priced for the whole term."""
        end = add_months(starts(row), months) - DAY + timedelta(days=odd_days)
        row = replace(row, ends_on=end)
        if self.chance.yes(0.4) and (end - starts(row)).days >= 40:
            price = Decimal(str(row.unit_price)) * months
            row = replace(row, billing_unit="term", billing_interval=None, unit_price=price)
        return row

    def start(self) -> date:
        """A first day that leaves room for a story."""
        return self.chance.day(last=self.shape.last_day - timedelta(days=100))

    def plain(self, account: str, product: str) -> None:
        """One line, open-ended or with an odd term."""
        row = self.fresh(account, product, self.start())
        if self.chance.yes(0.6):
            odd = self.random.choice((0, 0, 0, -2, -1, 1, 2, 9, 17))
            row = self.term(row, self.random.choice((1, 2, 3, 6, 11, 12, 13, 24, 36)), odd)
        if self.chance.yes(0.2):
            stop = self.chance.day(starts(row) + 20 * DAY)
            row = replace(row, terminated_on=stop)
        self.write(row)

    def renewals(self, account: str, product: str) -> None:
        """A chain of terms with gaps and overlaps around the grace period."""
        chance = self.chance
        linked = chance.yes(0.6)
        columns = {"currency": chance.currency()}
        row = self.term(
            self.fresh(account, product, self.start(), **columns),
            self.random.choice((2, 3, 6, 12)),
            self.random.choice((0, 0, -1, 1, 13)),
        )
        for _ in range(self.random.randint(1, 5)):
            if chance.yes(0.1):
                row = self.stopped(row)
            self.write(row)
            start = ends(row) + timedelta(days=self.random.choice(GAPS) + 1)
            if start > self.shape.last_day + timedelta(days=60):
                return
            row = self.renewed(row, start, linked)
        self.write(row)

    def renewed(self, row: ContractLine, start: date, linked: bool) -> ContractLine:
        """The next term: same, more, less, another plan, another currency or billing."""
        currency = row.currency if self.chance.yes(0.93) else self.chance.currency()
        fresh = self.fresh(str(row.account_id), row.product_id, start, currency=currency)
        if currency == row.currency and self.chance.yes(0.5) and row.billing_unit != "term":
            kept: dict[str, Any] = {
                "unit_price": row.unit_price,
                "plan_id": row.plan_id,
                "quantity": row.quantity,
            }
            same: dict[str, Any] = {
                "billing_unit": row.billing_unit,
                "billing_interval": row.billing_interval,
            }
            fresh = replace(fresh, **kept, **same)
        fresh = self.term(fresh, self.random.choice((1, 2, 3, 6, 12)))
        return replace(fresh, replaces_line_id=row.contract_line_id if linked else None)

    def stopped(self, row: ContractLine) -> ContractLine:
        """Terminated early, or under notice."""
        if self.chance.yes(0.5):
            return replace(row, terminated_on=self.chance.day(starts(row), ends(row)))
        return replace(row, cancel_notice_on=self.chance.day(starts(row), ends(row)))

    def notice(self, account: str, product: str) -> None:
        """An open-ended line that is cancelled, perhaps followed by another."""
        row = self.fresh(account, product, self.start())
        given = self.chance.day(starts(row))
        self.write(replace(row, cancel_notice_on=given))
        if self.chance.yes(0.3) and given + timedelta(days=60) < self.shape.last_day:
            self.write(self.fresh(account, product, given + timedelta(days=45)))

    def trial(self, account: str, product: str) -> None:
        """A trial or a free plan before, after or beside paying."""
        start = self.start()
        end = start + timedelta(days=self.random.choice((13, 29, 30, 60, 89)))
        free = replace(self.fresh(account, product, start), ends_on=end, discount_rate=None)
        if self.chance.yes(0.5):
            free = replace(free, is_trial=True)
        else:
            free = replace(free, unit_price=Decimal(0), plan_id=f"{product}-FREE")
        paid = self.fresh(account, product, end + DAY)
        if self.chance.yes(0.4):
            paid = replace(paid, replaces_line_id=free.contract_line_id)
        self.write(free, self.term(paid, self.random.choice((3, 6, 12))))

    def downgrade_to_free(self, account: str, product: str) -> None:
        """Paid, then free."""
        paid = self.term(self.fresh(account, product, self.start()), 6)
        free = self.fresh(account, product, ends(paid) + DAY, discount_rate=None)
        self.write(paid, replace(free, unit_price=Decimal(0), plan_id=f"{product}-FREE"))

    def discounts(self, account: str, product: str) -> None:
        """Discount lines of both kinds, for the whole term or a part of it."""
        parent = self.term(self.fresh(account, product, self.start(), discount_rate=None), 12)
        self.write(parent)
        for _ in range(self.random.randint(1, 3)):
            self.write(self.discount_line(parent))

    def discount_line(self, parent: ContractLine) -> ContractLine:
        """At most a quarter of the parent each, so that three never exceed it."""
        first = self.chance.day(starts(parent), ends(parent))
        last = self.chance.day(first, ends(parent) + timedelta(days=40))
        row = replace(
            parent,
            contract_line_id=self.next_line_id(),
            charge_type="discount",
            parent_line_id=parent.contract_line_id,
            signed_on=None,
            starts_on=first if self.chance.yes(0.5) else starts(parent),
            ends_on=last,
            quantity=None,
            unit_price=Decimal(0),
            billing_unit="month",
            billing_interval=None,
        )
        if self.chance.yes(0.6):
            rate = self.random.choice(("0.05", "0.1", "0.2", "0.25"))
            return replace(row, discount_rate=Decimal(rate))
        return replace(row, **self.flat_discount(parent))

    def flat_discount(self, parent: ContractLine) -> dict[str, Any]:
        """A negative price in the parent's own billing, or by the month where that has no unit."""
        amount = Decimal(str(parent.unit_price)) * Decimal(str(parent.quantity or 1))
        share = (amount / 5).quantize(Decimal("1") if parent.currency == "JPY" else Decimal("0.01"))
        charge = self.random.choice(("discount", "recurring"))
        if parent.billing_unit != "term":
            same = {
                "billing_unit": parent.billing_unit,
                "billing_interval": parent.billing_interval,
            }
            return {"unit_price": min(-share, Decimal(-1)), "charge_type": charge, **same}
        months = (month_of(ends(parent)) - month_of(starts(parent))) + 2
        return {"unit_price": -(share / months).quantize(Decimal(1)) - 1, "charge_type": charge}

    def full_discount(self, account: str, product: str) -> None:
        """Everything free for some months: in force, not paying."""
        parent = self.fresh(account, product, self.start(), discount_rate=None)
        parent = replace(parent, ends_on=starts(parent) + timedelta(days=500))
        row = replace(self.discount_line(parent), charge_type="discount", unit_price=Decimal(0))
        first = self.chance.day(starts(parent))
        last = first + timedelta(days=self.random.choice((20, 45, 90, 150)))
        self.write(parent, replace(row, discount_rate=Decimal(1), starts_on=first, ends_on=last))

    def ramp(self, account: str, product: str) -> None:
        """Steps agreed on the first day, as linked lines or as versions."""
        row = self.fresh(account, product, self.start(), recorded_at=None, billing_unit="month")
        signed = starts(row) - 10 * DAY
        row = replace(row, signed_on=signed, ends_on=add_months(starts(row), 12) - DAY)
        if self.chance.yes(0.5):
            self.write(row)
            for _ in range(2):
                row = replace(
                    row,
                    contract_line_id=self.next_line_id(),
                    replaces_line_id=row.contract_line_id,
                    unit_price=Decimal(str(row.unit_price)) * 2,
                    starts_on=ends(row) + DAY,
                    ends_on=add_months(ends(row) + DAY, 12) - DAY,
                )
                self.write(row)
            return
        row = replace(row, ends_on=add_months(starts(row), 36) - DAY)
        for step in range(3):
            self.write(
                replace(
                    row,
                    unit_price=Decimal(str(row.unit_price)) * (step + 1),
                    effective_from=add_months(starts(row), 12 * step) if step else None,
                    recorded_at=datetime.combine(signed, time(9 + step)),
                )
            )

    def pauses(self, account: str, product: str) -> None:
        """One or two pauses, from a few days to far beyond what keeps the logo."""
        row = self.fresh(account, product, self.start())
        day = starts(row)
        self.write(row)
        for _ in range(self.random.randint(1, 2)):
            first = self.chance.day(day + 10 * DAY, day + timedelta(days=200))
            length = self.random.choice((10, 31, 60, 89, 90, 91, 120, 200))
            last = first + timedelta(days=length)
            open_ended = self.chance.yes(0.15)
            self.book.service_pauses.append(
                ServicePause(row.contract_line_id, first, None if open_ended else last)
            )
            if open_ended:
                return
            day = last

    def paused_version(self, account: str, product: str) -> None:
        """Paused and resumed by versions of the line."""
        row = self.versioned(account, product)
        stop = self.chance.day(starts(row) + 30 * DAY)
        back = stop + timedelta(days=self.random.choice((20, 50, 89, 91, 140)))
        self.write(row)
        self.amend(row, stop, status="paused")
        self.amend(row, back)

    def versioned(self, account: str, product: str) -> ContractLine:
        """A line whose source keeps track of when it recorded what."""
        row = self.fresh(account, product, self.start())
        recorded = self.chance.moment(starts(row) - timedelta(days=self.random.randint(1, 20)))
        return replace(row, recorded_at=recorded)

    def amend(self, row: ContractLine, day: date, late: int = 0, **columns: Any) -> None:
        """A version effective from a day, if it is recorded before the book ends."""
        recorded = day + timedelta(days=late)
        if recorded <= self.shape.last_day:
            moment = datetime.combine(recorded, time(12, self.random.randint(0, 59)))
            self.write(replace(row, **columns, effective_from=day, recorded_at=moment))

    def amendments(self, account: str, product: str) -> None:
        """Prices and seats change on the way; some news arrive late."""
        row = self.versioned(account, product)
        self.write(row)
        day = starts(row)
        for _ in range(self.random.randint(1, 4)):
            day = self.chance.day(day + 35 * DAY, day + timedelta(days=200))
            change: dict[str, Any] = self.random.choice(
                (
                    {"quantity": Decimal(self.random.randint(1, 60))},
                    {"unit_price": self.chance.price(row.currency)},
                    {"quantity": Decimal(0)},
                    {"plan_id": f"{product}-ENTERPRISE", "unit_price": Decimal(777)},
                    {"discount_rate": self.chance.rate()},
                    {"terminated_on": day + timedelta(days=30)},
                    {"ends_on": day + timedelta(days=self.random.choice((25, 70, 400)))},
                )
            )
            row = replace(row, **change)
            self.amend(row, day, late=self.random.choice((0, 0, 0, 3, 20)))
            day += 25 * DAY

    def rewritten(self, account: str, product: str) -> None:
        """A version without an effective day replaces the whole history."""
        row = self.versioned(account, product)
        self.write(row)
        news = self.chance.moment(self.chance.day(starts(row) + 40 * DAY))
        change: dict[str, Any] = self.random.choice(
            (
                {"unit_price": self.chance.price(row.currency)},
                {"status": "void"},
                {"ends_on": starts(row) + timedelta(days=self.random.choice((10, 45, 200)))},
                {"starts_on": starts(row) + timedelta(days=self.random.choice((-40, 5, 33)))},
            )
        )
        self.write(replace(row, **change, recorded_at=news))

    def deleted(self, account: str, product: str) -> None:
        """Deleted in the source, with or without earlier versions or a recording date."""
        row = self.versioned(account, product)
        news = self.chance.moment(self.chance.day(starts(row) + 10 * DAY))
        style = self.random.choice(("both", "both", "alone", "timeless"))
        if style == "both":
            self.write(row)
        recorded = None if style == "timeless" else news
        self.write(replace(row, is_deleted=True, recorded_at=recorded))

    def void(self, account: str, product: str) -> None:
        """Never existed."""
        self.write(self.fresh(account, product, self.start(), status="void"))

    def overlap(self, account: str, product: str) -> None:
        """Two base lines of one product at once, and seats added to them."""
        first = self.term(self.fresh(account, product, self.start()), 12)
        second = self.fresh(account, product, self.chance.day(starts(first), ends(first)))
        extra = self.fresh(account, product, self.chance.day(starts(first), ends(first)))
        seats = replace(extra, ends_on=ends(first))
        if seats.ends_on is not None and seats.billing_unit != "term":
            self.write(first, self.term(second, self.random.choice((3, 6, 12))), seats)

    def successor(self, account: str, product: str) -> None:
        """A product gives way to its successor."""
        old = self.term(self.fresh(account, "MA", self.start()), 12)
        start = ends(old) + timedelta(days=self.random.choice((1, 1, 1, 15, 40)))
        new = self.fresh(account, "MA-NEXT", start, currency=old.currency)
        linked = self.chance.yes(0.5)
        self.write(old, replace(new, replaces_line_id=old.contract_line_id if linked else None))

    def migration(self, account: str, product: str) -> None:
        """The successor runs beside its predecessors for nothing until they end."""
        last = month_end(month_of(self.start()) + self.random.randint(7, 14))
        lines = []
        for old in self.random.choice((("MA",), ("MA-LITE",), ("MA", "MA-LITE"))):
            start = last - timedelta(days=self.random.choice((80, 200)))
            lines.append(self.fresh(account, old, start, ends_on=last, billing_unit="month"))
        new = self.fresh(account, "MA-NEXT", last - 50 * DAY, discount_rate=None)
        new = replace(new, ends_on=last + timedelta(days=300), billing_unit="month")
        free = replace(
            self.discount_line(new),
            charge_type="discount",
            unit_price=Decimal(0),
            discount_rate=Decimal(1),
            starts_on=starts(new),
            ends_on=last,
        )
        self.write(*lines, new, free)

    def conversion(self, account: str, product: str) -> None:
        """Billed by the month, then for a year at less, written as a price or as a discount."""
        first = self.fresh(account, product, self.start(), billing_unit="month", billing_interval=1)
        first = replace(first, ends_on=add_months(starts(first), self.random.randint(3, 9)) - DAY)
        price = Decimal(str(first.unit_price)) * 12
        year = replace(
            first,
            contract_line_id=self.next_line_id(),
            replaces_line_id=first.contract_line_id,
            billing_unit="year",
            unit_price=price,
            starts_on=ends(first) + DAY,
            ends_on=add_months(ends(first) + DAY, 12) - DAY,
        )
        style = self.random.choice(("price", "discount", "term", "back"))
        if style == "discount":
            year = replace(year, discount_rate=Decimal("0.2"))
        elif style == "back":
            first, year = (
                replace(first, discount_rate=Decimal("0.2")),
                replace(year, discount_rate=None),
            )
        else:
            less = (price * Decimal("0.8")).quantize(Decimal(1))
            year = replace(
                year, unit_price=less, billing_unit="term" if style == "term" else "year"
            )
        self.write(first, year)

    def add_on(self, account: str, product: str) -> None:
        """A product, and an option of it some time later, perhaps given up again."""
        base = self.fresh(account, "CRM", self.start())
        day = self.chance.day(starts(base) + 35 * DAY, starts(base) + timedelta(days=300))
        option = self.fresh(account, self.random.choice(("CRM-REPORTS", "CRM-API")), day)
        if self.chance.yes(0.5):
            option = self.term(option, self.random.choice((2, 3, 6)))
        self.write(base, option)

    def seats_in_pieces(self, account: str, product: str) -> None:
        """Several lines of one product; some of them pause, all come and go for themselves."""
        first = self.fresh(account, product, self.start(), billing_unit="month")
        rows = [first]
        for _ in range(self.random.randint(1, 2)):
            day = self.chance.day(starts(first), starts(first) + timedelta(days=250))
            row = self.fresh(account, product, day, currency=first.currency, billing_unit="month")
            if self.chance.yes(0.5):
                row = replace(row, plan_id=first.plan_id, unit_price=first.unit_price)
            rows.append(self.term(row, self.random.choice((3, 6, 12))))
        for row in rows:
            if self.chance.yes(0.5):
                day = self.chance.day(starts(row) + 20 * DAY, starts(row) + timedelta(days=200))
                last = day + timedelta(days=self.random.choice((25, 50, 89, 120)))
                self.book.service_pauses.append(ServicePause(row.contract_line_id, day, last))
        self.write(*rows)

    def retired_currency(self, account: str, product: str) -> None:
        """A currency that has no rate after the year in which its last line ended."""
        first = date(self.shape.first.year, 4, 1)
        last = date(self.shape.first.year + 1, 3, 31)
        start = self.chance.day(first, last - timedelta(days=60))
        end = self.chance.day(start + 40 * DAY, last)
        row = self.fresh(account, product, start, currency=RETIRED_CURRENCY)
        follow = self.fresh(account, product, last + DAY, currency="JPY")
        self.write(replace(row, ends_on=end))
        if self.chance.yes(0.6) and (last - end).days > 31:
            self.write(follow)

    def short(self, account: str, product: str) -> None:
        """In and out within one month, or upgraded and cancelled in it."""
        month = first_day(month_of(self.start()))
        first = self.fresh(account, product, month + 2 * DAY, ends_on=month + 12 * DAY)
        self.write(first)
        if self.chance.yes(0.5):
            start = month + self.random.choice((13, 15)) * DAY
            last = month + self.random.choice((20, 24, 60)) * DAY
            self.write(self.fresh(account, product, start, ends_on=last))

    def no_quantity(self, account: str, product: str) -> None:
        """Zero seats: in force and not paying."""
        self.write(self.fresh(account, product, self.start(), quantity=Decimal(0)))

    def beside_the_ledger(self, account: str, product: str) -> None:
        """Set-up fees and overage, which are no MRR."""
        start = self.start()
        fee = self.fresh(account, product, start, charge_type="one_time")
        usage = self.fresh(account, product, start, charge_type="usage", billing_unit="month")
        self.write(replace(fee, ends_on=start), replace(usage, ends_on=start + 90 * DAY))

    def rejected(self, account: str, product: str) -> None:
        """Rows that cannot be valued, each for its own reason."""
        row = self.fresh(account, product, self.start(), discount_rate=None)
        start = starts(row)
        bad: list[dict[str, Any]] = [
            {"account_id": self.random.choice((None, "", "  "))},
            {"account_id": "NOBODY"},
            {"ends_on": start - DAY},
            {"ends_on": start + 26 * DAY, "billing_unit": "term", "billing_interval": None},
            {"billing_unit": "term", "billing_interval": None},
            {"unit_price": None},
            {"unit_price": -Decimal(str(row.unit_price))},
        ]
        if self.shape.dirty_text:
            bad += [
                {"starts_on": f"{start.year}/02/30"},
                {"ends_on": f"{start.year + 1}-02-30"},
                {"unit_price": "to be agreed"},
            ]
        self.write(replace(row, **self.random.choice(bad)))

    def clashing(self, account: str, product: str) -> None:
        """Two prices recorded at the same moment, or the same row twice."""
        row = self.versioned(account, product)
        twin = replace(row, unit_price=Decimal(str(row.unit_price)) + 1)
        self.write(row, row if self.chance.yes(0.5) else twin)

    def net_negative(self, account: str, product: str) -> None:
        """A discount larger than its parent, for the parent's whole life."""
        parent = self.fresh(account, product, self.start(), discount_rate=None, recorded_at=None)
        row = replace(
            parent,
            contract_line_id=self.next_line_id(),
            charge_type="discount",
            parent_line_id=parent.contract_line_id,
            quantity=Decimal(100),
            unit_price=-Decimal(str(parent.unit_price)),
        )
        self.write(parent, row)

    def stories(self) -> list[tuple[int, Callable[[str, str], None]]]:
        """Every story with its weight."""
        return [
            (10, self.plain),
            (22, self.renewals),
            (5, self.notice),
            (5, self.trial),
            (2, self.downgrade_to_free),
            (8, self.discounts),
            (2, self.full_discount),
            (4, self.ramp),
            (6, self.pauses),
            (2, self.paused_version),
            (8, self.amendments),
            (3, self.rewritten),
            (3, self.deleted),
            (1, self.void),
            (5, self.overlap),
            (3, self.successor),
            (3, self.migration),
            (5, self.conversion),
            (4, self.add_on),
            (6, self.seats_in_pieces),
            (2, self.retired_currency),
            (2, self.short),
            (1, self.no_quantity),
            (2, self.beside_the_ledger),
            (4, self.rejected),
            (2, self.clashing),
            (1, self.net_negative),
        ]

    def live(self, account: str) -> list[str]:
        """One to three stories, each about another product; returns the products."""
        situations = [x for x in self.shape.situations if x in SITUATIONS]
        weights, stories = zip(*self.stories(), strict=True)
        count = self.random.choice((1, 1, 2, 2, 3))
        products = self.random.sample(HOMES, count)
        for product in products:
            if situations and self.chance.yes(self.shape.share):
                name = self.random.choice(situations)
                self.told.setdefault(account, []).append(name)
                SITUATIONS[name](self, account, product)
                continue
            story = self.random.choices(stories, weights)[0]
            self.told.setdefault(account, []).append(story.__name__)
            if story in (self.successor, self.migration) and "MA" in products and product != "MA":
                story = self.plain
            story(account, product)
        return products

    def account(self, account_id: str, **columns: Any) -> Account:
        """An account row, known since before the book."""
        segments = {name: self.random.choice(values) for name, values in SEGMENTS.items()}
        return Account(account_id, f"Company {account_id}", **{**segments, **columns})

    def ordinary(self, account_id: str) -> None:
        """A customer on its own; some are billed, and some of those pay late."""
        self.book.accounts.append(self.account(account_id))
        products = self.live(account_id)
        if self.chance.yes(0.15):
            self.bill(account_id, (None, *HOMES))
        elif self.chance.yes(0.1):
            self.bill(account_id, products)

    def bill(self, account_id: str, products: Sequence[str | None]) -> None:
        """A few invoices for some products, some of them paid late or never."""
        issued = self.start()
        for _ in range(self.random.randint(1, 6)):
            self.invoices += 1
            due = issued + 30 * DAY if self.chance.yes(0.7) else None
            delay = self.random.choice((0, 5, 20, 59, 60, 61, 62, 95, 200, None))
            paid = None if delay is None else issued + timedelta(days=30 + delay)
            if paid is not None and paid > self.shape.last_day:
                paid = None
            self.book.invoices.append(
                Invoice(
                    invoice_id=f"I{self.invoices:06d}",
                    account_id=account_id,
                    issued_on=issued,
                    due_on=due,
                    paid_on=paid,
                    amount=Decimal(1000),
                    kind=self.random.choice(("invoice", "invoice", "invoice", None, "refund")),
                    product_id=self.random.choice(products),
                )
            )
            issued = self.chance.day(issued + 20 * DAY, issued + timedelta(days=200))
            if issued > self.shape.last_day:
                return

    def family(self, ids: list[str]) -> None:
        """A hierarchy of accounts; the holding may or may not buy, parents may change."""
        top, *children = ids
        self.book.accounts.append(self.account(top))
        if self.chance.yes(0.6):
            self.live(top)
        for n, child in enumerate(children):
            parent = ids[n] if self.chance.yes(0.3) else top
            self.live(child)
            if self.chance.yes(0.7):
                self.book.accounts.append(self.account(child, parent_account_id=parent))
                continue
            day = self.chance.day(self.shape.first)
            first = self.account(child, recorded_at=datetime(2020, 1, 6, 9))
            moment = datetime.combine(day, time(10))
            self.book.accounts += [
                first,
                replace(first, parent_account_id=parent, effective_from=day, recorded_at=moment),
            ]

    def merger(self, ids: list[str]) -> None:
        """Accounts merge into the first one; the second step may come through the first."""
        target = ids[0]
        self.book.accounts.append(self.account(target))
        for account_id in ids:
            self.live(account_id)
        for account_id in ids[1:]:
            day = self.chance.day(self.shape.first)
            first = self.account(account_id, recorded_at=datetime(2020, 1, 6, 9))
            moment = datetime.combine(day, time(11))
            merged: dict[str, Any] = {
                "merged_into_account_id": target,
                "merged_on": day,
                "recorded_at": moment,
            }
            self.book.accounts += [first, replace(first, **merged)]
            target = account_id if self.chance.yes(0.3) else target

    def reseller(self, ids: list[str]) -> None:
        """A reseller that signs for its end customers, and may also buy for itself."""
        seller, *customers = ids
        self.book.accounts += [self.account(x) for x in ids]
        if self.chance.yes(0.5):
            self.live(seller)
        for customer in customers:
            before = len(self.book.contract_lines)
            self.live(customer)
            for n in range(before, len(self.book.contract_lines)):
                row = self.book.contract_lines[n]
                if row.account_id == customer:
                    self.book.contract_lines[n] = replace(
                        row, account_id=seller, end_customer_account_id=customer
                    )

    def internal(self, account_id: str) -> None:
        """A test account of the vendor itself."""
        self.book.accounts.append(self.account(account_id, is_internal=True))
        self.live(account_id)

    def tell(self) -> Book:
        """All accounts of the book."""
        ids = [f"C{n:05d}" for n in range(1, self.shape.accounts + 1)]
        while ids:
            roll = self.random.random()
            group, size = self.ordinary_group, 1
            if roll < 0.05:
                group, size = self.family, self.random.randint(2, 4)
            elif roll < 0.08:
                group, size = self.merger, self.random.randint(2, 3)
            elif roll < 0.10:
                group, size = self.reseller, self.random.randint(2, 4)
            elif roll < 0.115:
                group, size = self.internal_group, 1
            elif roll < 0.115 + 0.1 * self.shape.share and "handover" in self.shape.situations:
                group, size = self.handover_group, 2
            if size > len(ids):
                continue
            taken, ids = ids[:size], ids[size:]
            group(taken)
        self.scribble()
        return self.book

    def ordinary_group(self, ids: list[str]) -> None:
        """A single customer."""
        self.ordinary(ids[0])

    def handover_group(self, ids: list[str]) -> None:
        """Two customers, one of which takes over a line of the other."""
        for account in ids:
            self.told.setdefault(account, []).append("handover")
        handover(self, ids)

    def internal_group(self, ids: list[str]) -> None:
        """A single internal account."""
        self.internal(ids[0])

    def scribble(self) -> None:
        """Ids in other spellings, and numbers and dates as people type them."""
        lines = self.book.contract_lines
        for n, row in enumerate(lines):
            if row.account_id and self.chance.yes(0.05):
                spelling = self.random.choice((str.lower, lambda x: f" {x} ", full_width))
                lines[n] = replace(row, account_id=spelling(row.account_id))
            if self.shape.dirty_text and self.chance.yes(0.04):
                lines[n] = self.as_text(lines[n])

    def as_text(self, row: ContractLine) -> ContractLine:
        """A start or a price as people and spreadsheets type it."""
        if isinstance(row.starts_on, date) and self.chance.yes(0.5):
            return replace(row, starts_on=typed_day(row.starts_on))
        if row.currency == "JPY" and isinstance(row.unit_price, Decimal):
            return replace(row, unit_price=typed_yen(row.unit_price))
        return row


def full_width(text: str) -> str:
    """The same text in full-width characters."""
    return "".join(chr(ord(x) + 0xFEE0) if "!" <= x <= "~" else x for x in text)


def typed_day(day: date) -> str:
    """A day in one of many spellings, always the same one."""
    weekday = "月火水木金土日"[day.weekday()]
    spellings = [
        f"{day.isoformat()}T05:30:00Z",
        f"{day.year}年{day.month}月{day.day}日({weekday})",
        f"{day.year}/{day.month}/{day.day} 午前0時",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day} 0:00",
        str((day - date(1899, 12, 30)).days),
        full_width(f"{day.year}年{day.month:02}月{day.day:02}日"),
    ]
    if day >= date(2019, 5, 1):
        year = day.year - 2018
        spellings += [f"令和{year}年{day.month}月{day.day}日", f"R{year:02}.{day.month}.{day.day}"]
    return spellings[day.toordinal() % len(spellings)]


def typed_yen(price: Decimal) -> str:
    """An amount in one of many spellings, always the same one."""
    size, is_whole = abs(price), price == price.to_integral_value()
    written = [f"{size:,}", full_width(f"{size:,}"), f"{size:,}".replace(",", "\u202f")]
    if is_whole and size and size % 1000 == 0:
        written += [f"{size / 1000:,f}千", f"{size / 10000:f}万"]
    text = written[int(size) // 7 % len(written)]
    if price < 0:
        return [f"▲{text}円", f"(¥{text})", f"￥−{text}", f"{text}-"][int(size) // 3 % 4]
    return [f"{text}円", f"¥{text}", f"\\{text}"][int(size) // 3 % 3]


def random_book(seed: int, shape: Shape | None = None) -> Book:
    """A book that depends only on its seed and shape."""
    return Teller(seed, shape or Shape()).tell()


def shuffled(book: Book, seed: int) -> Book:
    """The same rows in another order."""
    random = Random(seed)
    tables: dict[str, list[Any]] = {name: list(rows) for name, rows in vars(book).items()}
    for rows in tables.values():
        random.shuffle(rows)
    return Book(**tables)


def scaled(book: Book, factor: int) -> Book:
    """The same book at prices multiplied by a whole number."""

    def times(price: RawNumber) -> RawNumber:
        if isinstance(price, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", price):
            return str(Decimal(price) * factor)
        return price * factor if isinstance(price, (int, Decimal)) else price

    lines = [
        replace(row, unit_price=times(row.unit_price), amount=times(row.amount))
        for row in book.contract_lines
    ]
    invoices = [
        replace(row, amount=times(row.amount), paid_amount=times(row.paid_amount))
        for row in book.invoices
    ]
    return replace(book, contract_lines=lines, invoices=invoices)
