"""Contract terms that end, and what renews them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from oracle.balances import LineBalance
from oracle.commitments import Start, line_starts, net_on
from oracle.coverage import Presence, covered, interval_on, presences
from oracle.implied import grows, implied_ends, moved_ends
from oracle.ledger import ClusterLedger, Ledger
from oracle.money import round_money
from oracle.rates import BudgetRates
from oracle.settings import Settings
from oracle.terms import DAY, FAR, first_day, month_end, month_of

ZERO = Fraction(0)
Pool = tuple[str, str, int]


@dataclass(frozen=True)
class Term:
    """A term that was up for renewal, with the MRR that the books showed last."""

    start: Start
    ends_on: date
    mrr: Fraction
    is_implied: bool = False

    @property
    def month(self) -> int:
        """Month of the last day."""
        return month_of(self.ends_on)

    @property
    def pool(self) -> Pool:
        """What is compared as a whole: an account's terms of one product in one month."""
        return self.start.account, self.start.row.product_id, self.month


@dataclass(frozen=True)
class Renewal:
    """An account and product in the month in which terms ended."""

    terms: int
    expiring: Fraction
    following: Fraction

    @property
    def renewed(self) -> Fraction:
        """At most what was up for renewal."""
        return min(self.expiring, self.following)


class Renewals:
    """The terms of one cluster with all knowledge."""

    def __init__(
        self,
        part: ClusterLedger,
        cut: date,
        last_month: int,
        *,
        settings: Settings,
        rates: BudgetRates,
        successors: Mapping[str, str],
    ) -> None:
        self._part = part
        self._cut = cut
        self._map_day = month_end(last_month)
        self._last_month = last_month
        self._settings = settings
        self._rates = rates
        self._successors = successors
        self._starts = line_starts(part.known(cut), part.account_map(cut, self._map_day), settings)
        self._present: dict[int, dict[str, Presence]] = {}
        self._intervals = covered(part.known(cut).spans, FAR)
        self._moved = moved_ends(part.rows(), cut, settings)

    def found(self) -> dict[Pool, Renewal]:
        """Every account, product and month with terms that ended."""
        pools: dict[Pool, list[Term]] = defaultdict(list)
        for term in self.terms():
            pools[term.pool].append(term)
        return {
            pool: Renewal(
                terms=len(terms),
                expiring=sum((x.mrr for x in terms), ZERO),
                following=sum(
                    (self._value(x, pool[2]) for x in self._following(terms, pools)), ZERO
                ),
            )
            for pool, terms in pools.items()
        }

    def terms(self) -> list[Term]:
        """One term per line and month; of several that end in one month the latest."""
        latest: dict[tuple[str, int], Term] = {}
        for start in sorted(self._starts, key=lambda x: x.first):
            for implied in self._implied(start):
                self._add(latest, start, implied, is_implied=True)
            ends_on = start.row.ends_on
            if ends_on is not None and self._was_up_for_renewal(start, ends_on):
                self._add(latest, start, ends_on)
        return [term for term in latest.values() if term.mrr > 0]

    def _add(
        self,
        latest: dict[tuple[str, int], Term],
        start: Start,
        ends_on: date,
        *,
        is_implied: bool = False,
    ) -> None:
        month = month_of(ends_on)
        if month <= self._last_month:
            mrr = self._last_mrr(start, month)
            if mrr is not None:
                latest[start.line_id, month] = Term(start, ends_on, mrr, is_implied)

    def _implied(self, start: Start) -> list[date]:
        """Anniversaries of a line that renews itself, and ends that a later row has moved."""
        stop = min(start.last, month_end(self._last_month))
        found = list(implied_ends(start.row, start.first, stop))
        moved = self._moved.get(start.line_id, [])
        return found + [x for x in moved if start.first <= x <= stop]

    def _was_up_for_renewal(self, start: Start, ends_on: date) -> bool:
        """It ran to its last day, or something that reaches further took its place before.

        A longer term for the same money has only moved the end.
        """
        stopped_on = start.row.terminated_on
        if stopped_on is not None and stopped_on < ends_on:
            return False
        if start.last < ends_on and any(self._is_free_extension(x, start) for x in self._starts):
            return False
        followers = (x for x in self._starts if x.row.replaces_line_id == start.line_id)
        reach = max([start.own_last, *(x.own_last for x in followers)])
        return start.last == ends_on or reach > ends_on

    def _is_free_extension(self, later: Start, start: Start) -> bool:
        """A later version of the line that runs longer and costs no more in all."""
        old, new = start.row.ends_on, later.row.ends_on
        if later.line_id != start.line_id or later.first <= start.first:
            return False
        if start.row.billing_unit != "term" or later.row.billing_unit != "term":
            return False
        longer = old is not None and new is not None and new > old
        return longer and not grows(start.row, later.row, self._settings)

    def _last_mrr(self, start: Start, month: int) -> Fraction | None:
        """MRR of the version at the last month-end that shows it, at the term's last year's rates.

        Nothing where no month-end shows it; 0 where it is on the books but bills nothing.
        """
        for at in range(month, month_of(start.first) - 1, -1):
            presence = self._presences(at).get(start.line_id)
            if presence is None or presence.row != start.row:
                continue
            balances = self._part.balances(at, self._cut, self._map_day)
            net = left_after_amendments(balances).get(start.line_id, ZERO)
            return self._rates.convert(net, start.row.currency, self._rates.period(month))
        return None

    def _presences(self, month: int) -> dict[str, Presence]:
        if month not in self._present:
            accounts = self._part.account_map(self._cut, self._map_day)
            self._present[month], _ = presences(
                self._part.known(self._cut).spans,
                month_end(month),
                self._settings,
                accounts.ledger_account,
                self._successors,
            )
        return self._present[month]

    def _following(self, terms: list[Term], pools: Mapping[Pool, list[Term]]) -> Iterable[Start]:
        """What renews a pool's terms, each line once."""
        lines: dict[str, Start] = {}
        for term in terms:
            goes_on = self._goes_on(term) if term.is_implied else None
            for start in self._named(term) if goes_on is None else [goes_on]:
                lines[start.line_id] = start
        everything = [x for found in pools.values() for x in found]
        for start in self._starts:
            renewed = [x for x in everything if self._renews_unnamed(start, x)]
            if renewed:
                product = start.row.product_id
                best = min(renewed, key=lambda x: (-x.month, x.pool[1] != product, x.pool[1]))
                if best.pool == terms[0].pool:
                    lines[start.line_id] = start
        return lines.values()

    def _goes_on(self, term: Term) -> Start | None:
        """The line itself, in force on the day after an implied term.

        It renews at what the next month-end shows of it, where that shows anything.
        """
        line_id, day = term.start.line_id, term.ends_on + DAY
        interval = interval_on(self._intervals.get(line_id, ()), day)
        if interval is None or not interval.row.is_paid:
            return None
        accounts = self._part.account_map(self._cut, self._map_day)
        known = self._part.known(self._cut)
        net = net_on(line_id, day, self._intervals, known, accounts, settings=self._settings)
        at = month_of(day)
        if at <= self._last_month:
            shown = left_after_amendments(self._part.balances(at, self._cut, self._map_day))
            net = shown.get(line_id, ZERO) or net
        return replace(term.start, row=interval.row, net=round_money(net, interval.row.currency))

    def _named(self, term: Term) -> list[Start]:
        """Later versions of the line, and lines that name it; of each the last to start in time."""
        in_time = [
            x
            for x in self._starts
            if term.start.line_id in (x.line_id, x.row.replaces_line_id)
            and x.first > term.start.first
            and x.own_last > term.ends_on
            and (x.first - term.ends_on).days - 1 <= self._grace_days(term, x)
        ]
        latest = {x.line_id: x for x in sorted(in_time, key=lambda x: x.first)}
        return list(latest.values())

    def _renews_unnamed(self, start: Start, term: Term) -> bool:
        """A new, unlinked line of the same product, or of its successor, soon after the end."""
        old = term.start
        if start.line_id == old.line_id or start.names_line or self._named(term):
            return False
        if not start.opens_line or start.account != old.account or old.own_last > term.ends_on:
            return False
        if start.row.product_id not in (
            old.row.product_id,
            self._successors.get(old.row.product_id),
        ):
            return False
        return 0 <= (start.first - term.ends_on - DAY).days <= self._grace_days(term)

    def _grace_days(self, term: Term, start: Start | None = None) -> int:
        """A term that was ended on purpose is renewed without a gap, or by what names it."""
        row = term.start.row
        if start is not None and start.line_id != row.line_id:
            return self._settings.renewal_grace_days
        on_purpose = row.cancel_notice_on is not None or row.terminated_on is not None
        return 0 if on_purpose else self._settings.renewal_grace_days

    def _value(self, start: Start, month: int) -> Fraction:
        return self._rates.convert(start.net, start.row.currency, self._rates.period(month))


