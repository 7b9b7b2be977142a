"""Month-end balances of one cluster of accounts, line by line, in the lines' own currencies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from oracle.accounts import AccountMap, AccountTree
from oracle.coverage import (
    Interval,
    Presence,
    cut_intervals,
    interval_on,
    is_delinquent,
    overlap_losers,
    own_intervals,
    pause_state,
    presences,
    renewal_starts,
)
from oracle.lines import gross_monthly, months_per_period, net_monthly, signed_day
from oracle.money import round_half_away, round_money
from oracle.parsing import AccountVersion, Line, Pause, Receivable
from oracle.settings import Settings
from oracle.terms import month_end
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
    discounts: dict[str, list[str]] = field(default_factory=dict)
    net_negative: set[str] = field(default_factory=set)
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


def know(cluster: Cluster, cut: date, settings: Settings) -> Known:
    """Read a cluster with the knowledge of a cut."""
    tree = AccountTree(cluster.accounts, cut)
    spans = timelines(cluster.lines, cut)
    internal = {key for key, found in spans.items() if tree.is_internal(found[-1].row.owner_id)}
    known = Known(
        tree=tree,
        spans={key: found for key, found in spans.items() if key not in internal},
        pauses=latest_pauses(cluster.pauses, cut),
        receivables=latest_receivables(cluster.receivables, cut),
        internal=internal,
    )
    known.discounts = attached_discounts(known.spans)
    known.net_negative = net_negative_lines(known, settings)
    known.spans = {key: x for key, x in known.spans.items() if key not in known.net_negative}
    return known


def attached_discounts(spans: Mapping[str, list[Span]]) -> dict[str, list[str]]:
    """Discount lines by parent line."""
    by_parent: dict[str, list[str]] = defaultdict(list)
    for line_id, found in sorted(spans.items()):
        for parent in {x.row.parent_line_id for x in found if x.row.is_discount}:
            if parent is not None:
                by_parent[parent].append(line_id)
    return by_parent


def discounts_on(
    parent_id: str,
    discounts: Mapping[str, list[str]],
    intervals: Mapping[str, list[Interval]],
    day: date,
) -> list[Line]:
    """Discount lines of a parent that cover a day."""
    found = (interval_on(intervals.get(key, ()), day) for key in discounts.get(parent_id, ()))
    return [x.row for x in found if x is not None and x.row.parent_line_id == parent_id]


def net_negative_lines(known: Known, settings: Settings) -> set[str]:
    """Parents whose discounts exceed them on any covered day, with all their discount lines.

    The composition can change only where a version or a discount begins, so those days suffice.
    """
    intervals = {key: own_intervals(spans, date.max) for key, spans in known.spans.items()}
    starts = renewal_starts(intervals)
    intervals = {key: cut_intervals(x, starts.get(key)) for key, x in intervals.items()}
    rejected: set[str] = set()
    for parent_id, discount_ids in known.discounts.items():
        parent = intervals.get(parent_id, [])
        days = {x.first for x in parent}
        days |= {x.first for key in discount_ids for x in intervals.get(key, [])}
        for day in days:
            interval = interval_on(parent, day)
            rows = discounts_on(parent_id, known.discounts, intervals, day)
            if interval is not None and net_monthly(interval.row, rows, settings) < 0:
                rejected |= {parent_id, *discount_ids}
    return rejected


def billing_months(row: Line, settings: Settings) -> Fraction:
    """Months that one price covers; those of a whole term to the nearest month."""
    months = months_per_period(row, settings)
    return round_half_away(months, 0) if row.billing_unit == "term" else months


def latest_agreement(rows: list[Line]) -> date | None:
    """When the last of a line and its discounts was agreed; unknown if any of them is."""
    days = [signed_day(row) for row in rows]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


class Valuer:
    """Values one known cluster at month-ends."""

    def __init__(self, known: Known, settings: Settings, dunning_is_on: bool) -> None:
        self._known = known
        self._settings = settings
        self._dunning_is_on = dunning_is_on

    def line_balances(self, month: int, accounts: AccountMap) -> list[LineBalance]:
        """Every paid line on the books at a month-end. `accounts` decides whose gaps join."""
        today = month_end(month)
        known, settings = self._known, self._settings
        found, intervals = presences(known.spans, today, settings, accounts.ledger_account)
        paid = {line_id: presence for line_id, presence in found.items() if presence.row.is_paid}
        balances = [
            self._balance(
                line_id, presence, intervals, self._is_unpaid(presence.row, today, accounts)
            )
            for line_id, presence in paid.items()
        ]
        losers = self._losers([paid[x.line_id].row for x in balances if not x.is_lapsed], accounts)
        return [x for x in balances if x.is_lapsed or x.line_id not in losers]

    def _losers(self, rows: Iterable[Line], accounts: AccountMap) -> set[str]:
        by_product: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for row in rows:
            by_product[accounts.ledger_account(row.owner_id), row.product_id].append(row)
        policy = self._settings.overlap_policy
        return {loser for group in by_product.values() for loser in overlap_losers(group, policy)}

    def _is_unpaid(self, row: Line, today: date, accounts: AccountMap) -> bool:
        """An unpaid invoice covers its product, else the whole paying account it belongs to."""
        if not self._dunning_is_on:
            return False
        account = accounts.ledger_account(row.owner_id)
        return any(
            accounts.ledger_account(bill.account_id) == account
            and bill.product_id in (None, row.product_id)
            and is_delinquent(bill, today, self._settings.dunning_days)
            for bill in self._known.receivables
        )

    def _balance(
        self,
        line_id: str,
        presence: Presence,
        intervals: Mapping[str, list[Interval]],
        is_unpaid: bool,
    ) -> LineBalance:
        known, settings, row = self._known, self._settings, presence.row
        day = presence.value_day
        pause = pause_state(
            known.spans[line_id], known.pauses.get(line_id, ()), day, settings.pause_max_days
        )
        is_lapsed = is_unpaid or pause.is_expired
        discounts = discounts_on(line_id, known.discounts, intervals, day)
        is_billed = not (pause.is_paused or is_lapsed)
        net = net_monthly(row, discounts, settings) if is_billed else Fraction(0)
        gross = gross_monthly(row, settings) if is_billed else Fraction(0)
        return LineBalance(
            line_id=line_id,
            owner_id=row.owner_id,
            product_id=row.product_id,
            plan_id=row.plan_id,
            currency=row.currency,
            net=round_money(net, row.currency),
            gross=round_money(gross, row.currency),
            annual=round_money(net * 12, row.currency),
            list_price=gross,
            net_price=net,
            quantity=row.quantity,
            period_months=billing_months(row, settings),
            signed_on=latest_agreement([row, *discounts]),
            notice_on=row.cancel_notice_on,
            is_gap_filled=presence.is_gap_filled,
            is_paused=pause.is_paused,
            is_lapsed=is_lapsed,
        )
