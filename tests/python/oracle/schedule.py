"""Committed MRR month by month: what was signed by a month-end, as dated steps (page 2.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from oracle.amendments import amends
from oracle.balances import LineBalance
from oracle.commitments import (
    Commitments,
    Start,
    is_signed_start,
    is_under_notice,
    last_paid_day,
)
from oracle.coverage import Interval, own_intervals, presences
from oracle.discounts import reduces
from oracle.implied import implied_months
from oracle.ledger import Ledger
from oracle.money import round_money
from oracle.parsing import Line
from oracle.rates import BudgetRates
from oracle.renewals import left_after_amendments
from oracle.terms import DAY, FAR, add_months, first_day, month_end, month_of
from oracle.versions import Span

ZERO = Fraction(0)
STEPS = ("starts", "steps", "discount", "replaced", "notice", "ended")
RENEWS_ITSELF = "renews_itself"


@dataclass(frozen=True)
class Step:
    """What changes on a day; a term that renews itself changes nothing."""

    line_id: str
    kind: str
    day: date
    amount: Fraction

    @property
    def month(self) -> int:
        """The first month whose end lies on or after the day."""
        return month_of(self.day)


@dataclass(frozen=True)
class Stays:
    """What is committed to: its version, its first day and what it is worth now."""

    row: Line
    first: date
    now: Fraction


@dataclass
class Schedule:
    """The months after one month-end."""

    month_made: int
    mrr: Fraction = ZERO
    cmrr: Fraction = ZERO
    by_month: dict[tuple[str, int], Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def add(self, steps: Iterable[Step]) -> None:
        """Count steps."""
        for step in steps:
            self.by_month[step.kind, step.month] += step.amount

    def of(self, kind: str, month: int) -> Fraction:
        """Steps of a kind in a month."""
        return self.by_month.get((kind, month), ZERO)

    def until(self, kinds: Iterable[str], month: int) -> Fraction:
        """Steps of some kinds up to a month's end."""
        wanted = set(kinds)
        found = (x for (kind, at), x in self.by_month.items() if kind in wanted and at <= month)
        return sum(found, ZERO)

    def scheduled(self, month: int) -> Fraction:
        """MRR at a month-end if nothing else were ever signed."""
        return self.mrr + self.until(STEPS, month)

    def ended(self, month: int) -> Fraction:
        """Ends up to a month, positive."""
        return -self.until(["ended"], month)

    def committed(self, month: int) -> Fraction:
        """The same without the ends."""
        return self.scheduled(month) + self.ended(month)

    def later(self, month: int) -> Fraction:
        """All steps but ends after a month."""
        kinds = [x for x in STEPS if x != "ended"]
        return self.until(kinds, date.max.year * 12) - self.until(kinds, month)

    def due(self, month: int) -> Fraction:
        """What comes up for renewal up to a month."""
        return self.ended(month) + self.until([RENEWS_ITSELF], month)


