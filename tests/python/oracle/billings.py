"""Billings by month, product and currency, and what is open at month-ends (page 2.7, billings)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from oracle import rows
from oracle.accounts import AccountTree
from oracle.ids import AmbiguousIdError, Ids, clean_id
from oracle.parsing import BadDateError, BadNumberError, Parsed, read_date, read_number, recorded
from oracle.rates import BudgetRates
from oracle.settings import Settings
from oracle.terms import DAY, last_complete_month, month_end, month_of
from oracle.versions import is_known, known_order

ZERO = Fraction(0)
UNASSIGNED = "unassigned"
DUE_DAYS = 30
KINDS = ("invoice", "credit_note", "refund")


@dataclass(frozen=True)
class Version:
    """A readable version of a document; credit notes and refunds are negative."""

    invoice_id: str
    account_id: str
    product_id: str
    kind: str
    issued_on: date
    due_on: date
    amount: Fraction
    currency: str
    status: str | None
    paid_on: date | None
    paid: Fraction | None
    settles: str | None
    recorded_at: datetime | None
    recorded_on: date | None

    @property
    def key(self) -> tuple[int, str, str]:
        """Month of issue, product and currency."""
        return month_of(self.issued_on), self.product_id, self.currency


@dataclass(frozen=True)
class Invoice:
    """The last version of an invoice, and since when it is said to be paid."""

    row: Version
    paid_since: date | None
    credits: tuple[Version, ...]

    def open_at(self, day: date) -> Fraction:
        """What is owed at the end of a day."""
        paid = self.row.paid or ZERO
        if self.row.paid is None or (self.paid_since is not None and self.paid_since > day):
            paid = ZERO
        credited = sum((-x.amount for x in self.credits if x.issued_on <= day), ZERO)
        return max(ZERO, self.row.amount - paid - credited)


@dataclass
class Billed:
    """One month, product and currency; open amounts are unknown where nothing was ever paid."""

    native: dict[str, Fraction]
    amount: dict[str, Fraction]
    documents: int = 0
    open_native: Fraction | None = None
    open_amount: Fraction | None = None
    past_due_native: Fraction | None = None
    past_due_amount: Fraction | None = None
    open_invoices: int | None = None


Key = tuple[int, str, str]


def read_version(raw: rows.Invoice, ids: Ids, accounts: set[str], zone: str) -> Version | None:
    """A typed document, or nothing where it cannot be read."""
    currency = (raw.currency or "").strip().upper()
    try:
        issued_on = read_date(raw.issued_on, zone)
        due_on = read_date(raw.due_on, zone)
        paid_on = read_date(raw.paid_on, zone)
        amount = read_number(raw.amount, currency)
        stated = read_number(raw.paid_amount, currency)
        account_id = ids.meant("accounts", raw.account_id)
        product_id = ids.meant("products", raw.product_id)
        settles = ids.meant("invoices", raw.settles_invoice_id)
    except (AmbiguousIdError, BadDateError, BadNumberError):
        return None
    invoice_id = clean_id(raw.invoice_id)
    if invoice_id is None or issued_on is None or amount is None or account_id not in accounts:
        return None
    kind = raw.kind or "invoice"
    moment, day = recorded(raw.recorded_at, zone)
    is_paid = paid_on is not None or raw.status == "paid"
    return Version(
        invoice_id=invoice_id,
        account_id=account_id,
        product_id=product_id or UNASSIGNED,
        kind=kind,
        issued_on=issued_on,
        due_on=due_on or issued_on + DUE_DAYS * DAY,
        amount=amount if kind == "invoice" else -abs(amount),
        currency=currency,
        status=raw.status or None,
        paid_on=paid_on,
        paid=stated if stated is not None else amount if is_paid else None,
        settles=settles,
        recorded_at=moment,
        recorded_on=day,
    )


class Documents:
    """The documents of a book as known at the end of a day."""

    def __init__(self, book: rows.Book, parsed: Parsed, settings: Settings) -> None:
        day, zone = settings.as_of_date, settings.business_timezone
        tree, ids = AccountTree(parsed.accounts, day), Ids(book)
        accounts = {x.account_id for x in parsed.accounts}
        read = (read_version(raw, ids, accounts, zone) for raw in book.invoices)
        by_id: dict[str, list[Version]] = defaultdict(list)
        for row in dict.fromkeys(x for x in read if x is not None):
            if is_known(row.recorded_on, day) and not tree.is_internal(row.account_id):
                by_id[row.invoice_id].append(row)
        self._versions = {
            key: sorted(found, key=lambda x: known_order(x.recorded_at))
            for key, found in by_id.items()
        }
        last = [found[-1] for found in self._versions.values()]
        self.last = [x for x in last if x.status != "void"]
        self.has_payments = any(x.kind == "invoice" and x.paid for x in self.last)

    def invoices(self) -> list[Invoice]:
        """What may be owed."""
        credits: dict[tuple[str, str], list[Version]] = defaultdict(list)
        for x in self.last:
            if x.kind == "credit_note" and x.settles is not None:
                credits[x.settles, x.currency].append(x)
        return [
            Invoice(x, self._paid_since(x), tuple(credits[x.invoice_id, x.currency]))
            for x in self.last
            if x.kind == "invoice" and x.amount > 0 and x.status != "uncollectible"
        ]

    def _paid_since(self, row: Version) -> date | None:
        """The day of the payment, else that on which the source first spoke of it."""
        if row.paid_on is not None:
            return row.paid_on
        said = [x.recorded_on for x in self._versions[row.invoice_id] if x.paid]
        known = [x for x in said if x is not None]
        return min(known) if len(known) == len(said) and known else None


def billed_documents(documents: Iterable[Version], rates: BudgetRates) -> dict[Key, Billed]:
    """Documents by month of issue, product and currency."""
    found: dict[Key, Billed] = {}
    for x in documents:
        cell = found.setdefault(x.key, nothing_billed())
        cell.documents += 1
        cell.native[x.kind] += x.amount
        cell.amount[x.kind] += rates.convert(x.amount, x.currency, rates.period(x.key[0]))
    return found


def nothing_billed() -> Billed:
    """A month without documents."""
    return Billed(dict.fromkeys(KINDS, ZERO), dict.fromkeys(KINDS, ZERO))


def add_open(
    found: dict[Key, Billed], invoices: Sequence[Invoice], rates: BudgetRates, last: int
) -> None:
    """What is open at the end of every month, also of those without documents."""
    first = min((month_of(x.row.issued_on) for x in invoices), default=last + 1)
    for month in range(first, last + 1):
        day = month_end(month)
        for x in invoices:
            rest = x.open_at(day) if x.row.issued_on <= day else ZERO
            if rest > 0:
                key = (month, x.row.product_id, x.row.currency)
                cell = found.setdefault(key, nothing_billed())
                cell.open_native = (cell.open_native or ZERO) + rest
                cell.open_invoices = (cell.open_invoices or 0) + 1
                if x.row.due_on < day:
                    cell.past_due_native = (cell.past_due_native or ZERO) + rest
    for (month, _, currency), cell in found.items():
        period = rates.period(month)
        cell.open_native = cell.open_native or ZERO
        cell.past_due_native = cell.past_due_native or ZERO
        cell.open_invoices = cell.open_invoices or 0
        cell.open_amount = rates.convert(cell.open_native, currency, period)
        cell.past_due_amount = rates.convert(cell.past_due_native, currency, period)


def billings(
    book: rows.Book, parsed: Parsed, settings: Settings, rates: BudgetRates
) -> dict[Key, Billed]:
    """Billings of complete months."""
    documents = Documents(book, parsed, settings)
    last = last_complete_month(settings.as_of_date)
    found = billed_documents((x for x in documents.last if x.key[0] <= last), rates)
    if documents.has_payments:
        add_open(found, documents.invoices(), rates, last)
    return found
