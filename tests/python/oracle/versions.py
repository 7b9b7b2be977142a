"""Which version of a row applies on which business day, given what was recorded by a cut."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from oracle.parsing import AccountVersion, Line
from oracle.terms import DAY, FAR

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """Business days on which one version of a line applies, both ends inclusive."""

    first: date
    last: date
    row: Line
    paused_from: date | None = None
    is_deleted_after: bool = False


def is_known(recorded_on: date | None, cut: date) -> bool:
    """Cuts are ends of day; a row without `recorded_at` was always known."""
    return recorded_on is None or recorded_on <= cut


def known_order(recorded_at: datetime | None) -> datetime:
    """Rows without `recorded_at` come before every recorded one."""
    return BEGINNING if recorded_at is None else recorded_at


def timeline(versions: Iterable[Line], cut: date) -> list[Span]:
    """The versions of one line laid over each other in the order in which they were recorded.

    A version replaces everything from its `effective_from` on, or the whole history without one;
    so on any day the latest recorded version among those already effective applies. If the latest
    version is void the line never existed; void is the stronger word where one is deleted too.
    """
    known = [line for line in versions if is_known(line.recorded_on, cut)]
    known.sort(key=lambda line: known_order(line.recorded_at))
    if known and known[-1].status == "void":
        return []
    spans: list[Span] = []
    for line in known:
        if line.is_deleted and line.status != "void":
            spans = delete_after(spans or [Span(date.min, FAR, line)], line.recorded_on)
        else:
            spans = overlay(spans, line)
    return spans


def overlay(spans: list[Span], line: Line) -> list[Span]:
    """Let a version apply from its effective day on."""
    start = line.effective_from or date.min
    kept = cut_before(spans, start)
    paused_from = None
    if line.status == "paused":
        paused_from = line.effective_from or line.recorded_on or line.starts_on
        if kept and kept[-1].paused_from is not None:
            paused_from = kept[-1].paused_from
    return [*kept, Span(start, FAR, line, paused_from)]


def cut_before(spans: list[Span], start: date) -> list[Span]:
    """What is left of earlier spans when a new one starts."""
    return [
        span if span.last < start else replace(span, last=start - DAY, is_deleted_after=False)
        for span in spans
        if span.first < start
    ]


def delete_after(spans: list[Span], deleted_on: date | None) -> list[Span]:
    """A deletion ends the line on the day it was recorded.

    Without a recording date the row was deleted before anybody knew it: nothing is left.
    """
    if deleted_on is None:
        return []
    return [
        replace(span, last=min(span.last, deleted_on), is_deleted_after=span.last >= deleted_on)
        for span in spans
        if span.first <= deleted_on
    ]


def timelines(lines: Iterable[Line], cut: date) -> dict[str, list[Span]]:
    """The timeline of every line that exists at a cut."""
    by_line: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_line[line.line_id].append(line)
    spans = {line_id: timeline(versions, cut) for line_id, versions in by_line.items()}
    return {line_id: found for line_id, found in spans.items() if found}


def row_on(spans: list[Span], day: date) -> Span | None:
    """The span that holds a day."""
    for span in reversed(spans):
        if span.first <= day <= span.last:
            return span
    return None


def account_on(versions: Iterable[AccountVersion], day: date) -> AccountVersion | None:
    """The account version that applies on a day: the latest recorded of those already valid."""
    valid = [row for row in versions if row.valid_from is None or row.valid_from <= day]
    return max(valid, key=lambda row: known_order(row.recorded_at), default=None)
