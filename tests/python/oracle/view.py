"""One way of looking at the ledger: line balances under one knowledge and one account map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from oracle.balances import LineBalance
from oracle.lineage import Lineage, Owners, Places
from oracle.money import round_money
from oracle.parts import WHOLE, Part
from oracle.rates import BudgetRates, Period

ZERO = Fraction(0)


@dataclass(frozen=True)
class Money:
    """Net, gross and annual value in the reporting currency."""

    net: Fraction
    gross: Fraction
    annual: Fraction


def owners_of(account: str, line: LineBalance, owners: Owners | None) -> Owners:
    """Who has a line and which parts of it: its owner all of it, unless it has gone over."""
    if owners is None or line.is_lapsed:
        return ((account, (WHOLE,)),)
    return owners


class View:
    """Month-end balances per key (an account, or a finer key) valued at any fiscal year's rates."""

    def __init__(
        self,
        lines: Mapping[int, Sequence[tuple[str, LineBalance]]],
        rates: BudgetRates,
        heirs: Mapping[str, Sequence[str]] | None = None,
        before_transfers: "View | None" = None,
    ) -> None:
        self.rates = rates
        self.months = sorted(lines)
        self._rows = lines
        self._heirs = heirs or {}
        self._before_transfers = before_transfers
        self._seen_at: dict[int, View] = {}
        self._seen_from: dict[Places, View] = {}
        self._lines: dict[tuple[str, int], list[LineBalance]] = defaultdict(list)
        self._lapsed: dict[tuple[str, int], list[LineBalance]] = defaultdict(list)
        self._values: dict[tuple[str, int, Period], Fraction] = {}
        for month, found in lines.items():
            for account, line in found:
                kept = self._lapsed if line.is_lapsed else self._lines
                kept[account, month].append(line)
        self.accounts = sorted({account for account, _ in self._lines})

    @cached_property
    def _lineage(self) -> Lineage:
        """Who had, and has, every line."""
        return Lineage(self._rows, self._heirs, self._worth)

    def _worth(self, line: LineBalance, rate_month: int, part: Part) -> Fraction:
        """MRR of a part of a line at the rates of a month."""
        return self.value_line(replace(line, parts=(part,)), self.rates.period(rate_month)).net

    def seen_from(self, month: int) -> "View":
        """Everything up to a month with every line where that month's close has it.

        A line that has gone to another owner by then was always that owner's, one that has ended
        its last owner's; a line that several took over is there in parts.
        """
        if month not in self._seen_at:
            self._seen_at[month] = self._with_places(self._lineage.places_at(month))
        return self._seen_at[month]

    def _with_places(self, places: Places) -> "View":
        if not places:
            return self
        if places not in self._seen_from:
            owners = dict(places)
            rows = {
                at: [
                    (owner, x if x.parts == parts else replace(x, parts=parts))
                    for account, x in found
                    for owner, parts in owners_of(account, x, owners.get((x.line_id, at)))
                ]
                for at, found in self._rows.items()
            }
            self._seen_from[places] = View(rows, self.rates, before_transfers=self)
        return self._seen_from[places]

    def lines(self, account: str, month: int) -> list[LineBalance]:
        """Paid lines in force."""
        return self._lines.get((account, month), [])

    def lapsed(self, account: str, month: int) -> list[LineBalance]:
        """Paid lines on the books that are not in force: past due, or paused for too long."""
        return self._lapsed.get((account, month), [])

    def in_force(self, account: str, month: int) -> bool:
        """Whether any paid line is in force, whatever it bills."""
        return (account, month) in self._lines

    def value_line(self, line: LineBalance, period: Period) -> Money:
        """Value of a line's balance at the rates of a period."""
        net, gross, annual = (
            self._of_parts(self.rates.convert(x, line.currency, period), line.parts)
            for x in (line.net, line.gross, line.annual)
        )
        return Money(net, gross, annual)

    def _of_parts(self, amount: Fraction, parts: Sequence[Part]) -> Fraction:
        """Parts of an amount, rounded where they begin and end, so that they add up to it."""
        if parts == (WHOLE,):
            return amount
        ends = ((amount * x.last, amount * x.first) for x in parts)
        currency = self.rates.reporting_currency
        return sum((round_money(x, currency) - round_money(y, currency) for x, y in ends), ZERO)

    def mrr(self, account: str, month: int, rate_month: int | None = None) -> Fraction:
        """MRR of a month at the rates of `rate_month` (its own by default)."""
        if not self.in_force(account, month):
            return ZERO
        period = self.rates.period(month if rate_month is None else rate_month)
        key = (account, month, period)
        if key not in self._values:
            values = (self.value_line(x, period).net for x in self._lines[account, month])
            self._values[key] = sum(values, ZERO)
        return self._values[key]

    def had_paid(self, account: str, month: int) -> bool:
        """Whether the account had MRR at any earlier month-end, of its own or with a line since."""
        if self.last_paid(account, month) is not None:
            return True
        before = self._before_transfers
        return before is not None and before.had_paid(account, month)

    def last_paid(self, account: str, month: int) -> int | None:
        """The latest earlier month-end with MRR."""
        earlier = (m for m in reversed(self.months) if m < month)
        return next((m for m in earlier if self.mrr(account, m) > 0), None)

    def stayed_in_force(self, account: str, month: int) -> bool:
        """Whether a paid line was in force at every month-end since the account last paid."""
        paid = self.last_paid(account, month)
        return paid is not None and all(self.in_force(account, m) for m in range(paid, month + 1))

    def by_product(self) -> "View":
        """The same balances with one key per account and product."""
        finer: dict[int, list[tuple[str, LineBalance]]] = {month: [] for month in self.months}
        for (account, month), lines in self._lines.items():
            finer[month].extend((f"{account}|{line.product_id}", line) for line in lines)
        return View(finer, self.rates)
