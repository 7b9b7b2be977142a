"""One way of looking at the ledger: line balances under one knowledge and one account map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oracle.balances import LineBalance
from oracle.money import BudgetRates

ZERO = Fraction(0)


@dataclass(frozen=True)
class Money:
    """Net, gross and annual value in the reporting currency."""

    net: Fraction
    gross: Fraction
    annual: Fraction


class View:
    """Month-end balances per key (an account, or a finer key) valued at any fiscal year's rates."""

    def __init__(
        self, lines: Mapping[int, Sequence[tuple[str, LineBalance]]], rates: BudgetRates
    ) -> None:
        self.rates = rates
        self.months = sorted(lines)
        self._lines: dict[tuple[str, int], list[LineBalance]] = defaultdict(list)
        self._lapsed: dict[tuple[str, int], list[LineBalance]] = defaultdict(list)
        self._values: dict[tuple[str, int, int], Fraction] = {}
        for month, found in lines.items():
            for account, line in found:
                kept = self._lapsed if line.is_lapsed else self._lines
                kept[account, month].append(line)
        self.accounts = sorted({account for account, _ in self._lines})

    def lines(self, account: str, month: int) -> list[LineBalance]:
        """Paid lines in force."""
        return self._lines.get((account, month), [])

    def lapsed(self, account: str, month: int) -> list[LineBalance]:
        """Paid lines on the books that are not in force: past due, or paused for too long."""
        return self._lapsed.get((account, month), [])

    def in_force(self, account: str, month: int) -> bool:
        """Whether any paid line is in force, whatever it bills."""
        return (account, month) in self._lines

    def value_line(self, line: LineBalance, month: int, year: int) -> Money:
        """Value of a line's balance at the rates of a fiscal year."""
        rate = self.rates.revaluation_rate(line.currency, month, year)
        net, gross, annual = (
            self.rates.convert(x, line.currency, rate) for x in (line.net, line.gross, line.annual)
        )
        return Money(net, gross, annual)

    def mrr(self, account: str, month: int, rate_month: int | None = None) -> Fraction:
        """MRR of a month at the rates of `rate_month` (its own by default)."""
        if not self.in_force(account, month):
            return ZERO
        year = self.rates.fiscal_year(month if rate_month is None else rate_month)
        key = (account, month, year)
        if key not in self._values:
            values = (self.value_line(x, month, year).net for x in self._lines[account, month])
            self._values[key] = sum(values, ZERO)
        return self._values[key]

    def had_paid(self, account: str, month: int) -> bool:
        """Whether the account had MRR at any earlier month-end."""
        return self.last_paid(account, month) is not None

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
