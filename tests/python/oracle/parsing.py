"""From raw rows to typed rows: strict casting, normalised ids, the reason of every rejection."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from oracle import rows
from oracle.ids import AmbiguousIdError, Ids, clean_id
from oracle.precision import TooPreciseError, round_inputs
from oracle.settings import Settings
from oracle.spellings import spelled_moment, spelled_number
from oracle.terms import DAY, add_months

BILLING_UNITS = ("day", "week", "month", "quarter", "half_year", "year", "term")
CURRENCY_MARKS = {
    "JPY": ("円", "¥", "JPY", "\\"),
    "USD": ("$", "USD"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
}
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.,Z+-]*")


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
    contract_id: str | None
    discount_order: int
    discount_scope: str | None
    term_months: int | None
    unit: str | None
    amount: Fraction | None

    @property
    def is_discount(self) -> bool:
        """A discount line: declared as one, or a negative recurring line with a parent."""
        return self.charge_type == "discount" or (
            self.charge_type == "recurring" and self.unit_price < 0
        )

    @property
    def is_amendment(self) -> bool:
        """A recurring line that takes units away from another one."""
        return self.charge_type == "recurring" and self.quantity < 0

    @property
    def is_free(self) -> bool:
        """A recurring line that costs nothing: a trial or a price of 0."""
        return self.charge_type == "recurring" and (self.is_trial or self.unit_price == 0)

    @property
    def is_paid(self) -> bool:
        """A paid recurring line: it has a price, whatever its discounts are."""
        if self.charge_type != "recurring" or self.is_amendment:
            return False
        return self.unit_price > 0 and not self.is_trial


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
class AttributeVersion:
    """A readable version of one account's attribute; an empty value ends it."""

    account_id: str
    name: str
    value: str | None
    first: date | None
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
    """An invoice or a credit note: what is owed, and what is taken back."""

    invoice_id: str
    account_id: str
    kind: str
    issued_on: date
    due_on: date
    amount: Fraction
    currency: str
    line_id: str | None
    product_id: str | None
    charge_type: str | None
    status: str | None
    paid_on: date | None
    paid_amount: Fraction | None
    settles: str | None
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
    attributes: list[AttributeVersion] = field(default_factory=list)


def written_moment(value: str) -> date | datetime:
    """The day, or the moment, that a text names."""
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if ISO_MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
        moment = spelled_moment(text)
    except ValueError as error:
        raise BadDateError(text) from error
    is_day = moment.tzinfo is None and moment.time() == time()
    return moment.date() if is_day else moment


