"""Terms that nobody wrote as an end: those of lines that renew themselves, and moved ends."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from oracle.lines import MONTHS_PER_UNIT, list_amount, net_of_own_rate
from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import DAY, add_months, term_months
from oracle.versions import is_known, known_order

# A later row within these days corrects the one before; after them it agrees on something.
CORRECTION_DAYS = timedelta(days=30)


def implied_months(row: Line) -> int | None:
    """How long a line without an end runs before it renews itself."""
    if row.ends_on is not None:
        return None
    if row.term_months is not None:
        return row.term_months
    if row.billing_unit in ("day", "week", "term"):
        return None
    months = int(MONTHS_PER_UNIT[row.billing_unit]) * row.billing_interval
    return months if months >= 12 else None


def implied_ends(row: Line, first: date, last: date) -> Iterator[date]:
    """Last days of implied terms between two days."""
    months = implied_months(row)
    if months is None:
        return
    n = 1
    while (end := add_months(row.starts_on, n * months) - DAY) <= last:
        if end >= first:
            yield end
        n += 1


def grows(old: Line, new: Line, settings: Settings) -> bool:
    """Whether a longer term costs more in all, so that somebody has bought the rest of it."""
    if old.currency != new.currency:
        return True
    return total(new, settings) > total(old, settings)


def total(row: Line, settings: Settings) -> Fraction:
    """What a whole term costs."""
    if row.billing_unit == "term":
        return list_amount(row) * (1 - row.discount_rate)
    assert row.ends_on is not None
    months, _ = term_months(row.starts_on, row.ends_on, settings.term_snap_days)
    return net_of_own_rate(row, settings) * months


def moved_ends(lines: Iterable[Line], cut: date, settings: Settings) -> dict[str, list[date]]:
    """Ends that a later row has moved away and by that renewed, per line.

    The later row stands for the whole history, so that the books no longer show the earlier end.
    """
    versions: dict[str, list[Line]] = defaultdict(list)
    for row in lines:
        if is_known(row.recorded_on, cut) and row.is_paid:
            versions[row.line_id].append(row)
    found: dict[str, list[date]] = defaultdict(list)
    for line_id, rows in versions.items():
        rows.sort(key=lambda x: known_order(x.recorded_at))
        for old, new in pairwise(rows):
            if new.effective_from is not None or old.ends_on is None or new.ends_on is None:
                continue
            waited = new.recorded_at is not None and (
                old.recorded_on is None
                or (new.recorded_on or date.min) - old.recorded_on >= CORRECTION_DAYS
            )
            if new.ends_on > old.ends_on and waited and grows(old, new, settings):
                found[line_id].append(old.ends_on)
    return found
