"""What was planned beside what came of it (page 2.7, plans), and random plans to compare."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

from oracle.billings import Billed
from oracle.bookings import Booking, in_reporting_currency
from oracle.bridge import Bridge
from oracle.compute import Basis, BasisResult
from oracle.generator import PRODUCTS, SEGMENTS, Shape
from oracle.money import round_half_away
from oracle.parsing import read_date, recorded
from oracle.rates import BudgetRates
from oracle.raw_files import cell
from oracle.retention import Retention, ratio
from oracle.rows import RawDate
from oracle.settings import Settings
from oracle.terms import first_day, last_complete_month, month_of
from oracle.versions import is_known, known_order

ZERO = Fraction(0)
LOSSES = ("contraction_mrr", "churn_mrr")
FLOWS = ("closing_mrr", "new_mrr", "expansion_mrr", *LOSSES, "reactivation_mrr")
SIGNED = ("billings", "bookings", "net_new_bookings")
METRICS = (*FLOWS, "paying_accounts", "nrr_12m", *SIGNED)
NO_MONEY = ("paying_accounts", "nrr_12m")
SIX = 6


@dataclass(frozen=True)
class Budget:
    """One raw row of the plan."""

    month: RawDate
    metric: str
    amount: Decimal
    segment_type: str | None = None
    segment: str | None = None
    currency: str | None = None
    recorded_at: RawDate = None


@dataclass(frozen=True)
class Figure:
    """What is planned."""

    month: int
    metric: str
    segment_type: str
    segment: str


@dataclass(frozen=True)
class Planned:
    """A figure on a basis: plan, actual and, of a fraction, both ends."""

    plan: Fraction | None
    actual: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None

    @property
    def difference(self) -> Fraction | None:
        """Actual less plan."""
        if self.plan is None or self.actual is None:
            return None
        return self.actual - self.plan

    @property
    def attainment(self) -> Fraction | None:
        """Actual over plan; of a loss above 1 is more loss than planned."""
        if self.plan is None or self.actual is None:
            return None
        return ratio(self.actual, self.plan)


def figure_of(row: Budget, zone: str) -> Figure:
    """What a row plans."""
    day = read_date(row.month, zone)
    assert day is not None
    kind = row.segment_type or "all"
    segment = "all" if kind == "all" else row.segment or "unknown"
    return Figure(month_of(day), row.metric, kind, segment)


def known_plans(rows: Iterable[Budget], cut: date, zone: str) -> dict[Figure, Budget]:
    """Of every figure the row that was recorded last, as known at a cut."""
    by_figure: dict[Figure, list[Budget]] = defaultdict(list)
    for row in rows:
        if is_known(recorded(row.recorded_at, zone)[1], cut):
            by_figure[figure_of(row, zone)].append(row)
    return {
        figure: max(found, key=lambda x: known_order(recorded(x.recorded_at, zone)[0]))
        for figure, found in by_figure.items()
    }


def amount_of(row: Budget, figure: Figure, rates: BudgetRates) -> Fraction:
    """Money in the reporting currency, losses negative; numbers and fractions as they are."""
    amount = Fraction(row.amount)
    if figure.metric in NO_MONEY:
        return amount
    if figure.metric in LOSSES:
        amount = -abs(amount)
    currency = row.currency or rates.reporting_currency
    return rates.convert(amount, currency, rates.period(figure.month))


class Actuals:
    """What came of a figure, on one basis."""

    def __init__(
        self,
        basis: Basis,
        result: BasisResult,
        billed: Mapping[tuple[int, str, str], Billed],
        booked: Iterable[Booking],
        *,
        rates: BudgetRates,
        products: Collection[str],
    ) -> None:
        self._basis = basis
        self._products = products
        self._result = result
        self._signed: dict[str, dict[tuple[int, str], Fraction]] = {
            name: defaultdict(Fraction) for name in SIGNED
        }
        for (month, product, _), x in billed.items():
            # A month that only has something open has no billings.
            if x.documents:
                self._signed["billings"][month, product] += sum(x.amount.values(), ZERO)
        for booking in booked:
            key = (month_of(booking.booked_on), booking.version.row.product_id)
            for name, amount in (
                ("bookings", booking.acv),
                ("net_new_bookings", booking.net_new_acv),
            ):
                self._signed[name][key] += in_reporting_currency(booking, amount, rates) or ZERO

    def of(self, figure: Figure, plan: Fraction) -> Planned:
        """The figure beside its plan."""
        if figure.metric in SIGNED:
            return Planned(plan, self._of_signed(figure))
        key = (first_day(figure.month), figure.segment_type, figure.segment)
        if figure.metric == "nrr_12m":
            month, kind, segment = key
            return of_retention(plan, self._result.retention.get((month, "12m", kind, segment)))
        return Planned(plan, of_bridge(figure.metric, self._result.segment_bridge.get(key)))

    def _of_signed(self, figure: Figure) -> Fraction | None:
        """Billings or bookings: known now only, for the company and by product."""
        if self._basis is Basis.AS_REPORTED or figure.segment_type not in ("all", "product"):
            return None
        signed = self._signed[figure.metric]
        if figure.month < min((month for month, _ in signed), default=figure.month + 1):
            return None
        found = [
            amount
            for (month, product), amount in signed.items()
            if month == figure.month and figure.segment in ("all", product)
        ]
        is_sold = figure.segment_type == "all" or figure.segment in self._products
        return sum(found, ZERO) if found or is_sold else None


def of_bridge(metric: str, row: Bridge | None) -> Fraction | None:
    """A figure of the bridge, which has no row of a segment where nobody is and nothing was."""
    if row is None or not (row.paying_accounts or any(row.amounts.values())):
        return None
    if metric == "paying_accounts":
        return Fraction(row.paying_accounts)
    return row.amounts[metric.removesuffix("_mrr")]


def of_retention(plan: Fraction, row: Retention | None) -> Planned:
    """NRR to six places, with both ends."""
    if row is None:
        return Planned(plan)
    nrr = None if row.nrr is None else round_half_away(row.nrr, SIX)
    return Planned(plan, nrr, row.closing, row.opening)


def plans(
    rows: Iterable[Budget],
    actuals: Mapping[Basis, Actuals],
    cuts: Mapping[int, date],
    rates: BudgetRates,
    settings: Settings,
) -> dict[tuple[Figure, Basis], Planned]:
    """Every figure of the book's complete months on every basis that knows a plan.

    `cuts` are what the closes of these months knew.
    """
    everything = list(rows)
    last, zone = last_complete_month(settings.as_of_date), settings.business_timezone
    found: dict[tuple[Figure, Basis], Planned] = {}
    for basis, actual in actuals.items():
        months = {figure_of(x, zone).month for x in everything}
        for month in sorted(x for x in months & cuts.keys() if x <= last):
            cut = settings.as_of_date
            if basis is Basis.AS_REPORTED:
                cut = min(cut, cuts[month])
            for figure, row in known_plans(everything, cut, zone).items():
                if figure.month == month:
                    found[figure, basis] = actual.of(figure, amount_of(row, figure, rates))
    return found


# A stream of chances of its own: what other books draw stays as it is.


def random_budgets(seed: int, shape: Shape, figures: int = 400) -> list[Budget]:
    """Plans for every kind of figure, some of them planned again later, some for nobody."""
    chance = Random(f"budgets {seed}")
    first, last = month_of(shape.first) - 2, month_of(shape.last_day) + 2
    drawn: dict[Figure, Budget] = {}
    while len(drawn) < figures:
        row = random_budget(chance, chance.randint(first, last), shape)
        drawn.setdefault(figure_of(row, "UTC"), row)
    found = []
    for row in drawn.values():
        found.append(row)
        if row.recorded_at is not None and chance.random() < 0.5:
            found.append(planned_again(chance, row, shape))
    return found


def random_budget(chance: Random, month: int, shape: Shape) -> Budget:
    """One plan; nothing is recorded after the book ends."""
    metric = chance.choice(METRICS)
    kinds = ("product", None) if metric in SIGNED and chance.random() < 0.8 else (None, *KINDS)
    kind = chance.choice(kinds)
    segments = (*KINDS.get(kind or "", ()), None, "nowhere")
    day = first_day(month) + timedelta(days=chance.randint(0, 27))
    recorded_on = min(day + timedelta(days=chance.randint(-90, 60)), shape.last_day)
    currency = None if metric in NO_MONEY else chance.choice((None, None, "JPY", "USD", "EUR"))
    return Budget(
        month=day,
        metric=metric,
        amount=random_amount(chance, metric, currency),
        segment_type=kind,
        segment=None if kind is None else chance.choice(segments),
        currency=currency,
        recorded_at=datetime.combine(recorded_on, time(9)) if chance.random() < 0.6 else None,
    )


KINDS: Mapping[str, tuple[str, ...]] = {
    **SEGMENTS,
    "plan_tier": ("free", "standard", "business", "enterprise"),
    "product": (*(x.product_id for x in PRODUCTS), "unassigned"),
    "all": ("all",),
}


def random_amount(chance: Random, metric: str, currency: str | None) -> Decimal:
    """An amount as people plan them; losses with either sign, sometimes nothing at all."""
    if metric == "nrr_12m":
        return Decimal(chance.randint(800, 1300)) / 1000
    if metric == "paying_accounts" or chance.random() < 0.05:
        return Decimal(chance.choice((0, 5, 40, 300)))
    amount = Decimal(chance.randint(1, 5_000_000))
    if currency in ("USD", "EUR"):
        amount /= 100
    return -amount if metric in LOSSES and chance.random() < 0.5 else amount


def planned_again(chance: Random, row: Budget, shape: Shape) -> Budget:
    """The same figure, recorded later, before or after the close of its month."""
    assert isinstance(row.recorded_at, datetime)
    later = row.recorded_at + timedelta(days=chance.randint(1, 120))
    return Budget(
        month=row.month,
        metric=row.metric,
        amount=random_amount(chance, row.metric, row.currency),
        segment_type=row.segment_type,
        segment=row.segment,
        currency=row.currency,
        recorded_at=min(later, datetime.combine(shape.last_day, time(18))),
    )


def write_budgets(rows: Iterable[Budget], folder: Path) -> None:
    """The raw table."""
    names = [x.name for x in fields(Budget)]
    with (folder / "budgets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([cell(asdict(x)[name]) for name in names] for x in rows)
