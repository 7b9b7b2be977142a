"""A random company as Chargebee exports it, and what its contracts are truly worth.

It knows nothing of the importer. The objects are those of the List APIs (`PAGES`); other shapes of
the same company are made from them. What a subscription is worth on a day is noted while its story
is told, not read back from the objects.
"""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

PAGES = {
    "customer": "https://apidocs.chargebee.com/docs/api/customers",
    "item_family": "https://apidocs.chargebee.com/docs/api/item_families",
    "item": "https://apidocs.chargebee.com/docs/api/items",
    "item_price": "https://apidocs.chargebee.com/docs/api/item_prices",
    "plan": "https://apidocs.chargebee.com/docs/api/plans?prod_cat_ver=1",
    "addon": "https://apidocs.chargebee.com/docs/api/addons?prod_cat_ver=1",
    "subscription": "https://apidocs.chargebee.com/docs/api/subscriptions",
    "coupon": "https://apidocs.chargebee.com/docs/api/coupons",
    "invoice": "https://apidocs.chargebee.com/docs/api/invoices",
    "credit_note": "https://apidocs.chargebee.com/docs/api/credit_notes",
    "transaction": "https://apidocs.chargebee.com/docs/api/transactions",
}
FILES = {"item_family": "item_families"}

Object = dict[str, Any]
DAY = timedelta(days=1)
COINS = {"USD": 100, "EUR": 100, "JPY": 1}
PLANS = {"crm": ("crm-basic", "crm-pro", "crm-max"), "ma": ("ma-one", "ma-two")}
# Price of a unit and month, in units of 1200 coins: every share of it in this book is whole.
WORTH = {
    **{"crm-basic": 5, "crm-pro": 9, "crm-max": 14, "ma-one": 4, "ma-two": 11},
    **{"seats": 2, "support": 7, "tiers": 3, "setup": 20, "calls": 1},
}
MODELS = {"support": "flat_fee", "setup": "flat_fee", "tiers": "tiered"}
ADDONS = ("seats", "support", "tiers")


