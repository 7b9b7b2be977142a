"""Fiscal quarters, halves and years: which months are theirs, their bridge and their cohorts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.annual import STEPS, Annual
from oracle.bridge import AMOUNTS, Bridge
from oracle.retention import Retention, ratio, summarise
from oracle.settings import Settings
from oracle.terms import first_day, fiscal_year
from oracle.view import ZERO

LENGTHS = {"quarter": 3, "half": 6, "year": 12}
LETTERS = {"quarter": "Q", "half": "H"}
COUNTS = (
    *("new_accounts", "churned_accounts", "reactivated_accounts", "paused_accounts"),
    *("resumed_accounts", "expired_pause_accounts", "prior_period_accounts", "merged_accounts"),
    *("transferred_in_accounts", "transferred_out_accounts"),
)


@dataclass(frozen=True)
class FiscalPeriod:
    """One quarter, half or year of which the book has a complete month; months are numbers."""

    kind: str
    first: int
    year: int
    label: str
    first_month: int
    last_month: int
    is_closed: bool

    @property
    def length(self) -> int:
        """Months of a whole one."""
        return LENGTHS[self.kind]

    @property
    def months(self) -> range:
        """Those that the book has."""
        return range(self.first_month, self.last_month + 1)

    @property
    def is_partial(self) -> bool:
        """Whether the book lacks a month of it."""
        return len(self.months) < self.length

    @property
    def window(self) -> int:
        """Months from its beginning to its last complete one, also those before the book."""
        return self.last_month - self.first + 1

    @property
    def key(self) -> tuple[str, date]:
        """What identifies it."""
        return self.kind, first_day(self.first)


def fiscal_periods(months: Iterable[int], settings: Settings, known: date) -> list[FiscalPeriod]:
    """Every period that has one of the complete months; `known` ends what closes may have seen."""
    complete = sorted(months)
    found = []
    for kind, length in LENGTHS.items():
        firsts = {x - months_in(x, settings) % length for x in complete}
        for first in sorted(firsts):
            own = [x for x in complete if first <= x < first + length]
            found.append(fiscal_period(kind, first, own, settings, known))
    return found


def months_in(month: int, settings: Settings) -> int:
    """How many months a month lies after the first one of its fiscal year."""
    return (month - (settings.fiscal_year_start_month - 1)) % 12


def fiscal_period(
    kind: str, first: int, own: list[int], settings: Settings, known: date
) -> FiscalPeriod:
    """A period with the months that the book has of it."""
    length = LENGTHS[kind]
    year = fiscal_year(first, settings.fiscal_year_start_month)
    number = months_in(first, settings) // length + 1
    last = first + length - 1
    closes_on = first_day(last + 1).replace(day=settings.close_day)
    return FiscalPeriod(
        kind=kind,
        first=first,
        year=year,
        label=f"FY{year}" + (f" {LETTERS[kind]}{number}" if kind in LETTERS else ""),
        first_month=own[0],
        last_month=own[-1],
        is_closed=last in own and closes_on <= known,
    )


@dataclass(frozen=True)
class PeriodBridge:
    """A period of the whole company, or of a segment."""

    amounts: Mapping[str, Fraction]
    annual: Mapping[str, Fraction]
    counts: Mapping[str, int]
    opening_accounts: int
    paying_accounts: int

    @property
    def gained(self) -> Fraction:
        """What the quick ratio divides."""
        return self.amounts["new"] + self.amounts["expansion"] + self.amounts["reactivation"]

    @property
    def lost(self) -> Fraction:
        """What it is divided by."""
        return -(self.amounts["contraction"] + self.amounts["churn"])

    @property
    def quick_ratio(self) -> Fraction | None:
        """Gains over losses."""
        return ratio(self.gained, self.lost)


Amounts = Mapping[str, Fraction]


def period_bridge(
    period: FiscalPeriod, months: Mapping[int, Bridge], annual: Mapping[int, Annual]
) -> PeriodBridge | None:
    """The months of a period added up; a month without a row is 0, all without one are no row."""
    rows = [months[x] for x in period.months if x in months]
    if not rows:
        return None
    money = {month: row.amounts for month, row in months.items()}
    arr = {month: vars(row) for month, row in annual.items()}
    before, last = months.get(period.first_month - 1), months.get(period.last_month)
    return PeriodBridge(
        amounts={name: added(period, name, money) for name in (*AMOUNTS, "segment_transfer")},
        annual={name: added(period, name, arr) for name in STEPS},
        counts={name: sum(getattr(row, name) for row in rows) for name in COUNTS},
        opening_accounts=0 if before is None else before.paying_accounts,
        paying_accounts=0 if last is None else last.paying_accounts,
    )


def added(period: FiscalPeriod, name: str, months: Mapping[int, Amounts]) -> Fraction:
    """A balance at an end of a period, or a step summed over its months."""
    ends = {"opening": [period.first_month], "closing": [period.last_month]}
    wanted = ends.get(name, period.months)
    return sum((months[x][name] for x in wanted if x in months), ZERO)


@dataclass(frozen=True)
class PeriodRetention:
    """A cohort of a period in one segment."""

    period: FiscalPeriod
    window: int
    cohort: Retention

    @property
    def nrr_band(self) -> str | None:
        """Bands speak of a year."""
        return self.cohort.nrr_band if self.window == 12 else None


# Every segment of the window of a length that closes in a month.
Windows = Callable[[int, int], Mapping[tuple[str, str], Retention]]
RetentionKey = tuple[str, date, str, str, str]


def period_retention(
    periods: Iterable[FiscalPeriod],
    windows: Windows,
    first_paid: Callable[[int], int | None],
    fx_basis: Callable[[int], str],
    settings: Settings,
) -> dict[RetentionKey, PeriodRetention]:
    """The cohort of every period, and that of the twelve months up to the same end.

    `first_paid` is the first paid month-end as a closing month knows it.
    """
    found: dict[RetentionKey, PeriodRetention] = {}
    for period in periods:
        end = period.last_month
        paid = first_paid(end)
        nobody = summarise([], fx_basis(end), settings.min_segment_accounts)
        lengths = {"period": period.window}
        if paid is not None and end - 12 >= paid:
            lengths["12m"] = 12
        for name, length in lengths.items():
            rows = dict(windows(end, length)) or {("all", "all"): nobody}
            for segment, row in rows.items():
                found[(*period.key, name, *segment)] = PeriodRetention(period, length, row)
    return found


def opening_month_of(row: PeriodRetention) -> date:
    """The month at whose end the cohort opens."""
    return first_day(row.period.last_month - row.window)
