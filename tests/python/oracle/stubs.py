"""Terms shorter than a month: a part of another line, or a price that no month can be made of."""

from collections.abc import Iterable

from oracle.lines import MONTHS_PER_UNIT, gross_monthly, last_day_of_period
from oracle.parsing import Line, Rejected
from oracle.settings import Settings
from oracle.terms import term_days

# How many times the host's price a unit of its stub may cost.
MOST_PER_UNIT = 2


def split_stubs(lines: list[Line], settings: Settings) -> tuple[list[Line], list[Rejected]]:
    """Short terms stay where they belong to another line and cost about what that one does."""
    short = [x for x in lines if is_short(x, settings.min_term_days)]
    others = [x for x in lines if x not in short]
    lost = {id(x) for x in short if not is_stub(x, others, settings)}
    kept = [x for x in lines if id(x) not in lost]
    rejected = [x.line_id for x in short if id(x) in lost]
    return kept, [Rejected("contract_lines", x, "term_lt_28d") for x in rejected]


def is_short(line: Line, min_term_days: int) -> bool:
    """A price for a term of less than a month."""
    if line.billing_unit != "term" or line.ends_on is None:
        return False
    if line.charge_type not in ("recurring", "discount"):
        return False
    return term_days(line.starts_on, line.ends_on) < min_term_days


def is_stub(line: Line, others: Iterable[Line], settings: Settings) -> bool:
    """Whether a short term belongs to a longer line; of several hosts the largest judges it."""
    hosts = [x for x in others if is_host(x, line)]
    if not (line.is_paid or line.is_amendment) or not line.quantity or not hosts:
        return False
    host = max(hosts, key=lambda x: (gross_monthly(x, settings), x.line_id))
    per_unit = gross_monthly(line, settings) / line.quantity
    return per_unit <= MOST_PER_UNIT * gross_monthly(host, settings) / host.quantity


def is_host(host: Line, stub: Line) -> bool:
    """A paid line that the stub ends with or is linked to."""
    if not host.is_paid or not host.quantity or host.line_id == stub.line_id:
        return False
    same_product = (host.owner_id, host.product_id) == (stub.owner_id, stub.product_id)
    same_contract = host.contract_id is not None and host.contract_id == stub.contract_id
    if not (same_product or same_contract) or host.currency != stub.currency:
        return False
    linked = host.line_id in (stub.replaces_line_id, stub.parent_line_id) or (
        stub.line_id in (host.replaces_line_id, host.parent_line_id)
    )
    return linked or stub.ends_on in (host.ends_on, host.terminated_on) or ends_a_term(host, stub)


def ends_a_term(host: Line, stub: Line) -> bool:
    """Whether the stub ends on the last day of a term of a host that renews itself."""
    months = host.term_months or year_long(host)
    if host.ends_on is not None or months is None or stub.ends_on is None:
        return False
    return last_day_of_period(host.starts_on, months, stub.ends_on) == stub.ends_on


def year_long(line: Line) -> int | None:
    """Months of a billing period of a year or longer."""
    if line.billing_unit in ("day", "week", "term"):
        return None
    months = int(MONTHS_PER_UNIT[line.billing_unit]) * line.billing_interval
    return months if months >= 12 else None
