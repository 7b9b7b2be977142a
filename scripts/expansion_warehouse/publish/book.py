"""What is special about a book that is small, has not begun or has ended, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

# The marts that the sentences are about.
BOOK_MARTS = frozenset(
    {"fct_mrr", "dim_months", "fct_source_reconciliation", "dim_products", "dim_plans"}
)

# Restated: with everything known now. Units without MRR are a pause, a free month or a coupon.
BOOK = """
with
newest as (select max(month) as month, count(*) as months from dim_months),
held as (from fct_mrr where basis = 'restated'),
lines as (
    from fct_source_reconciliation
    where raw_table = 'contract_lines' and (outcome = 'modelled' or reason = 'not_yet_known')
)
select
    month as newest_month,
    months,
    (select max(held.month) from held where mrr > 0) as last_month,
    (
        select count(*) > 0 from held where held.month = newest.month and mrr = 0 and quantity > 0
    ) as is_unbilled,
    (select min(lines.month) from lines) as first_start,
    (select min(lines.month) from lines where lines.month > newest.month) as next_start,
    (select count(distinct account_id) from held where mrr > 0) as accounts,
    (select count(*) from dim_products) as products,
    (select count(*) from dim_plans) as plans
from newest
"""


def book_sentences(book: Mapping[str, Any], as_of_date: str) -> list[str]:
    """A sentence for whatever makes rates, movements or offers of a book empty or trivial.

    `book` is the row of `BOOK`, with dates as ISO text.
    """
    standing = _standing(book, as_of_date)
    small = {
        "one account has ever paid: every rate is that account's own": book["accounts"] == 1,
        "one product: nothing can be offered beside it": book["products"] == 1,
        "no plans: nobody can be offered a larger one": book["plans"] == 0,
    }
    return [*([standing] if standing else []), *(text for text, is_so in small.items() if is_so)]


def _standing(book: Mapping[str, Any], as_of_date: str) -> str | None:
    """Where the book stands at the newest month-end; None where that is as everywhere."""
    if book["first_start"] is None:
        return "no contract line could be used"
    if not book["months"]:
        starts = f"the first contract starts in {_month(book['first_start'])}"
        is_ahead = book["first_start"] > as_of_date
        return f"{'nothing is in force yet' if is_ahead else 'no month is complete yet'}: {starts}"
    if book["last_month"] != book["newest_month"]:
        return _without_mrr(book)
    if book["months"] == 1:
        return "one month: everybody in it is new, and rates begin with the next"
    return None


def _without_mrr(book: Mapping[str, Any]) -> str:
    """Why nothing is paid at the newest month-end."""
    last = _month(book["last_month"]) if book["last_month"] else None
    if book["is_unbilled"]:
        since = f"has been billed since {last}" if last else "has been billed at any month-end"
        return f"nothing {since}: what is in force is paused or free"
    if last is None:
        return "nobody has paid for a recurring contract at a month-end yet"
    following = book["next_start"]
    then = f"; the next contract starts in {_month(following)}" if following else ""
    return f"the book ended: no paid contract has been in force since {last}{then}"


def _month(value: str) -> str:
    return date.fromisoformat(value).strftime("%B %Y")
