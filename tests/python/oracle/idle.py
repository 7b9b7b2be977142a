"""Days on which a paid line costs nothing by its own terms: free months, and no units at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from oracle.parsing import Line
from oracle.rows import Plan
from oracle.settings import Settings
from oracle.terms import DAY
from oracle.versions import Span, last_covered


def with_idle_days(
    spans: list[Span], plans: Mapping[str, Plan], settings: Settings
) -> list[Span]:
    """Versions that bill nothing for a while stay paid ones, idle from their first such day.

    A free version is idle where a paid one ran up to it and the plan did not change; on a free
    plan, or without anything paid before, it is no paid line. A line without units is idle too,
    or no paid line, as the company decided.
    """
    found: list[Span] = []
    for span in spans:
        before = found[-1] if found else None
        if span.row.is_paid and span.row.quantity == 0:
            span = without_units(span, before, settings)
        elif span.row.is_free and before is not None and is_free_month(span, before, plans):
            row = replace(span.row, unit_price=before.row.unit_price, is_trial=False)
            start = before.free_from or first_day_of(span)
            span = replace(span, row=row, free_from=start)
        found.append(span)
    return found


def first_day_of(span: Span) -> date:
    """The first day that a version covers."""
    return max(span.first, span.row.starts_on)


def runs_up_to(before: Span, span: Span) -> bool:
    """Whether no day lies between a version and the next one."""
    last = min(before.last, last_covered(before.row))
    return first_day_of(before) <= last and last >= first_day_of(span) - DAY


def is_free_month(span: Span, before: Span, plans: Mapping[str, Plan]) -> bool:
    """A free version of a paid line that goes on as it was."""
    if not before.row.is_paid or not runs_up_to(before, span):
        return False
    return not is_on_free_plan(span.row, plans) and span.row.plan_id in (None, before.row.plan_id)


def is_on_free_plan(row: Line, plans: Mapping[str, Plan]) -> bool:
    """Plans of the lowest rank are free."""
    return row.plan_id in plans and plans[row.plan_id].tier_rank == 0


def without_units(span: Span, before: Span | None, settings: Settings) -> Span:
    """No units: idle from the first such day, or cancelled."""
    if settings.zero_quantity == "cancelled":
        return replace(span, row=replace(span.row, is_trial=True))
    goes_on = before is not None and before.empty_from is not None and runs_up_to(before, span)
    start = before.empty_from if before is not None and goes_on else first_day_of(span)
    return replace(span, empty_from=start)
