"""The single entry: a book, its settings and a state of knowledge in; every ledger figure out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import partial

from oracle.bridge import Bridge, bridges, segment_bridges
from oracle.drivers import Catalogue, Driver, DriverSplit, reported_corrections
from oracle.ledger import Ledger
from oracle.money import BudgetRates
from oracle.movements import (
    Movement,
    ReportedViews,
    reported_movement,
    restated_movement,
    spine,
)
from oracle.parsing import Parsed, Rejected, parse
from oracle.retention import WINDOWS, Retention, by_segment, cohort_windows, fx_basis
from oracle.rows import Book
from oracle.segments import (
    Places,
    SegmentOf,
    places,
    reported_places,
    segmenters,
    tier_ranks,
)
from oracle.settings import Settings
from oracle.terms import first_day
from oracle.view import ZERO, View


class Basis(Enum):
    """Restated uses everything known; as reported uses what each month's close knew."""

    RESTATED = "restated"
    AS_REPORTED = "as_reported"


@dataclass(frozen=True)
class Knowledge:
    """What may be known (`known_at`, an end of day) and which bases to compute."""

    known_at: date | None = None
    bases: frozenset[Basis] = frozenset({Basis.RESTATED})


EVERYTHING = Knowledge()


@dataclass(frozen=True)
class Balance:
    """One account and product at a month-end in the reporting currency."""

    mrr: Fraction
    gross: Fraction
    arr: Fraction
    quantity: Fraction
    is_gap_filled: bool

    @property
    def discount(self) -> Fraction:
        """Gross less net, positive."""
        return self.gross - self.mrr


@dataclass
class BasisResult:
    """All ledger figures of one basis; months are first days of months."""

    balances: dict[tuple[str, str, date], Balance] = field(default_factory=dict)
    movements: dict[tuple[str, date], Movement] = field(default_factory=dict)
    drivers: dict[tuple[str, date], list[Driver]] = field(default_factory=dict)
    bridge: dict[date, Bridge] = field(default_factory=dict)
    segment_bridge: dict[tuple[date, str, str], Bridge] = field(default_factory=dict)
    retention: dict[tuple[date, str, str, str], Retention] = field(default_factory=dict)


@dataclass
class Result:
    """The recomputed ledger and what was left out of it."""

    parsed: Parsed
    ledger: Ledger
    view: View
    bases: dict[Basis, BasisResult]
    rejected: list[Rejected]
    internal_lines: set[str]

    @property
    def restated(self) -> BasisResult:
        """The restated basis."""
        return self.bases[Basis.RESTATED]

    @property
    def as_reported(self) -> BasisResult:
        """The as-reported basis."""
        return self.bases[Basis.AS_REPORTED]


def restated_cut(settings: Settings, knowledge: Knowledge) -> date:
    """Everything known: nothing recorded after `known_at` or after the as-of date."""
    return min(knowledge.known_at or date.max, settings.as_of_date)


def close_cut(month: int, settings: Settings, knowledge: Knowledge) -> date:
    """What the close of a month knew: rows recorded by its close day in the next month."""
    return min(
        first_day(month + 1).replace(day=settings.close_day), restated_cut(settings, knowledge)
    )


def balance_rows(view: View, months: list[int]) -> dict[tuple[str, str, date], Balance]:
    """Balances per account, product and month; products without a paid line have no row."""
    found: dict[tuple[str, str, date], Balance] = {}
    for account in view.accounts:
        for month in months:
            year = view.rates.fiscal_year(month)
            for line in view.lines(account, month):
                view.rates.own_rate(line.currency, month)
                value = view.value_line(line, month, year)
                key = (account, line.product_id, first_day(month))
                old = found.get(key, Balance(ZERO, ZERO, ZERO, ZERO, False))
                found[key] = Balance(
                    mrr=old.mrr + value.net,
                    gross=old.gross + value.gross,
                    arr=old.arr + value.annual,
                    quantity=old.quantity + line.quantity,
                    is_gap_filled=old.is_gap_filled or line.is_gap_filled,
                )
    return found


def segment_at(segment_of: SegmentOf, month: int, account: str) -> str:
    """An account's segment at a month-end."""
    return segment_of(account, month)


def retention_rows(
    view: View,
    split: DriverSplit,
    month: int,
    first_paid: int,
    *,
    settings: Settings,
    segments: Mapping[str, SegmentOf],
) -> dict[tuple[date, str, str, str], Retention]:
    """All windows and segments that close in a month; a window needs data at its opening."""
    found: dict[tuple[date, str, str, str], Retention] = {}
    for window, length in WINDOWS.items():
        if month - length < first_paid:
            continue
        accounts = cohort_windows(view, split, month, length)
        for segment_type, segment_of in segments.items():
            opening_segment = partial(segment_at, segment_of, month - length)
            parts = by_segment(
                accounts, opening_segment, fx_basis(view, month), settings.min_segment_accounts
            )
            for segment, row in parts.items():
                found[first_day(month), window, segment_type, segment] = row
    return found


def first_paid_month(view: View) -> int | None:
    """The first month-end at which anybody pays."""
    paying = (m for m in view.months if any(view.mrr(x, m) > 0 for x in view.accounts))
    return next(paying, None)


