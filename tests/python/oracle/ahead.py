"""Terms that come up for renewal after a day, and where they stand (page 2.4, renewals ahead)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.commitments import Start, line_starts
from oracle.coverage import Interval, covered, seen
from oracle.implied import implied_months
from oracle.ledger import ClusterLedger, Ledger
from oracle.parsing import Line
from oracle.rates import BudgetRates
from oracle.renewals import left_after_amendments
from oracle.schedule import Steps, next_anniversary
from oracle.settings import Settings
from oracle.terms import DAY, FAR, first_day, fiscal_year, month_end, month_of

ZERO = Fraction(0)


@dataclass(frozen=True)
class TermAhead:
    """The versions of a line that are due on one day; `account` pays for the first of them."""

    due_on: date
    versions: tuple[Interval, ...]
    account: str

    @property
    def row(self) -> Line:
        """The last version."""
        return self.versions[-1].row

    @property
    def line_id(self) -> str:
        """The contract line."""
        return self.row.line_id

    @property
    def is_stated(self) -> bool:
        """Whether the end is written down; else the line renews itself."""
        return self.row.ends_on is not None

    @property
    def month(self) -> int:
        """Month of the last day."""
        return month_of(self.due_on - DAY)

    @property
    def pool(self) -> tuple[int, str]:
        """Terms among which a line that names none of them chooses."""
        return self.month, self.row.product_id


@dataclass(frozen=True)
class RenewalAhead:
    """A term with its amount and what renews it."""

    term: TermAhead
    due_mrr: Fraction
    renewed_by: tuple[str, ...]
    notice_on: date | None

    def state(self, health_band: str | None) -> str:
        """Where the term stands, first match."""
        if self.renewed_by:
            return "renewed_early"
        if self.notice_on is not None:
            return "notice"
        return "at_risk" if health_band == "red" else "open"


class RenewalsAhead:
    """One cluster with everything known on a day."""

    def __init__(
        self,
        part: ClusterLedger,
        day: date,
        last_month: int,
        *,
        settings: Settings,
        rates: BudgetRates,
        successors: Mapping[str, str],
    ) -> None:
        self._part = part
        self._day = day
        self._last_month = last_month
        self._settings = settings
        self._rates = rates
        self._successors = successors
        self._known = part.known(day)
        self._starts = line_starts(self._known, part.account_map(day, day), settings)

    def found(self) -> list[RenewalAhead]:
        """Every term with its amount, its renewals and its notice."""
        terms = self.terms()
        amounts = self._amounts(terms)
        unnamed = self._unnamed(terms)
        return [
            RenewalAhead(
                term,
                amounts[term],
                tuple(sorted(self._named(term) or unnamed.get(term, set()))),
                seen(term.row.cancel_notice_on, self._day),
            )
            for term in terms
        ]

    def terms(self) -> list[TermAhead]:
        """Terms that count after the day."""
        found: dict[tuple[str, date], list[Interval]] = defaultdict(list)
        for line_id, intervals in covered(self._known.spans, FAR).items():
            for x in sorted(intervals, key=lambda x: x.first):
                if not x.row.is_paid or x.last <= self._day or x.row.terminated_on is not None:
                    continue
                due = self._due(x.row)
                if due is not None and x.first < due:
                    found[line_id, due].append(x)
        return [
            TermAhead(due, tuple(versions), self._payer(versions[0]))
            for (_, due), versions in sorted(found.items())
        ]

    def _due(self, row: Line) -> date | None:
        """First day after the term."""
        if row.ends_on is not None:
            return None if row.ends_on == FAR else row.ends_on + DAY
        months = implied_months(row)
        if months is None:
            return None
        return next_anniversary(row.starts_on, months, max(self._day, row.starts_on))

    def _payer(self, first: Interval) -> str:
        """Who pays today, or at the start where that is later."""
        accounts = self._part.account_map(self._day, max(self._day, first.first))
        return accounts.ledger_account(first.row.owner_id)

    def _amounts(self, terms: Iterable[TermAhead]) -> dict[TermAhead, Fraction]:
        """What is due, from the first of three places that knows it."""
        steps = Steps(
            self._part,
            self._day,
            month_end(self._last_month),
            settings=self._settings,
            rates=self._rates,
            successors=self._successors,
        ).at_last_step(self._last_month, month_of(self._day))
        books = self._part.balances_on(self._day, self._day)
        left = left_after_amendments(books)
        shown = covered(self._known.spans, self._day)
        first_days = {(x.line_id, x.first): x for x in self._starts}
        found = {}
        for term in terms:
            last = term.versions[-1]
            start = first_days.get((term.line_id, last.first))
            if last.row in steps:
                found[term] = steps[last.row]
            elif last.first <= self._day and term.line_id in shown:
                found[term] = self._value(left.get(term.line_id, ZERO), last.row.currency)
            elif start is not None:
                found[term] = self._value(start.net, last.row.currency)
            else:
                found[term] = ZERO
        return found

    def _value(self, native: Fraction, currency: str) -> Fraction:
        return self._rates.convert(native, currency, self._rates.period(month_of(self._day)))

    def _named(self, term: TermAhead) -> set[str]:
        """Lines that name this one, and the line itself by a later version."""
        return {x.line_id for x in self._starts if self._renews_by_name(x, term)}

    def _renews_by_name(self, start: Start, term: TermAhead) -> bool:
        is_own = start.line_id == term.line_id
        if not is_own and start.row.replaces_line_id != term.line_id:
            return False
        if start.own_last < term.due_on or start.first <= term.versions[-1].first:
            return False
        if is_own and not term.is_stated and start.first < term.due_on:
            return False
        grace = self._grace_days(term) if is_own else self._settings.renewal_grace_days
        return (start.first - term.due_on).days <= grace

    def _grace_days(self, term: TermAhead) -> int:
        given = seen(term.row.cancel_notice_on, self._day)
        return self._settings.renewal_grace_days if given is None else 0

    def _unnamed(self, terms: Iterable[TermAhead]) -> dict[TermAhead, set[str]]:
        """Lines that replace nothing, at the latest terms that they could follow."""
        open_terms = [x for x in terms if not self._named(x)]
        found: dict[TermAhead, set[str]] = defaultdict(set)
        for start in self._starts:
            candidates = [x for x in open_terms if self._could_follow(start, x)]
            if not candidates:
                continue
            product = start.row.product_id
            month, best = min(
                (x.pool for x in candidates), key=lambda x: (-x[0], x[1] != product, x[1])
            )
            for term in candidates:
                if term.pool == (month, best):
                    found[term].add(start.line_id)
        return found

    def _could_follow(self, start: Start, term: TermAhead) -> bool:
        products = (term.row.product_id, self._successors.get(term.row.product_id))
        if start.line_id == term.line_id or start.names_line or not start.opens_line:
            return False
        if start.account != term.account or start.row.product_id not in products:
            return False
        return 0 <= (start.first - term.due_on).days <= self._grace_days(term)


def renewals_ahead(
    ledger: Ledger, rates: BudgetRates, successors: Mapping[str, str], day: date
) -> list[RenewalAhead]:
    """Every term of a book that comes up for renewal after a day."""
    return [
        row
        for part in ledger.parts
        for row in RenewalsAhead(
            part,
            day,
            ledger.last,
            settings=ledger.settings,
            rates=rates,
            successors=successors,
        ).found()
    ]


AHEAD_MONTHS = 24


@dataclass(frozen=True)
class Standing:
    """What other marts say of an account on the day."""

    health_band: str | None = None
    open_proposals: int = 0


@dataclass(frozen=True)
class Period:
    """A month or a fiscal quarter ahead, by the number of its first month."""

    kind: str
    first: int
    label: str

    @property
    def last(self) -> int:
        """Its last month."""
        return self.first + (2 if self.kind == "quarter" else 0)


def periods_ahead(day: date, start_month: int) -> list[Period]:
    """The months from that of a day on, to the end of a fiscal quarter, and their quarters."""
    first = month_of(day)
    wanted = first + AHEAD_MONTHS - 1
    months = range(first, quarter_start(wanted, start_month) + 3)
    quarters = sorted({quarter_start(x, start_month) for x in months})
    return [
        *(Period("month", x, f"{first_day(x):%Y-%m}") for x in months),
        *(Period("quarter", x, quarter_label(x, start_month)) for x in quarters),
    ]


def quarter_start(month: int, start_month: int) -> int:
    """First month of a fiscal quarter."""
    return month - (month - (start_month - 1)) % 3


def quarter_label(month: int, start_month: int) -> str:
    """A fiscal quarter by the year in which its fiscal year starts."""
    quarter = (month - (start_month - 1)) % 12 // 3 + 1
    return f"FY{fiscal_year(month, start_month)} Q{quarter}"


BANDS = ("green", "yellow", "red")
STATES = ("open", "at_risk", "notice", "renewed_early")


def summed(
    rows: Iterable[RenewalAhead], standings: Mapping[str, Standing], period: Period
) -> dict[str, Fraction | int]:
    """Terms of a period by where they stand and by health."""
    due = [x for x in rows if period.first <= x.term.month <= period.last]
    of = {x: standings.get(x.term.account, Standing()) for x in due}
    states = {x: x.state(of[x].health_band) for x in due}
    bands = {x: of[x].health_band if of[x].health_band in BANDS else "unscored" for x in due}
    waiting = [x for x in due if states[x] in ("open", "at_risk") and not of[x].open_proposals]
    return {
        "due_terms": len(due),
        "due_accounts": len({x.term.account for x in due}),
        "due_mrr": total(due),
        **{f"{name}_mrr": total(x for x in due if states[x] == name) for name in STATES},
        **{
            f"{name}_mrr": total(x for x in due if bands[x] == name)
            for name in (*BANDS, "unscored")
        },
        "unproposed_mrr": total(waiting),
    }


def total(rows: Iterable[RenewalAhead]) -> Fraction:
    """What is due."""
    return sum((x.due_mrr for x in rows), ZERO)
