"""From raw rows to typed rows: strict casting, normalised ids, the reason of every rejection."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from oracle import rows
from oracle.settings import Settings
from oracle.terms import DAY

BILLING_UNITS = ("day", "week", "month", "quarter", "half_year", "year", "term")
CURRENCY_MARKS = {
    "JPY": ("円", "¥", "JPY"),
    "USD": ("$", "USD"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class BadDateError(ValueError):
    """A date column holds text that is no calendar date."""


class BadNumberError(ValueError):
    """A number column holds text that is no number."""


@dataclass(frozen=True)
class Rejected:
    """A quarantined raw row."""

    table: str
    key: str
    reason: str


@dataclass(frozen=True)
class Line:
    """A readable version of a contract line; ids are normalised, amounts exact."""

    line_id: str
    account_id: str
    owner_id: str
    product_id: str
    plan_id: str | None
    charge_type: str
    quantity: Fraction
    unit_price: Fraction
    discount_rate: Fraction
    billing_unit: str
    billing_interval: int
    currency: str
    tax_rate: Fraction
    is_tax_inclusive: bool
    starts_on: date
    ends_on: date | None
    signed_on: date | None
    cancel_notice_on: date | None
    terminated_on: date | None
    status: str
    replaces_line_id: str | None
    parent_line_id: str | None
    is_trial: bool
    is_deleted: bool
    effective_from: date | None
    recorded_at: datetime | None
    recorded_on: date | None

    @property
    def is_discount(self) -> bool:
        """A discount line: declared as one, or a negative recurring line with a parent."""
        return self.charge_type == "discount" or (
            self.charge_type == "recurring" and self.unit_price < 0
        )

    @property
    def is_paid(self) -> bool:
        """A paid recurring line: it has a price, whatever its quantity and discounts are."""
        return self.charge_type == "recurring" and self.unit_price > 0 and not self.is_trial


@dataclass(frozen=True)
class AccountVersion:
    """A readable version of an account."""

    account_id: str
    parent_id: str | None
    merged_into: str | None
    merged_on: date | None
    is_internal: bool
    attributes: tuple[tuple[str, str | None], ...]
    valid_from: date | None
    recorded_at: datetime | None
    recorded_on: date | None


@dataclass(frozen=True)
class Pause:
    """A pause of one line, both ends inclusive; an empty end is still running."""

    line_id: str
    paused_from: date
    paused_to: date | None
    recorded_at: datetime | None
    recorded_on: date | None


@dataclass(frozen=True)
class Receivable:
    """An invoice that can fall past due."""

    invoice_id: str
    account_id: str
    product_id: str | None
    due_on: date
    paid_on: date | None
    recorded_at: datetime | None
    recorded_on: date | None


@dataclass
class Parsed:
    """Everything readable of a book, and what was put aside."""

    lines: list[Line] = field(default_factory=list)
    accounts: list[AccountVersion] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    receivables: list[Receivable] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    duplicates: int = 0
    id_collisions: dict[str, set[str]] = field(default_factory=dict)
    has_payment_dates: bool = False


def clean_id(value: str | None) -> str | None:
    """Ids match after NFKC, trimming and upper-casing; an empty id is no id."""
    if value is None:
        return None
    return unicodedata.normalize("NFKC", value).strip().upper() or None


def read_moment(value: rows.RawDate) -> datetime | None:
    """A point in time in UTC; a bare date is its first instant."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        try:
            value = datetime.fromisoformat(text)
        except ValueError as error:
            raise BadDateError(text) from error
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def business_day(moment: datetime, zone: str) -> date:
    """The date a moment falls on in the business time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def read_date(value: rows.RawDate, zone: str) -> date | None:
    """A business date; a timestamp is converted to the business time zone first."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return business_day(value.replace(tzinfo=value.tzinfo or UTC), zone)
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        moment = read_moment(text)
        return None if moment is None else business_day(moment, zone)


def read_number(value: rows.RawNumber, currency: str) -> Fraction | None:
    """An exact number; text may carry full-width digits, separators and its own currency mark."""
    if value is None:
        return None
    if not isinstance(value, str):
        return Fraction(value)
    text = unicodedata.normalize("NFKC", value).strip()
    for mark in CURRENCY_MARKS.get(currency, (currency,)):
        text = text.removeprefix(mark).removesuffix(mark).strip()
    text = text.replace(",", "")
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise BadNumberError(value)
    return Fraction(text)


def recorded(value: rows.RawDate, zone: str) -> tuple[datetime | None, date | None]:
    """When a row was recorded: the moment (for order) and the business date (for cuts)."""
    moment = read_moment(value)
    return moment, None if moment is None else business_day(moment, zone)


