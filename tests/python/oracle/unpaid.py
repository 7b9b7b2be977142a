"""Documents that stay unpaid, and which lines are in default because of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from oracle.lines import list_amount
from oracle.money import round_money
from oracle.parsing import Line, Receivable
from oracle.settings import Settings

ZERO = Fraction(0)
UNCOUNTED = ("one_time", "usage")


@dataclass(frozen=True)
class Billing:
    """A line on the books, with its month in the reporting currency before this rule."""

    line_id: str
    account: str
    product_id: str
    mrr: Fraction


@dataclass(frozen=True)
class Scope:
    """What a document is about: a line, else a product, else a whole account."""

    account: str
    product_id: str | None = None
    line_id: str | None = None

    def covers(self, other: "Scope") -> bool:
        """Whether another scope is the same or a part of this one."""
        if self.account != other.account:
            return False
        if self.line_id is not None:
            return self.line_id == other.line_id
        return self.product_id in (None, other.product_id)

    def holds(self, line: Billing) -> bool:
        """Whether a line is a part of this scope."""
        return self.covers(Scope(line.account, line.product_id, line.line_id))


@dataclass
class Document:
    """An invoice on a day, in the reporting currency."""

    row: Receivable
    scope: Scope
    counts: bool
    amount: Fraction
    paid: Fraction
    credits: list[tuple[date, Fraction]] = field(default_factory=list)

    @property
    def outstanding(self) -> Fraction:
        """What is still owed."""
        return self.open_after(date.max, self.paid)

    def open_after(self, day: date, paid: Fraction) -> Fraction:
        """What was owed at the end of a day on which this much had been paid."""
        credited = sum((amount for on, amount in self.credits if on <= day), ZERO)
        return max(ZERO, self.amount - paid - credited)


def paid_by(row: Receivable, today: date) -> Fraction:
    """What has been paid by a day; a payment without a day counts from when it was recorded."""
    known_on = row.paid_on or row.recorded_on
    amount = row.paid_amount
    if amount is None:
        if row.paid_on is None and row.status != "paid":
            return ZERO
        amount = row.amount
    return amount if known_on is None or known_on <= today else ZERO


def is_for_something_else(row: Receivable, lines: Iterable[Line], owner: str) -> bool:
    """Whether a document bills a one-time or a usage line, which is no matter of renewal."""
    if row.charge_type is not None:
        return row.charge_type in UNCOUNTED
    if row.line_id is not None:
        return any(x.line_id == row.line_id and x.charge_type in UNCOUNTED for x in lines)
    return any(
        x.charge_type == "one_time"
        and (x.owner_id, x.currency) == (owner, row.currency)
        and round_money(list_amount(x), x.currency) == row.amount
        for x in lines
    )


class Receivables:
    """Every document of some accounts."""

    def __init__(
        self,
        rows: Iterable[Receivable],
        lines: Iterable[Line],
        account_of: Callable[[str], str],
        exchange: Callable[[Fraction, str], Fraction],
        settings: Settings,
    ) -> None:
        self._rows = sorted(rows, key=lambda x: (x.issued_on, x.invoice_id))
        self._lines = list(lines)
        self._products = {x.line_id: x.product_id for x in self._lines}
        self._account_of = account_of
        self._exchange = exchange
        self._settings = settings

    def in_default(self, billing: Iterable[Billing], today: date) -> set[str]:
        """Lines whose documents are overdue by enough money for long enough."""
        lines = list(billing)
        documents = self._documents(today)
        found: set[str] = set()
        for scope in {x.scope for x in documents}:
            held = [x for x in lines if scope.holds(x)]
            if self._is_in_default(scope, documents, sum((x.mrr for x in held), ZERO), today):
                found |= {x.line_id for x in held}
        return found

    def _scope(self, row: Receivable) -> Scope:
        product = row.product_id
        if row.line_id is not None:
            product = self._products.get(row.line_id, product)
        return Scope(self._account_of(row.account_id), product, row.line_id)

    def _documents(self, today: date) -> list[Document]:
        rows = [x for x in self._rows if x.issued_on <= today and x.status != "void"]
        documents = [
            Document(
                row,
                self._scope(row),
                not is_for_something_else(row, self._lines, row.account_id),
                self._exchange(row.amount, row.currency),
                self._exchange(paid_by(row, today), row.currency),
            )
            for row in rows
            if row.kind == "invoice" and row.amount > 0
        ]
        credits = [x for x in rows if x.kind == "credit_note"]
        for row in (x for x in credits if x.settles is not None):
            for document in (x for x in documents if x.row.invoice_id == row.settles):
                credited = abs(self._exchange(row.amount, row.currency))
                document.credits.append((row.issued_on, credited))
        for row in (x for x in credits if x.settles is None):
            self._settle(row, documents)
        return documents

    def _settle(self, row: Receivable, documents: list[Document]) -> None:
        """A credit that names no document settles the oldest ones of its scope open on its day."""
        rest = abs(self._exchange(row.amount, row.currency))
        scope = self._scope(row)
        for document in documents:
            if scope.covers(document.scope) and document.row.issued_on <= row.issued_on:
                paid = self._exchange(paid_by(document.row, row.issued_on), document.row.currency)
                part = min(rest, document.open_after(row.issued_on, paid))
                document.credits.append((row.issued_on, part))
                rest -= part

    def _is_in_default(
        self, scope: Scope, documents: list[Document], mrr: Fraction, today: date
    ) -> bool:
        """What is overdue and was not overtaken by later payments weighs as much as the share."""
        grace = timedelta(days=self._settings.dunning_days)
        share = Fraction(self._settings.dunning_min_share)
        counted = [x for x in documents if x.counts]
        overdue = [
            x
            for x in counted
            if x.scope == scope
            and x.outstanding > 0
            and x.outstanding >= share * x.amount
            and today >= x.row.due_on + grace
        ]
        left = ZERO
        for document in overdue:
            day = document.row.due_on
            rest = sum((x.outstanding for x in overdue if x.row.due_on <= day), ZERO)
            later = sum(
                (x.paid for x in counted if scope.covers(x.scope) and x.row.due_on > day), ZERO
            )
            if later < share * rest:
                left += document.outstanding
        return left > 0 and left >= share * mrr