def read_moment(value: rows.RawDate) -> datetime | None:
    """A point in time in UTC; a bare date is its first instant."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = written_moment(value)
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
    if isinstance(value, str):
        value = written_moment(value)
    if isinstance(value, datetime):
        return business_day(value.replace(tzinfo=value.tzinfo or UTC), zone)
    return value


def read_number(value: rows.RawNumber, currency: str) -> Fraction | None:
    """An exact number; text may carry its own currency mark, beside or behind its sign."""
    if value is None:
        return None
    if not isinstance(value, str):
        return Fraction(value)
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    if not text:
        return None
    marks = tuple(filter(None, CURRENCY_MARKS.get(currency, (currency,))))
    try:
        return spelled_number(text, marks)
    except ValueError as error:
        raise BadNumberError(value) from error


def read_share(value: rows.RawNumber) -> Fraction | None:
    """A share, perhaps in percent."""
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    if not text.endswith("%"):
        return read_number(value, "")
    share = read_number(text.removesuffix("%"), "")
    return None if share is None else share / 100


def recorded(value: rows.RawDate, zone: str) -> tuple[datetime | None, date | None]:
    """When a row was recorded: the moment (for order) and the business date (for cuts)."""
    moment = read_moment(value)
    return moment, None if moment is None else business_day(moment, zone)


def parse_line(raw: rows.ContractLine, line_id: str, ids: Ids, zone: str) -> Line:
    """Cast one contract line. Raises BadDateError, BadNumberError or AmbiguousIdError."""
    currency = (raw.currency or "").strip().upper()
    quantity = read_number(raw.quantity, "")
    unit_price = read_number(raw.unit_price, currency)
    discount_rate = read_share(raw.discount_rate) or Fraction(0)
    amount = read_number(raw.amount, currency)
    starts_on = read_date(raw.starts_on, zone)
    ends_on = read_date(raw.ends_on, zone)
    moment, day = recorded(raw.recorded_at, zone)
    if starts_on is None:
        raise BadDateError("starts_on is empty")
    is_rate = raw.charge_type == "discount" and discount_rate > 0
    is_stated = amount is not None and raw.charge_type in ("usage", "one_time")
    if unit_price is None and not (is_rate or is_stated):
        raise BadNumberError("unit_price is empty")
    numbers = round_inputs(
        {
            "quantity": Fraction(1) if quantity is None else quantity,
            "unit_price": unit_price or Fraction(0),
            "discount_rate": discount_rate,
            "tax_rate": read_share(raw.tax_rate) or Fraction(0),
        },
        currency,
    )
    if ends_on is None and raw.term_months is not None and raw.auto_renews is False:
        ends_on = add_months(starts_on, raw.term_months) - DAY
    account_id = ids.meant("accounts", raw.account_id) or ""
    return Line(
        line_id=line_id,
        account_id=account_id,
        owner_id=ids.meant("accounts", raw.end_customer_account_id) or account_id,
        product_id=ids.meant("products", raw.product_id) or "",
        plan_id=ids.meant("plans", raw.plan_id),
        charge_type=raw.charge_type,
        quantity=numbers["quantity"],
        unit_price=numbers["unit_price"],
        discount_rate=numbers["discount_rate"],
        billing_unit=raw.billing_unit,
        billing_interval=raw.billing_interval or 1,
        currency=currency,
        tax_rate=numbers["tax_rate"],
        is_tax_inclusive=bool(raw.is_tax_inclusive),
        starts_on=starts_on,
        ends_on=ends_on,
        signed_on=read_date(raw.signed_on, zone),
        cancel_notice_on=read_date(raw.cancel_notice_on, zone),
        terminated_on=read_date(raw.terminated_on, zone),
        status=raw.status or "active",
        replaces_line_id=ids.meant("contract_lines", raw.replaces_line_id),
        parent_line_id=ids.meant("contract_lines", raw.parent_line_id),
        is_trial=bool(raw.is_trial),
        is_deleted=bool(raw.is_deleted),
        effective_from=read_date(raw.effective_from, zone),
        recorded_at=moment,
        recorded_on=day,
        contract_id=clean_id(raw.contract_id),
        discount_order=1 if raw.discount_order is None else raw.discount_order,
        discount_scope=raw.discount_scope or None,
        term_months=raw.term_months,
        unit=(raw.unit or "").strip().lower() or None,
        amount=amount,
    )


def line_fault(line: Line) -> str | None:
    """Why a readable line cannot be valued, if so."""
    if line.billing_unit not in BILLING_UNITS:
        return "bad_value"
    if line.ends_on is not None and line.ends_on < line.starts_on:
        return "end_before_start"
    is_valued = line.charge_type in ("recurring", "discount")
    has_end = line.ends_on is not None or line.term_months is not None
    if is_valued and line.billing_unit == "term" and not has_end:
        return "term_without_end"
    return price_fault(line)


def price_fault(line: Line) -> str | None:
    """Prices whose sign or parent makes no sense.

    A negative price is a discount only with a parent line, negative units an amendment only of a
    line that they name. A discount of one line needs that line, and one with a positive price
    would raise the bill.
    """
    if line.charge_type not in ("recurring", "discount"):
        return None
    is_linked = line.parent_line_id is not None
    if line.quantity < 0:
        is_less = line.charge_type == "recurring" and line.unit_price >= 0
        has_target = is_linked or line.contract_id is not None
        return None if is_less and has_target else "negative_amount"
    if line.charge_type == "recurring" and line.unit_price < 0 and not is_linked:
        return "negative_amount"
    if line.charge_type == "discount" and line.discount_scope == "line" and not is_linked:
        return "discount_without_parent"
    if line.charge_type == "discount" and line.unit_price > 0 and line.discount_rate == 0:
        return "positive_discount"
    return None


class LineReader:
    """Reads contract lines against the accounts and products of the book."""

    def __init__(self, book: rows.Book, settings: Settings) -> None:
        self._settings = settings
        self._ids = Ids(book)
        self._accounts = {clean_id(row.account_id) for row in book.accounts}
        self._products = {clean_id(row.product_id) for row in book.products}

    def read(self, raw: rows.ContractLine) -> Line | Rejected:
        """One typed line, or why not."""
        line_id = clean_id(raw.contract_line_id)
        reason: str | None = None
        if line_id is None:
            return Rejected("contract_lines", "", "null_key")
        if clean_id(raw.account_id) is None:
            return Rejected("contract_lines", line_id, "null_customer")
        try:
            line = parse_line(raw, line_id, self._ids, self._settings.business_timezone)
        except BadDateError:
            reason = "bad_date"
        except TooPreciseError:
            reason = "too_precise"
        except AmbiguousIdError:
            reason = "ambiguous_id"
        except BadNumberError:
            reason = "null_amount" if raw.unit_price in (None, "") else "bad_number"
        else:
            reason = self._orphan(line) or line_fault(line)
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
    moments: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in lines:
        moments[line.line_id, line.recorded_at, line.effective_from].append(line)
    kept = [versions[0] for versions in moments.values() if len(versions) == 1]
    clashing = [line for versions in moments.values() if len(versions) > 1 for line in versions]
    return kept, [Rejected("contract_lines", x.line_id, "conflicting_versions") for x in clashing]


def parse_account(raw: rows.Account, ids: Ids, zone: str) -> AccountVersion | None:
    """Attributes and parents are valid from `effective_from`, else `recorded_at`, else always."""
    account_id = clean_id(raw.account_id)
    if account_id is None:
        return None
    try:
        parent_id = ids.meant("accounts", raw.parent_account_id)
        merged_into = ids.meant("accounts", raw.merged_into_account_id)
    except AmbiguousIdError:
        return None
    moment, day = recorded(raw.recorded_at, zone)
    return AccountVersion(
        account_id=account_id,
        parent_id=parent_id,
        merged_into=merged_into,
        merged_on=read_date(raw.merged_on, zone),
        is_internal=bool(raw.is_internal),
        attributes=tuple(
            (name, getattr(raw, name))
            for name in (*rows.SEGMENT_ATTRIBUTES, *rows.NAMED_ATTRIBUTES)
        ),
        valid_from=read_date(raw.effective_from, zone) or day,
        recorded_at=moment,
        recorded_on=day,
    )


def parse_receivable(raw: rows.Invoice, ids: Ids, zone: str) -> Receivable | None:
    """Invoices can fall past due and credit notes settle them; refunds do neither."""
    issued_on = read_date(raw.issued_on, zone)
    invoice_id = clean_id(raw.invoice_id)
    try:
        account_id = ids.meant("accounts", raw.account_id)
        line_id = ids.meant("contract_lines", raw.contract_line_id)
        product_id = ids.meant("products", raw.product_id)
        settles = ids.meant("invoices", raw.settles_invoice_id)
    except AmbiguousIdError:
        return None
    kind = raw.kind or "invoice"
    currency = (raw.currency or "").strip().upper()
    amount = read_number(raw.amount, currency)
    if kind == "refund" or amount is None:
        return None
    if issued_on is None or account_id is None or invoice_id is None:
        return None
    moment, day = recorded(raw.recorded_at, zone)
    return Receivable(
        invoice_id=invoice_id,
        account_id=account_id,
        kind=kind,
        issued_on=issued_on,
        due_on=read_date(raw.due_on, zone) or issued_on + 30 * DAY,
        amount=amount,
        currency=currency,
        line_id=line_id,
        product_id=product_id,
        charge_type=raw.charge_type or None,
        status=raw.status or None,
        paid_on=read_date(raw.paid_on, zone),
        paid_amount=read_number(raw.paid_amount, currency),
        settles=settles,
        recorded_at=moment,
        recorded_on=day,
    )


def parse_pause(raw: rows.ServicePause, ids: Ids, zone: str) -> Pause | None:
    """A pause needs its line and its first day."""
    try:
        line_id = ids.meant("contract_lines", raw.contract_line_id)
    except AmbiguousIdError:
        return None
    paused_from = read_date(raw.paused_from, zone)
    if line_id is None or paused_from is None:
        return None
    moment, day = recorded(raw.recorded_at, zone)
    return Pause(line_id, paused_from, read_date(raw.paused_to, zone), moment, day)


def collisions(book: rows.Book) -> dict[str, set[str]]:
    """Accounts whose id is written in more than one way."""
    ids = Ids(book)
    spellings: dict[str, set[str]] = defaultdict(set)
    written = [row.account_id for row in book.accounts]
    written += [row.account_id for row in book.contract_lines]
    for raw in written:
        try:
            account_id = ids.meant("accounts", raw)
        except AmbiguousIdError:
            continue
        if raw is not None and account_id is not None:
            spellings[account_id].add(raw)
    return {key: values for key, values in spellings.items() if len(values) > 1}
