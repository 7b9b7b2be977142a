"""Why an account's MRR moved: one amount per product and driver, adding up to the movement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.balances import LineBalance
from oracle.money import round_money
from oracle.movements import classify
from oracle.rows import Product
from oracle.terms import month_end
from oracle.view import ZERO, View

UPSELL = ("seats", "plan", "price")
CROSS_SELL = ("add_on", "cross_sell")
CONTRACTED_UPLIFT = (*UPSELL, *CROSS_SELL, "discount_expiry", "term_conversion")


@dataclass(frozen=True)
class Driver:
    """One cause of one product's change in one month."""

    product_id: str
    driver: str
    amount: Fraction
    is_pre_contracted: bool

    @property
    def sales_motion(self) -> str | None:
        """Upsell, cross-sell or downsell; causes that nobody sold have none."""
        if self.driver not in UPSELL + CROSS_SELL + ("product_drop",):
            return None
        if self.amount < 0:
            return "downsell"
        return "cross_sell" if self.driver in CROSS_SELL else "upsell"

    @property
    def is_upsell_win(self) -> bool:
        """A sale that customer success may claim: not contracted before, not an expiry."""
        won = self.sales_motion in ("upsell", "cross_sell") and self.amount > 0
        return won and not self.is_pre_contracted


@dataclass(frozen=True)
class Holding:
    """What an account holds of one product at a month-end."""

    net: Fraction
    gross: Fraction
    quantity: Fraction
    plans: frozenset[str | None]
    periods: frozenset[Fraction | None]
    lines: tuple[LineBalance, ...]

    @property
    def unit_gross(self) -> Fraction:
        """Gross value per unit."""
        return self.gross / self.quantity if self.quantity else self.gross


@dataclass(frozen=True)
class Catalogue:
    """What drivers need to know of the products."""

    add_ons: frozenset[str]
    successors: Mapping[str, str]

    @classmethod
    def of(cls, products: Iterable[Product]) -> "Catalogue":
        """Read the product rows."""
        rows = list(products)
        return cls(
            frozenset(x.product_id for x in rows if x.parent_product_id is not None),
            {
                x.product_id: x.successor_product_id
                for x in rows
                if x.successor_product_id is not None
            },
        )


def holdings(view: View, account: str, month: int, rate_month: int) -> dict[str, Holding]:
    """An account's products at a month-end, valued at the rates of one month."""
    year = view.rates.fiscal_year(rate_month)
    by_product: dict[str, list[LineBalance]] = defaultdict(list)
    for line in view.lines(account, month):
        by_product[line.product_id].append(line)
    return {
        product: Holding(
            net=sum((view.value_line(x, month, year).net for x in lines), ZERO),
            gross=sum((view.value_line(x, month, year).gross for x in lines), ZERO),
            quantity=sum((x.quantity for x in lines), ZERO),
            plans=frozenset(x.plan_id for x in lines),
            periods=frozenset(x.period_months for x in lines),
            lines=tuple(lines),
        )
        for product, lines in by_product.items()
    }


EMPTY = Holding(ZERO, ZERO, ZERO, frozenset(), frozenset(), ())


def is_pre_contracted(before: Holding, after: Holding, known_by: date) -> bool:
    """Whether everything new or changed in a holding was agreed by a day.

    Lines whose native amount did not change say nothing; without a known date it is not.
    """
    old = {(x.line_id, x.net) for x in before.lines}
    changed = [x for x in after.lines if (x.line_id, x.net) not in old]
    return bool(changed) and all(
        x.signed_on is not None and x.signed_on <= known_by for x in changed
    )


def rate_label(before: Holding, after: Holding, residual: Fraction) -> str:
    """Name of what is left after seats: plan, discount, term conversion, else price."""
    if before.plans != after.plans:
        return "plan"
    if before.unit_gross == after.unit_gross:
        return "discount_expiry" if residual > 0 else "discount_added"
    if before.periods != after.periods:
        return "term_conversion"
    return "price"


