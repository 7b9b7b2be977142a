"""What is signed and what is given up at a month-end: committed MRR and MRR under notice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.accounts import AccountMap
from oracle.amendments import amends
from oracle.balances import Known, LineBalance, on_day, value_on_days
from oracle.coverage import Interval, covered, own_intervals
from oracle.ledger import ClusterLedger, Ledger
from oracle.lines import net_of_own_rate, signed_day
from oracle.money import round_money
from oracle.parsing import Line
from oracle.rates import BudgetRates
from oracle.settings import Settings
from oracle.terms import FAR, month_end

ZERO = Fraction(0)


@dataclass(frozen=True)
class Start:
    """A version of a paid line from its first covered day; both ends of covers are inclusive.

    `last` is the last day of the version, `line_last` that of the line once its renewal has begun,
    `own_last` that of the line by its own terms.
    """

    row: Line
    account: str
    first: date
    last: date
    line_last: date
    own_last: date
    agreed_on: date | None
    opens_line: bool
    names_line: bool
    net: Fraction

    @property
    def line_id(self) -> str:
        """The contract line."""
        return self.row.line_id


def agreement(row: Line, earlier: Line | None, line_first: date) -> date | None:
    """When a version was agreed.

    A signature that the version before already carried says nothing about this one: then the day
    on which it was recorded counts, if that is known. A step that nobody dated was agreed with its
    line, which nobody dated either: it is there from its first day.
    """
    if earlier is None:
        return signed_day(row)
    if row.signed_on == earlier.signed_on:
        return row.recorded_on or row.signed_on or line_first
    return signed_day(row) or line_first


def is_step(interval: Interval) -> bool:
    """Whether a paid version says what the line costs from its first day on; a rest does not.

    One without units says that it costs nothing.
    """
    if interval.row.status == "paused":
        return False
    return not interval.is_idle or interval.row.quantity == 0


def line_starts(known: Known, accounts: AccountMap, settings: Settings) -> list[Start]:
    """Every version of every paid line, valued with the discounts of its first covered day."""
    by_contract = {key: own_intervals(spans, FAR) for key, spans in known.spans.items()}
    after_renewals = covered(known.spans, FAR)
    paid_lines = {key for key, x in after_renewals.items() if any(y.row.is_paid for y in x)}
    found: list[Start] = []
    for line_id, intervals in after_renewals.items():
        paid = [x for x in intervals if x.row.is_paid]
        for n, x in enumerate(paid):
            if not is_step(x):
                continue
            net = ZERO
            if not x.is_idle:
                net = net_on(line_id, x.first, after_renewals, known, accounts, settings=settings)
            found.append(
                Start(
                    row=x.row,
                    account=accounts.ledger_account(x.row.owner_id),
                    first=x.first,
                    last=x.last,
                    line_last=paid[-1].last,
                    own_last=last_paid_day(by_contract[line_id]),
                    agreed_on=agreement(x.row, paid[n - 1].row if n else None, paid[0].first),
                    opens_line=n == 0,
                    names_line=x.row.replaces_line_id in paid_lines - {line_id},
                    net=round_money(net, x.row.currency),
                )
            )
    return found


def net_on(
    line_id: str,
    day: date,
    intervals: Mapping[str, list[Interval]],
    known: Known,
    accounts: AccountMap,
    *,
    settings: Settings,
) -> Fraction:
    """What a line costs a month on a day, among everything that bills with it."""
    lines = {
        key: x.row for key, x in on_day(intervals, day).items() if x.row.is_paid and not x.is_idle
    }
    days = dict.fromkeys(lines, day)
    return nets_on_days(lines, days, intervals, known, accounts, settings=settings)[line_id]


def nets_on_days(
    lines: Mapping[str, Line],
    days: Mapping[str, date],
    intervals: Mapping[str, list[Interval]],
    known: Known,
    accounts: AccountMap,
    *,
    settings: Settings,
) -> dict[str, Fraction]:
    """What lines that bill together cost a month, each on its day, less what is taken away then."""
    valued = value_on_days(lines, days, intervals, accounts, settings)
    nets = {key: x.net for key, x in valued.items()}
    for line_id in sorted(intervals):
        for x in intervals[line_id]:
            if not x.row.is_amendment:
                continue
            rest = -net_of_own_rate(x.row, settings)
            named = [key for key in lines if key == x.row.parent_line_id]
            for key in [*named, *sorted(set(lines) - set(named))]:
                if (
                    lines[key].currency == x.row.currency
                    and x.first <= days[key] <= x.last
                    and amends(x.row, lines[key], known.replaced, accounts.ledger_account)
                ):
                    step = min(rest, nets[key])
                    nets[key] -= step
                    rest -= step
    return nets


def last_paid_day(intervals: list[Interval]) -> date:
    """Last day that a line covers as a paid one, by its own terms."""
    return max(x.last for x in intervals if x.row.is_paid)


@dataclass(frozen=True)
class Committed:
    """One account and product at a month-end."""

    mrr: Fraction = ZERO
    pending_churn: Fraction = ZERO
    cmrr: Fraction = ZERO

    @property
    def signed(self) -> Fraction:
        """What signed starts change."""
        return self.cmrr - self.mrr + self.pending_churn

    def __add__(self, other: "Committed") -> "Committed":
        """Both together."""
        return Committed(
            self.mrr + other.mrr,
            self.pending_churn + other.pending_churn,
            self.cmrr + other.cmrr,
        )


class Commitments:
    """One cluster under one state of knowledge, looking ahead from any month-end."""

    def __init__(
        self,
        part: ClusterLedger,
        cut: date,
        map_day: date,
        *,
        settings: Settings,
        rates: BudgetRates,
        successors: Mapping[str, str],
    ) -> None:
        self._part = part
        self._cut = cut
        self._map_day = map_day
        self._settings = settings
        self._rates = rates
        self._successors = successors
        self._known = part.known(cut)
        self._accounts = part.account_map(cut, map_day)
        self._intervals = covered(self._known.spans, FAR)
        self.starts = line_starts(self._known, self._accounts, settings)
        self._given_up = given_up(self._known)

    def at(self, month: int) -> dict[tuple[str, str], Committed]:
        """Every account and product at a month-end."""
        today = month_end(month)
        ahead = [x for x in self.starts if is_signed_start(x, today)]
        books = self._part.balances(month, self._cut, self._map_day)
        found: dict[tuple[str, str], Committed] = defaultdict(Committed)
        for held in books:
            amount = self._value(held.net, held.currency, month)
            key = (self._accounts.ledger_account(held.owner_id), held.product_id)
            found[key] += Committed(amount, amount if is_under_notice(held, today) else ZERO)
        kept = self._kept(books, ahead, today)
        for line_id, net in self._nets_at_end(kept, today).items():
            row = kept[line_id]
            amount = self._value(round_money(net, row.currency), row.currency, month)
            key = (self._accounts.ledger_account(row.owner_id), row.product_id)
            found[key] += Committed(cmrr=amount)
        return dict(found)

    def _kept(
        self, books: Iterable[LineBalance], ahead: Iterable[Start], today: date
    ) -> dict[str, Line]:
        """Versions that stay: billed or signed, not replaced, not given up, not under notice."""
        kept = {}
        for held in books:
            if not held.is_billed or held.amends or is_under_notice(held, today):
                continue
            begun = [x for x in self._intervals[held.line_id] if x.first <= today]
            version = max(begun, key=lambda x: x.first)
            replaced = any(self._takes_over(x, held) for x in ahead)
            if not replaced and not self._is_given_up(held.line_id, version.first, today):
                kept[held.line_id] = version.row
        for start in ahead:
            replaced = any(self._follows(x, start) for x in ahead)
            if not replaced and not self._is_given_up(start.line_id, start.first, today):
                kept[start.line_id] = start.row
        return kept

    def _is_given_up(self, line_id: str, first: date, today: date) -> bool:
        """Whether it is agreed that a version of a day is followed by a free one, the last."""
        last = self._given_up.get(line_id)
        if last is None or last.first <= first:
            return False
        agreed_on = last.row.recorded_on or last.row.signed_on
        return agreed_on is None or agreed_on <= today

    def _nets_at_end(self, kept: Mapping[str, Line], today: date) -> dict[str, Fraction]:
        """What stays, each line on its last agreed day, with what still reduces it then.

        What is granted to an account or contract is shared once, by all that stays.
        """
        agreed = {
            key: [x for x in found if is_agreed(x, today)] for key, found in self._intervals.items()
        }
        days = {key: row.ends_on or FAR for key, row in kept.items()}
        return nets_on_days(
            kept, days, agreed, self._known, self._accounts, settings=self._settings
        )

    def _value(self, net: Fraction, currency: str, month: int) -> Fraction:
        return self._rates.convert(net, currency, self._rates.period(month))

    def _takes_over(self, start: Start, held: LineBalance) -> bool:
        """Whether a signed start takes the place of a line on the books."""
        if held.line_id in (start.line_id, start.row.replaces_line_id):
            return True
        line_last = max(x.last for x in self._intervals[held.line_id])
        return self._renews_unnamed(
            start,
            self._accounts.ledger_account(held.owner_id),
            held.product_id,
            line_last,
        )

    def _follows(self, later: Start, start: Start) -> bool:
        """Whether a signed start takes the place of another."""
        if later.line_id == start.line_id:
            return later.first > start.first
        if later.row.replaces_line_id == start.line_id:
            return True
        return self._renews_unnamed(later, start.account, start.row.product_id, start.line_last)

    def _renews_unnamed(self, start: Start, account: str, product_id: str, last: date) -> bool:
        """A new line of the product that begins within the grace period after another one ends."""
        if start.names_line or not start.opens_line or start.account != account:
            return False
        if start.row.product_id not in (product_id, self._successors.get(product_id)):
            return False
        return 0 <= (start.first - last).days - 1 <= self._settings.renewal_grace_days


def is_under_notice(held: LineBalance, today: date) -> bool:
    """Whether notice was given by a day."""
    return held.notice_on is not None and held.notice_on <= today


def is_agreed(interval: Interval, today: date) -> bool:
    """Whether what reduces a line was in force by a day, or agreed by then.

    What nobody dated was agreed with its line.
    """
    agreed_on = signed_day(interval.row)
    return interval.first <= today or agreed_on is None or agreed_on <= today


def given_up(known: Known) -> dict[str, Interval]:
    """By line, the last version where that one is free: a free plan, a trial, a price of 0."""
    found = {}
    for line_id, spans in known.spans.items():
        intervals = own_intervals(spans, FAR)
        last = max(intervals, key=lambda x: x.first, default=None)
        if last is not None and last.row.charge_type == "recurring" and is_free(last):
            found[line_id] = last
    return found


def is_free(interval: Interval) -> bool:
    """Free by its own terms, though the line may rest until it is paid again."""
    row = interval.row
    if row.status == "paused" or row.is_discount or row.is_amendment:
        return False
    return not row.is_paid or (interval.is_idle and row.quantity > 0)


def is_signed_start(start: Start, today: date) -> bool:
    """Agreed by today, starting later, and not given up already."""
    notice = start.row.cancel_notice_on
    if start.agreed_on is None or start.agreed_on > today or start.first <= today:
        return False
    return notice is None or notice > today


def committed(
    ledger: Ledger,
    rates: BudgetRates,
    successors: Mapping[str, str],
    *,
    cut: date,
    map_day: date,
    months: Iterable[int],
) -> dict[tuple[str, str, int], Committed]:
    """Committed MRR by account, product and month, as known at a cut."""
    found: dict[tuple[str, str, int], Committed] = defaultdict(Committed)
    calendar = list(months)
    for part in ledger.parts:
        book = Commitments(
            part, cut, map_day, settings=ledger.settings, rates=rates, successors=successors
        )
        for month in calendar:
            for (account, product), row in book.at(month).items():
                found[account, product, month] += row
    return dict(found)
