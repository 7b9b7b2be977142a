"""Why an account's MRR moved: one amount per product and driver, adding up to the movement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.balances import LineBalance
from oracle.catalogue import Catalogue
from oracle.matching import PIECE, Pair, pairs
from oracle.money import round_money
from oracle.movements import ReportedViews, classify
from oracle.rates import Period
from oracle.terms import month_end
from oracle.view import ZERO, View

RATES = ("plan", "price", "discount_expiry", "discount_added", "term_conversion")
UPSELL = ("seats", "plan", "price")
CROSS_SELL = ("add_on", "cross_sell")
DOWNSELL = (*UPSELL, "discount_added", "term_conversion", "product_drop")
# What happens to a contract by itself is no step that anybody agreed on.
CONTRACTED_STEPS = ("seats", *RATES, *CROSS_SELL)

INTERRUPTIONS = {
    ("billed", "paused"): "pause",
    ("billed", "lapsed"): "churn",
    ("paused", "billed"): "resume",
    ("lapsed", "billed"): "reactivation",
}


def sales_motion(driver: str, amount: Fraction) -> str | None:
    """What sales calls a change; causes that nobody sold have no name there."""
    if amount < 0:
        return "downsell" if driver in DOWNSELL else None
    if driver in CROSS_SELL:
        return "cross_sell"
    return "upsell" if driver in UPSELL else None


@dataclass(frozen=True)
class Cause:
    """One cause of one product's change and the day on which it was agreed, as far as known."""

    product_id: str
    driver: str
    amount: Fraction
    agreed_on: date | None = None


@dataclass(frozen=True)
class Driver:
    """One row of the driver table."""

    product_id: str
    driver: str
    amount: Fraction
    sales_motion: str | None
    is_pre_contracted: bool
    is_upsell_win: bool


@dataclass(frozen=True)
class Holding:
    """Lines of one product that bill at a month-end, and their value."""

    lines: tuple[LineBalance, ...]
    value: Fraction

    @property
    def quantity(self) -> Fraction:
        """Units."""
        return sum((x.quantity for x in self.lines), ZERO)

    @property
    def list_price(self) -> Fraction | None:
        """Exact price of a unit for a month before any discount."""
        return self._per_unit(sum((x.list_price for x in self.lines), ZERO))

    @property
    def net_price(self) -> Fraction | None:
        """The same after discounts."""
        return self._per_unit(sum((x.net_price for x in self.lines), ZERO))

    def _per_unit(self, amount: Fraction) -> Fraction | None:
        return amount / self.quantity if self.quantity else None


@dataclass(frozen=True)
class ProductMonth:
    """One product of one account at both ends of a month, valued at the rates of one month."""

    before: Mapping[str, LineBalance]
    after: Mapping[str, LineBalance]
    values: Mapping[tuple[str, bool], Fraction]

    def interruption(self, line_id: str) -> str | None:
        """Why a line that is on the books at both ends bills at one of them only."""
        old, new = self.before.get(line_id), self.after.get(line_id)
        if old is None or new is None:
            return None
        return INTERRUPTIONS.get((state(old), state(new)))

    def holding(self, is_after: bool, interruption: str | None) -> Holding:
        """What bills at one end, of the lines with the same interruption (or with none)."""
        lines = (self.after if is_after else self.before).values()
        found = [x for x in lines if x.is_billed and self.interruption(x.line_id) == interruption]
        value = sum((self.values[x.line_id, is_after] for x in found), ZERO)
        return Holding(tuple(found), value)

    def part(self, lines: Iterable[LineBalance], is_after: bool) -> Holding:
        """Some lines at one end."""
        found = tuple(lines)
        return Holding(found, sum((self.values[x.line_id, is_after] for x in found), ZERO))

    def value(self, is_after: bool) -> Fraction:
        """The whole product at one end."""
        lines = self.after if is_after else self.before
        return sum((self.values[line_id, is_after] for line_id in lines), ZERO)

    @property
    def stays_in_force(self) -> bool:
        """Whether any line is in force at the closing."""
        return any(not x.is_lapsed for x in self.after.values())


def state(line: LineBalance) -> str:
    """Billed, paused within its limit, or lapsed."""
    if line.is_lapsed:
        return "lapsed"
    return "paused" if line.is_paused else "billed"


