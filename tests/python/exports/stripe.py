"""A random book of Stripe Billing: what happened, what it is worth, and the export in four shapes.

The simulation follows the public description of Stripe's behaviour: periods count from the billing
cycle anchor (https://docs.stripe.com/billing/subscriptions/billing-cycle), a change of quantity or
price in the middle of a period is credited and charged by the second
(https://docs.stripe.com/billing/subscriptions/prorations), a coupon reduces whole invoices
(https://docs.stripe.com/billing/subscriptions/coupons).
"""

from __future__ import annotations

import calendar
import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal
COINS = {"usd": 100, "eur": 100, "jpy": 1, "kwd": 1000, "mga": 1}
# https://www.iso.org/iso-4217-currency-codes.html: the decimals in which the books are kept.
DECIMALS = {"usd": 2, "eur": 2, "jpy": 0, "kwd": 3, "mga": 2}
SECOND = timedelta(seconds=1)
Object = dict[str, Any]


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970, as the API writes moments."""
    return None if moment is None else int(moment.timestamp())


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def rounded(value: Fraction) -> int:
    """Nearest whole number, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value.numerator) + value.denominator) // (2 * value.denominator))


def in_coins(value: Fraction, currency: str) -> Fraction:
    """Rounded to the decimals of the currency."""
    scale: int = 10 ** DECIMALS[currency]
    return Fraction(rounded(value * scale), scale)


