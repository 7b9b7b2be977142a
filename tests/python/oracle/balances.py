"""Month-end balances of one cluster of accounts, line by line, in the lines' own currencies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from oracle.accounts import AccountMap, AccountTree
from oracle.amendments import amends, ancestors, limited, predecessors
from oracle.catalogue import Catalogue
from oracle.coverage import (
    Interval,
    PauseState,
    Presence,
    interval_on,
    overlap_losers,
    pause_state,
    presences,
)
from oracle.discounts import Valued, reduces, value_lines
from oracle.idle import with_idle_days
from oracle.lines import gross_monthly, months_per_period, signed_day
from oracle.links import with_links
from oracle.money import round_half_away, round_money
from oracle.parsing import AccountVersion, Line, Pause, Receivable
from oracle.parts import WHOLE, Part
from oracle.rates import BudgetRates
from oracle.settings import Settings
from oracle.stubs import is_short
from oracle.terms import month_end, month_of
from oracle.units import unit_of_lines
from oracle.unpaid import Billing, Receivables
from oracle.versions import Span, is_known, known_order, timelines


@dataclass(frozen=True)
class LineBalance:
    """A paid line on the books at a month-end; amounts per month in its currency, rounded.

    `list_price` and `net_price` are the exact monthly amounts before and after discounts. A lapsed
    line has a contract and no force: past due, or paused for too long.
    """

    line_id: str
    owner_id: str
    product_id: str
    plan_id: str | None
    currency: str
    net: Fraction
    gross: Fraction
    annual: Fraction
    list_price: Fraction
    net_price: Fraction
    quantity: Fraction
    period_months: Fraction
    signed_on: date | None
    notice_on: date | None
    is_gap_filled: bool
    is_paused: bool
    is_lapsed: bool = False
    unit: str | None = None
    ancestors: frozenset[str] = frozenset()
    amends: tuple[str, ...] = ()
    parts: tuple[Part, ...] = (WHOLE,)

    @property
    def is_billed(self) -> bool:
        """In force and not paused; the amount may still be 0."""
        return not (self.is_paused or self.is_lapsed)


@dataclass(frozen=True)
class Cluster:
    """Accounts that can touch each other's numbers, with all their rows."""

    lines: tuple[Line, ...]
    accounts: tuple[AccountVersion, ...]
    pauses: tuple[Pause, ...]
    receivables: tuple[Receivable, ...]

    def recording_days(self) -> list[date]:
        """Days on which something about the cluster became known."""
        days = [row.recorded_on for row in self.lines]
        days += [row.recorded_on for row in self.accounts]
        days += [row.recorded_on for row in self.pauses]
        days += [row.recorded_on for row in self.receivables]
        return sorted(day for day in days if day is not None)


@dataclass
class Known:
    """A cluster as known at one cut."""

    tree: AccountTree
    spans: dict[str, list[Span]]
    pauses: dict[str, list[Pause]]
    receivables: list[Receivable]
    replaced: dict[str, set[str]] = field(default_factory=dict)
    internal: set[str] = field(default_factory=set)

    def account_map(self, day: date) -> AccountMap:
        """Account map on a day; an owner pays if a paid line of its own has started by then."""
        owners = {
            span.row.owner_id
            for spans in self.spans.values()
            for span in spans
            if span.row.is_paid and span.row.status != "void" and span.row.starts_on <= day
        }
        return AccountMap(self.tree, day, owners)


def latest_pauses(pauses: Iterable[Pause], cut: date) -> dict[str, list[Pause]]:
    """Pauses by line; of several versions of one pause the latest recorded applies."""
    latest: dict[tuple[str, date], Pause] = {}
    for pause in sorted(pauses, key=lambda row: known_order(row.recorded_at)):
        if is_known(pause.recorded_on, cut):
            latest[pause.line_id, pause.paused_from] = pause
    by_line: dict[str, list[Pause]] = defaultdict(list)
    for pause in latest.values():
        by_line[pause.line_id].append(pause)
    return by_line