def agreement(before: Holding, after: Holding) -> date | None:
    """When the last line that came or changed was agreed; unknown if any of them is.

    A line to which units come back has changed.
    """
    old = {x.line_id: (x.net, x.currency, x.quantity) for x in before.lines}
    new = {x.line_id: (x.net, x.currency, x.quantity) for x in after.lines}
    moved = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    amended = {
        target for x in (*before.lines, *after.lines) if x.line_id in moved for target in x.amends
    }
    changed = [x for x in after.lines if x.line_id in moved | amended]
    days = [x.signed_on for x in changed if x.signed_on is not None]
    return max(days) if days and len(days) == len(changed) else None


def money_agreement(before: Holding, after: Holding) -> date | None:
    """The same of what comes, goes or returns as a whole: a line free at both ends adds nothing."""
    billed = {x.line_id for x in (*before.lines, *after.lines) if x.net}
    parts = (
        Holding(tuple(line for line in x.lines if line.line_id in billed), x.value)
        for x in (before, after)
    )
    return agreement(*parts)


def rate_label(before: Holding, after: Holding, residual: Fraction) -> str:
    """Name of what is left after seats."""
    discounted = is_repriced(before, after) and not is_list_price_new(before, after)
    if {x.plan_id for x in before.lines} != {x.plan_id for x in after.lines}:
        return "plan"
    if discounted and residual > 0:
        return "discount_expiry"
    if periods(before) != periods(after):
        return "term_conversion"
    return "discount_added" if discounted else "price"


def periods(holding: Holding) -> set[Fraction]:
    """Lengths of billing; a few days of more of a line are none."""
    return {x.period_months for x in holding.lines if x.period_months}


def has_other_currency(before: Holding, after: Holding) -> bool:
    """Prices in different currencies do not compare."""
    return {x.currency for x in before.lines} != {x.currency for x in after.lines}


def is_list_price_new(before: Holding, after: Holding) -> bool:
    """Whether a unit has another price before discounts."""
    return has_other_currency(before, after) or before.list_price != after.list_price


def is_repriced(before: Holding, after: Holding) -> bool:
    """Whether a unit has another price after discounts."""
    return has_other_currency(before, after) or before.net_price != after.net_price


def split_change(
    before: Holding, after: Holding, reporting_currency: str, has_one_unit: bool
) -> list[tuple[str, Fraction]]:
    """Units at the old price, and the rate as what is left.

    Where a unit costs what it did, the rate is nothing: rounding belongs to the units. What counts
    something else than before has no units to compare.
    """
    change = after.value - before.value
    units = after.quantity - before.quantity if has_one_unit else ZERO
    seats = ZERO
    if units and not is_repriced(before, after):
        seats = change
    elif units and before.quantity:
        seats = round_money(units * before.value / before.quantity, reporting_currency)
    return [("seats", seats), (rate_label(before, after, change - seats), change - seats)]


