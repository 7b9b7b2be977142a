"""Published revenue adds up: by line, by account, in the movements and in the bridge."""

from __future__ import annotations

from typing import Any

from outside.files import Tables
from outside.published import PublishedRun
from outside.values import folded

_BY_MONTH = """
select month, basis, sum({amount}) from marts.main.{mart} where {where} group by month, basis
having sum({amount}) <> 0
"""
_LINES = """
with lines as (
    select account_id, product_id, month, sum(mrr) as mrr from {behind}.intermediate.int_line_mrr
    where knowledge_id = 'restated' group by all
),
published as (
    select account_id, product_id, month, sum(mrr) as mrr from marts.main.fct_mrr
    where basis = 'restated' group by all
)
select account_id, product_id, month, coalesce(lines.mrr, 0), coalesce(published.mrr, 0)
from lines full join published using (account_id, product_id, month)
where coalesce(lines.mrr, 0) <> coalesce(published.mrr, 0)
order by all
"""


def revenue_findings(tables: Tables, run: PublishedRun) -> list[str]:
    """Months in which two places disagree, and revenue of an account that nobody knows."""
    accounts = _by_month(run, "fct_mrr", "mrr", "true")
    findings = []
    for name, others in (
        ("the movements", _by_month(run, "fct_mrr_movements", "closing_mrr", "true")),
        ("the bridge", _by_month(run, "kpi_mrr_bridge", "closing_mrr", "segment_type = 'all'")),
    ):
        for month, basis in sorted(accounts.keys() | others.keys(), key=str):
            ours, theirs = (found.get((month, basis), 0) for found in (accounts, others))
            if ours != theirs:
                findings.append(f"MRR of {month}, {basis}: {ours} by account, {theirs} in {name}")
    return [*findings, *_unknown_accounts(tables, run), *_lines_and_accounts(run)]


def _by_month(run: PublishedRun, mart: str, amount: str, where: str) -> dict[tuple[Any, ...], Any]:
    rows = run.ask(_BY_MONTH.format(mart=mart, amount=amount, where=where))
    return {(month, basis): total for month, basis, total in rows}


def _unknown_accounts(tables: Tables, run: PublishedRun) -> list[str]:
    known = {folded(row.get("account_id")) for row in tables["accounts"]}
    paying = run.ask("select distinct account_id from marts.main.fct_mrr where mrr <> 0")
    return [
        f"MRR of account {account}, which no row of accounts names"
        for (account,) in sorted(paying, key=str)
        if folded(account) not in known
    ]


def _lines_and_accounts(run: PublishedRun) -> list[str]:
    if run.behind is None:
        return []
    return [
        f"MRR of {account}, {product}, {month}: {lines} by line, {published} published"
        for account, product, month, lines, published in run.ask(_LINES.format(behind=run.behind))
    ]
