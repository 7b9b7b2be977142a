"""Days on which a paid line costs nothing by its own terms: free months, and no units at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from oracle.parsing import Line
from oracle.rows import Plan
from oracle.settings import Settings
from oracle.terms import DAY
from oracle.versions import Span, last_covered


def with_idle_days(spans: list[Span], plans: Mapping[str, Plan], settings: Settings) -> list[Span]:
    """Versions that bill nothing for a while stay paid ones, idle from their first such day.

    A free version is idle where a paid one ran up to it and the plan did not change; on a free
    plan, or without anything paid before, it is no paid line. A line without units is idle too,
    or no paid line, as the company decided.
    """
    found: list[Span] = []
    had_units = False
    for span in spans:
        before = found[-1] if found and goes_on(found[-1], span, settings) else None
        rested = span
        if span.row.is_paid and span.row.quantity == 0:
            rested = without_units(span, before, settings)
        elif span.row.is_free and before is not None and is_free_month(span, before, plans):
            row = replace(span.row, unit_price=before.row.unit_price, is_trial=False)
            rested = replace(span, row=row, free_from=before.rests_from or first_day_of(span))
        had_units = had_units or (rested.row.is_paid and not rested.rests_from)
        never = rested.empty_from is not None and not had_units
        found += given_up(rested, settings) if never else [rested]
    return found


def given_up(span: Span, settings: Settings) -> list[Span]:
    """A line that never had units is a paid one only for as long as a pause may last."""
    assert span.empty_from is not None
    limit = span.empty_from + timedelta(days=settings.pause_max_days)
    if span.last < limit:
        return [span]
    rest = replace(span, first=limit, row=replace(span.row, is_trial=True))
    return [replace(span, last=limit - DAY), rest] if span.first < limit else [rest]


def first_day_of(span: Span) -> date:
    """The first day that a version covers."""
    return max(span.first, span.row.starts_on)


def goes_on(before: Span, span: Span, settings: Settings) -> bool:
    """Whether no more days lie between a version and the next one than a gap may have."""
    last = min(before.last, last_covered(before.row))
    reach = last + timedelta(days=settings.renewal_grace_days)
    return first_day_of(before) <= last and reach >= first_day_of(span) - DAY


def is_free_month(span: Span, before: Span, plans: Mapping[str, Plan]) -> bool:
    """A free version of a paid line that goes on as it was."""
    plan_ids = {span.row.plan_id, before.row.plan_id} - {None}
    if not before.row.is_paid or is_on_free_plan(span.row, plans):
        return False
    return span.row.product_id == before.row.product_id and len(plan_ids) <= 1


def is_on_free_plan(row: Line, plans: Mapping[str, Plan]) -> bool:
    """Plans of the lowest rank are free."""
    plan = plans.get(row.plan_id or "")
    return plan is not None and plan.tier_rank == 0


def without_units(span: Span, before: Span | None, settings: Settings) -> Span:
    """No units: idle from the first such day, or cancelled."""
    if settings.zero_quantity == "cancelled":
        return replace(span, row=replace(span.row, is_trial=True))
    start = before.rests_from if before is not None else None
    return replace(span, empty_from=start or first_day_of(span))