class DriverSplit:
    """Splits the months of one view."""

    def __init__(self, view: View, catalogue: Catalogue) -> None:
        self._view = view
        self._catalogue = catalogue
        self._by_product = view.by_product()
        self._found: dict[tuple[str, int, Period], list[Cause]] = {}

    def of_month(self, account: str, month: int) -> list[Driver]:
        """Drivers of one account's movement; the currency's effect stands beside them."""
        causes = self._causes(account, month, month)
        has_grown = sum((x.amount for x in causes), ZERO) > 0
        return as_drivers(causes, month_end(month - 1), has_grown)

    def revaluations(self, account: str, month: int) -> list[Driver]:
        """What the change of the budget rate did to the opening balance of every product."""
        old, new = (self._view.rates.period(x) for x in (month - 1, month))
        amounts: dict[str, Fraction] = defaultdict(lambda: ZERO)
        for x in self._view.lines(account, month - 1) if old != new else ():
            values = [self._view.value_line(x, period).net for period in (old, new)]
            amounts[x.product_id] += values[1] - values[0]
        return as_drivers([Cause(x, "fx", amount) for x, amount in amounts.items()], date.min)

    def contracted_uplift(
        self, account: str, month: int, rate_month: int, known_by: date
    ) -> Fraction:
        """Net growth of the products whose steps in a month were all agreed by a day."""
        by_product: dict[str, list[Cause]] = defaultdict(list)
        for cause in self._causes(account, month, rate_month):
            if cause.driver in CONTRACTED_STEPS:
                by_product[cause.product_id].append(cause)
        return sum(
            (
                max(ZERO, sum((x.amount for x in found), ZERO))
                for found in by_product.values()
                if is_agreed(found, known_by)
            ),
            ZERO,
        )

    def _causes(self, account: str, month: int, rate_month: int) -> list[Cause]:
        """Every cause, at the rates of one month, which are those of its period."""
        key = (account, month, self._view.rates.period(rate_month))
        if key not in self._found:
            self._found[key] = self._find_causes(account, month, rate_month)
        return self._found[key]

    def _find_causes(self, account: str, month: int, rate_month: int) -> list[Cause]:
        products = self._products(account, month, rate_month)
        opening = sum((x.value(is_after=False) for x in products.values()), ZERO)
        closing = sum((x.value(is_after=True) for x in products.values()), ZERO)
        if opening == 0 or closing == 0:
            kind, sub_kind, _ = classify(self._view, account, month, rate_month)
            return single_causes(products, sub_kind or kind)
        causes: list[Cause] = []
        for product, found in sorted(products.items()):
            causes += interrupted(product, found)
            causes += self._held(account, month, product, products)
        return causes

    def _products(self, account: str, month: int, rate_month: int) -> dict[str, ProductMonth]:
        period = self._view.rates.period(rate_month)
        ends: dict[str, tuple[dict[str, LineBalance], dict[str, LineBalance]]] = {}
        for is_after, at in ((False, month - 1), (True, month)):
            lines = [*self._view.lines(account, at), *self._view.lapsed(account, at)]
            for x in lines:
                ends.setdefault(x.product_id, ({}, {}))[is_after][x.line_id] = x
        return {
            product: ProductMonth(
                before,
                after,
                {
                    (line_id, is_after): self._view.value_line(x, period).net
                    for is_after, lines in ((False, before), (True, after))
                    for line_id, x in lines.items()
                },
            )
            for product, (before, after) in ends.items()
        }

    def _held(
        self, account: str, month: int, product: str, products: Mapping[str, ProductMonth]
    ) -> list[Cause]:
        """What happened to the lines that neither paused nor returned."""
        found = products[product]
        before, after = found.holding(False, None), found.holding(True, None)
        predecessors = self._predecessors(account, month, product, products)
        if self._successor(account, month, product, products) is not None:
            return []
        if predecessors:
            left = sum((products[x].holding(False, None).value for x in predecessors), ZERO)
            parts = [("plan", after.value - left)]
        elif found.value(is_after=False) and found.value(is_after=True):
            return self._compared(product, found, pairs(before.lines, after.lines))
        else:
            label = self._whole_label(account, month, product, found)
            parts = [(label, after.value - before.value)]
        day = money_agreement(before, after)
        return [Cause(product, driver, amount, day) for driver, amount in parts]

    def _compared(self, product: str, found: ProductMonth, changes: Iterable[Pair]) -> list[Cause]:
        """Line by line in a product that is held at both ends."""
        causes = []
        changes = list(changes)
        kept = {x.unit or PIECE for x in found.before.values() if not x.is_lapsed} & {
            x.unit or PIECE for x in found.after.values() if not x.is_lapsed
        }
        for pair in changes:
            before, after = found.part(pair.before, False), found.part(pair.after, True)
            day = agreement(before, after)
            if pair.before and pair.after:
                parts = split_change(
                    before, after, self._view.rates.reporting_currency, pair.has_one_unit
                )
            else:
                label = "add_on" if pair.after else "product_drop"
                label = "seats" if pair.unit in kept else label
                parts = [(label, after.value - before.value)]
            causes += [Cause(product, driver, amount, day) for driver, amount in parts]
        return causes

    def _whole_label(self, account: str, month: int, product: str, found: ProductMonth) -> str:
        """Name of a product, or of all its lines that bill, coming or going."""
        if found.value(is_after=False) == 0:
            if self._returns(account, month, product):
                return "resume"
            return "add_on" if product in self._catalogue.add_ons else "cross_sell"
        return "pause" if found.stays_in_force else "product_drop"

    def _returns(self, account: str, month: int, product: str) -> bool:
        """In force at every month-end since it last paid."""
        return self._by_product.stayed_in_force(f"{account}|{product}", month)

    def _successor(
        self, account: str, month: int, product: str, products: Mapping[str, ProductMonth]
    ) -> str | None:
        """The product that takes this one's place this month, by the catalogue's map."""
        coming = self._catalogue.successors.get(product)
        if coming is None or coming not in products or coming == product:
            return None
        old, new = products[product], products[coming]
        is_gone = old.holding(False, None).value > 0 and not old.stays_in_force
        has_come = new.value(is_after=False) == 0 and new.holding(True, None).value > 0
        if is_gone and has_come and not self._returns(account, month, coming):
            return coming
        return None

    def _predecessors(
        self, account: str, month: int, product: str, products: Mapping[str, ProductMonth]
    ) -> list[str]:
        return [x for x in products if self._successor(account, month, x, products) == product]


