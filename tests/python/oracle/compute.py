"""The single entry: a book, its settings and a state of knowledge in; every ledger figure out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction

from oracle.bridge import Bridge, bridges, segment_bridges
from oracle.catalogue import Catalogue
from oracle.drivers import Driver, DriverSplit, reported_corrections, transfers
from oracle.ledger import Ledger
from oracle.movements import (
    Movement,
    ReportedViews,
    reported_movement,
    restated_movement,
    spine,
)
from oracle.parsing import Parsed, Rejected
from oracle.rates import BudgetRates
from oracle.reading import parse
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
    stands: dict[tuple[str, date], Places] = field(default_factory=dict)
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
            period = view.rates.period(month)
            for line in view.lines(account, month):
                value = view.value_line(line, period)
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


def opening_month(view: View, opening: int, closing: int, account: str) -> int:
    """The opening, or of a later customer the first month, by which an account's segment goes."""
    months = range(opening, closing + 1)
    return next((m for m in months if view.had_paid(account, m + 1)), opening)


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
        rows = window_rows(view, split, month, length, settings=settings, segments=segments)
        for (segment_type, segment), row in rows.items():
            found[first_day(month), window, segment_type, segment] = row
    return found


def window_rows(
    view: View,
    split: DriverSplit,
    month: int,
    length: int,
    *,
    settings: Settings,
    segments: Mapping[str, SegmentOf],
) -> dict[tuple[str, str], Retention]:
    """Every segment of the window of a length that closes in a month."""
    accounts = cohort_windows(view.seen_from(month), split, month, length)
    opened = {x: opening_month(view, month - length, month, x) for x in accounts}
    found: dict[tuple[str, str], Retention] = {}
    for segment_type, segment_of in segments.items():
        parts = by_segment(
            accounts,
            {x: segment_of(x, at) for x, at in opened.items()}.__getitem__,
            fx_basis(view, month),
            settings.min_segment_accounts,
        )
        found |= {(segment_type, segment): row for segment, row in parts.items()}
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
        self.catalogue = Catalogue.of(book.products, book.plans)
        self.ranks = tier_ranks(book.plans)
        self.rates = BudgetRates(
            book.fx_rates, settings.reporting_currency, settings.fiscal_year_start_month
        )
        self.ledger = Ledger(self.parsed, settings, self.catalogue, self.rates)
        self.cut = restated_cut(settings, knowledge)
        self.view = View(
            self.ledger.restated_lines(self.cut), self.rates, self.ledger.heirs(self.cut)
        )
        self._splits: dict[int, DriverSplit] = {}

    def run(self) -> Result:
        """Compute the wanted bases."""
        bases = {Basis.RESTATED: self.restated()}
        if Basis.AS_REPORTED in self.knowledge.bases:
            bases[Basis.AS_REPORTED] = self.as_reported()
        known = [part.known(self.cut) for part in self.ledger.parts]
        return Result(
            parsed=self.parsed,
            ledger=self.ledger,
            view=self.view,
            bases=bases,
            rejected=self.parsed.rejected,
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
        segments = segmenters(self.ledger, self.cut, view, self.ranks, as_reported=False)
        moved = {m: transfers(view, m) for m in months}
        stands = {key: places(segments, view, *key) for key in movements}
        result = BasisResult(
            balances=balance_rows(view, months),
            movements={(x, first_day(m)): row for (x, m), row in movements.items()},
            drivers={
                (x, first_day(m)): self._split(view, m).of_month(x, m)
                + split.revaluations(x, m)
                + moved[m].get(x, [])
                for x, m in movements
            },
            bridge={first_day(m): row for m, row in bridges(movements, months).items()},
            segment_bridge=segment_bridges(movements, stands),
            stands={(x, first_day(m)): row for (x, m), row in stands.items()},
        )
        first_paid = first_paid_month(view)
        for month in months if first_paid is not None else ():
            result.retention |= retention_rows(
                view,
                self._split(view, month),
                month,
                first_paid or 0,
                settings=self.settings,
                segments=segments,
            )
        return result

    def _split(self, view: View, month: int) -> DriverSplit:
        """Drivers of a view with every line where a month's close has it."""
        held = view.seen_from(month)
        if id(held) not in self._splits:
            self._splits[id(held)] = DriverSplit(held, self.catalogue)
        return self._splits[id(held)]

    def as_reported(self) -> BasisResult:
        """Every month as its close saw it."""
        result = BasisResult()
        movements: dict[tuple[str, int], Movement] = {}
        stands: dict[tuple[str, int], Places] = {}
        published_in: dict[str, dict[str, str]] = {}
        started: set[str] = set()
        published = View({}, self.rates)
        ever_published: frozenset[str] = frozenset()
        first_paid: int | None = None
        for month in self.ledger.months():
            views = replace(self._reported_views(month, published), ever_published=ever_published)
            accounts = {*views.published.accounts, *views.corrected.accounts}
            for account in sorted({*accounts, *views.current.accounts, *started}):
                row = reported_movement(views, account, month)
                if account in started or not row.is_empty:
                    started.add(account)
                    movements[account, month] = row
            cut = close_cut(month, self.settings, self.knowledge)
            segments = segmenters(self.ledger, cut, views.current, self.ranks, as_reported=True)
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
            held = views.current.seen_from(month)
            split = DriverSplit(held, self.catalogue)
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
            ever_published |= {x for x in published.accounts if published.mrr(x, month) > 0}
        result.movements = {(x, first_day(m)): row for (x, m), row in movements.items()}
        months = list(self.ledger.months())
        result.bridge = {first_day(m): row for m, row in bridges(movements, months).items()}
        result.segment_bridge = segment_bridges(movements, stands)
        result.stands = {(x, first_day(m)): row for (x, m), row in stands.items()}
        return result

    def _reported_views(self, month: int, published: View) -> ReportedViews:
        cut = close_cut(month, self.settings, self.knowledge)
        current = View(self.ledger.reported_lines(cut, month), self.rates, self.ledger.heirs(cut))
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
