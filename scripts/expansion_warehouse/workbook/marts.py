"""What the workbook reads: rows of the marts of one run, as far as the run has them."""

from __future__ import annotations

from typing import Any

import duckdb

Row = dict[str, Any]

_ACCOUNTS = (
    *("paying_accounts", "new_accounts", "churned_accounts", "reactivated_accounts"),
    *("merged_accounts", "prior_period_accounts"),
)
_STEPS = (
    *("opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr"),
    *("reactivation_mrr", "fx_mrr", "merge_mrr", "prior_period_mrr", "segment_transfer_mrr"),
    "closing_mrr",
)
_RETENTION = (
    *("opening_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "returned_mrr"),
    *("closing_mrr", "kept_mrr", "opening_accounts", "retained_accounts"),
    *("nrr", "nrr_low", "nrr_high", "grr", "grr_low", "grr_high"),
    *("logo_retention", "logo_retention_low", "logo_retention_high"),
    *("nrr_band", "is_small_sample", "interval_note"),
)

# What is read of each mart, so that a test can hold it against the project.
READ: dict[str, tuple[str, ...]] = {
    "kpi_scorecard": (
        *("month", "metric", "basis", "value", "n", "unit"),
        *("benchmark_low", "benchmark_high", "target", "status", "source"),
    ),
    "dim_months": ("month", "fiscal_year", "is_closed", "closed_at"),
    "kpi_mrr_bridge": (
        *("month", "segment_type", "segment", "basis", *_STEPS, *_ACCOUNTS),
        *("quick_ratio", "closing_arr"),
    ),
    "dim_periods": ("period_type", "period", "period_label", "first_month", "last_month"),
    "kpi_mrr_bridge_periods": (
        *("period_type", "period", "segment_type", "basis", *_STEPS, *_ACCOUNTS),
        *("opening_accounts", "quick_ratio", "is_partial", "is_closed"),
    ),
    "kpi_nrr": ("month", "retention_window", "segment_type", "segment", "basis", *_RETENTION),
    "fct_mrr_drivers": (
        *("account_id", "product_id", "month", "driver", "basis", "sales_motion", "amount"),
        *("is_pre_contracted", "is_upsell_win"),
    ),
    "dim_accounts": ("account_id", "account_name", "size_band", "country", "cohort_month"),
    "fct_mrr_movements": ("account_id", "month", "basis", "opening_mrr", "closing_mrr"),
    "kpi_cohort_retention": (
        *("cohort_month", "months_since", "segment_type", "basis", "month"),
        *("cohort_accounts", "cohort_mrr", "retained_accounts", "retained_mrr"),
        *("nrr", "logo_retention"),
    ),
    "kpi_renewals_ahead": (
        *("period_type", "period", "period_label", "is_partial", "due_terms", "due_accounts"),
        *("due_mrr", "open_mrr", "at_risk_mrr", "notice_mrr", "renewed_early_mrr"),
        *("green_mrr", "yellow_mrr", "red_mrr", "unscored_mrr", "unproposed_mrr"),
    ),
    "fct_renewals_ahead": (
        *("due_on", "account_id", "account_name", "contract_line_id", "product_id"),
        *("csm_owner", "sales_owner", "due_mrr", "renewal_state", "health_band"),
        *("health_score", "notice_on", "renewed_by", "proposed_on", "proposed_mrr"),
    ),
    "kpi_cmrr_schedule": (
        *("month", "month_made", "opening_mrr", "starts_mrr", "steps_mrr", "discount_mrr"),
        *("replaced_mrr", "notice_mrr", "ended_mrr", "scheduled_mrr", "committed_mrr"),
        *("later_mrr", "renews_itself_mrr", "due_so_far_mrr", "rate_renewed_mrr"),
        *("rate_expiring_mrr", "renewal_rate", "outlook_mrr", "outlook_error", "outlook_miss"),
        *("naive_miss", "verdict_sentence"),
    ),
    "fct_nrr_restatements": (
        *("month", "retention_window", "as_reported_opening_mrr", "as_reported_closing_mrr"),
        *("as_reported_nrr", "as_reported_grr", "restated_opening_mrr", "restated_closing_mrr"),
        *("restated_nrr", "restated_grr", "nrr_difference", "changed_lines"),
    ),
    "fct_nrr_restatement_lines": (
        *("month", "retention_window", "contract_line_id", "account_id"),
        *("as_reported_opening_mrr", "restated_opening_mrr", "opening_difference"),
        *("as_reported_closing_mrr", "restated_closing_mrr", "closing_difference"),
        *("reason", "known_on", "nrr_points"),
    ),
    "fct_sealed_months": (
        *("month", "sealed_closing_mrr", "current_closing_mrr", "sealed_nrr_12m"),
        *("current_nrr_12m", "changed_lines", "reason", "sealed_on", "sealed_by", "close_note"),
    ),
    "fct_upsell_opportunities": (
        *("priority", "account_id", "account_name", "offer_id", "offer_class", "product_id"),
        *("plan_id", "owner_role", "csm_owner", "sales_owner", "current_mrr", "target_mrr"),
        *("delta_mrr", "price_gap", "expected_value", "is_eligible", "timing_reason"),
        *("blocked_reasons", "blocked_until", "sentence"),
    ),
    "dq_quarantine": (
        *("raw_table", "raw_key", "account_id", "reason", "column_name", "value"),
        *("currency", "amount", "reporting_amount", "refused_mrr", "is_mrr_estimated"),
        *("explanation", "remedy", "source_file"),
    ),
    "dq_oddities": (
        *("raw_table", "raw_key", "account_id", "reason", "column_name", "value"),
        *("explanation", "remedy", "source_file"),
    ),
    "fct_source_reconciliation": (
        *("raw_table", "month", "currency", "outcome", "reason", "row_count", "amount"),
    ),
}


class Marts:
    """Asks the marts of a run; of a mart that a run does not have so, there are no rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """Learn which columns there are."""
        self._con = con
        self._columns: dict[str, dict[str, str | None]] = {}
        for table, column, text in con.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name = 'main' order by table_name, column_index"
        ).fetchall():
            self._columns.setdefault(table, {})[column] = text

    def has(self, *marts: str) -> bool:
        """Whether every mart has all that is read of it."""
        return all(set(READ[mart]) <= set(self._columns.get(mart, ())) for mart in marts)

    def rows(
        self, mart: str, order: str, where: str = "true", limit: int | None = None
    ) -> list[Row]:
        """Rows of a mart by the columns that are read of it."""
        if not self.has(mart):
            return []
        most = f" limit {limit}" if limit is not None else ""
        listed = ", ".join(READ[mart])
        return self.ask(f"select {listed} from {mart} where {where} order by {order}{most}")

    def ask(self, sql: str) -> list[Row]:
        """Rows of a query on marts that are there."""
        cursor = self._con.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stream(self, sql: str, values: list[Any] | None = None) -> Any:
        """The cursor of a query whose rows are too many to hold."""
        return self._con.cursor().execute(sql, values or [])

    def count(self, mart: str, where: str = "true") -> int:
        """How many rows a mart has."""
        if not self.has(mart):
            return 0
        [row] = self._con.execute(f"select count(*) from {mart} where {where}").fetchall()
        return int(row[0])

    def described(self, mart: str) -> tuple[str | None, list[tuple[str, str | None]]]:
        """What the project says of a mart, and of the columns that are read of it."""
        found = self._con.execute(
            "select comment from duckdb_tables() where schema_name = 'main' and table_name = ?",
            [mart],
        ).fetchone()
        columns = self._columns.get(mart, {})
        return found[0] if found else None, [(name, columns.get(name)) for name in READ[mart]]