class Computation:
    """One run over one book."""

    def __init__(self, book: Book, settings: Settings, knowledge: Knowledge) -> None:
        self.settings = settings
        self.knowledge = knowledge
        self.parsed = parse(book, settings)
        self.ledger = Ledger(self.parsed, settings)
        self.catalogue = Catalogue.of(book.products)
        self.ranks = tier_ranks(book.plans)
        self.rates = BudgetRates(
            book.fx_rates, settings.reporting_currency, settings.fiscal_year_start_month
        )
        self.cut = restated_cut(settings, knowledge)
        self.view = View(self.ledger.restated_lines(self.cut), self.rates)

    def run(self) -> Result:
        """Compute the wanted bases."""
        bases = {Basis.RESTATED: self.restated()}
        if Basis.AS_REPORTED in self.knowledge.bases:
            bases[Basis.AS_REPORTED] = self.as_reported()
        known = [part.known(self.cut) for part in self.ledger.parts]
        negative = sorted(line_id for part in known for line_id in part.net_negative)
        return Result(
            parsed=self.parsed,
            ledger=self.ledger,
            view=self.view,
            bases=bases,
            rejected=self.parsed.rejected
            + [Rejected("contract_lines", line_id, "net_negative") for line_id in negative],
            internal_lines={line_id for part in known for line_id in part.internal},
        )

    def restated(self) -> BasisResult:
        """Everything with all knowledge."""
        months = list(self.ledger.months())
        view = self.view
        movements = spine(
            view.accounts, months, lambda account, month: restated_movement(view, account, month)
        )
        split = DriverSplit(view, self.catalogue)
        segments = segmenters(self.ledger, self.cut, view, self.ranks)
        result = BasisResult(
            balances=balance_rows(view, months),
            movements={(x, first_day(m)): row for (x, m), row in movements.items()},
            drivers={
                (x, first_day(m)): split.of_month(x, m) + split.revaluations(x, m)
                for x, m in movements
            },
            bridge={first_day(m): row for m, row in bridges(movements, months).items()},
            segment_bridge=segment_bridges(
                movements, {key: places(segments, view, *key) for key in movements}
            ),
        )
        first_paid = first_paid_month(view)
        for month in months if first_paid is not None else ():
            result.retention |= retention_rows(
                view,
                split,
                month,
                first_paid or 0,
                settings=self.settings,
                segments=segments,
            )
        return result

    def as_reported(self) -> BasisResult:
        """Every month as its close saw it."""
        result = BasisResult()
        movements: dict[tuple[str, int], Movement] = {}
        stands: dict[tuple[str, int], Places] = {}
        published_in: dict[str, dict[str, str]] = {}
        started: set[str] = set()
        published = View({}, self.rates)
        first_paid: int | None = None
        for month in self.ledger.months():
            views = self._reported_views(month, published)
            accounts = {*views.published.accounts, *views.corrected.accounts}
            for account in sorted({*accounts, *views.current.accounts, *started}):
                row = reported_movement(views, account, month)
                if account in started or not row.is_empty:
                    started.add(account)
                    movements[account, month] = row
            cut = close_cut(month, self.settings, self.knowledge)
            segments = segmenters(self.ledger, cut, views.current, self.ranks)
            now = {
                account: places(segments, views.current, account, month)
                for account in views.current.accounts
                if views.current.had_paid(account, month + 1)
            }
            for account in started:
                stands[account, month] = reported_places(
                    now.get(account),
                    published_in.get(account, {}),
                    movements[account, month].opening > 0,
                )
            published_in = {
                account: {kind: closing for kind, (_, closing) in found.items()}
                for account, found in now.items()
            }
            split = DriverSplit(views.current, self.catalogue)
            corrections = reported_corrections(views, month)
            for account in sorted(started):
                rows = split.of_month(account, month) + corrections.get(account, [])
                result.drivers[account, first_day(month)] = rows
            result.balances |= balance_rows(views.current, [month])
            first_paid = first_paid_month(views.current)
            if first_paid is not None:
                result.retention |= retention_rows(
                    views.current,
                    split,
                    month,
                    first_paid,
                    settings=self.settings,
                    segments=segments,
                )
            published = views.current
        result.movements = {(x, first_day(m)): row for (x, m), row in movements.items()}
        months = list(self.ledger.months())
        result.bridge = {first_day(m): row for m, row in bridges(movements, months).items()}
        result.segment_bridge = segment_bridges(movements, stands)
        return result

    def _reported_views(self, month: int, published: View) -> ReportedViews:
        cut = close_cut(month, self.settings, self.knowledge)
        current = View(self.ledger.reported_lines(cut, month), self.rates)
        corrected = View(
            self.ledger.corrected_lines(
                cut, month - 1, close_cut(month - 1, self.settings, self.knowledge)
            ),
            self.rates,
        )
        return ReportedViews(published, corrected, current)


def compute(book: Book, settings: Settings, knowledge: Knowledge = EVERYTHING) -> Result:
    """Recompute the revenue ledger of a book.

    Raises MissingBudgetRateError where a foreign-currency line counts in a year without a rate.
    """
    return Computation(book, settings, knowledge).run()