def interrupted(product: str, found: ProductMonth) -> list[Cause]:
    """Lines that pause, lapse, resume or come back, whatever else the product does."""
    causes = []
    for driver in INTERRUPTIONS.values():
        before, after = found.holding(False, driver), found.holding(True, driver)
        day = money_agreement(before, after)
        causes.append(Cause(product, driver, after.value - before.value, day))
    return causes


def single_causes(products: Mapping[str, ProductMonth], driver: str) -> list[Cause]:
    """An account that starts from or falls to 0 has one driver, whatever its products do."""
    causes = []
    for product, found in sorted(products.items()):
        for part in (None, *INTERRUPTIONS.values()):
            before, after = found.holding(False, part), found.holding(True, part)
            day = money_agreement(before, after)
            causes.append(Cause(product, driver, after.value - before.value, day))
    return causes


def is_agreed(causes: Iterable[Cause], known_by: date) -> bool:
    """Whether every gain among some causes was agreed by a day."""
    gains = [x for x in causes if x.amount > 0]
    return all(x.agreed_on is not None and x.agreed_on <= known_by for x in gains)


def as_drivers(causes: Iterable[Cause], known_by: date, has_grown: bool = False) -> list[Driver]:
    """Rows of the driver table: causes of one name added up, and what sales makes of them.

    Another product is a win only where the account as a whole pays more.
    """
    named: dict[tuple[str, str], list[Cause]] = defaultdict(list)
    for x in causes:
        named[x.product_id, x.driver].append(x)
    amounts = {key: sum((x.amount for x in found), ZERO) for key, found in named.items()}
    sold: dict[str, Fraction] = defaultdict(lambda: ZERO)
    for (product, driver), amount in amounts.items():
        if sales_motion(driver, amount) in ("upsell", "downsell"):
            sold[product] += amount
    rows = []
    for (product, driver), found in sorted(named.items()):
        amount = amounts[product, driver]
        motion = sales_motion(driver, amount)
        early = amount > 0 and is_agreed(found, known_by)
        won = (motion == "cross_sell" and has_grown) or (motion == "upsell" and sold[product] > 0)
        if amount:
            rows.append(Driver(product, driver, amount, motion, early, won and not early))
    return rows


def transfers(view: View, month: int) -> dict[str, list[Driver]]:
    """What lines that changed hands in a month have moved, per account and product."""
    held = view.seen_from(month)
    if held is view:
        return {}
    before, after = view.by_product(), held.by_product()
    found: dict[str, list[Driver]] = defaultdict(list)
    for key in sorted({*before.accounts, *after.accounts}):
        amount = after.mrr(key, month - 1, month) - before.mrr(key, month - 1, month)
        account, product = key.rsplit("|", 1)
        if amount:
            found[account].append(Driver(product, "merge", amount, None, False, False))
    return found


def reported_corrections(views: ReportedViews, month: int) -> dict[str, list[Driver]]:
    """What a close reports beside its movement, per product: late news, new rates, mergers.

    They lead from the balance that was published to the one that the movement starts from.
    """
    held = views.current.seen_from(month)
    views = ReportedViews(
        views.published.by_product(), views.corrected.by_product(), held.by_product()
    )
    found: dict[str, list[Driver]] = defaultdict(list)
    for key in sorted({x for view in views.all() for x in view.accounts}):
        account, product = key.rsplit("|", 1)
        opening = views.published.mrr(key, month - 1)
        corrected = views.corrected.mrr(key, month - 1)
        revalued = views.corrected.mrr(key, month - 1, month)
        reopened = views.current.mrr(key, month - 1, month)
        amounts = {
            "prior_period": corrected - opening,
            "fx": revalued - corrected,
            "merge": reopened - revalued,
        }
        found[account] += [
            Driver(product, driver, amount, None, False, False)
            for driver, amount in amounts.items()
            if amount
        ]
    return found