class Steps(Commitments):
    """The steps of one cluster under one state of knowledge."""

    def at_last_step(self, month: int, rates_of: int) -> dict[Line, Fraction]:
        """What `cmrr` of a month takes every version for that discount lines or amendments reach.

        At the budget rates of another month.
        """
        today = month_end(month)
        ahead = [x for x in self.starts if is_signed_start(x, today)]
        kept = self._kept(self._part.balances(month, self._cut, self._map_day), ahead, today)
        return {
            kept[key]: self._value(
                round_money(net, kept[key].currency), kept[key].currency, rates_of
            )
            for key, net in self._nets_at_end(kept, today).items()
            if any(
                self._reaches(x.row, kept[key])
                for intervals in self._intervals.values()
                for x in intervals
            )
        }

    def after(self, month: int) -> list[Step]:
        """Every step after a month-end, at that month's rates."""
        today = month_end(month)
        ahead = [x for x in self.starts if is_signed_start(x, today)]
        books = self._part.balances(month, self._cut, self._map_day)
        left = left_after_amendments(books)
        held = {x.line_id: x for x in books if not x.amends}
        amounts = {
            key: self._value(left.get(key, ZERO), x.currency, month) for key, x in held.items()
        }
        found = self._started(held, ahead, month)
        for key, x in held.items():
            found += self._given_way(x, amounts[key], ahead, today)
        for start in ahead:
            found += self._start_given_way(start, ahead, month)
        found += self._of_what_stays(self._stays(books, amounts, ahead, month), month)
        return [x for x in found if x.amount != 0]

    def _started(
        self, held: Mapping[str, LineBalance], ahead: Iterable[Start], month: int
    ) -> list[Step]:
        """Signed starts; steps where an earlier version is on the books or signed."""
        starts = list(ahead)
        found = []
        for start in starts:
            earlier = start.line_id in held or any(
                x.line_id == start.line_id and x.first < start.first for x in starts
            )
            amount = self._value(start.net, start.row.currency, month)
            kind = "steps" if earlier else "starts"
            found.append(Step(start.line_id, kind, start.first, amount))
        return found

    def _given_way(
        self, held: LineBalance, amount: Fraction, ahead: Iterable[Start], today: date
    ) -> list[Step]:
        """What happens to a line on the books that does not stay."""
        starts, key = list(ahead), held.line_id
        if is_under_notice(held, today):
            last = max(x.last for x in self._intervals[key] if x.row.is_paid)
            return [Step(key, "notice", after(last, today), -amount)]
        version = self._version(key, today)
        if not (
            any(self._takes_over(x, held) for x in starts)
            or self._is_given_up(key, version.first, today)
        ):
            return []
        kind = "steps" if any(x.line_id == key for x in starts) else "replaced"
        return [Step(key, kind, self._shown_until(version, today), -amount)]

    def _start_given_way(self, start: Start, ahead: Iterable[Start], month: int) -> list[Step]:
        """What happens to a signed start that does not stay."""
        starts, today = list(ahead), month_end(month)
        if not (
            any(self._follows(x, start) for x in starts)
            or self._is_given_up(start.line_id, start.first, today)
        ):
            return []
        is_own = any(x.line_id == start.line_id and x.first > start.first for x in starts)
        version = next(x for x in self._intervals[start.line_id] if x.first == start.first)
        amount = self._value(start.net, start.row.currency, month)
        kind = "steps" if is_own else "replaced"
        return [Step(start.line_id, kind, self._shown_until(version, today), -amount)]

    def _version(self, line_id: str, today: date) -> Interval:
        """The version of a line on the books that has begun last."""
        begun = [x for x in self._intervals[line_id] if x.first <= today]
        return max(begun, key=lambda x: x.first)

    def _shown_until(self, version: Interval, today: date) -> date:
        """First day after today on which the books show a version no more, gaps included."""
        if version.last == FAR:
            return FAR
        day = after(version.last, today)
        while True:
            shown, _ = presences(
                self._known.spans,
                day,
                self._settings,
                self._accounts.ledger_account,
                self._successors,
            )
            presence = shown.get(version.row.line_id)
            if presence is None or presence.row != version.row:
                return day
            day += DAY

    def _stays(
        self,
        books: Iterable[LineBalance],
        amounts: Mapping[str, Fraction],
        ahead: Iterable[Start],
        month: int,
    ) -> dict[str, Stays]:
        """What `cmrr` counts, with what it is worth now."""
        starts, today = list(ahead), month_end(month)
        found = {}
        for key, row in self._kept(books, starts, today).items():
            own = [x for x in starts if x.line_id == key]
            if own:
                last = max(own, key=lambda x: x.first)
                now = self._value(last.net, row.currency, month)
                found[key] = Stays(row, last.first, now)
            else:
                found[key] = Stays(row, self._version(key, today).first, amounts[key])
        return found

    def _of_what_stays(self, stays: Mapping[str, Stays], month: int) -> list[Step]:
        """Discounts that end, ends that are agreed, and terms that renew themselves."""
        today = month_end(month)
        nets = self._nets_at_end({key: x.row for key, x in stays.items()}, today)
        found = []
        for key, x in stays.items():
            worth = self._value(round_money(nets[key], x.row.currency), x.row.currency, month)
            day = self._last_discount_day(x, today)
            found.append(Step(key, "discount", day, worth - x.now))
            last = agreed_end(self._known.spans[key], today)
            if last < FAR:
                found.append(Step(key, "ended", after(last, today), -worth))
                continue
            months = implied_months(x.row)
            if months is not None:
                due = next_anniversary(x.row.starts_on, months, max(today + DAY, x.first))
                found.append(Step(key, RENEWS_ITSELF, due, worth))
        return found

    def _last_discount_day(self, stays: Stays, today: date) -> date:
        """The last day in its agreed time on which what reduces a line begins or is over."""
        first = max(stays.first, today + DAY)
        last = stays.row.ends_on or FAR
        days = [
            day
            for intervals in self._intervals.values()
            for x in intervals
            if self._reaches(x.row, stays.row)
            for day in (x.first, after(x.last, today))
            if first <= day <= last and day != FAR
        ]
        return max(days, default=first)

    def _reaches(self, reducing: Line, row: Line) -> bool:
        """Whether a discount or an amendment reduces a line."""
        account_of = self._accounts.ledger_account
        if reducing.is_discount:
            return reduces(reducing, row, account_of)
        return (
            reducing.is_amendment
            and reducing.currency == row.currency
            and amends(reducing, row, self._known.replaced, account_of)
        )


def agreed_end(spans: Iterable[Span], today: date) -> date:
    """The last day that a line covers of itself, as far as today knows.

    A termination, a notice or a deletion of a later day is none yet.
    """
    *earlier, newest = sorted(spans, key=lambda x: x.first)
    if newest.is_deleted_after and newest.last > today:
        newest = replace(newest, last=FAR)
    return last_paid_day(own_intervals([*earlier, newest], today))


def after(last: date, today: date) -> date:
    """The day after a last one, but not before tomorrow."""
    return FAR if last == FAR else max(last, today) + DAY


def next_anniversary(starts_on: date, months: int, day: date) -> date:
    """The first anniversary after a day."""
    n = 1
    while (found := add_months(starts_on, n * months)) <= day:
        n += 1
    return found


def schedule(
    ledger: Ledger,
    rates: BudgetRates,
    successors: Mapping[str, str],
    *,
    cut: date,
    month: int,
) -> Schedule:
    """The schedule of a month-end as known at a cut, by the account map of that month-end."""
    found = Schedule(month)
    for part in ledger.parts:
        steps = Steps(
            part,
            cut,
            month_end(month),
            settings=ledger.settings,
            rates=rates,
            successors=successors,
        )
        found.add(steps.after(month))
        for row in steps.at(month).values():
            found.mrr += row.mrr
            found.cmrr += row.cmrr
    return found


def calendar(found: Schedule, months: int) -> list[tuple[int, date]]:
    """The months that follow, with the number of months ahead."""
    return [(n, first_day(found.month_made + n)) for n in range(1, months + 1)]
