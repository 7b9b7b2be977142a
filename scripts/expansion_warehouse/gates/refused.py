"""What was refused: how much of the newest month, and the largest rows with what to do about each.

Both read the mart `dq_quarantine`, for the quality page as for the closing summary.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import duckdb

SHOWN = 10
_COLUMNS = "refused_mrr"

# Lines too large to be believed are named apart; they would hide or fake any share.
REFUSED_SHARE = """
with refused as (
    select
        count(*) filter (where refused_mrr <> 0) as refused_lines,
        coalesce(sum(refused_mrr), 0) as refused_mrr
    from {quarantine}
    where not is_outlier
),
published as (
    select coalesce(sum(mrr), 0) as published_mrr
    from {mrr}
    where basis = 'restated' and month = (select max(month) from {months})
),
shared as (
    select *, refused_mrr / nullif(published_mrr + refused_mrr, 0) as share
    from refused cross join published
)
"""

# The largest first: by money where it can be read, else by what the average line is worth.
_LARGEST = f"""
select raw_table, raw_key, account_id, reason, column_name, "value", explanation, remedy,
    reporting_amount, refused_mrr
from {{quarantine}}
order by coalesce(abs(reporting_amount), refused_mrr, 0) desc, raw_table, raw_key, reason
limit {SHOWN}
"""

_OUTLIERS = """
select raw_key, account_id, refused_mrr, is_mrr_estimated from {quarantine}
where is_outlier order by refused_mrr desc, raw_key limit 3
"""


@dataclass(frozen=True)
class RefusedRow:
    """One refused row in words: which, why, and what to write instead."""

    row: str
    place: str
    explanation: str
    remedy: str
    amount: str

    @property
    def line(self) -> str:
        """The row in one line, as the terminal shows it."""
        parts = [self.row, self.place, self.amount]
        return f"{', '.join(part for part in parts if part)}: {self.explanation}. {self.remedy}."


def read_refused(
    con: duckdb.DuckDBPyConnection, quarantine: str, mrr: str, months: str
) -> dict[str, Any]:
    """Rows, lines and money that were refused, and the largest rows; empty where there are none.

    The arguments name the relations. A project whose quarantine does not say what rows are worth
    has nothing to show.
    """
    columns = {row[0] for row in con.execute(f"describe {quarantine}").fetchall()}
    if _COLUMNS not in columns:
        return {}
    total = con.execute(f"select count(*) from {quarantine}").fetchone()
    if not total or not total[0]:
        return {}
    names = {"quarantine": quarantine, "mrr": mrr, "months": months}
    share = con.execute(REFUSED_SHARE.format(**names) + "from shared").fetchone()
    assert share is not None
    largest = con.execute(_LARGEST.format(**names)).fetchall()
    outliers = con.execute(_OUTLIERS.format(**names)).fetchall()
    return {
        "rows": int(total[0]),
        "lines": int(share[0]),
        "mrr": float(share[1]),
        "share": None if share[3] is None else float(share[3]),
        "largest": [asdict(_refused_row(row)) for row in largest],
        "outliers": [_outlier(*row) for row in outliers],
    }


def _refused_row(row: tuple[Any, ...]) -> RefusedRow:
    table, key, account, reason, column, value, explanation, remedy, amount, mrr = row
    owner = f" of {account}" if account and account != key else ""
    held = f' "{_cut(value)}"' if value else " empty"
    worth = f"MRR {mrr:,.2f}" if mrr else ""
    return RefusedRow(
        row=f"{table} {key or 'without a key'}{owner}",
        place=f"{column}{held}" if column else reason,
        explanation=explanation,
        remedy=remedy,
        amount=f"{amount:,.2f}" if amount is not None else worth,
    )


def _outlier(key: str | None, account: str | None, mrr: Decimal, is_estimated: bool) -> str:
    worth = "beyond any amount" if is_estimated else f"MRR {mrr:,.0f}"
    return f"{key or 'a line without a key'} of {account or 'no account'}, {worth}"


def _cut(value: str, longest: int = 40) -> str:
    return value if len(value) <= longest else value[: longest - 1] + "…"
