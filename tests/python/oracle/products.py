"""Retention of products: both ends of every account and product, and what moved between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from oracle.money import round_money
from oracle.retention import cohort, ratio
from oracle.view import ZERO, View

Shares = dict[str, Fraction]


@dataclass(frozen=True)
class Holding:
    """What one account pays for one product at both ends of a window."""

    opening: Fraction
    closing: Fraction
    is_in_force: bool
    moved_in: Fraction = ZERO
    moved_out: Fraction = ZERO

    @property
    def loss(self) -> Fraction:
        """What is paid less."""
        return max(ZERO, self.opening - self.closing)

    @property
    def gain(self) -> Fraction:
        """What is paid more."""
        return max(ZERO, self.closing - self.opening)


@dataclass
class ProductRetention:
    """One product over one window."""

    opening: Fraction = ZERO
    expansion: Fraction = ZERO
    contraction: Fraction = ZERO
    churn: Fraction = ZERO
    closing: Fraction = ZERO
    kept: Fraction = ZERO
    entered: Fraction = ZERO
    moved_in: Fraction = ZERO
    moved_out: Fraction = ZERO
    opening_accounts: int = 0
    retained_accounts: int = 0
    entered_accounts: int = 0
    moving_accounts: int = 0

    def add(self, x: Holding) -> None:
        """Count one account."""
        self.moved_in += x.moved_in
        self.moved_out += x.moved_out
        self.moving_accounts += x.moved_out > 0
        if x.opening == 0:
            self.entered += x.closing
            self.entered_accounts += x.closing > 0
            return
        self.opening += x.opening
        self.closing += x.closing
        self.expansion += x.gain
        if x.closing > 0 or x.is_in_force:
            self.contraction -= x.loss
            self.retained_accounts += 1
        else:
            self.churn -= x.loss
        self.kept += min(x.opening, x.closing)
        self.opening_accounts += 1

    @property
    def kept_with_moves(self) -> Fraction:
        """What the accounts kept of the product or took in others instead."""
        return self.kept + self.moved_out

    @property
    def nrr(self) -> Fraction | None:
        """Net revenue retention."""
        return ratio(self.closing, self.opening)

    @property
    def grr(self) -> Fraction | None:
        """Gross revenue retention."""
        return ratio(self.kept, self.opening)

    @property
    def grr_with_moves(self) -> Fraction | None:
        """Gross revenue retention with what moved to other products."""
        return ratio(self.kept_with_moves, self.opening)

    @property
    def logo_retention(self) -> Fraction | None:
        """Share of the accounts that still have it."""
        return ratio(self.retained_accounts, self.opening_accounts)


@dataclass
class Moves:
    """What one account lost and gained in its products, and how much of it has moved."""

    losses: Shares
    gains: Shares
    currency: str
    moved_out: Shares = field(default_factory=lambda: defaultdict(lambda: ZERO))
    moved_in: Shares = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def move(self, losing: Iterable[str], gaining: Iterable[str]) -> None:
        """Move the lesser of what some products lost and others gained."""
        losses = {x: self.losses[x] - self.moved_out[x] for x in losing}
        gains = {x: self.gains[x] - self.moved_in[x] for x in gaining}
        amount = min(sum(losses.values(), ZERO), sum(gains.values(), ZERO))
        for weights, moved in ((losses, self.moved_out), (gains, self.moved_in)):
            for product, part in shared(amount, weights, self.currency).items():
                moved[product] += part

    def settle(self, successors: Mapping[str, str]) -> None:
        """To mapped successors first, then whatever is left to whatever is left."""
        for product in sorted(self.gains):
            self.move([x for x in self.losses if successors.get(x) == product], [product])
        self.move(self.losses, self.gains)


def shared(amount: Fraction, weights: Shares, currency: str) -> Shares:
    """Parts of an amount by weight: differences of rounded running totals in order of product."""
    whole = sum(weights.values(), ZERO)
    found: Shares = {}
    before = running = ZERO
    for product in sorted(weights) if whole else ():
        running += weights[product]
        after = round_money(amount * running / whole, currency)
        found[product] = after - before
        before = after
    return found


def holding(products: View, key: str, opening: int, closing: int) -> Holding:
    """Both ends of an account's product at the rates of the closing month."""
    return Holding(
        opening=products.mrr(key, opening, closing),
        closing=products.mrr(key, closing),
        is_in_force=products.in_force(key, closing),
    )


def with_moves(
    found: Mapping[str, Holding], successors: Mapping[str, str], currency: str
) -> dict[str, Holding]:
    """The same with what moved from one product to another."""
    moves = Moves(
        {name: x.loss for name, x in found.items() if x.loss > 0},
        {name: x.gain for name, x in found.items() if x.gain > 0},
        currency,
    )
    moves.settle(successors)
    return {
        name: replace(x, moved_in=moves.moved_in[name], moved_out=moves.moved_out[name])
        for name, x in found.items()
    }


def product_retention(
    held: View, products: View, month: int, window: int, successors: Mapping[str, str]
) -> dict[str, ProductRetention]:
    """Every product over a window; `held` has every line where the closing month has it."""
    found: dict[str, ProductRetention] = defaultdict(ProductRetention)
    ends = (month - window, month)
    for account in cohort(held, month, window):
        names = {line.product_id for end in ends for line in held.lines(account, end)}
        both = {x: holding(products, f"{account}|{x}", *ends) for x in names}
        moved = with_moves(both, successors, held.rates.reporting_currency)
        for name, x in moved.items():
            found[name].add(x)
    return {name: x for name, x in found.items() if x.opening > 0 or x.entered > 0}