def latest_receivables(rows: Iterable[Receivable], cut: date) -> list[Receivable]:
    """The latest recorded version of every invoice."""
    latest: dict[str, Receivable] = {}
    for row in sorted(rows, key=lambda row: known_order(row.recorded_at)):
        if is_known(row.recorded_on, cut):
            latest[row.invoice_id] = row
    return list(latest.values())


def know(cluster: Cluster, cut: date, settings: Settings, catalogue: Catalogue) -> Known:
    """Read a cluster with the knowledge of a cut."""
    tree = AccountTree(cluster.accounts, cut)
    spans = {
        key: with_idle_days(found, catalogue.plans, settings)
        for key, found in timelines(cluster.lines, cut).items()
    }
    internal = {key for key, found in spans.items() if tree.is_internal(found[-1].row.owner_id)}
    spans = with_links({key: found for key, found in spans.items() if key not in internal})
    rows = [x.row for found in spans.values() for x in found]
    return Known(
        tree=tree,
        spans=spans,
        pauses=latest_pauses(cluster.pauses, cut),
        receivables=latest_receivables(cluster.receivables, cut),
        replaced=predecessors(rows),
        internal=internal,
    )


def billing_months(row: Line, settings: Settings) -> Fraction:
    """Months that one price covers; those of a whole term to the nearest month, of days none."""
    if is_short(row, settings.min_term_days):
        return Fraction(0)
    months = months_per_period(row, settings)
    return round_half_away(months, 0) if row.billing_unit == "term" else months


def latest_agreement(rows: list[Line]) -> date | None:
    """When the last of a line and its discounts was agreed; unknown if any of them is."""
    days = [signed_day(row) for row in rows]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


