"""Raw rows as the extracts hold them: nothing parsed, nothing checked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

RawDate = date | datetime | str | None
RawNumber = Decimal | int | str | None

# Attributes of an account by which it belongs to a segment.
SEGMENT_ATTRIBUTES = ("size_band", "industry", "country", "acquisition_channel")
# Those that only make a kind of segment where a company names them.
NAMED_ATTRIBUTES = ("csm_owner",)


@dataclass(frozen=True)
class Account:
    """One version of an account."""

    account_id: str | None
    account_name: str | None = None
    parent_account_id: str | None = None
    merged_into_account_id: str | None = None
    merged_on: RawDate = None
    industry: str | None = None
    size_band: str | None = None
    country: str | None = None
    acquisition_channel: str | None = None
    is_internal: bool | None = None
    effective_from: RawDate = None
    recorded_at: RawDate = None
    csm_owner: str | None = None


@dataclass(frozen=True)
class AccountAttribute:
    """One version of an attribute without a column."""

    account_id: str
    attribute: str
    value: str | None = None
    valid_from: RawDate = None
    recorded_at: RawDate = None


@dataclass(frozen=True)
class Product:
    """One product of the catalogue."""

    product_id: str
    product_name: str | None = None
    parent_product_id: str | None = None
    successor_product_id: str | None = None


@dataclass(frozen=True)
class Plan:
    """One plan of the catalogue."""

    plan_id: str
    product_id: str
    tier_rank: int = 1
    plan_name: str | None = None
    currency: str | None = None
    list_price_per_seat_month: RawNumber = None
    unit: str | None = None


@dataclass(frozen=True)
class ContractLine:
    """One version of a contract line."""

    contract_line_id: str
    account_id: str | None
    product_id: str
    charge_type: str = "recurring"
    quantity: RawNumber = None
    unit_price: RawNumber = None
    discount_rate: RawNumber = None
    billing_unit: str = "month"
    billing_interval: int | None = None
    currency: str = "JPY"
    tax_rate: RawNumber = None
    is_tax_inclusive: bool | None = None
    starts_on: RawDate = None
    ends_on: RawDate = None
    signed_on: RawDate = None
    cancel_notice_on: RawDate = None
    terminated_on: RawDate = None
    status: str | None = None
    contract_id: str | None = None
    plan_id: str | None = None
    replaces_line_id: str | None = None
    parent_line_id: str | None = None
    end_customer_account_id: str | None = None
    is_trial: bool | None = None
    is_deleted: bool | None = None
    effective_from: RawDate = None
    recorded_at: RawDate = None
    discount_order: int | None = None
    discount_scope: str | None = None
    term_months: int | None = None
    auto_renews: bool | None = None
    unit: str | None = None
    amount: RawNumber = None


@dataclass(frozen=True)
class ServicePause:
    """One pause of one line; both ends are paused days."""

    contract_line_id: str
    paused_from: RawDate
    paused_to: RawDate = None
    recorded_at: RawDate = None


@dataclass(frozen=True)
class Invoice:
    """One invoice, credit note or refund."""

    invoice_id: str
    account_id: str
    issued_on: RawDate
    amount: RawNumber
    currency: str = "JPY"
    due_on: RawDate = None
    paid_on: RawDate = None
    kind: str | None = "invoice"
    product_id: str | None = None
    recorded_at: RawDate = None
    status: str | None = None
    paid_amount: RawNumber = None
    settles_invoice_id: str | None = None
    contract_line_id: str | None = None
    charge_type: str | None = None


@dataclass(frozen=True)
class FxRate:
    """Reporting currency per unit of `currency`, from `valid_from`."""

    currency: str
    rate_kind: str
    valid_from: RawDate
    rate: RawNumber
    recorded_at: RawDate = None
    into_currency: str | None = None


@dataclass
class Book:
    """One raw folder."""

    accounts: list[Account] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    contract_lines: list[ContractLine] = field(default_factory=list)
    service_pauses: list[ServicePause] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    fx_rates: list[FxRate] = field(default_factory=list)
    account_attributes: list[AccountAttribute] = field(default_factory=list)