def parse_line(raw: rows.ContractLine, line_id: str, account_id: str, zone: str) -> Line:
    """Cast one contract line. Raises BadDateError or BadNumberError."""
    currency = (raw.currency or "").strip().upper()
    quantity = read_number(raw.quantity, currency)
    unit_price = read_number(raw.unit_price, currency)
    discount_rate = read_number(raw.discount_rate, currency) or Fraction(0)
    starts_on = read_date(raw.starts_on, zone)
    moment, day = recorded(raw.recorded_at, zone)
    if starts_on is None:
        raise BadDateError("starts_on is empty")
    if unit_price is None and not (raw.charge_type == "discount" and discount_rate > 0):
        raise BadNumberError("unit_price is empty")
    return Line(
        line_id=line_id,
        account_id=account_id,
        owner_id=clean_id(raw.end_customer_account_id) or account_id,
        product_id=clean_id(raw.product_id) or "",
        plan_id=clean_id(raw.plan_id),
        charge_type=raw.charge_type,
        quantity=Fraction(1) if quantity is None else quantity,
        unit_price=unit_price or Fraction(0),
        discount_rate=discount_rate,
        billing_unit=raw.billing_unit,
        billing_interval=raw.billing_interval or 1,
        currency=currency,
        tax_rate=read_number(raw.tax_rate, currency) or Fraction(0),
        is_tax_inclusive=bool(raw.is_tax_inclusive),
        starts_on=starts_on,
        ends_on=read_date(raw.ends_on, zone),
        signed_on=read_date(raw.signed_on, zone),
        cancel_notice_on=read_date(raw.cancel_notice_on, zone),
        terminated_on=read_date(raw.terminated_on, zone),
        status=raw.status or "active",
        replaces_line_id=clean_id(raw.replaces_line_id),
        parent_line_id=clean_id(raw.parent_line_id),
        is_trial=bool(raw.is_trial),
        is_deleted=bool(raw.is_deleted),
        effective_from=read_date(raw.effective_from, zone),
        recorded_at=moment,
        recorded_on=day,
    )


def line_fault(line: Line, min_term_days: int) -> str | None:
    """Why a readable line cannot be valued, if so."""
    if line.billing_unit not in BILLING_UNITS:
        return "bad_value"
    if line.ends_on is not None and line.ends_on < line.starts_on:
        return "end_before_start"
    if line.billing_unit == "term" and line.charge_type in ("recurring", "discount"):
        if line.ends_on is None:
            return "term_without_end"
        if (line.ends_on + DAY - line.starts_on).days < min_term_days:
            return "term_lt_28d"
    return price_fault(line)


def price_fault(line: Line) -> str | None:
    """Prices whose sign or parent makes no sense.

    A negative price is a discount only with a parent line. A discount without a parent has
    nothing to reduce, and one with a positive price would raise the bill.
    """
    if line.charge_type not in ("recurring", "discount"):
        return None
    if line.quantity < 0 or (line.unit_price < 0 and line.parent_line_id is None):
        return "negative_amount"
    if line.charge_type == "discount" and line.parent_line_id is None:
        return "discount_without_parent"
    if line.charge_type == "discount" and line.unit_price > 0 and line.discount_rate == 0:
        return "positive_discount"
    return None


class LineReader:
    """Reads contract lines against the accounts and products of the book."""

    def __init__(self, book: rows.Book, settings: Settings) -> None:
        self._settings = settings
        self._accounts = {clean_id(row.account_id) for row in book.accounts}
        self._products = {clean_id(row.product_id) for row in book.products}

    def read(self, raw: rows.ContractLine) -> Line | Rejected:
        """One typed line, or why not."""
        line_id = clean_id(raw.contract_line_id)
        account_id = clean_id(raw.account_id)
        reason: str | None = None
        if line_id is None:
            return Rejected("contract_lines", "", "null_key")
        if account_id is None:
            return Rejected("contract_lines", line_id, "null_customer")
        try:
            line = parse_line(raw, line_id, account_id, self._settings.business_timezone)
        except BadDateError:
            reason = "bad_date"
        except BadNumberError:
            reason = "null_amount" if raw.unit_price in (None, "") else "bad_number"
        else:
            reason = self._orphan(line) or line_fault(line, self._settings.min_term_days)
            if reason is None:
                return line
        return Rejected("contract_lines", line_id, reason)

    def _orphan(self, line: Line) -> str | None:
        if not {line.account_id, line.owner_id} <= self._accounts:
            return "orphan_customer"
        return None if line.product_id in self._products else "orphan_product"


