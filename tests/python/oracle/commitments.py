"""What is signed and what is given up at a month-end: committed MRR and MRR under notice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.accounts import AccountMap
from oracle.balances import Known, LineBalance, discounts_on
from oracle.coverage import Interval, chains, covered, own_intervals
from oracle.ledger import ClusterLedger, Ledger
from oracle.lines import net_monthly, signed_day
from oracle.money import BudgetRates, round_money
from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import FAR, month_end, month_of

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
    is_linked: bool
    net: Fraction

    @property
    def line_id(self) -> str:
        """The contract line."""
        return self.row.line_id


def agreement(row: Line, earlier: Line | None) -> date | None:
    """When a version was agreed.

    A signature that the version before already carried says nothing about this one: then the day
    on which it was recorded counts, if that is known.
    """
    if earlier is not None and row.signed_on == earlier.signed_on:
        return row.recorded_on or row.signed_on
    return signed_day(row)


def line_starts(known: Known, accounts: AccountMap, settings: Settings) -> list[Start]:
    """Every version of every paid line, valued with the discounts of its first covered day."""
    by_contract = {key: own_intervals(spans, FAR) for key, spans in known.spans.items()}
    after_renewals = covered(known.spans, FAR)
    linked = chains(after_renewals)
    found: list[Start] = []
    for line_id, intervals in after_renewals.items():
        paid = [x for x in intervals if x.row.is_paid]
        for n, x in enumerate(paid):
            discounts = discounts_on(line_id, known.discounts, after_renewals, x.first)
            net = net_monthly(x.row, discounts, settings)
            if net < 0 or x.row.status == "paused":
                continue
            found.append(
                Start(
                    row=x.row,
                    account=accounts.ledger_account(x.row.owner_id),
                    first=x.first,
                    last=x.last,
                    line_last=paid[-1].last,
                    own_last=last_paid_day(by_contract[line_id]),
                    agreed_on=agreement(x.row, paid[n - 1].row if n else None),
                    opens_line=n == 0,
                    is_linked=line_id in linked,
                    net=round_money(net, x.row.currency),
                )
            )
    return found


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
        known = part.known(cut)
        self._accounts = part.account_map(cut, map_day)
        self._intervals = covered(known.spans, FAR)
        self.starts = line_starts(known, self._accounts, settings)
        self._linked = chains(self._intervals)

    def at(self, month: int) -> dict[tuple[str, str], Committed]:
        """Every account and product at a month-end."""
        today = month_end(month)
        ahead = [x for x in self.starts if is_signed_start(x, today)]
        found: dict[tuple[str, str], Committed] = defaultdict(Committed)
        for held in self._part.balances(month, self._cut, self._map_day):
            amount = self._value(held.net, held.currency, month, month)
            gone = held.notice_on is not None and held.notice_on <= today
            stays = not gone and not any(self._takes_over(x, held) for x in ahead)
            key = (self._accounts.ledger_account(held.owner_id), held.product_id)
            found[key] += Committed(amount, amount if gone else ZERO, amount if stays else ZERO)
        for start in ahead:
            if not any(self._follows(x, start) for x in ahead):
                amount = self._value(start.net, start.row.currency, month, month_of(start.first))
                found[start.account, start.row.product_id] += Committed(cmrr=amount)
        return dict(found)

    def _value(self, net: Fraction, currency: str, month: int, first_month: int) -> Fraction:
        rate = self._rates.rate(currency, self._rates.fiscal_year(month))
        if rate is None:
            rate = self._rates.own_rate(currency, first_month)
        return self._rates.convert(net, currency, rate)

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
            held.line_id in self._linked,
        )

    def _follows(self, later: Start, start: Start) -> bool:
        """Whether a signed start takes the place of another."""
        if later.line_id == start.line_id:
            return later.first > start.first
        if later.row.replaces_line_id == start.line_id:
            return True
        return self._renews_unnamed(
            later, start.account, start.row.product_id, start.line_last, start.is_linked
        )

    def _renews_unnamed(
        self, start: Start, account: str, product_id: str, last: date, is_linked: bool
    ) -> bool:
        """A new line of the product that begins within the grace period after another one ends."""
        if is_linked or start.is_linked or not start.opens_line or start.account != account:
            return False
        if start.row.product_id not in (product_id, self._successors.get(product_id)):
            return False
        return 0 <= (start.first - last).days - 1 <= self._settings.renewal_grace_days


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
