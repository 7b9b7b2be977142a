"""Figures beside the ledger: contracted and notified MRR, one-off and usage amounts, renewals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from oracle.ledger import Ledger
from oracle.lines import list_amount, months_per_period, net_monthly, signed_day
from oracle.money import round_money
from oracle.parsing import Line
from oracle.settings import Settings
from oracle.terms import DAY, FAR, month_end, month_of
from oracle.view import ZERO, View


def pending_churn(view: View, month: int) -> Fraction:
    """MRR of lines in force whose notice has been given."""
    today = month_end(month)
    year = view.rates.fiscal_year(month)
    return sum(
        (
            view.value_line(line, month, year).net
            for account in view.accounts
            for line in view.lines(account, month)
            if line.notice_on is not None and line.notice_on <= today
        ),
        ZERO,
    )


def signed_starts(lines: Iterable[Line], view: View, settings: Settings, month: int) -> Fraction:
    """Monthly value of paid lines signed by a month-end that start after it.

    A renewal adds only what it changes: the line it replaces is already in MRR.
    """
    rows = {line.line_id: line for line in lines if line.status != "void"}
    total = ZERO
    for line in rows.values():
        signed = signed_day(line)
        late = line.starts_on > month_end(month) and line.is_paid
        if not late or signed is None or signed > month_end(month):
            continue
        replaced = rows.get(line.replaces_line_id or "")
        total += monthly_value(line, view, settings, month)
        total -= ZERO if replaced is None else monthly_value(replaced, view, settings, month)
    return total


def monthly_value(line: Line, view: View, settings: Settings, month: int) -> Fraction:
    """A line's own monthly amount in the reporting currency at a month's budget rate."""
    native = round_money(net_monthly(line, (), settings), line.currency)
    return view.rates.convert(native, line.currency, view.rates.own_rate(line.currency, month))


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


@dataclass(frozen=True)
class Renewals:
    """MRR of lines whose term ends in a month, and what of it continues."""

    expiring: Fraction
    renewed: Fraction

    @property
    def renewal_rate(self) -> Fraction | None:
        """Renewed over expiring; nothing expiring has no rate."""
        return None if self.expiring == 0 else self.renewed / self.expiring


def renewals(ledger: Ledger, view: View, lines: Iterable[Line], month: int) -> Renewals:
    """Expiring lines belong to the month of their last covered day.

    Renewed is what the account pays for the product at the next month-end, capped at what
    expires.
    """
    expiring = renewed = ZERO
    for line in lines:
        if not line.is_paid or line.ends_on is None or month_of(line.ends_on) != month:
            continue
        held = monthly_value(line, view, ledger.settings, month)
        following = month_of(line.ends_on + DAY) if line.ends_on == month_end(month) else month
        year = view.rates.fiscal_year(month)
        after = sum(
            (
                view.value_line(x, following, year).net
                for x in view.lines(line.owner_id, following)
                if x.product_id == line.product_id
            ),
            ZERO,
        )
        expiring += held
        renewed += min(held, after)
    return Renewals(expiring, renewed)
