"""Outlooks of every month-end, what closes knew of renewals then, and what came true (page 2.4)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.commitments import Committed, committed
from oracle.ledger import Ledger
from oracle.money import round_half_away
from oracle.rates import BudgetRates
from oracle.renewals import Reading, read_renewals
from oracle.retention import ratio
from oracle.schedule import Schedule, schedule
from oracle.settings import Settings
from oracle.terms import first_day, month_end

ZERO = Fraction(0)
OUTLOOK_MONTHS = 12
MIN_MONTHS = 12
RATE_MONTHS = 12

CutOf = Callable[[int], date]


@dataclass(frozen=True)
class RenewalRate:
    """What twelve closes have read for good of renewals."""

    renewed: Fraction = ZERO
    expiring: Fraction = ZERO
    terms: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Renewed over expiring; unknown where nothing has expired."""
        return ratio(self.renewed, self.expiring)

    def renews(self, due: Fraction) -> Fraction | None:
        """What is renewed of an amount, to a thousandth."""
        if not self.expiring:
            return None
        return round_half_away(due * self.renewed / self.expiring, 3)

    def __add__(self, other: "RenewalRate") -> "RenewalRate":
        """Both together."""
        return RenewalRate(
            self.renewed + other.renewed, self.expiring + other.expiring, self.terms + other.terms
        )


@dataclass(frozen=True)
class Outlook:
    """One month as foreseen at the end of another, and what came true."""

    month_made: int
    months_ahead: int
    scheduled: Fraction
    due: Fraction
    rate: RenewalRate
    foreseen: Fraction | None
    naive: Fraction
    book_accounts: int
    actual: Fraction | None
    total: Fraction | None

    @property
    def month(self) -> int:
        """The month that is foreseen."""
        return self.month_made + self.months_ahead

    @property
    def error(self) -> Fraction | None:
        """Above 0 where too much was foreseen."""
        known = self.foreseen is not None and self.actual is not None
        return (self.foreseen or ZERO) - (self.actual or ZERO) if known else None

    @property
    def naive_error(self) -> Fraction | None:
        """The error of the last value carried forward."""
        return None if self.actual is None else self.naive - self.actual

    @property
    def is_better(self) -> bool | None:
        """Whether the outlook missed by less."""
        if self.error is None or self.naive_error is None:
            return None
        return abs(self.error) < abs(self.naive_error)


def foresee(found: Schedule, rate: RenewalRate, month: int) -> Fraction | None:
    """Scheduled, without what renews itself, and the measured share of all that comes up."""
    renewed = rate.renews(found.due(month))
    if renewed is None:
        return None
    itself = found.due(month) - found.ended(month)
    return found.scheduled(month) - itself + renewed


