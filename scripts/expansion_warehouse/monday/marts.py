"""What the pack reads: rows of the marts of one run, as far as the run has them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]

# Weak parts of the health score that are named for each account.
_WEAKEST = 2

# What is read of each mart, so that a test can hold it against the project.
READ: dict[str, tuple[str, ...]] = {
    "fct_accounts_today": (
        *("account_id", "account_name", "csm_owner", "sales_owner", "mrr", "next_renewal_on"),
        *("is_renewal_due", "has_cancel_notice", "overdue_since", "severe_tickets"),
        *("oldest_ticket_on", "last_contacted_on", "last_proposed_on", "open_proposals"),
        *("do_not_contact", "quiet_since", "health_score", "health_band", "as_of_date"),
    ),
    "fct_alerts": (
        *("alert_id", "account_id", "account_name", "alert_kind", "severity", "subject"),
        *("sentence", "what_to_do", "owner_role", "owner", "mrr", "began_on", "ended_on"),
        "is_open",
    ),
    "kpi_alert_backtest": (
        *("alert_kind", "outcome", "horizon_days", "alerts", "hits", "hit_rate"),
        *("hit_rate_lower", "hit_rate_upper", "base_rate", "median_lead_days", "verdict"),
    ),
    "fct_upsell_opportunities": (
        *("account_id", "account_name", "offer_id", "offer_class", "product_id", "plan_id"),
        *("owner_role", "csm_owner", "sales_owner", "play", "sentence", "delta_mrr"),
        *("expected_value", "priority", "place_in_account"),
    ),
    "fct_actions": (
        *("action_id", "account_id", "alert_id", "offer_id", "kind", "done_on", "done_by"),
        *("outcome", "first_won_on"),
    ),
    "fct_health_components": (
        *("account_id", "month", "component", "component_score", "effective_weight"),
        "explanation",
    ),
    "fct_health_scores": ("account_id", "month", "has_score_drop", "delta_1m", "delta_3m"),
    "kpi_mrr_bridge": ("month", "segment_type", "basis", "closing_mrr", "paying_accounts"),
    "dim_products": ("product_id", "product_name"),
    "dim_plans": ("plan_id", "plan_name"),
}
_WEAK = f"""
with
costs as (
    select
        account_id,
        explanation,
        row_number() over (
            partition by account_id
            order by effective_weight * (100 - component_score) desc, component
        ) as place
    from fct_health_components
    where month = (select max(month) from fct_health_components) and component_score < 100
)
select account_id, explanation from costs where place <= {_WEAKEST} order by account_id, place
"""
_DROPS = """
select account_id, delta_1m, delta_3m from fct_health_scores
where month = (select max(month) from fct_health_scores) and has_score_drop
order by account_id
"""
_BOOK = """
select month, closing_mrr, paying_accounts from kpi_mrr_bridge
where segment_type = 'all' and basis = 'restated'
order by month desc
limit 1
"""


@dataclass(frozen=True)
class Marts:
    """Rows of one run; `absent` names the marts that it does not have as they are read here."""

    accounts: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    weak: list[Row] = field(default_factory=list)
    drops: list[Row] = field(default_factory=list)
    book: Row | None = None
    products: dict[str, str] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    as_of: date | None = None
    absent: frozenset[str] = frozenset()


def read_marts(file: Path) -> Marts:
    """Everything that the pack shows; of a mart that a run does not have so, no row."""
    with duckdb.connect(str(file), read_only=True) as con:
        reader = _Reader(con)
        ready = "priority is not null and place_in_account = 1"
        return replace(
            _compared(reader, "true"),
            evidence=reader.rows("kpi_alert_backtest", "all"),
            offers=reader.rows("fct_upsell_opportunities", "priority", ready),
            actions=reader.rows("fct_actions", "done_on desc, action_id"),
            weak=reader.ask(_WEAK, "fct_health_components"),
            drops=reader.ask(_DROPS, "fct_health_scores"),
            products=reader.names("dim_products", "product_id", "product_name"),
            plans=reader.names("dim_plans", "plan_id", "plan_name"),
            absent=frozenset(reader.absent),
        )


def read_compared(file: Path) -> Marts:
    """What another run's pack compares itself with."""
    with duckdb.connect(str(file), read_only=True) as con:
        reader = _Reader(con)
        return replace(_compared(reader, "is_open"), absent=frozenset(reader.absent))


def _compared(reader: _Reader, which_alerts: str) -> Marts:
    return Marts(
        accounts=reader.rows("fct_accounts_today", "account_id"),
        alerts=reader.rows("fct_alerts", "alert_id", which_alerts),
        book=next(iter(reader.ask(_BOOK, "kpi_mrr_bridge")), None),
        as_of=reader.day(),
    )


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'main'"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found


class _Reader:
    """Asks for what is there and remembers what is not."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._columns = _columns(con)
        self.absent: set[str] = set()

    def rows(self, mart: str, order: str, where: str = "true") -> list[Row]:
        """Rows of a mart by the columns that are read of it."""
        listed = ", ".join(READ[mart])
        return self.ask(f"select {listed} from {mart} where {where} order by {order}", mart)

    def ask(self, sql: str, mart: str) -> list[Row]:
        """Rows of a query on one mart; none where the mart is absent, or of an earlier version."""
        if not set(READ[mart]) <= self._columns.get(mart, set()):
            self.absent.add(mart)
            return []
        cursor = self._con.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def names(self, mart: str, key: str, name: str) -> dict[str, str]:
        """Names by id."""
        return {row[key]: row[name] for row in self.rows(mart, key) if row[name]}

    def day(self) -> date | None:
        """The as-of date as the rows of the day have it."""
        rows = self.ask(
            "select max(as_of_date) as day from fct_accounts_today", "fct_accounts_today"
        )
        return rows[0]["day"] if rows else None