@dataclass(frozen=True)
class Price:
    """A recurring price of a product in one currency; `tiers` are (up to, unit, flat)."""

    id: str
    product: str
    currency: str
    unit_amount: int | None
    interval: str = "month"
    interval_count: int = 1
    divide_by: int | None = None
    tiers: tuple[tuple[int | None, int, int], ...] = ()
    tiers_mode: str | None = None
    usage_type: str = "licensed"
    tax_behavior: str = "unspecified"

    def amount(self, quantity: int) -> int:
        """What a whole period costs, in the smallest coins."""
        if self.tiers:
            return self._tiered(quantity)
        assert self.unit_amount is not None
        units = -(-quantity // self.divide_by) if self.divide_by else quantity
        return self.unit_amount * units

    def _tiered(self, quantity: int) -> int:
        total, above = 0, 0
        for up_to, unit, flat in self.tiers:
            last = quantity if up_to is None else min(up_to, quantity)
            if self.tiers_mode == "graduated" and last > above:
                total += (last - above) * unit + flat
            if self.tiers_mode == "volume" and quantity > above and last == quantity:
                return quantity * unit + flat
            above = up_to or 0
        return total

    def period_end(self, anchor: datetime, number: int) -> datetime:
        """End of the numbered period, counted from the anchor."""
        if self.interval == "week":
            return anchor + timedelta(weeks=self.interval_count * number)
        return months_later(anchor, self.months * number)

    @property
    def months(self) -> int:
        """Months of a period that is no week."""
        return self.interval_count * (12 if self.interval == "year" else 1)

    def monthly(self, quantity: int) -> Fraction:
        """A month's worth in whole currency."""
        months = Fraction(12, 52) * self.interval_count if self.interval == "week" else self.months
        return Fraction(self.amount(quantity), COINS[self.currency]) / months


@dataclass
class Item:
    """An item of a subscription: its terms by the moment from which they were billed."""

    id: str
    created: datetime
    terms: list[tuple[datetime, Price, int]]
    now: tuple[Price, int]
    removed_at: datetime | None = None


@dataclass
class Coupon:
    """A coupon and its use."""

    id: str
    discount_id: str
    starts: datetime
    ends: datetime | None
    percent: int | None
    amount: int | None
    duration: str
    first_day: date | None = None
    last_day: date | None = None


@dataclass
class Subscription:
    """A subscription and everything that happened to it."""

    id: str
    customer: str
    created: datetime
    currency: str
    items: list[Item]
    anchor: datetime
    trial_end: datetime | None = None
    ended_at: datetime | None = None
    canceled_at: datetime | None = None
    cancel_at_period_end: bool = False
    coupon: Coupon | None = None
    paused_from: datetime | None = None
    period_end: datetime | None = None
    status: str = "active"


@dataclass
class StripeBook:
    """Objects as the API holds them, and what they are worth."""

    as_of: date
    basil: bool
    customers: list[Object] = field(default_factory=list)
    products: list[Object] = field(default_factory=list)
    prices: dict[str, Price] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    invoices: list[Object] = field(default_factory=list)
    pending: list[Object] = field(default_factory=list)
    credit_notes: list[Object] = field(default_factory=list)
    refunds: list[Object] = field(default_factory=list)
    charges: list[Object] = field(default_factory=list)

    def mrr(self, day: date) -> dict[tuple[str, str], Fraction]:
        """MRR at the end of a day by customer and product, in whole currency."""
        found: dict[tuple[str, str], Fraction] = {}
        for subscription in self.subscriptions:
            for key, value in _worth(subscription, day).items():
                found[key] = found.get(key, Fraction(0)) + value
        return {key: value for key, value in found.items() if value}


def _worth(sub: Subscription, day: date) -> dict[tuple[str, str], Fraction]:
    if sub.status == "incomplete_expired" or sub.created.date() > day:
        return {}
    if sub.trial_end is not None and sub.trial_end.date() > day:
        return {}
    if sub.ended_at is not None and sub.ended_at.date() <= day:
        return {}
    if sub.paused_from is not None and sub.paused_from.date() <= day:
        return {}
    found: dict[tuple[str, str], Fraction] = {}
    for item in sub.items:
        if item.removed_at is not None and item.removed_at.date() <= day:
            continue
        terms = [x for x in item.terms if x[0].date() <= day]
        if not terms:
            continue
        _, price, quantity = terms[-1]
        value = price.monthly(quantity)
        coupon = sub.coupon
        if coupon and coupon.first_day and coupon.first_day <= day <= (coupon.last_day or date.max):
            if coupon.percent is not None:
                value *= 1 - Fraction(coupon.percent, 100)
            elif coupon.amount is not None:
                whole = Price(
                    "", "", price.currency, coupon.amount, price.interval, price.interval_count
                )
                value = max(value - in_coins(whole.monthly(1), price.currency), Fraction(0))
        key = (sub.customer, price.product)
        found[key] = found.get(key, Fraction(0)) + in_coins(value, price.currency)
    return found


class _Simulation:
    """Bills a random book, invoice by invoice."""

    def __init__(self, seed: int, customers: int) -> None:
        self.random = random.Random(seed)
        self.now = datetime(2025, 6, 18, 9, 30, tzinfo=UTC)
        self.book = StripeBook(self.now.date(), basil=self.random.random() < 0.5)
        self.numbers = 0
        self._catalogue()
        for number in range(customers):
            self._customer(number)

    def name(self, prefix: str) -> str:
        """A new id."""
        self.numbers += 1
        return f"{prefix}_{self.numbers:05d}x{self.random.randrange(16**6):06x}"

    def _catalogue(self) -> None:
        for number, label in enumerate(("seat", "contact", None)):
            self.book.products.append(
                {
                    "id": f"prod_{number}",
                    "object": "product",
                    "name": f"Product {number}",
                    "unit_label": label,
                    "livemode": True,
                    "active": True,
                    "created": 1600000000,
                }
            )
        for currency, coins in COINS.items():
            one = coins * 3
            for price in (
                Price(f"price_m0{currency}", "prod_0", currency, 5 * one + (1 if coins > 1 else 0)),
                Price(f"price_n0{currency}", "prod_0", currency, 8 * one),
                Price(f"price_y0{currency}", "prod_0", currency, 50 * one, "year"),
                Price(f"price_q2{currency}", "prod_2", currency, 11 * one, "month", 3),
                Price(f"price_w2{currency}", "prod_2", currency, 4 * one, "week", 2),
                Price(f"price_p1{currency}", "prod_1", currency, 2 * one, divide_by=10),
                Price(
                    f"price_t1{currency}",
                    "prod_1",
                    currency,
                    None,
                    tiers_mode="graduated",
                    tiers=((5, 4 * one, 10 * one), (None, 2 * one, 0)),
                ),
                Price(
                    f"price_v1{currency}",
                    "prod_1",
                    currency,
                    None,
                    tiers_mode="volume",
                    tiers=((5, 4 * one, 0), (None, 3 * one, one)),
                ),
                Price(f"price_u1{currency}", "prod_1", currency, one, usage_type="metered"),
            ):
                self.book.prices[price.id] = price

    def _customer(self, number: int) -> None:
        currency = self.random.choice(list(COINS))
        customer = self.name("cus")
        created = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(
            seconds=self.random.randrange(60_000_000)
        )
        self.book.customers.append(
            {
                "id": customer,
                "object": "customer",
                "name": f"Customer {number}",
                "email": f"c{number}@example.com",
                "description": None,
                "address": {"country": self.random.choice(["JP", "US", None])},
                "created": epoch(created),
                "livemode": True,
            }
        )
        for _ in range(self.random.choice((1, 1, 2))):
            start = created + timedelta(seconds=self.random.randrange(8_000_000))
            if start < self.now - timedelta(days=2):
                self._subscription(customer, currency, start)

    def _subscription(self, customer: str, currency: str, start: datetime) -> None:
        pick = self.random.random
        kind = self.random.choice(("m0", "m0", "y0", "q2", "w2", "p1", "t1", "v1"))
        kinds = [kind, "n0"] if kind == "t1" and pick() < 0.5 else [kind]
        items = []
        for name in kinds:
            price, quantity = (
                self.book.prices[f"price_{name}{currency}"],
                self.random.randint(1, 25),
            )
            items.append(
                Item(self.name("si"), start, [(start, price, quantity)], (price, quantity))
            )
        sub = Subscription(self.name("sub"), customer, start, currency, items, start)
        if pick() < 0.25:
            sub.trial_end = sub.anchor = start + timedelta(days=14)
        if pick() < 0.04:
            sub.status, sub.ended_at = "incomplete_expired", start + timedelta(hours=23)
        self.book.subscriptions.append(sub)
        if sub.status == "active":
            self._bill(sub)

    def _bill(self, sub: Subscription) -> None:
        """Periods one after the other, with what happens inside of them."""
        if sub.trial_end is not None:
            self._invoice(
                sub, [self._line(sub, x, 0, sub.created, sub.trial_end) for x in sub.items]
            )
            sub.period_end = sub.trial_end
            if sub.trial_end > self.now:
                sub.status = "trialing"
                return
        number = 0
        waiting: list[Object] = []
        while True:
            price = sub.items[0].now[0]
            begin, end = (
                price.period_end(sub.anchor, number),
                price.period_end(sub.anchor, number + 1),
            )
            if begin > self.now:
                break
            lines = waiting + self._cycle(sub, begin, end)
            sub.period_end = end
            paused = sub.paused_from is not None and begin >= sub.paused_from
            self._invoice(sub, lines, "void" if paused else "paid", at=begin)
            if paused:
                number += 1
                waiting = []
                continue
            waiting = self._happenings(sub, begin, end)
            if sub.ended_at is not None:
                break
            number += 1
        self.book.pending += waiting

    def _cycle(self, sub: Subscription, begin: datetime, end: datetime) -> list[Object]:
        lines = []
        for item in sub.items:
            if item.removed_at is None:
                price, quantity = item.now
                if item.terms[-1][1:] != item.now:
                    item.terms.append((begin, price, quantity))
                lines.append(self._line(sub, item, price.amount(quantity), begin, end))
        return lines

    def _happenings(self, sub: Subscription, begin: datetime, end: datetime) -> list[Object]:
        """At most one thing per period; what is returned waits for the next invoice."""
        what = self.random.random()
        moment = begin + (end - begin) * self.random.uniform(0.05, 0.9)
        moment = moment.replace(microsecond=0)
        if moment > self.now:
            return []
        if what < 0.22:
            return self._change(sub, begin, end, moment)
        if what < 0.26 and len([x for x in sub.items if x.removed_at is None]) > 1:
            item = sub.items[-1]
            part = self._line(
                sub, item, -self._part(item.now, begin, end, moment), moment, end, proration=True
            )
            item.removed_at = moment
            self._invoice(sub, [part], at=moment)
        elif what < 0.30 and sub.coupon is None and sub.items[0].now[0].interval != "week":
            self._coupon(sub, moment)
        elif what < 0.34:
            sub.canceled_at, sub.cancel_at_period_end = moment, True
            if end <= self.now:
                sub.ended_at, sub.status = end, "canceled"
        elif what < 0.37:
            sub.canceled_at = sub.ended_at = moment
            sub.status = "canceled"
        elif what < 0.39 and sub.coupon is None:
            sub.paused_from = end
        return []

    def _change(
        self, sub: Subscription, begin: datetime, end: datetime, moment: datetime
    ) -> list[Object]:
        item = self.random.choice([x for x in sub.items if x.removed_at is None])
        old_price, old_quantity = item.now
        price = old_price
        if old_price.id.startswith("price_m0") and self.random.random() < 0.4:
            price = self.book.prices[f"price_n0{sub.currency}"]
        quantity = self.random.randint(1, 25)
        behavior = self.random.choice(("create_prorations", "always_invoice", "none"))
        item.now = (price, quantity)
        if behavior == "none":
            return []
        credit = self._part((old_price, old_quantity), begin, end, moment)
        debit = self._part(item.now, begin, end, moment)
        lines = [
            self._line(
                sub, item, -credit, moment, end, proration=True, terms=(old_price, old_quantity)
            ),
            self._line(sub, item, debit, moment, end, proration=True),
        ]
        item.terms.append((moment, price, quantity))
        if behavior == "create_prorations":
            return lines
        self._invoice(sub, lines, at=moment)
        return []

    def _part(
        self, terms: tuple[Price, int], begin: datetime, end: datetime, moment: datetime
    ) -> int:
        share = Fraction((end - moment) // SECOND, (end - begin) // SECOND)
        return rounded(terms[0].amount(terms[1]) * share)

    def _coupon(self, sub: Subscription, moment: datetime) -> None:
        duration = self.random.choice(("once", "repeating", "forever"))
        months = self.random.randint(1, 5)
        single = len(sub.items) == 1
        percent = (
            self.random.choice((10, 25, 100)) if not single or self.random.random() < 0.6 else None
        )
        sub.coupon = Coupon(
            self.name("coupon"),
            self.name("di"),
            moment,
            months_later(moment, months) if duration == "repeating" else None,
            percent,
            None if percent is not None else 2 * COINS[sub.currency],
            duration,
        )

    def _line(
        self,
        sub: Subscription,
        item: Item,
        amount: int,
        begin: datetime,
        end: datetime,
        *,
        proration: bool = False,
        terms: tuple[Price, int] | None = None,
    ) -> Object:
        """https://docs.stripe.com/api/invoice-line-item/object, in two versions of the API."""
        price, quantity = terms or item.now
        line: Object = {
            "id": self.name("il"),
            "object": "line_item",
            "amount": amount,
            "currency": sub.currency,
            "quantity": quantity,
            "livemode": True,
            "discount_amounts": [],
            "period": {"start": epoch(begin), "end": epoch(end)},
        }
        if self.book.basil:
            line["parent"] = {
                "type": "subscription_item_details",
                "subscription_item_details": {
                    "subscription": sub.id,
                    "subscription_item": item.id,
                    "proration": proration,
                    "proration_details": {"credited_items": None},
                },
            }
            line["pricing"] = {
                "type": "price_details",
                "price_details": {"price": price.id, "product": price.product},
            }
        else:
            line |= {
                "subscription": sub.id,
                "subscription_item": item.id,
                "proration": proration,
                "type": "invoiceitem" if proration else "subscription",
                "price": price_object(price),
            }
        line["_item"], line["_price"], line["_proration"] = item.id, price.id, proration
        line["_subscription"], line["_customer"] = sub.id, sub.customer
        return line

    def _invoice(
        self,
        sub: Subscription,
        lines: list[Object],
        status: str = "paid",
        at: datetime | None = None,
    ) -> None:
        """https://docs.stripe.com/api/invoices/object"""
        created = at or sub.created
        subtotal = sum(line["amount"] for line in lines)
        self._reduce(sub, lines, created)
        tax = subtotal // 10 if self.random.random() < 0.3 and subtotal > 0 else 0
        total = subtotal + tax
        invoice: Object = {
            "id": self.name("in"),
            "object": "invoice",
            "customer": sub.customer,
            "status": status,
            "created": epoch(created),
            "currency": sub.currency,
            "livemode": True,
            "due_date": None,
            "subtotal": subtotal,
            "total": total,
            "amount_due": max(total, 0),
            "amount_paid": max(total, 0) if status == "paid" else 0,
            "status_transitions": {
                "finalized_at": epoch(created),
                "paid_at": epoch(created + timedelta(hours=1)) if status == "paid" else None,
            },
            "discounts": [],
            "lines": {"object": "list", "data": lines, "has_more": False},
        }
        if self.book.basil:
            invoice["parent"] = {
                "type": "subscription_details",
                "subscription_details": {"subscription": sub.id},
            }
            invoice["total_taxes"] = [{"amount": tax, "tax_behavior": "exclusive"}] if tax else []
        else:
            invoice["subscription"], invoice["tax"] = sub.id, tax or None
        self.book.invoices.append(invoice)
        if status == "paid" and total > 0:
            self._payment(invoice)

    def _reduce(self, sub: Subscription, lines: list[Object], created: datetime) -> None:
        """Which days a coupon reduces: those of every invoice of a period that it meets."""
        coupon = sub.coupon
        cycle = [x for x in lines if not x["_proration"] and x["amount"] > 0]
        if coupon is None or not cycle or created.date() < coupon.starts.date():
            return
        if coupon.ends is not None and created.date() >= coupon.ends.date():
            return
        if coupon.duration == "once" and coupon.first_day is not None:
            return
        coupon.first_day = coupon.first_day or created.date()
        if coupon.duration != "forever":
            end = datetime.fromtimestamp(cycle[0]["period"]["end"], UTC)
            coupon.last_day = end.date() - timedelta(days=1)

    def _payment(self, invoice: Object) -> None:
        charge = {
            "id": self.name("ch"),
            "object": "charge",
            "customer": invoice["customer"],
            "invoice": invoice["id"],
            "payment_intent": None,
            "livemode": True,
            "amount": invoice["amount_paid"],
            "currency": invoice["currency"],
            "created": invoice["created"],
        }
        self.book.charges.append(charge)
        if not self.book.basil:
            invoice["charge"] = charge["id"]
        chance = self.random.random()
        if chance < 0.03:
            refund = {
                "id": self.name("re"),
                "object": "refund",
                "charge": charge["id"],
                "payment_intent": None,
                "amount": charge["amount"] // 2 or 1,
                "currency": charge["currency"],
                "created": charge["created"] + 86400,
                "status": self.random.choice(("succeeded", "succeeded", "failed")),
            }
            self.book.refunds.append(refund)
            if chance < 0.01:
                self.book.credit_notes.append(
                    {
                        "id": self.name("cn"),
                        "object": "credit_note",
                        "invoice": invoice["id"],
                        "customer": invoice["customer"],
                        "created": refund["created"],
                        "status": "issued",
                        "total": refund["amount"],
                        "subtotal": refund["amount"],
                        "currency": refund["currency"],
                        "refund": refund["id"],
                        "livemode": True,
                    }
                )


def random_stripe_book(seed: int, customers: int = 12) -> StripeBook:
    """A book of some customers over two and a half years."""
    return _Simulation(seed, customers).book


# ---- The API: https://docs.stripe.com/api ----


def price_object(price: Price) -> Object:
    """https://docs.stripe.com/api/prices/object"""
    tiers = [
        {"up_to": up_to, "unit_amount": unit, "unit_amount_decimal": str(unit), "flat_amount": flat}
        for up_to, unit, flat in price.tiers
    ]
    amount = price.unit_amount
    return {
        "id": price.id,
        "object": "price",
        "active": True,
        "currency": price.currency,
        "product": price.product,
        "billing_scheme": "tiered" if price.tiers else "per_unit",
        "livemode": True,
        "nickname": None,
        "metadata": {},
        "tiers_mode": price.tiers_mode,
        "tiers": tiers or None,
        "unit_amount": amount,
        "unit_amount_decimal": None if amount is None else str(amount),
        "tax_behavior": price.tax_behavior,
        "type": "recurring",
        "recurring": {
            "interval": price.interval,
            "interval_count": price.interval_count,
            "usage_type": price.usage_type,
        },
        "transform_quantity": {"divide_by": price.divide_by, "round": "up"}
        if price.divide_by
        else None,
    }


def discount_object(coupon: Coupon, sub: Subscription, basil: bool) -> Object:
    """https://docs.stripe.com/api/discounts/object"""
    found: Object = {
        "id": coupon.discount_id,
        "object": "discount",
        "customer": sub.customer,
        "subscription": sub.id,
        "start": epoch(coupon.starts),
        "end": epoch(coupon.ends),
        "invoice": None,
        "subscription_item": None,
    }
    whole = coupon_object(coupon, sub)
    return found | ({"source": {"type": "coupon", "coupon": whole}} if basil else {"coupon": whole})


def coupon_object(coupon: Coupon, sub: Subscription) -> Object:
    """https://docs.stripe.com/api/coupons/object"""
    return {
        "id": coupon.id,
        "object": "coupon",
        "percent_off": coupon.percent,
        "amount_off": coupon.amount,
        "currency": None if coupon.amount is None else sub.currency,
        "duration": coupon.duration,
        "livemode": True,
    }


def subscription_object(sub: Subscription, basil: bool) -> Object:
    """https://docs.stripe.com/api/subscriptions/object"""
    items = []
    for item in sub.items:
        if item.removed_at is None:
            price, quantity = item.now
            held = {
                "id": item.id,
                "object": "subscription_item",
                "created": epoch(item.created),
                "quantity": quantity,
                "subscription": sub.id,
                "price": price_object(price),
            }
            items.append(held | ({"current_period_end": epoch(sub.period_end)} if basil else {}))
    found: Object = {
        "id": sub.id,
        "object": "subscription",
        "customer": sub.customer,
        "status": sub.status,
        "created": epoch(sub.created),
        "start_date": epoch(sub.created),
        "currency": sub.currency,
        "trial_start": epoch(sub.created) if sub.trial_end else None,
        "trial_end": epoch(sub.trial_end),
        "billing_cycle_anchor": epoch(sub.anchor),
        "cancel_at_period_end": sub.cancel_at_period_end,
        "cancel_at": epoch(sub.period_end) if sub.cancel_at_period_end else None,
        "canceled_at": epoch(sub.canceled_at),
        "ended_at": epoch(sub.ended_at),
        "livemode": True,
        "pause_collection": {"behavior": "void", "resumes_at": None} if sub.paused_from else None,
        "items": {"object": "list", "data": items, "has_more": False},
        "discounts": [discount_object(sub.coupon, sub, basil)] if sub.coupon else [],
    }
    return found if basil else found | {"current_period_end": epoch(sub.period_end)}


def api_lists(book: StripeBook) -> dict[str, list[Object]]:
    """Every list of the API by its name."""
    coupons = [coupon_object(x.coupon, x) for x in book.subscriptions if x.coupon]
    pending = [line | {"invoice": None, "customer": line["_customer"]} for line in book.pending]
    for line in pending:
        if book.basil:
            # https://docs.stripe.com/api/invoiceitems/object
            line["parent"] = {
                "type": "subscription_details",
                "subscription_details": {
                    "subscription": line["_subscription"],
                    "subscription_item": line["_item"],
                },
            }
            line["proration"] = line["_proration"]
    lists = {
        "customers": book.customers,
        "products": book.products,
        "prices": [price_object(x) for x in book.prices.values()],
        "subscriptions": [subscription_object(x, book.basil) for x in book.subscriptions],
        "invoices": book.invoices,
        "invoiceitems": pending,
        "coupons": coupons,
        "credit_notes": book.credit_notes,
        "refunds": book.refunds,
        "charges": book.charges,
    }
    found: dict[str, list[Object]] = json.loads(json.dumps(lists), object_hook=_public)
    return found


def _public(value: Object) -> Object:
    return {key: x for key, x in value.items() if not key.startswith("_")}


def write_api(book: StripeBook, folder: Path) -> None:
    """One list object per file."""
    for name, objects in api_lists(book).items():
        _write_json(folder / f"{name}.json", {"object": "list", "data": objects, "has_more": False})


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _write_csv(path: Path, rows: list[Object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if names:
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, names)
            writer.writeheader()
            writer.writerows(rows)


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return ("true" if value else "false") if isinstance(value, bool) else value


def write_airbyte(book: StripeBook, folder: Path) -> None:
    """Tables with nested objects as JSON: https://docs.airbyte.com/integrations/sources/stripe"""
    names = {"invoiceitems": "invoice_items"}
    for name, objects in api_lists(book).items():
        rows = [
            {key: _cell(x) for key, x in row.items()} | {"_airbyte_raw_id": "r"} for row in objects
        ]
        _write_csv(folder / f"{names.get(name, name)}.csv", rows)


def write_dlt(book: StripeBook, folder: Path, plural: bool = True) -> None:
    """https://dlthub.com/docs/general-usage/destination-tables#nested-tables"""
    tables: dict[str, list[Object]] = {}
    for name, objects in api_lists(book).items():
        for number, row in enumerate(objects):
            _flatten(tables, name if plural else name.removesuffix("s"), row, f"{name}{number}", {})
    for name, rows in tables.items():
        _write_csv(folder / f"{name}.csv", rows)


def _flatten(
    tables: dict[str, list[Object]], table: str, row: Object, key: str, extra: Object
) -> None:
    flat: Object = {"_dlt_id": key} | extra
    for name, path, value in _leaves(row, ""):
        if isinstance(value, list):
            for index, child in enumerate(value):
                link = {"_dlt_parent_id": key, "_dlt_list_idx": index}
                content = child if isinstance(child, dict) else {"value": child}
                _flatten(tables, f"{table}__{path}", content, f"{key}.{path}{index}", link)
        else:
            flat[path] = _cell(value)
        del name
    tables.setdefault(table, []).append(flat)


def _leaves(row: Object, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for name, value in row.items():
        path = f"{prefix}__{name}" if prefix else name
        if isinstance(value, dict):
            yield from _leaves(value, path)
        else:
            yield name, path, value


# ---- Fivetran: https://fivetran.com/docs/connectors/applications/stripe#schemainformation ----


def _clock(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def write_fivetran(book: StripeBook, folder: Path) -> None:
    """Tables of the connector: flat, moments without an offset, ids as `<table>_id`."""
    lists = api_lists(book)
    _write_csv(
        folder / "customer.csv",
        [
            {
                "id": x["id"],
                "name": x["name"],
                "email": x["email"],
                "address_country": x["address"]["country"],
                "created": _clock(x["created"]),
                "livemode": "true",
                "is_deleted": "false",
            }
            for x in lists["customers"]
        ],
    )
    _write_csv(
        folder / "product.csv",
        [
            {"id": x["id"], "name": x["name"], "unit_label": x["unit_label"], "livemode": "true"}
            for x in lists["products"]
        ],
    )
    _write_csv(
        folder / "price.csv",
        [
            {
                "id": x["id"],
                "product_id": x["product"],
                "currency": x["currency"],
                "active": "true",
                "unit_amount": x["unit_amount"],
                "unit_amount_decimal": x["unit_amount_decimal"],
                "billing_scheme": x["billing_scheme"],
                "recurring_interval": x["recurring"]["interval"],
                "recurring_interval_count": x["recurring"]["interval_count"],
                "tax_behavior": x["tax_behavior"],
                "recurring_usage_type": x["recurring"]["usage_type"],
                "livemode": "true",
                "metadata": "{}",
                "transform_quantity_divide_by": (x["transform_quantity"] or {}).get("divide_by"),
                "transform_quantity_round": (x["transform_quantity"] or {}).get("round"),
            }
            for x in lists["prices"]
        ],
    )
    _write_csv(
        folder / "tier.csv",
        [
            {
                "price_id": price["id"],
                "tiers_mode": price["tiers_mode"],
                "up_to": x["up_to"],
                "unit_amount": x["unit_amount"],
                "flat_amount": x["flat_amount"],
            }
            for price in lists["prices"]
            for x in price["tiers"] or []
        ],
    )
    moments = (
        "created",
        "start_date",
        "trial_start",
        "trial_end",
        "cancel_at",
        "canceled_at",
        "ended_at",
        "current_period_end",
        "billing_cycle_anchor",
    )
    _write_csv(
        folder / "subscription.csv",
        [
            {
                "id": x["id"],
                "customer_id": x["customer"],
                "status": x["status"],
                "livemode": "true",
                "cancel_at_period_end": "true" if x["cancel_at_period_end"] else "false",
                "pause_collection_behavior": (x["pause_collection"] or {}).get("behavior"),
            }
            | {name: _clock(x.get(name)) for name in moments}
            for x in lists["subscriptions"]
        ],
    )
    _write_csv(
        folder / "subscription_item.csv",
        [
            {
                "id": x["id"],
                "subscription_id": x["subscription"],
                "plan_id": x["price"]["id"],
                "quantity": x["quantity"],
                "created": _clock(x["created"]),
                "current_period_end": _clock(x.get("current_period_end")),
            }
            for sub in lists["subscriptions"]
            for x in sub["items"]["data"]
        ],
    )
    _write_csv(
        folder / "invoice.csv",
        [
            {
                "id": x["id"],
                "customer_id": x["customer"],
                "status": x["status"],
                "created": _clock(x["created"]),
                "status_transitions_finalized_at": _clock(x["status_transitions"]["finalized_at"]),
                "status_transitions_paid_at": _clock(x["status_transitions"]["paid_at"]),
                "total": x["total"],
                "tax": x["total"] - x["subtotal"] or None,
                "amount_paid": x["amount_paid"],
                "currency": x["currency"],
                "charge_id": x.get("charge"),
                "is_deleted": "false",
                "livemode": "true",
            }
            for x in lists["invoices"]
        ],
    )
    lines = [(x["id"], line) for x in book.invoices for line in x["lines"]["data"]]
    _write_csv(folder / "invoice_line_item.csv", [_fivetran_line(x, line) for x, line in lines])
    _write_csv(folder / "invoice_item.csv", [_fivetran_line(None, line) for line in book.pending])
    held = [x for x in book.subscriptions if x.coupon]
    _write_csv(
        folder / "subscription_discount.csv",
        [
            {
                "id": x.coupon.discount_id,
                "coupon_id": x.coupon.id,
                "customer_id": x.customer,
                "subscription_id": x.id,
                "start": _clock(epoch(x.coupon.starts)),
                "end": _clock(epoch(x.coupon.ends)),
            }
            for x in held
            if x.coupon
        ],
    )
    _write_csv(folder / "coupon.csv", lists["coupons"])
    _write_csv(
        folder / "credit_note.csv",
        [
            {
                "id": x["id"],
                "invoice_id": x["invoice"],
                "created": _clock(x["created"]),
                "status": x["status"],
                "total": x["total"],
                "subtotal": x["subtotal"],
                "currency": x["currency"],
                "refund_id": x["refund"],
                "livemode": "true",
            }
            for x in lists["credit_notes"]
        ],
    )
    _write_csv(
        folder / "refund.csv",
        [
            {
                "id": x["id"],
                "charge_id": x["charge"],
                "amount": x["amount"],
                "currency": x["currency"],
                "created": _clock(x["created"]),
                "status": x["status"],
            }
            for x in lists["refunds"]
        ],
    )
    _write_csv(
        folder / "charge.csv",
        [
            {
                "id": x["id"],
                "customer_id": x["customer"],
                "invoice_id": x["invoice"],
                "livemode": "true",
            }
            for x in lists["charges"]
        ],
    )


def _fivetran_line(invoice: str | None, line: Object) -> Object:
    return {
        "id": line["id"],
        "invoice_id": invoice,
        "subscription_id": line["_subscription"],
        "subscription_item_id": line["_item"],
        "price_id": line["_price"],
        "amount": line["amount"],
        "customer_id": line["_customer"],
        "currency": line["currency"],
        "quantity": line["quantity"],
        "period_start": _clock(line["period"]["start"]),
        "period_end": _clock(line["period"]["end"]),
        "proration": "true" if line["_proration"] else "false",
        "livemode": "true",
    }