def drop_repeats(lines: Iterable[Line]) -> tuple[list[Line], int]:
    """Exact repeats of a row count once."""
    seen: dict[Line, None] = {}
    total = 0
    for line in lines:
        seen[line] = None
        total += 1
    return list(seen), total - len(seen)


def split_conflicts(lines: Sequence[Line]) -> tuple[list[Line], list[Rejected]]:
    """Versions of one line recorded at the same moment contradict each other.

    All of them are quarantined; the line's other versions still speak. An absent `recorded_at`
    is one moment too ("known from the beginning").
    """
    moments: dict[tuple[str, datetime | None], list[Line]] = defaultdict(list)
    for line in lines:
        moments[line.line_id, line.recorded_at].append(line)
    kept = [versions[0] for versions in moments.values() if len(versions) == 1]
    clashing = [line for versions in moments.values() if len(versions) > 1 for line in versions]
    return kept, [Rejected("contract_lines", x.line_id, "conflicting_versions") for x in clashing]


def parse_account(raw: rows.Account, account_id: str, zone: str) -> AccountVersion:
    """Attributes and parents are valid from `effective_from`, else `recorded_at`, else always."""
    moment, day = recorded(raw.recorded_at, zone)
    return AccountVersion(
        account_id=account_id,
        parent_id=clean_id(raw.parent_account_id),
        merged_into=clean_id(raw.merged_into_account_id),
        merged_on=read_date(raw.merged_on, zone),
        is_internal=bool(raw.is_internal),
        attributes=tuple((name, getattr(raw, name)) for name in rows.SEGMENT_ATTRIBUTES),
        valid_from=read_date(raw.effective_from, zone) or day,
        recorded_at=moment,
        recorded_on=day,
    )


def parse_receivable(raw: rows.Invoice, zone: str) -> Receivable | None:
    """Invoices can fall past due; credit notes and refunds cannot."""
    issued_on = read_date(raw.issued_on, zone)
    account_id, invoice_id = clean_id(raw.account_id), clean_id(raw.invoice_id)
    if (raw.kind or "invoice") != "invoice":
        return None
    if issued_on is None or account_id is None or invoice_id is None:
        return None
    moment, day = recorded(raw.recorded_at, zone)
    return Receivable(
        invoice_id=invoice_id,
        account_id=account_id,
        product_id=clean_id(raw.product_id),
        due_on=read_date(raw.due_on, zone) or issued_on + 30 * DAY,
        paid_on=read_date(raw.paid_on, zone),
        recorded_at=moment,
        recorded_on=day,
    )


def parse_pause(raw: rows.ServicePause, zone: str) -> Pause | None:
    """A pause needs its line and its first day."""
    line_id, paused_from = clean_id(raw.contract_line_id), read_date(raw.paused_from, zone)
    if line_id is None or paused_from is None:
        return None
    moment, day = recorded(raw.recorded_at, zone)
    return Pause(line_id, paused_from, read_date(raw.paused_to, zone), moment, day)


def collisions(book: rows.Book) -> dict[str, set[str]]:
    """Account ids that are written in more than one way."""
    spellings: dict[str, set[str]] = defaultdict(set)
    written = [row.account_id for row in book.accounts]
    written += [row.account_id for row in book.contract_lines]
    for raw in written:
        account_id = clean_id(raw)
        if raw is not None and account_id is not None:
            spellings[account_id].add(raw)
    return {key: values for key, values in spellings.items() if len(values) > 1}


def parse(book: rows.Book, settings: Settings) -> Parsed:
    """Read a whole book."""
    zone = settings.business_timezone
    reader = LineReader(book, settings)
    read = [reader.read(raw) for raw in book.contract_lines]
    lines, duplicates = drop_repeats(line for line in read if isinstance(line, Line))
    kept, clashing = split_conflicts(lines)
    pauses = (parse_pause(raw, zone) for raw in book.service_pauses)
    receivables = (parse_receivable(raw, zone) for raw in book.invoices)
    accounts = ((clean_id(raw.account_id), raw) for raw in book.accounts)
    return Parsed(
        lines=sorted(kept, key=lambda line: line.line_id),
        accounts=[parse_account(raw, key, zone) for key, raw in accounts if key is not None],
        pauses=[pause for pause in pauses if pause is not None],
        receivables=[row for row in receivables if row is not None],
        rejected=[row for row in read if isinstance(row, Rejected)] + clashing,
        duplicates=duplicates,
        id_collisions=collisions(book),
        has_payment_dates=any(read_date(row.paid_on, zone) for row in book.invoices),
    )