def split_change(
    view: View, before: Holding, after: Holding, replaced: bool
) -> list[tuple[str, Fraction]]:
    """Seats and rate of a product held at both ends; the rate is the residual."""
    change = after.net - before.net
    seats = ZERO
    if before.quantity and after.quantity != before.quantity:
        exact = (after.quantity - before.quantity) * before.net / before.quantity
        seats = round_money(exact, view.rates.reporting_currency)
    label = "plan" if replaced else rate_label(before, after, change - seats)
    return [("seats", seats), (label, change - seats)]


class DriverSplit:
    """Splits the months of one view."""

    def __init__(self, view: View, catalogue: Catalogue) -> None:
        self._view = view
        self._catalogue = catalogue

    def of_month(
        self,
        account: str,
        month: int,
        rate_month: int | None = None,
        known_by: date | None = None,
    ) -> list[Driver]:
        """Drivers of one account's month; `known_by` decides what counts as pre-contracted."""
        rate_month = month if rate_month is None else rate_month
        known_by = known_by or month_end(month - 1)
        before = holdings(self._view, account, month - 1, rate_month)
        after = holdings(self._view, account, month, rate_month)
        kind, sub_kind, _ = classify(self._view, account, month, rate_month)
        opening = sum((x.net for x in before.values()), ZERO)
        closing = sum((x.net for x in after.values()), ZERO)
        if opening == 0 or closing == 0:
            return self._single(sub_kind or kind, before, after, known_by)
        return self._split(account, month, before, after, known_by)

    def _single(
        self,
        driver: str,
        before: Mapping[str, Holding],
        after: Mapping[str, Holding],
        known_by: date,
    ) -> list[Driver]:
        """An account that starts from or falls to 0 has one driver, whatever the products."""
        found = []
        for product in sorted({*before, *after}):
            old, new = before.get(product, EMPTY), after.get(product, EMPTY)
            if new.net != old.net:
                early = is_pre_contracted(old, new, known_by)
                found.append(Driver(product, driver, new.net - old.net, early))
        return found

    def _split(
        self,
        account: str,
        month: int,
        before: dict[str, Holding],
        after: dict[str, Holding],
        known_by: date,
    ) -> list[Driver]:
        found: list[Driver] = []
        for product in sorted({*before, *after}):
            old, new = before.get(product, EMPTY), after.get(product, EMPTY)
            predecessor = self._predecessor(product, before, after)
            if self._successor(product, before, after) is not None:
                continue
            if predecessor is not None:
                old = before[predecessor]
            early = is_pre_contracted(old, new, known_by)
            replaced = predecessor is not None
            causes = self._causes(account, month, product, old=old, new=new, replaced=replaced)
            for driver, amount in causes:
                if amount:
                    found.append(Driver(product, driver, amount, early))
        return found

    def _causes(
        self,
        account: str,
        month: int,
        product: str,
        *,
        old: Holding,
        new: Holding,
        replaced: bool,
    ) -> list[tuple[str, Fraction]]:
        if old.net > 0 and new.net > 0:
            return split_change(self._view, old, new, replaced)
        if old.net > 0:
            return [("pause" if new.lines else "product_drop", -old.net)]
        if old.lines and self._paid_before(account, month, product):
            return [("resume", new.net)]
        return [("add_on" if product in self._catalogue.add_ons else "cross_sell", new.net)]

    def _paid_before(self, account: str, month: int, product: str) -> bool:
        return any(
            line.product_id == product and line.net > 0
            for m in self._view.months
            if m < month
            for line in self._view.lines(account, m)
        )

    def _successor(
        self, product: str, before: Mapping[str, Holding], after: Mapping[str, Holding]
    ) -> str | None:
        """The product that takes this one's place this month, by the catalogue's map."""
        successor = self._catalogue.successors.get(product)
        if successor is None or before.get(product, EMPTY).net == 0:
            return None
        gone = after.get(product, EMPTY).net == 0
        arrived = before.get(successor, EMPTY).net == 0 and after.get(successor, EMPTY).net > 0
        return successor if gone and arrived else None

    def _predecessor(
        self, product: str, before: Mapping[str, Holding], after: Mapping[str, Holding]
    ) -> str | None:
        found = (old for old in sorted(before) if self._successor(old, before, after) == product)
        return next(found, None)
