"""Figures beside the ledger: one-off and usage amounts, lines within a month."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from oracle.lines import list_amount, months_per_period
from oracle.money import round_money
from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import FAR, month_end, month_of
from oracle.view import ZERO


def one_off_amounts(lines: Iterable[Line]) -> dict[tuple[str, str, int], Fraction]:
    """One-time charges by owner, product and month of start, in their own currency."""
    found: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for line in lines:
        if line.charge_type == "one_time":
            key = (line.owner_id, line.product_id, month_of(line.starts_on))
            found[key] += round_money(list_amount(line), line.currency)
    return dict(found)


def usage_average(lines: Iterable[Line], settings: Settings, last: int, month: int) -> Fraction:
    """Usage of the last three months divided by three; a month without usage is 0.

    For lines in the reporting currency.
    """
    total = ZERO
    for line in lines:
        if line.charge_type != "usage":
            continue
        end = last if line.ends_on is None else month_of(line.ends_on)
        covered = range(max(month_of(line.starts_on), month - 2), min(end, month) + 1)
        total += len(covered) * list_amount(line) / months_per_period(line, settings)
    return round_money(total / 3, settings.reporting_currency)


def intra_month_lines(lines: Iterable[Line]) -> list[str]:
    """Paid lines that begin and end between two month-ends."""
    found = []
    for line in lines:
        end = min(line.ends_on or FAR, line.terminated_on or FAR)
        if line.is_paid and line.status != "void" and end < month_end(month_of(line.starts_on)):
            found.append(line.line_id)
    return found
