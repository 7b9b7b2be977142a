"""Running contract lines that anybody can value are counted at that value, or refused by name.

What a line is worth in the newest month is recomputed for lines to which no special rule applies:
no discount, pause, trial, amendment, term price, foreign currency or unpaid invoice is near. The
others are left to the tests of those rules.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outside.files import Row, Tables
from outside.published import PublishedRun
from outside.values import cleaned, folded, is_true, number, plain_day

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SPECIAL = (
    "discount_rate",
    "terminated_on",
    "cancel_notice_on",
    "parent_line_id",
    "end_customer_account_id",
    "effective_from",
    "term_months",
    "auto_renews",
    "amount",
)
_PAID = ("paid", "void")


@dataclass(frozen=True)
class _Book:
    """What decides about lines beside themselves."""

    accounts: dict[str, list[Row]]
    replaced: dict[str, list[Row]]
    repeated: frozenset[str]
    left_out: frozenset[str]
    paused: frozenset[str]
    free_plans: frozenset[str]
    month: date
    currency: str

    @property
    def month_end(self) -> date:
        """Last day of the newest month."""
        return self.month.replace(day=monthrange(self.month.year, self.month.month)[1])


def line_findings(tables: Tables, run: PublishedRun) -> list[str]:
    """Lines that run in the newest month and are neither counted at their value nor refused."""
    month = run.one("select max(month) from marts.main.fct_mrr where basis = 'restated'")
    if run.behind is None or month is None or run.as_of is None:
        return []
    book = _read_book(tables, month, run.currency)
    if book.month_end > run.as_of:
        return []
    counted: dict[str, Decimal] = dict(
        run.ask(
            f"select contract_line_id, sum(mrr) from {run.behind}.intermediate.int_line_mrr "
            f"where knowledge_id = 'restated' and month = date '{month}' group by all"
        )
    )
    refused = {
        key
        for (key,) in run.ask(
            "select raw_key from marts.main.dq_quarantine where raw_table = 'contract_lines'"
        )
    }
    findings = []
    for row in tables["contract_lines"]:
        worth = _worth(row, book)
        name = cleaned(row.get("contract_line_id"))
        if worth is None or name in refused:
            continue
        if abs(counted.get(name, Decimal(0)) - worth) > 1:
            findings.append(
                f"contract line {name}: worth {worth:.2f} a month, counted at "
                f"{counted.get(name, 0)} and not refused"
            )
    return findings


def _read_book(tables: Tables, month: date, currency: str) -> _Book:
    lines = tables["contract_lines"]
    accounts: dict[str, list[Row]] = {}
    for row in tables["accounts"]:
        accounts.setdefault(folded(row.get("account_id")), []).append(row)
    replaced: dict[str, list[Row]] = {}
    for row in lines:
        if cleaned(row.get("replaces_line_id")):
            replaced.setdefault(folded(row.get("replaces_line_id")), []).append(row)
    times = Counter(folded(row.get("contract_line_id")) for row in lines)
    return _Book(
        accounts=accounts,
        replaced=replaced,
        repeated=frozenset(key for key, count in times.items() if count > 1),
        left_out=frozenset(_special_accounts(tables)),
        paused=frozenset(folded(row.get("contract_line_id")) for row in tables["service_pauses"]),
        free_plans=frozenset(
            folded(row.get("plan_id"))
            for row in tables["plans"]
            if number(row.get("tier_rank")) == 0
        ),
        month=month,
        currency=currency,
    )


def _special_accounts(tables: Tables) -> set[str]:
    """Accounts of which one line, or an invoice, may change what another line is worth."""
    found = set()
    for row in tables["contract_lines"]:
        units = number(row.get("quantity"))
        is_less = units is not None and units < 0
        if is_less or cleaned(row.get("charge_type")).lower() == "discount":
            found.add(folded(row.get("account_id")))
    for row in tables["invoices"]:
        is_paid = cleaned(row.get("status")).lower() in _PAID or cleaned(row.get("paid_on"))
        if not is_paid or cleaned(row.get("paid_amount")):
            found.add(folded(row.get("account_id")))
    return found


def _worth(row: Row, book: _Book) -> Decimal | None:
    """What a line is worth in the month; None where a special rule may apply, or it rests."""
    price = number(row.get("unit_price"), book.currency)
    quantity = number(row.get("quantity")) if cleaned(row.get("quantity")) else Decimal(1)
    months = _MONTHS.get(cleaned(row.get("billing_unit")).lower())
    every = number(row.get("billing_interval")) if row.get("billing_interval") else Decimal(1)
    if not price or not quantity or not months or every != 1 or price < 0 or quantity < 0:
        return None
    if not (_is_plain(row, book) and _runs(row, book) and _is_known(row, book)):
        return None
    return quantity * price / months


def _is_plain(row: Row, book: _Book) -> bool:
    account, line = folded(row.get("account_id")), folded(row.get("contract_line_id"))
    owners = book.accounts.get(account, [])
    return (
        cleaned(row.get("charge_type")).lower() == "recurring"
        and cleaned(row.get("currency")).upper() == book.currency
        and cleaned(row.get("status")).lower() in ("", "active")
        and not any(cleaned(row.get(name)) for name in _SPECIAL)
        and not any(is_true(row.get(name)) for name in ("is_trial", "is_deleted"))
        and not (is_true(row.get("is_tax_inclusive")) or number(row.get("tax_rate")))
        and folded(row.get("plan_id")) not in book.free_plans
        and account not in book.left_out
        and line not in book.repeated | book.paused
        and not any(is_true(owner.get("is_internal")) for owner in owners)
    )


def _runs(row: Row, book: _Book) -> bool:
    """It has begun, has not ended, and no later line has taken its place."""
    starts, ends = plain_day(row.get("starts_on")), plain_day(row.get("ends_on"))
    is_open = not cleaned(row.get("ends_on"))
    if starts is None or starts > book.month or not (is_open or (ends and ends >= book.month_end)):
        return False
    for other in book.replaced.get(folded(row.get("contract_line_id")), []):
        begins = plain_day(other.get("starts_on"))
        if begins is None or begins > starts or (begins == starts and not _in_circle(row, book)):
            return False
    return True


def _in_circle(row: Row, book: _Book) -> bool:
    """Whether the lines that a line replaces lead back to it."""
    own = folded(row.get("contract_line_id"))
    seen: set[str] = set()
    ahead = [own]
    while ahead:
        for other in book.replaced.get(ahead.pop(), []):
            key = folded(other.get("contract_line_id"))
            if key == own:
                return True
            if key not in seen:
                seen.add(key)
                ahead.append(key)
    return False


def _is_known(row: Row, book: _Book) -> bool:
    """Recorded well before the month ends, as far as a plain day tells."""
    text = cleaned(row.get("recorded_at"))
    recorded = plain_day(text[:10])
    return not text or (recorded is not None and recorded < book.month_end)