def left_after_amendments(balances: Iterable[LineBalance]) -> dict[str, Fraction]:
    """What each line bills, less what others take away from it; of several from the first ones."""
    books = list(balances)
    left = {x.line_id: x.net for x in books if not x.amends}
    for amendment in (x for x in books if x.amends):
        rest = -amendment.net
        for key in amendment.amends:
            step = min(rest, left.get(key, ZERO))
            left[key] = left.get(key, ZERO) - step
            rest -= step
    return left


@dataclass(frozen=True)
class Reading:
    """The renewals of one knowledge, and the last day of the terms that end in each month."""

    pools: dict[Pool, Renewal]
    last_ends: dict[int, date]


def read_renewals(
    ledger: Ledger,
    rates: BudgetRates,
    successors: Mapping[str, str],
    cut: date,
    last_month: int,
) -> Reading:
    """Terms that ended up to a month and what renewed them, as known at a cut."""
    pools: dict[Pool, Renewal] = {}
    last_ends: dict[int, date] = {}
    for part in ledger.parts:
        book = Renewals(
            part, cut, last_month, settings=ledger.settings, rates=rates, successors=successors
        )
        pools |= book.found()
        for term in book.terms():
            last_ends[term.month] = max(term.ends_on, last_ends.get(term.month, term.ends_on))
    return Reading(pools, last_ends)


def renewals(
    ledger: Ledger, rates: BudgetRates, successors: Mapping[str, str], cut: date
) -> dict[Pool, Renewal]:
    """Terms that ended and what renewed them, by account, product and month."""
    return read_renewals(ledger, rates, successors, cut, ledger.last).pools


def reading_close(
    month: int, readings: Mapping[int, Reading], cut_of: Callable[[int], date], settings: Settings
) -> int:
    """The first close after the grace period of a month's last term; else the last there is."""
    for closing in range(month, max(readings) + 1):
        last = readings[closing].last_ends.get(month, month_end(month))
        closes_on = first_day(closing + 1).replace(day=settings.close_day)
        has_closed = closes_on <= settings.as_of_date
        if has_closed and (cut_of(closing) - last).days > settings.renewal_grace_days:
            return closing
    return max(readings)
