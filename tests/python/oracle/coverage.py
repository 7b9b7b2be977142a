"""Which lines are in force at a month-end, and with the value of which day.

All functions read a month-end as its own present: a date column later than that day is empty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oracle.lines import period_end
from oracle.parsing import Line, Pause
from oracle.settings import Settings
from oracle.terms import DAY, FAR
from oracle.versions import Span, row_on


@dataclass(frozen=True)
class Interval:
    """Covered days, both ends inclusive, and the version that covers them."""

    first: date
    last: date
    row: Line
    is_idle: bool = False


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
            found.append(Interval(first, last, span.row, bool(span.idle_from)))
    return found


def renewal_starts(intervals: Mapping[str, list[Interval]]) -> dict[str, date]:
    """For every replaced line, the first day that a line which replaces it covers.

    A renewal that never covers a day (void, terminated before its start) replaces nothing.
    """
    starts: dict[str, date] = {}
    for line_id, found in intervals.items():
        for replaced in {x.row.replaces_line_id for x in found} - {None, line_id}:
            first = min(x.first for x in found)
            starts[str(replaced)] = min(first, starts.get(str(replaced), FAR))
    return starts


def cut_intervals(intervals: list[Interval], renewed_from: date | None) -> list[Interval]:
    """A renewed line ends the day before its renewal begins."""
    if renewed_from is None:
        return intervals
    return [
        replace(x, last=min(x.last, renewed_from - DAY))
        for x in intervals
        if x.first < renewed_from
    ]


def covered(spans: Mapping[str, list[Span]], today: date) -> dict[str, list[Interval]]:
    """Covered days of every line after linked renewals."""
    own = {line_id: own_intervals(found, today) for line_id, found in spans.items()}
    starts = renewal_starts(own)
    return {line_id: cut_intervals(found, starts.get(line_id)) for line_id, found in own.items()}


def heirs(spans: Mapping[str, list[Span]], grace_days: int) -> dict[str, tuple[str, ...]]:
    """For every paid line the paid lines that name it and begin before the grace period is over."""
    intervals = {
        key: [x for x in found if x.row.is_paid] for key, found in covered(spans, FAR).items()
    }
    found: dict[str, list[str]] = defaultdict(list)
    for line_id in sorted(intervals):
        for replaced in {x.row.replaces_line_id for x in intervals[line_id]} - {line_id}:
            old = intervals.get(replaced or "", [])
            first = min(x.first for x in intervals[line_id])
            if old and replaced and (first - max(x.last for x in old)).days - 1 <= grace_days:
                found[replaced].append(line_id)
    return {key: tuple(x) for key, x in found.items()}


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


@dataclass(frozen=True)
class Group:
    """Paid intervals that are bridged together, and what else may begin after their gaps."""

    members: tuple[Interval, ...]
    heirs: tuple[Interval, ...] = ()


def bridge_groups(
    intervals: Mapping[str, list[Interval]],
    account_of: Callable[[str], str],
    successors: Mapping[str, str],
) -> list[Group]:
    """Every account and product with the product that succeeds it, and every line by itself.

    A line is also bridged to its own next version and to what names it, whatever runs beside it.
    """
    products: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    named: dict[str, list[Interval]] = defaultdict(list)
    paid = {key: [x for x in found if x.row.is_paid] for key, found in intervals.items()}
    for line_id, found in paid.items():
        for x in found:
            products[account_of(x.row.owner_id), x.row.product_id].append(x)
            if x.row.replaces_line_id not in (None, line_id):
                named[str(x.row.replaces_line_id)].append(x)
    groups = [Group(tuple(found), tuple(named[key])) for key, found in paid.items() if found]
    for (account, product), found in products.items():
        following = products.get((account, successors.get(product, product)), [])
        heirs = () if successors.get(product, product) == product else tuple(following)
        groups.append(Group(tuple(found), heirs))
    return groups


@dataclass(frozen=True)
class Gap:
    """Days that nobody covers: the last day before them, and what begins after them."""

    last: date
    following: tuple[Interval, ...]


def gap_on(group: Group, today: date, grace_days: int) -> Gap | None:
    """The gap that holds today, if it is short enough.

    The line after it may start later than today: contract terms already recorded may be used. An
    heir closes it only where it does not run already; what it was long before does not count.
    """
    if any(x.first <= today <= x.last for x in group.members):
        return None
    last = max((x.last for x in group.members if x.last < today), default=None)
    if last is None:
        return None
    later = [x for x in group.heirs if x.last > last]
    heirs = later if all(x.first > today for x in later) else []
    coming = [x for x in (*group.members, *heirs) if x.first > today]
    first = min((x.first for x in coming), default=None)
    if first is None or (first - last).days - 1 > grace_days:
        return None
    return Gap(last, tuple(x for x in coming if x.first == first))


def presences(
    spans: Mapping[str, list[Span]],
    today: date,
    settings: Settings,
    account_of: Callable[[str], str],
    successors: Mapping[str, str],
) -> tuple[dict[str, Presence], dict[str, list[Interval]]]:
    """Every line in force by its contract at a month-end, bridged gaps included.

    A line that covers the day with any of its versions is not bridged there by another one, and
    one that was ended on purpose only by the line that names it.
    """
    intervals = covered(spans, today)
    found: dict[str, Presence] = {}
    for line_id, days in intervals.items():
        interval = interval_on(days, today)
        if interval is not None:
            found[line_id] = Presence(interval.row, today, False)
    in_force = set(found)
    for group in bridge_groups(intervals, account_of, successors):
        gap = gap_on(group, today, settings.renewal_grace_days)
        if gap is None:
            continue
        for x in group.members:
            line_id = x.row.line_id
            if line_id in in_force or not x.first <= gap.last <= x.last:
                continue
            stopped = was_stopped(x.row, today) or deleted_on(spans[line_id], gap.last)
            if not stopped or any(y.row.replaces_line_id == line_id for y in gap.following):
                found[line_id] = Presence(x.row, gap.last, True)
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
    if span is not None:
        starts += [start for start in span.idle_from if start <= day]
    expired = any(day >= start + timedelta(days=max_days) for start in starts)
    return PauseState(bool(starts), expired)


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