class Closes:
    """What every close of a book knew: renewals, schedules and balances."""

    def __init__(
        self, ledger: Ledger, rates: BudgetRates, successors: Mapping[str, str], cut_of: CutOf
    ) -> None:
        self._ledger = ledger
        self._rates = rates
        self._successors = successors
        self._cut_of = cut_of
        self._parts = {x: part for part in ledger.parts for x in part.account_ids}
        self._read = self._readings()
        self._books = {month: self._book(month) for month in ledger.months()}

    def _readings(self) -> dict[int, list[RenewalRate]]:
        """By the close that reads them for good, what months came to."""
        readings = {
            month: read_renewals(
                self._ledger, self._rates, self._successors, self._cut_of(month), month
            )
            for month in self._ledger.months()
        }
        found: dict[int, list[RenewalRate]] = defaultdict(list)
        for month in self._ledger.months():
            closing = read_for_good(month, readings, self._cut_of, self._ledger.settings)
            if closing is not None:
                pools = [x for key, x in readings[closing].pools.items() if key[2] == month]
                found[closing].append(
                    RenewalRate(
                        renewed=sum((x.renewed for x in pools), ZERO),
                        expiring=sum((x.expiring for x in pools), ZERO),
                        terms=sum(x.terms for x in pools),
                    )
                )
        return found

    def rate(self, month: int) -> RenewalRate:
        """What the closes of a month and the eleven before it have read."""
        closes = range(month - RATE_MONTHS + 1, month + 1)
        return sum((x for close in closes for x in self._read.get(close, [])), RenewalRate())

    def _book(self, month: int) -> dict[str, Committed]:
        """Balances and commitments by account, as reported."""
        found: dict[str, Committed] = defaultdict(Committed)
        rows = committed(
            self._ledger,
            self._rates,
            self._successors,
            cut=self._cut_of(month),
            map_day=month_end(month),
            months=[month],
        )
        for (account, _, _), row in rows.items():
            found[account] += row
        return found

    def track(self) -> list[Outlook]:
        """Every outlook of every complete month."""
        return [x for month in self._ledger.months() for x in self._made_in(month)]

    def _made_in(self, month: int) -> Iterable[Outlook]:
        book = self._books[month]
        accounts = sorted(key for key, x in book.items() if x.mrr > 0 or x.cmrr > 0)
        rate = self.rate(month)
        found = schedule(
            self._ledger, self._rates, self._successors, cut=self._cut_of(month), month=month
        )
        for ahead in range(1, OUTLOOK_MONTHS + 1):
            at = month + ahead
            came = at <= self._ledger.last
            yield Outlook(
                month_made=month,
                months_ahead=ahead,
                scheduled=found.scheduled(at),
                due=found.due(at),
                rate=rate,
                foreseen=foresee(found, rate, at),
                naive=sum((x.mrr for x in book.values()), ZERO),
                book_accounts=len(accounts),
                actual=self._came_true(accounts, at) if came else None,
                total=sum((x.mrr for x in self._books[at].values()), ZERO) if came else None,
            )

    def _came_true(self, accounts: Iterable[str], month: int) -> Fraction:
        """MRR as reported of some accounts, each as who pays for it then, once."""
        payers = {self._payer(account, month) for account in accounts}
        return sum((x.mrr for key, x in self._books[month].items() if key in payers), ZERO)

    def _payer(self, account: str, month: int) -> str:
        part = self._parts.get(account)
        if part is None:
            return account
        return part.account_map(self._cut_of(month), month_end(month)).ledger_account(account)


def read_for_good(
    month: int, readings: Mapping[int, Reading], cut_of: CutOf, settings: Settings
) -> int | None:
    """The first close that has come after the grace period of a month's last term."""
    for closing in sorted(x for x in readings if x >= month):
        last = readings[closing].last_ends.get(month, month_end(month))
        closes_on = first_day(closing + 1).replace(day=settings.close_day)
        has_closed = closes_on <= settings.as_of_date
        if has_closed and (cut_of(closing) - last).days > settings.renewal_grace_days:
            return closing
    return None


@dataclass(frozen=True)
class Track:
    """Outlooks so many months ahead that have come true."""

    months: int
    actual: Fraction
    error: Fraction
    miss: Fraction
    naive_error: Fraction
    naive_miss: Fraction

    @property
    def is_better(self) -> bool | None:
        """Whether the outlook has missed by less than the last value; a tie is not better."""
        return None if self.months < MIN_MONTHS else self.miss < self.naive_miss

    @property
    def verdict(self) -> str:
        """The same in one word."""
        words = {None: "too_few", True: "better", False: "not_better"}
        return words[self.is_better]


def summed(outlooks: Iterable[Outlook], months_ahead: int) -> Track:
    """The track of outlooks so many months ahead."""
    rows = [x for x in outlooks if x.months_ahead == months_ahead and x.error is not None]
    errors = [x.error or ZERO for x in rows]
    naive = [x.naive_error or ZERO for x in rows]
    return Track(
        months=len(rows),
        actual=sum((x.actual or ZERO for x in rows), ZERO),
        error=sum(errors, ZERO),
        miss=sum(map(abs, errors), ZERO),
        naive_error=sum(naive, ZERO),
        naive_miss=sum(map(abs, naive), ZERO),
    )