def months_later(day: date, months: int) -> date:
    """The same day so many months later, at most the last of its month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Held:
    """Something that was sold for some days: coins for a period of so many months."""

    account: str
    subscription: str
    line: str
    product: str
    first: date
    last: date | None
    coins: int
    months: int
    currency: str


@dataclass(frozen=True)
class Deal:
    """A discount of some days: a percentage or coins for a period, of one line or of all."""

    subscription: str
    line: str | None
    first: date
    last: date | None
    percent: int
    coins: int
    months: int


@dataclass
class Company:
    """The exported objects, by their names, and the truth."""

    today: date
    zone: str
    catalogue: int
    objects: dict[str, list[Object]] = field(default_factory=lambda: defaultdict(list))
    held: list[Held] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    once: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    billed: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def month_ends(self) -> Iterator[date]:
        """Last days of the months of the book that are over."""
        day = date(2023, 1, 31)
        while day <= self.today:
            yield day
            day = months_later(day + DAY, 1) - DAY

    def gross(self) -> dict[tuple[str, str, date], Fraction]:
        """MRR before discounts by account, product and month-end, in whole money."""
        found: dict[tuple[str, str, date], Fraction] = defaultdict(Fraction)
        for day in self.month_ends():
            for held in self._on(day, self.held):
                worth = Fraction(held.coins, held.months * COINS[held.currency])
                found[held.account, held.product, day] += worth
        return {key: value for key, value in found.items() if value}

    def net(self) -> dict[tuple[str, date], Fraction]:
        """MRR after discounts by account and month-end, in whole money."""
        found: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
        for day in self.month_ends():
            lines: dict[str, list[Held]] = defaultdict(list)
            for held in self._on(day, self.held):
                lines[held.subscription].append(held)
            for subscription, sold in lines.items():
                deals = [
                    deal for deal in self._on(day, self.deals) if deal.subscription == subscription
                ]
                total = Fraction(0)
                for held in sold:
                    worth = Fraction(held.coins, held.months)
                    for deal in deals:
                        if deal.line == held.line:
                            worth *= Fraction(100 - deal.percent, 100)
                    total += worth
                for deal in deals:
                    if deal.line is None:
                        total *= Fraction(100 - deal.percent, 100)
                        total -= Fraction(deal.coins, deal.months)
                found[sold[0].account, day] += max(total, Fraction(0)) / COINS[sold[0].currency]
        return {key: value for key, value in found.items() if value}

    @staticmethod
    def _on(day: date, spells: Iterable[Any]) -> Iterator[Any]:
        return (
            spell
            for spell in spells
            if spell.first <= day and (spell.last is None or day <= spell.last)
        )


class Teller:
    """Tells the story of one subscription and writes down what Chargebee would."""

    def __init__(self, company: Company, rng: Random, number: int) -> None:
        self.company = company
        self.rng = rng
        self.id = f"sub{number:03d}"
        self.account = f"cust{number:03d}"
        self.currency = rng.choice(["USD", "USD", "EUR", "JPY"])
        self.months = rng.choice([1, 1, 1, 1, 3, 12])
        self.family = rng.choice(sorted(PLANS))
        self.clock = time(0, 0) if rng.random() < 0.4 else time(*divmod(rng.randrange(1, 1380), 60))
        self.plan = rng.choice(PLANS[self.family])
        # What is held now: item -> (quantity, coins a period for all of it, since when).
        self.state: dict[str, tuple[int, int, date]] = {}
        self.own_price = self.months * 1200 * (WORTH[self.plan] + 1) if rng.random() < 0.2 else None
        self.deals: list[Object] = []
        self.term = 0
        self.removed_from: dict[str, int] = {}
        self.quits = rng.randrange(1, 25) if rng.random() < 0.5 else 999
        self.quits_at_once = rng.random() < 0.5
        self.ended: date | None = None
        self.has_paused = False
        self.facts: Object = {}

    # ---- What things are called and cost ----

    def price_id(self, item: str) -> str:
        once = item in ("setup", "calls")
        return f"{item}-{self.currency}-" + ("once" if once else f"{self.months}m")

    def product(self, item: str) -> str:
        if item in self.plans:
            return self.family if self.company.catalogue == 2 else "subscription"
        return item if self.company.catalogue == 2 else self.price_id(item)

    @property
    def plans(self) -> tuple[str, ...]:
        return PLANS[self.family]

    def unit_price(self, item: str) -> int:
        if item == self.plan and self.own_price is not None:
            return self.own_price
        return WORTH[item] * 1200 * (1 if item in ("setup", "calls") else self.months)

    def coins(self, item: str, quantity: int) -> int:
        """Coins of a whole period."""
        price = self.unit_price(item)
        if item == "tiers":
            return min(quantity, 10) * price + max(quantity - 10, 0) * price // 2
        return quantity * price

    def moment(self, day: date, shift: int = 0) -> int:
        at = datetime.combine(day, self.clock, ZoneInfo(self.company.zone))
        return int(at.timestamp()) + shift

    def period_end(self, last: date) -> int:
        """A period of whole days ends with its last second, any other with the next one's first."""
        return self.moment(last + DAY, -1 if self.clock == time(0, 0) else self.rng.choice([0, 2]))

    # ---- Documents ----

    def line(self, item: str, quantity: int, coins: int, first: date, last: date) -> Object:
        number = sum(len(doc["line_items"]) for doc in self.company.objects["invoice"])
        number += sum(len(doc["line_items"]) for doc in self.company.objects["credit_note"])
        kind = "plan" if item in self.plans else "addon"
        if self.company.catalogue == 2:
            kind = "charge_item_price" if item == "setup" else f"{kind}_item_price"
        return {
            "id": f"li_{self.id}_{number}_{item}",
            "subscription_id": self.id,
            "customer_id": self.account,
            "date_from": self.moment(first),
            "date_to": self.period_end(last),
            "unit_amount": coins // quantity,
            "quantity": quantity,
            "amount": coins,
            "pricing_model": MODELS.get(item, "per_unit"),
            "entity_type": kind,
            "entity_id": self.price_id(item),
            "metered": item == "calls",
            "is_taxed": True,
            "tax_rate": 10.0,
            "discount_amount": 0,
            "object": "line_item",
        }

    def invoice(self, day: date, lines: list[Object], renews: bool) -> None:
        discounts = list(self.discounts(lines, renews))
        for found in discounts:
            line = next(line for line in lines if line["id"] == found["line_item_id"])
            line["discount_amount"] += found["discount_amount"]
        net = sum(line["amount"] - line["discount_amount"] for line in lines)
        tax = net // 10
        number = f"inv{len(self.company.objects['invoice']) + 1:05d}"
        status = self.rng.choice(["paid", "paid", "paid", "payment_due", "posted", "not_paid"])
        document = {
            "id": number,
            "customer_id": self.account,
            "subscription_id": self.id,
            "recurring": True,
            "status": status,
            "price_type": "tax_exclusive",
            "date": self.moment(day, 3),
            "due_date": self.moment(day + 14 * DAY),
            "total": net + tax,
            "tax": tax,
            "sub_total": net,
            "amount_paid": net + tax if status == "paid" else 0,
            "credits_applied": 0,
            "currency_code": self.currency,
            "deleted": False,
            "updated_at": self.moment(day, 60),
            "line_items": [dict(line) for line in lines],
            "line_item_discounts": discounts,
            "object": "invoice",
        }
        if status == "paid":
            document["paid_at"] = self.moment(day + 3 * DAY)
        if self.rng.random() < 0.05:
            void = {**document, "id": f"{number}v", "status": "voided", "amount_paid": 0}
            void["line_items"] = [{**line, "id": f"{line['id']}v"} for line in lines]
            void["line_item_discounts"] = [
                {**found, "line_item_id": f"{found['line_item_id']}v"} for found in discounts
            ]
            void.pop("paid_at", None)
            self.company.objects["invoice"].append(void)
            self.company.billed["void", self.currency] += net
        self.company.objects["invoice"].append(document)
        self.company.billed["invoice", self.currency] += net
        for line in lines:
            if line["entity_id"].endswith("-once"):
                kind = "usage" if line["metered"] else "one_time"
                self.company.once[kind, self.currency] += line["amount"] - line["discount_amount"]

    def discounts(self, lines: list[Object], renews: bool) -> Iterator[Object]:
        for deal in self.deals:
            if not deal["starts"] <= self.term < deal["stops"]:
                continue
            if deal["kind"] == "one_time" and not renews:
                continue
            hit = [line for line in lines if deal["line"] in (None, line["entity_id"])]
            gross = sum(line["amount"] for line in hit)
            for line in hit:
                coins = line["amount"] * deal["percent"] // 100
                if deal["coins"]:
                    coins = deal["coins"] * line["amount"] // max(gross, 1)
                yield {
                    "object": "line_item_discount",
                    "line_item_id": line["id"],
                    "discount_type": ("item" if deal["line"] else "document") + "_level_coupon",
                    "coupon_id": deal["id"],
                    "entity_id": deal["id"],
                    "discount_amount": coins,
                }

    def credit(self, day: date, item: str, coins: int) -> None:
        number = f"cn{len(self.company.objects['credit_note']) + 1:04d}"
        tax = coins // 10
        self.company.objects["credit_note"].append(
            {
                "id": number,
                "customer_id": self.account,
                "subscription_id": self.id,
                "reference_invoice_id": self.company.objects["invoice"][-1]["id"],
                "type": "refundable",
                "reason_code": "subscription_change",
                "status": "refund_due",
                "date": self.moment(day, 5),
                "total": coins + tax,
                "currency_code": self.currency,
                "taxes": [{"name": "VAT", "amount": tax}] if tax else [],
                "line_items": [self.line(item, 1, coins, day, day + DAY)],
                "deleted": False,
                "object": "credit_note",
            }
        )
        self.company.billed["credit_note", self.currency] += coins

    # ---- The story ----

    def close(self, item: str, last: date | None) -> None:
        quantity, coins, since = self.state[item]
        if last is None or last >= since:
            self.company.held.append(
                Held(
                    self.account,
                    self.id,
                    item if item not in self.plans else "plan",
                    self.product(item),
                    since,
                    last,
                    coins,
                    self.months,
                    self.currency,
                )
            )
        assert quantity > 0

    def hold(self, item: str, quantity: int, day: date) -> None:
        self.state[item] = (quantity, self.coins(item, quantity), day)

    def change(self, day: date, first: date, end: date, billed: bool) -> None:
        """Another quantity or plan, an addon more or less; `billed` within a term."""
        kinds = ["quantity", "plan", "more", "less"]
        kind = self.rng.choice(kinds)
        left, whole = (end - day).days, (end - first).days
        gone, come = "", ("", 0)
        if kind == "quantity":
            gone, come = self.plan, (self.plan, self.state[self.plan][0] + self.rng.randrange(1, 9))
        elif kind == "plan":
            other = [plan for plan in self.plans if plan != self.plan]
            gone, come = self.plan, (self.rng.choice(other), self.state[self.plan][0])
        elif kind == "more":
            new = [item for item in ADDONS if item not in self.state | self.removed_from]
            if new:
                come = (new[0], 1 if new[0] == "support" else self.rng.randrange(1, 25))
        else:
            old = [item for item in ADDONS if item in self.state]
            if old:
                gone = old[0]
                self.removed_from[gone] = self.term
        if gone:
            coins = self.state[gone][1]
            self.close(gone, day - DAY)
            del self.state[gone]
            if billed:
                self.credit(day, gone, coins * left // whole)
        if kind == "plan":
            self.plan, self.own_price = come[0], None
        if come[0]:
            self.hold(*come, day)
            if billed:
                coins = self.state[come[0]][1] * left // whole
                self.invoice(day, [self.line(*come, coins, day, end - DAY)], renews=False)

    def tell(self) -> None:
        """Write the whole subscription into the company."""
        today = self.company.today
        paid = self.begin()
        self.agree_on_deals()
        anchor, index = paid, 0
        while self.ended is None:
            first = months_later(anchor, index * self.months)
            end = months_later(anchor, (index + 1) * self.months)
            if first > today:
                break
            before = months_later(anchor, (index - 1) * self.months) if index else None
            self.bill_term(first, end, before)
            middle = first + self.rng.randrange(4, (end - first).days - 3) * DAY
            if middle <= today and self.term + 1 >= self.quits:
                self.leave(first, middle, end)
                break
            if middle <= today and self.rng.random() < 0.2:
                self.change(middle, first, end, billed=True)
            self.term += 1
            index += 1
            if end <= today and not self.has_paused and self.rng.random() < 0.08:
                anchor, index = self.pause(end), 0
        if self.facts["status"] == "active" and paid > today:
            self.facts["status"] = "in_trial"
        for item in self.state:
            self.close(item, self.ended - DAY if self.ended else None)
        self.finish()

    def begin(self) -> date:
        """What is agreed first; the first paid day."""
        rng = self.rng
        start = date(2023, 1, 1) + rng.randrange(900) * DAY
        trial = rng.choice([0, 0, 0, 14, 30])
        paid = start + trial * DAY
        self.facts |= {
            "id": self.id,
            "customer_id": self.account,
            "currency_code": self.currency,
            "billing_period": self.months if self.months < 12 else 1,
            "billing_period_unit": "month" if self.months < 12 else "year",
            "created_at": self.moment(start, -60),
            "started_at": self.moment(start),
            "status": "active",
            "deleted": False,
            "has_scheduled_changes": False,
            "object": "subscription",
        }
        if trial:
            self.facts |= {"trial_start": self.moment(start), "trial_end": self.moment(paid)}
        self.hold(self.plan, rng.randrange(1, 30), paid)
        if rng.random() < 0.5:
            self.hold("seats", rng.randrange(1, 30), paid)
        return paid

    def bill_term(self, first: date, end: date, before: date | None) -> None:
        """The invoice of a term, with a set-up fee or what was used since `before`."""
        rng = self.rng
        if self.term and rng.random() < 0.15:
            self.change(first, first, end, billed=False)
        lines = [
            self.line(item, quantity, coins, first, end - DAY)
            for item, (quantity, coins, _) in sorted(self.state.items())
        ]
        if self.term == 0 and rng.random() < 0.4:
            lines.append(self.line("setup", 1, self.unit_price("setup"), first, first))
        if before and rng.random() < 0.2:
            used = rng.randrange(1, 99)
            lines.append(self.line("calls", used, used * 1200, before, first - DAY))
        self.invoice(first, lines, renews=True)
        self.facts |= {
            "current_term_start": self.moment(first),
            "current_term_end": self.moment(end),
        }

    def leave(self, first: date, middle: date, end: date) -> None:
        """An end within the term, or at its end with notice."""
        if not self.quits_at_once:
            self.ended = end
            self.facts |= {
                "status": "cancelled" if end <= self.company.today else "non_renewing",
                "cancelled_at": self.moment(end),
                "cancel_schedule_created_at": self.moment(middle),
            }
            return
        self.ended = middle
        self.facts |= {"status": "cancelled", "cancelled_at": self.moment(middle)}
        if self.rng.random() < 0.5:
            for item, (_, coins, _) in sorted(self.state.items()):
                self.credit(middle, item, coins * (end - middle).days // (end - first).days)

    def pause(self, end: date) -> date:
        """A pause of some months from the end of a term; the day on which terms begin anew."""
        self.has_paused = True
        today = self.company.today
        back = months_later(end, self.rng.randrange(1, 5))
        # Chargebee may keep the days of a pause that is over, or not.
        if back > today or self.rng.random() < 0.5:
            self.facts |= {"pause_date": self.moment(end), "resume_date": self.moment(back)}
        if back > today:
            self.facts["status"] = "paused"
        for item, (quantity, coins, _) in self.state.items():
            self.close(item, end - DAY)
            self.state[item] = (quantity, coins, back)
        return back

    def agree_on_deals(self) -> None:
        rng = self.rng
        for scope in ("line", "all"):
            if rng.random() > 0.3:
                continue
            kind = rng.choice(["forever", "limited_period", "one_time", "removed"])
            starts = 0 if kind == "one_time" else rng.choice([0, 0, 2])
            count = {"forever": 999, "one_time": 1}.get(kind, rng.randrange(1, 6))
            fixed = scope == "all" and kind != "one_time" and rng.random() < 0.4
            self.deals.append(
                {
                    "id": f"{kind}-{scope}-{self.id}",
                    "kind": kind,
                    "line": self.price_id(self.plan) if scope == "line" else None,
                    "percent": 0 if fixed else rng.choice([5, 10, 25, 50]),
                    "coins": self.months * 1200 if fixed else 0,
                    "starts": starts,
                    "stops": starts + count,
                    "terms": [],
                }
            )

    def finish(self) -> None:
        """The subscription as it stands, and the truth about its discounts."""
        facts = self.facts
        items = [
            {
                "item_price_id": self.price_id(item),
                "item_type": "plan" if item in self.plans else "addon",
                "quantity": quantity,
                "unit_price": coins // quantity,
                "amount": coins,
                "object": "subscription_item",
            }
            for item, (quantity, coins, _) in sorted(self.state.items())
        ]
        facts["subscription_items"] = items
        facts["updated_at"] = max(
            [facts["created_at"] + 120]
            + [self.moment(since, 120) for _, _, since in self.state.values()]
            + [facts.get("current_term_start", 0) + 120]
        )
        facts["coupons"] = []
        for deal in self.deals:
            self.note_deal(deal, facts)
        if self.company.catalogue == 1:
            plan = next(item for item in items if item["item_type"] == "plan")
            del facts["subscription_items"]
            facts |= {
                "plan_id": plan["item_price_id"],
                "plan_quantity": plan["quantity"],
                "plan_unit_price": plan["unit_price"],
                "plan_amount": plan["amount"],
                "addons": [
                    {"id": item["item_price_id"]}
                    | {name: item[name] for name in ("quantity", "unit_price", "amount")}
                    for item in items
                    if item["item_type"] == "addon"
                ],
            }
        self.company.objects["subscription"].append(facts)
        self.company.objects["customer"].append(
            {
                "id": self.account,
                "company": f"Company {self.account}",
                "created_at": facts["created_at"] - 3600,
                "updated_at": facts["updated_at"],
                "billing_address": {"country": self.rng.choice(["US", "DE", "JP"])},
                "deleted": False,
                "object": "customer",
            }
        )

    def note_deal(self, deal: Object, facts: Object) -> None:
        days = [
            (line["date_from"], line["date_to"])
            for invoice in self.company.objects["invoice"]
            if invoice["subscription_id"] == self.id and invoice["status"] != "voided"
            for found in invoice["line_item_discounts"]
            if found["entity_id"] == deal["id"]
            for line in invoice["line_items"]
            if line["id"] == found["line_item_id"] and not line["entity_id"].endswith("-once")
        ]
        kind = deal["kind"]
        held = kind == "forever" and bool(days)
        coupon = {
            "id": deal["id"],
            "name": deal["id"],
            "discount_type": "fixed_amount" if deal["coins"] else "percentage",
            "duration_type": "forever" if kind == "removed" else kind,
            "apply_on": "each_specified_item" if deal["line"] else "invoice_amount",
            "status": "active",
            "object": "coupon",
        }
        if deal["coins"]:
            coupon |= {"discount_amount": deal["coins"], "currency_code": self.currency}
        else:
            coupon["discount_percentage"] = float(deal["percent"])
        self.company.objects["coupon"].append(coupon)
        if not days:
            return
        zone = ZoneInfo(self.company.zone)
        first = datetime.fromtimestamp(min(start for start, _ in days), zone).date()
        last = datetime.fromtimestamp(max(stop for _, stop in days) + 1, zone).date() - DAY
        if kind == "limited_period":
            facts["coupons"].append(
                {"coupon_id": deal["id"], "apply_till": self.moment(last + DAY), "applied_count": 1}
            )
        if held:
            facts["coupons"].append({"coupon_id": deal["id"], "applied_count": len(days)})
        if kind == "one_time" and self.rng.random() < 0.5:
            facts["coupons"].append({"coupon_id": deal["id"], "applied_count": 1})
        line = None if deal["line"] is None else "plan"
        self.company.deals.append(
            Deal(
                self.id,
                line,
                first,
                None if held else last,
                deal["percent"],
                deal["coins"],
                self.months,
            )
        )


def company(seed: int, size: int = 12, catalogue: int = 2) -> Company:
    """A random company; the same seed gives the same one."""
    rng = Random(seed)
    zone = rng.choice(["UTC", "Asia/Tokyo", "America/New_York"])
    found = Company(date(2025, 9, 10), zone, catalogue)
    for number in range(size):
        Teller(found, rng, number).tell()
    catalogue_of(found)
    return found


def catalogue_of(found: Company) -> None:
    """Every price at which something may be sold."""
    objects = found.objects
    for family in PLANS if found.catalogue == 2 else ():
        objects["item_family"].append({"id": family, "name": family.upper()})
    families = {plan: family for family, plans in PLANS.items() for plan in plans}
    for item, worth in WORTH.items():
        kind = "plan" if item in families else "charge" if item == "setup" else "addon"
        once = item in ("setup", "calls")
        if found.catalogue == 2:
            objects["item"].append(
                {
                    "id": item,
                    "name": item.title(),
                    "item_family_id": families.get(item, "crm"),
                    "type": kind,
                    "metered": item == "calls",
                    "status": "active",
                }
            )
        for currency in COINS:
            for months in (0,) if once else (1, 3, 12):
                price = {
                    "id": f"{item}-{currency}-" + (f"{months}m" if months else "once"),
                    "name": f"{item} {currency}",
                    "price": worth * 1200 * (months or 1),
                    "currency_code": currency,
                    "pricing_model": MODELS.get(item, "per_unit"),
                    "status": "active",
                }
                if months:
                    price["period"] = 1 if months == 12 else months
                    price["period_unit"] = "year" if months == 12 else "month"
                if item == "tiers":
                    del price["price"]
                if found.catalogue == 2:
                    price |= {"item_id": item, "item_type": kind}
                    objects["item_price"].append(price)
                elif kind == "plan":
                    objects["plan"].append(price)
                else:
                    price["charge_type"] = "non_recurring" if item == "setup" else "recurring"
                    objects["addon"].append(price)


def write_lists(found: Company, folder: Path, form: str = "json") -> None:
    """Pages of the List APIs (`json`), or one bare object a line (`jsonl`)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in found.objects.items():
        path = folder / f"{FILES.get(name, name + 's')}.{form}"
        if form == "json":
            path.write_text(json.dumps({"list": [{name: row} for row in rows]}), encoding="utf-8")
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


# The tables of https://fivetran.com/docs/connectors/applications/chargebee: lists are tables of
# their own that name the object above them, objects are prefixed columns, moments are timestamps.
CHILDREN = {
    ("subscription", "subscription_items"): "subscription_item",
    ("subscription", "coupons"): "subscription_coupon",
    ("subscription", "addons"): "subscription_addon",
    ("invoice", "line_items"): "invoice_line_item",
    ("invoice", "line_item_discounts"): "invoice_line_item_discount",
    ("credit_note", "line_items"): "credit_note_line_item",
    ("credit_note", "taxes"): "credit_note_tax",
}


def write_tables(found: Company, folder: Path) -> None:
    """The same as tables in CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[Object]] = defaultdict(list)
    for name, rows in found.objects.items():
        for row in rows:
            flat: Object = {}
            for column, value in row.items():
                child = CHILDREN.get((name, column))
                if child is not None:
                    tables[child] += [{f"{name}_id": row["id"], **_flat(part)} for part in value]
                elif isinstance(value, dict):
                    flat |= {f"{column}_{part}": inner for part, inner in value.items()}
                else:
                    flat[column] = value
            tables[name].append(_flat(flat))
    for name, rows in tables.items():
        columns = sorted({column for row in rows for column in row})
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)


def _flat(row: Object) -> Object:
    moments = ("_at", "_date", "date", "_from", "_to", "_start", "_end", "_till")
    return {
        name: str(datetime.fromtimestamp(value, ZoneInfo("UTC")))
        if name.endswith(moments) and isinstance(value, int) and value > 10**9
        else value
        for name, value in row.items()
    }