class Valuer:
    """Values one known cluster at month-ends."""

    def __init__(
        self,
        known: Known,
        settings: Settings,
        catalogue: Catalogue,
        rates: BudgetRates,
        dunning_is_on: bool,
    ) -> None:
        self._known = known
        self._settings = settings
        self._catalogue = catalogue
        self._rates = rates
        self._dunning_is_on = dunning_is_on
        self._counted: tuple[AccountMap, dict[str, str | None]] | None = None

    def line_balances(self, month: int, accounts: AccountMap) -> list[LineBalance]:
        """Every paid line on the books at a month-end. `accounts` decides whose gaps join."""
        return self.balances_on(month_end(month), accounts)

    def balances_on(self, today: date, accounts: AccountMap) -> list[LineBalance]:
        """Every paid line on the books at the end of a day."""
        found, intervals = presences(
            self._known.spans,
            today,
            self._settings,
            accounts.ledger_account,
            self._catalogue.successors,
        )
        paid = {line_id: presence for line_id, presence in found.items() if presence.row.is_paid}
        values = self._values(paid, intervals, accounts)
        units = self._units(accounts)
        balances = [self._balance(key, paid[key], values, units.get(key)) for key in paid]
        amendments, emptied = self._amendments(balances, paid, intervals, accounts, today)
        balances += amendments
        balances = [lapsed(x) if {x.line_id, *x.amends} & emptied else x for x in balances]
        unpaid = self._in_default(balances, today, accounts)
        balances = [lapsed(x) if x.line_id in unpaid else x for x in balances]
        losers = self._losers(
            [paid[x.line_id].row for x in balances if x.line_id in paid and not x.is_lapsed],
            accounts,
        )
        return [x for x in balances if x.is_lapsed or x.line_id not in losers]

    def _units(self, accounts: AccountMap) -> dict[str, str | None]:
        if self._counted is None or self._counted[0] is not accounts:
            rows = [x.row for found in self._known.spans.values() for x in found]
            units = unit_of_lines(rows, self._catalogue, self._settings, accounts.ledger_account)
            self._counted = accounts, units
        return self._counted[1]

    def _losers(self, rows: Iterable[Line], accounts: AccountMap) -> set[str]:
        by_product: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for row in rows:
            by_product[accounts.ledger_account(row.owner_id), row.product_id].append(row)
        policy = self._settings.overlap_policy
        return {loser for group in by_product.values() for loser in overlap_losers(group, policy)}

    def _pause(self, line_id: str, day: date) -> PauseState:
        known = self._known
        pauses = known.pauses.get(line_id, ())
        return pause_state(known.spans[line_id], pauses, day, self._settings.pause_max_days)

    def _values(
        self,
        paid: Mapping[str, Presence],
        intervals: Mapping[str, list[Interval]],
        accounts: AccountMap,
    ) -> dict[str, Valued]:
        """What every line bills: on the day itself, or on the last day before its gap.

        A line in a bridged gap is in force, so it bears its share of what an account or contract
        is granted, where that was in force on its day.
        """
        billed = {key: x for key, x in paid.items() if not self._pause(key, x.value_day).is_paused}
        days = {key: x.value_day for key, x in billed.items()}
        return value_on_days(
            {key: x.row for key, x in billed.items()}, days, intervals, accounts, self._settings
        )

    def _balance(
        self,
        line_id: str,
        presence: Presence,
        values: Mapping[str, Valued],
        unit: str | None,
    ) -> LineBalance:
        row = presence.row
        pause = self._pause(line_id, presence.value_day)
        value = values.get(line_id, NOTHING)
        return LineBalance(
            line_id=line_id,
            owner_id=row.owner_id,
            product_id=row.product_id,
            plan_id=row.plan_id,
            currency=row.currency,
            net=round_money(value.net, row.currency),
            gross=round_money(value.gross, row.currency),
            annual=round_money(value.net * 12, row.currency),
            list_price=value.gross,
            net_price=value.net,
            quantity=row.quantity,
            period_months=billing_months(row, self._settings),
            signed_on=latest_agreement([row, *value.discounts]),
            notice_on=row.cancel_notice_on,
            is_gap_filled=presence.is_gap_filled,
            is_paused=pause.is_paused,
            is_lapsed=pause.is_expired,
            unit=unit,
            ancestors=ancestors(line_id, self._known.replaced),
        )

    def _amendments(
        self,
        balances: Iterable[LineBalance],
        paid: Mapping[str, Presence],
        intervals: Mapping[str, list[Interval]],
        accounts: AccountMap,
        today: date,
    ) -> tuple[list[LineBalance], set[str]]:
        """Lines with negative units, as far as there is something to take away from.

        With them the lines that have had nothing left for longer than a pause may last.
        """
        books = {x.line_id: x for x in balances}
        left = {key: (x.net, x.quantity, x.gross) for key, x in books.items()}
        since: dict[str, date] = {}
        found = []
        for line_id in sorted(intervals):
            for x in intervals[line_id]:
                targets = [
                    books[key]
                    for key, presence in sorted(paid.items())
                    if x.row.is_amendment
                    and x.first <= presence.value_day <= x.last
                    and presence.row.currency == x.row.currency
                    and amends(x.row, presence.row, self._known.replaced, accounts.ledger_account)
                ]
                if targets:
                    found.append(self._amendment(x.row, targets, left))
                for target in targets:
                    since[target.line_id] = max(x.first, since.get(target.line_id, x.first))
        longest = timedelta(days=self._settings.pause_max_days)
        emptied = {
            key for key, day in since.items() if not any(left[key][:2]) and today >= day + longest
        }
        return found, emptied

    def _amendment(
        self,
        row: Line,
        targets: list[LineBalance],
        left: dict[str, tuple[Fraction, Fraction, Fraction]],
    ) -> LineBalance:
        billed = [x for x in targets if x.is_billed]
        first = (billed or targets)[0]
        gross = gross_monthly(row, self._settings) if billed else Fraction(0)
        net = gross * (1 - row.discount_rate)
        taken = limited(
            round_money(net, row.currency), sum((left[x.line_id][0] for x in billed), Fraction(0))
        )
        units = limited(row.quantity, sum((left[x.line_id][1] for x in targets), Fraction(0)))
        discount = sum((left[x.line_id][2] - left[x.line_id][0] for x in billed), Fraction(0))
        listed = limited(round_money(gross, row.currency), discount - taken)
        take(left, [x.line_id for x in billed], -listed, 2)
        take(left, [x.line_id for x in billed], -taken, 0)
        take(left, [x.line_id for x in targets], -units, 1)
        is_limited = taken != round_money(net, row.currency)
        return LineBalance(
            line_id=row.line_id,
            owner_id=first.owner_id,
            product_id=first.product_id,
            plan_id=first.plan_id,
            currency=row.currency,
            net=taken,
            gross=listed,
            annual=taken * 12 if is_limited else round_money(net * 12, row.currency),
            list_price=gross,
            net_price=taken if is_limited else net,
            quantity=units,
            period_months=first.period_months,
            signed_on=latest_agreement([row]),
            notice_on=first.notice_on,
            is_gap_filled=all(x.is_gap_filled for x in targets),
            is_paused=not billed and any(x.is_paused for x in targets),
            is_lapsed=all(x.is_lapsed for x in targets),
            unit=first.unit,
            amends=tuple(x.line_id for x in targets),
        )

    def _in_default(
        self, balances: Iterable[LineBalance], today: date, accounts: AccountMap
    ) -> set[str]:
        """Lines whose documents stay unpaid; what they would bill decides whether it matters."""
        if not self._dunning_is_on:
            return set()
        period = self._rates.period(month_of(today))

        def exchange(amount: Fraction, currency: str) -> Fraction:
            return self._rates.convert(amount, currency, period)

        known = self._known
        documents = Receivables(
            known.receivables,
            [x.row for found in known.spans.values() for x in found],
            accounts.ledger_account,
            exchange,
            self._settings,
        )
        billing = [
            Billing(
                x.line_id,
                accounts.ledger_account(x.owner_id),
                x.product_id,
                exchange(x.net, x.currency),
            )
            for x in balances
        ]
        return documents.in_default(billing, today)


