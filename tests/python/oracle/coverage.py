"""Which lines are in force at a month-end, and with the value of which day.

All functions read a month-end as its own present: a date column later than that day is empty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.lines import period_end
from oracle.parsing import Line, Pause, Receivable
from oracle.settings import Settings
from oracle.terms import DAY, FAR
from oracle.versions import Span, row_on


@dataclass(frozen=True)
class Interval:
    """Covered days, both ends inclusive, and the version that covers them."""

    first: date
    last: date
    row: Line


@dataclass(frozen=True)
class Presence:
    """A line in force at a month-end; `value_day` is earlier than it only in a bridged gap."""

    row: Line
    value_day: date
    is_gap_filled: bool


def seen(day: date | None, today: date) -> date | None:
    """A date later than today has not happened yet."""
    return None if day is None or day > today else day


def contract_end(row: Line, today: date) -> date:
    """Last covered day of a version, as far as today knows."""
    ends = [row.ends_on or FAR]
    terminated_on = seen(row.terminated_on, today)
    if terminated_on is not None:
        ends.append(terminated_on)
    notice = seen(row.cancel_notice_on, today)
    if row.ends_on is None and notice is not None:
        ends.append(period_end(row, notice))
    return min(ends)


def own_intervals(spans: list[Span], today: date) -> list[Interval]:
    """Days a line covers by its own terms, before any renewal cuts it."""
    found = []
    for span in spans:
        if span.row.status == "void":
            continue
        first = max(span.first, span.row.starts_on)
        last = min(span.last, contract_end(span.row, today))
        if first <= last:
            found.append(Interval(first, last, span.row))
    return found


def renewal_starts(intervals: Mapping[str, list[Interval]]) -> dict[str, date]:
    """For every replaced line, the first day that a line which replaces it covers.

    A renewal that never covers a day (void, terminated before its start) replaces nothing.
    """
    starts: dict[str, date] = {}
    for line_id in intervals:
        for interval in intervals[line_id]:
            replaced = interval.row.replaces_line_id
            if replaced is not None and replaced != line_id:
                starts[replaced] = min(interval.first, starts.get(replaced, FAR))
    return starts


def cut_intervals(intervals: list[Interval], renewed_from: date | None) -> list[Interval]:
    """A renewed line ends the day before its renewal begins."""
    if renewed_from is None:
        return intervals
    return [
        Interval(x.first, min(x.last, renewed_from - DAY), x.row)
        for x in intervals
        if x.first < renewed_from
    ]


def covered(spans: Mapping[str, list[Span]], today: date) -> dict[str, list[Interval]]:
    """Covered days of every line after linked renewals."""
    own = {line_id: own_intervals(found, today) for line_id, found in spans.items()}
    starts = renewal_starts(own)
    return {line_id: cut_intervals(found, starts.get(line_id)) for line_id, found in own.items()}


def interval_on(intervals: Iterable[Interval], day: date) -> Interval | None:
    """The interval that covers a day."""
    return next((x for x in intervals if x.first <= day <= x.last), None)


def was_stopped(row: Line, today: date) -> bool:
    """Terminated or under notice: such a line ended on purpose and no gap after it is bridged."""
    return seen(row.terminated_on, today) is not None or (
        seen(row.cancel_notice_on, today) is not None
    )


def deleted_on(spans: list[Span], day: date) -> bool:
    """A deletion ended the line on this day: like a termination, it is not bridged."""
    span = row_on(spans, day)
    return span is not None and span.is_deleted_after and span.last == day


def chains(intervals: Mapping[str, list[Interval]]) -> dict[str, str]:
    """Renewal chain of every paid line that is linked to another paid line.

    A link to or from a trial, a free line or a line that does not exist makes no chain: those
    lines take no part in bridging, so the paid line stands alone.
    """
    paid = {key for key, found in intervals.items() if any(x.row.is_paid for x in found)}
    leader = {line_id: line_id for line_id in paid}

    def find(line_id: str) -> str:
        while leader[line_id] != line_id:
            line_id = leader[line_id]
        return line_id

    linked: set[str] = set()
    for line_id in sorted(paid):
        for interval in intervals[line_id]:
            replaced = interval.row.replaces_line_id
            if replaced in paid and replaced is not None and replaced != line_id:
                leader[find(line_id)] = find(replaced)
                linked |= {line_id, replaced}
    return {line_id: find(line_id) for line_id in linked}


def bridge_groups(
    intervals: Mapping[str, list[Interval]],
    account_of: Callable[[str], str],
) -> list[list[tuple[str, Interval]]]:
    """Paid intervals that can fill each other's gaps.

    Linked lines form one group per chain; all other paid lines one per account and product. The
    two kinds do not mix: a renewal that names its predecessor is nobody else's renewal.
    """
    chain = chains(intervals)
    groups: dict[tuple[str, ...], list[tuple[str, Interval]]] = defaultdict(list)
    for line_id, found in intervals.items():
        for x in found:
            if x.row.is_paid and line_id in chain:
                groups["chain", chain[line_id]].append((line_id, x))
            elif x.row.is_paid:
                account = account_of(x.row.owner_id)
                groups["product", account, x.row.product_id].append((line_id, x))
    return list(groups.values())


def bridged_day(group: Iterable[Interval], today: date, grace_days: int) -> date | None:
    """The last covered day before a gap that holds today, if the gap is short enough.

    Only days that nobody in the group covers count. The line after the gap may start later than
    today: contract terms already recorded may be used.
    """
    last, following = None, None
    for x in group:
        if x.first <= today <= x.last:
            return None
        if x.last < today:
            last = x.last if last is None else max(last, x.last)
        else:
            following = x.first if following is None else min(following, x.first)
    if last is None or following is None:
        return None
    return last if (following - last).days - 1 <= grace_days else None


def presences(
    spans: Mapping[str, list[Span]],
    today: date,
    settings: Settings,
    account_of: Callable[[str], str],
) -> tuple[dict[str, Presence], dict[str, list[Interval]]]:
    """Every line in force by its contract at a month-end, bridged gaps included."""
    intervals = covered(spans, today)
    found: dict[str, Presence] = {}
    for line_id, days in intervals.items():
        interval = interval_on(days, today)
        if interval is not None:
            found[line_id] = Presence(interval.row, today, False)
    for group in bridge_groups(intervals, account_of):
        last = bridged_day((x for _, x in group), today, settings.renewal_grace_days)
        if last is None:
            continue
        for line_id, x in group:
            stopped = was_stopped(x.row, today) or deleted_on(spans[line_id], last)
            if x.first <= last <= x.last and not stopped:
                found[line_id] = Presence(x.row, last, True)
    return found, intervals


@dataclass(frozen=True)
class PauseState:
    """Whether a line is paused on a day, and whether the pause has lasted too long."""

    is_paused: bool
    is_expired: bool


def pause_state(spans: list[Span], pauses: Iterable[Pause], day: date, max_days: int) -> PauseState:
    """Pauses of a line on a day, from `service_pauses` and from versions with status paused.

    Each pause is counted for itself from its own first day.
    """
    starts = [
        pause.paused_from
        for pause in pauses
        if pause.paused_from <= day and (pause.paused_to is None or day <= pause.paused_to)
    ]
    span = row_on(spans, day)
    if span is not None and span.paused_from is not None and span.paused_from <= day:
        starts.append(span.paused_from)
    expired = any(day >= start + timedelta(days=max_days) for start in starts)
    return PauseState(bool(starts), expired)


def is_delinquent(receivable: Receivable, today: date, dunning_days: int) -> bool:
    """Unpaid from `due_on + dunning_days` until the day before it is paid."""
    paid_on = seen(receivable.paid_on, today)
    return paid_on is None and today >= receivable.due_on + timedelta(days=dunning_days)


def overlap_losers(rows: Iterable[Line], policy: str) -> set[str]:
    """Lines that an overlap policy leaves out among unlinked base lines of one product.

    Under `latest_signed_wins` the line signed last counts (then the later start, then the higher
    id). Lines attached to a parent are additions, not base lines, and always count.
    """
    if policy == "add":
        return set()
    base = [row for row in rows if row.is_paid and row.parent_line_id is None]
    base.sort(key=lambda row: (row.signed_on or date.min, row.starts_on, row.line_id))
    return {row.line_id for row in base[:-1]}