NOTHING = Valued(Fraction(0), Fraction(0), Fraction(0), ())


def lapsed(line: LineBalance) -> LineBalance:
    """The same line without anything to bill: its customer does not pay."""
    zero = Fraction(0)
    return replace(
        line, is_lapsed=True, net=zero, gross=zero, annual=zero, list_price=zero, net_price=zero
    )


def take(
    left: dict[str, tuple[Fraction, Fraction, Fraction]],
    keys: Iterable[str],
    amount: Fraction,
    part: int,
) -> None:
    """Take money or units from the first lines that have some."""
    for key in keys:
        pair = list(left[key])
        step = min(amount, pair[part])
        pair[part] -= step
        amount -= step
        left[key] = (pair[0], pair[1], pair[2])


def on_day(intervals: Mapping[str, list[Interval]], day: date) -> dict[str, Interval]:
    """What covers a day, by line."""
    found = {key: interval_on(x, day) for key, x in intervals.items()}
    return {key: x for key, x in found.items() if x is not None}


def value_on_days(
    lines: Mapping[str, Line],
    days: Mapping[str, date],
    intervals: Mapping[str, list[Interval]],
    accounts: AccountMap,
    settings: Settings,
) -> dict[str, Valued]:
    """Lines that bill together, each with the discounts that cover the day that counts for it."""
    covering: dict[Line, list[Interval]] = defaultdict(list)
    for found in intervals.values():
        for x in found:
            if x.row.is_discount and any(x.first <= day <= x.last for day in days.values()):
                covering[x.row].append(x)

    def is_in_scope(discount: Line, key: str) -> bool:
        return interval_on(covering[discount], days[key]) is not None and reduces(
            discount, lines[key], accounts.ledger_account
        )

    return value_lines(lines, covering, is_in_scope, settings)
