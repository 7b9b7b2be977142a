"""What the mart gate expects of a finished build: identities from the outside, drift, plausibility.

Every expectation here is written against the published names of the marts, not against the models
behind them, so that it holds whatever the models look like inside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.gates.checks import Check, Severity, Thresholds

_MOVEMENTS = (
    "new_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churn_mrr",
    "reactivation_mrr",
    "fx_mrr",
    "merge_mrr",
    "prior_period_mrr",
)
# Ratios have at least six decimals: a unit of the last one, relative to the opening.
_RATIO_TOLERANCE = "0.000001"
# The published score has one decimal: half a unit of it.
_SCORE_TOLERANCE = "0.0501"
_FLOATING = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class MartBaseline:
    """The last published run: rows per mart, and the MRR of months it had closed.

    `closed_mrr` holds (basis, month as ISO date, MRR in the reporting currency).
    """

    run_id: str
    row_counts: dict[str, int]
    closed_mrr: tuple[tuple[str, str, str], ...]


def read_baseline(run_id: str, row_counts: Mapping[str, int], marts_file: Path) -> MartBaseline:
    """The baseline from a published run; without months where it had no revenue mart."""
    with duckdb.connect(str(marts_file), read_only=True) as con:
        tables = {
            row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()
        }
        closed: list[tuple[Any, ...]] = []
        if {"fct_mrr", "dim_months"} <= tables:
            closed = con.execute(
                "select basis, month, sum(mrr) from fct_mrr semi join "
                "(from dim_months where is_closed) using (month) group by all order by all"
            ).fetchall()
    return MartBaseline(
        run_id=run_id,
        row_counts=dict(row_counts),
        closed_mrr=tuple((str(basis), str(month), str(mrr)) for basis, month, mrr in closed),
    )


def floating_columns(database: Path, marts: Sequence[Mart]) -> dict[str, list[str]]:
    """Columns per mart that could hold NaN or infinity."""
    found: dict[str, list[str]] = {}
    with open_read_only(database) as con:
        for mart in marts:
            rows = con.execute(f"describe {mart.relation}").fetchall()
            found[mart.name] = [row[0] for row in rows if row[1] in _FLOATING]
    return found


def mart_checks(
    marts: Sequence[Mart],
    raw_rows: Mapping[str, int],
    floating: Mapping[str, Sequence[str]],
    baseline: MartBaseline | None,
    thresholds: Thresholds | None = None,
) -> list[Check]:
    """The mart suite. An expectation is left out only where the project has no such mart."""
    limits = thresholds or Thresholds()
    suite = _Suite({mart.name: mart for mart in marts})
    _add_revenue(suite)
    _add_retention(suite, limits)
    _add_cohorts(suite)
    _add_renewals(suite)
    _add_unit_economics(suite)
    _add_health(suite)
    _add_rfm(suite)
    _add_marketing(suite)
    _add_experiments(suite)
    _add_sales(suite)
    _add_reconciliation(suite, raw_rows)
    _add_finite(suite, floating)
    if baseline:
        _add_drift(suite, baseline, limits)
    return suite.checks


class _Suite:
    """Collects checks, and answers where a mart lives."""

    def __init__(self, marts: Mapping[str, Mart]) -> None:
        """Start an empty suite over the marts of a project, by name."""
        self.marts = marts
        self.checks: list[Check] = []

    def has(self, *names: str) -> bool:
        """True where the project has all these marts."""
        return all(name in self.marts for name in names)

    def relation(self, name: str) -> str:
        """Quoted `schema.table` of a mart."""
        return self.marts[name].relation

    def add(
        self,
        mart: str,
        subject: str,
        description: str,
        expectation: str,
        arguments: dict[str, Any],
        *,
        severity: Severity = "error",
    ) -> None:
        """Expect something of a mart."""
        found = self.marts[mart]
        self.checks.append(
            Check(
                f"{mart}.{subject}.{severity}",
                found.schema,
                found.alias,
                severity,
                description,
                expectation,
                arguments,
            )
        )

    def forbid(
        self,
        mart: str,
        subject: str,
        description: str,
        query: str,
        severity: Severity = "error",
    ) -> None:
        """Expect that a query over `{batch}`, the mart, returns no row."""
        arguments = {"unexpected_rows_query": query}
        kind = "unexpected_rows_expectation"
        self.add(mart, subject, description, kind, arguments, severity=severity)


def _add_revenue(suite: _Suite) -> None:
    if suite.has("fct_mrr"):
        suite.add(
            "fct_mrr",
            "rows",
            "there is recurring revenue at all",
            "expect_table_row_count_to_be_between",
            {"min_value": 1},
        )
        suite.add(
            "fct_mrr",
            "mrr.sign",
            "MRR of an account and product is never negative",
            "expect_column_values_to_be_between",
            {"column": "mrr", "min_value": 0},
        )
    if suite.has("fct_mrr_movements"):
        suite.forbid(
            "fct_mrr_movements",
            "identity",
            "opening + all movements = closing, in every account and month",
            "select account_id, month, basis, opening_mrr, closing_mrr from {batch} where "
            f"(opening_mrr + {' + '.join(_MOVEMENTS)}) is distinct from closing_mrr",
        )
        suite.forbid(
            "fct_mrr_movements",
            "chain",
            "a month opens with what the month before closed, without a missing month",
            "select account_id, month, basis, opening_mrr, closed from ("
            "select *, lag(closing_mrr) over spine as closed, "
            "lag(month) over spine as month_before "
            "from {batch} window spine as (partition by account_id, basis order by month)"
            ") as spine where coalesce(closed, 0) is distinct from opening_mrr"
            " or (month_before <> cast(month - interval 1 month as date)"
            # As reported, an account that was merged away has no rows while it holds nothing.
            " and (basis = 'restated' or coalesce(closed, 0) <> 0))",
        )
    if suite.has("fct_mrr", "fct_mrr_movements"):
        suite.forbid(
            "fct_mrr_movements",
            "balances",
            "closing MRR equals the sum over the products of fct_mrr, in every account and month",
            "with products as (select account_id, month, basis, sum(mrr) as mrr "
            f"from {suite.relation('fct_mrr')} group by all), "
            "closing as (select account_id, month, basis, closing_mrr from {batch}) "
            "select account_id, month, basis, closing_mrr, mrr from closing "
            "full join products using (account_id, month, basis) "
            "where coalesce(closing_mrr, 0) <> coalesce(mrr, 0)",
        )
    if suite.has("fct_mrr_movements", "kpi_mrr_bridge"):
        _add_bridge(suite)


def _add_bridge(suite: _Suite) -> None:
    totals = ", ".join(
        f"sum({column}) as {column}" for column in ("opening_mrr", *_MOVEMENTS, "closing_mrr")
    )
    different = " or ".join(
        f"bridge.{column} is distinct from facts.{column}"
        for column in ("opening_mrr", *_MOVEMENTS, "closing_mrr")
    )
    suite.forbid(
        "kpi_mrr_bridge",
        "identity",
        "opening + all movements = closing, in every month and segment",
        "select month, segment_type, segment, basis, opening_mrr, closing_mrr from {batch} where "
        f"(opening_mrr + {' + '.join(_MOVEMENTS)} + coalesce(segment_transfer_mrr, 0)) "
        "is distinct from closing_mrr",
    )
    suite.forbid(
        "kpi_mrr_bridge",
        "totals",
        "the company's bridge is the sum of its accounts' movements",
        f"with facts as (select month, basis, {totals} "
        f"from {suite.relation('fct_mrr_movements')} group by all), "
        "bridge as (select * from {batch} where segment_type = 'all') "
        "select month, basis, bridge.closing_mrr, facts.closing_mrr as facts_closing_mrr "
        f"from bridge full join facts using (month, basis) where {different}",
    )


def _add_retention(suite: _Suite, limits: Thresholds) -> None:
    if not suite.has("kpi_nrr"):
        return
    key = "month, retention_window, segment_type, segment, basis"
    suite.forbid(
        "kpi_nrr",
        "ratios",
        "0 <= GRR <= 1 and NRR >= GRR",
        f"select {key}, nrr, grr from {{batch}} where grr not between 0 and 1 or nrr < grr",
    )
    suite.forbid(
        "kpi_nrr",
        "undefined",
        "NRR and GRR are empty exactly where nothing opened",
        f"select {key}, opening_mrr, nrr, grr from {{batch}} "
        "where (nrr is null) <> (coalesce(opening_mrr, 0) = 0) or (nrr is null) <> (grr is null)",
    )
    suite.forbid(
        "kpi_nrr",
        "identity",
        "NRR times opening MRR is the cohort's closing MRR",
        f"select {key}, opening_mrr, nrr, closing_mrr from {{batch}} "
        "where abs(cast(nrr as double) * cast(opening_mrr as double) - cast(closing_mrr as double))"
        f" > cast(opening_mrr as double) * {_RATIO_TOLERANCE}",
    )
    suite.forbid(
        "kpi_nrr",
        "segments",
        "the segments of a type add up to the company, at both ends",
        "with totals as (select month, retention_window, basis, segment_type, "
        "sum(opening_mrr) as opening_mrr, sum(closing_mrr) as closing_mrr "
        "from {batch} group by all) "
        "select part.month, part.retention_window, part.basis, part.segment_type, "
        "part.opening_mrr, whole.opening_mrr as company_opening_mrr "
        "from totals as part inner join totals as whole "
        "using (month, retention_window, basis) where whole.segment_type = 'all' and "
        "(part.opening_mrr is distinct from whole.opening_mrr "
        "or part.closing_mrr is distinct from whole.closing_mrr)",
    )
    suite.forbid(
        "kpi_nrr",
        "plausible",
        f"the company's 12-month NRR is between {limits.nrr_low:.0%} and {limits.nrr_high:.0%}",
        f"select {key}, nrr from {{batch}} where retention_window = '12m' and segment_type = 'all' "
        f"and nrr not between {limits.nrr_low} and {limits.nrr_high}",
        severity="warning",
    )


def _add_cohorts(suite: _Suite) -> None:
    if not suite.has("kpi_cohort_retention"):
        return
    suite.forbid(
        "kpi_cohort_retention",
        "opening",
        "a cohort opens with all its accounts and all its MRR",
        "select cohort_month, segment_type, segment, cohort_mrr, retained_mrr from {batch} "
        "where months_since = 0 and (retained_mrr is distinct from cohort_mrr "
        "or retained_accounts is distinct from cohort_accounts)",
    )
    if suite.has("fct_mrr"):
        _add_book(suite, "kpi_cohort_retention", "retained_mrr", "the cohorts of a month")


def _add_book(suite: _Suite, mart: str, column: str, parts: str) -> None:
    """Expect that a column adds up to the company's MRR, month by month, in every segment type."""
    suite.forbid(
        mart,
        "book",
        f"{parts} add up to the company's MRR, in every segment type",
        "with book as (select month, sum(mrr) as book_mrr "
        f"from {suite.relation('fct_mrr')} where basis = 'restated' group by all), "
        f"found as (select month, segment_type, sum({column}) as mrr from {{batch}} group by all) "
        "select month, segment_type, mrr, book_mrr from found full join book using (month) "
        "where coalesce(mrr, 0) <> coalesce(book_mrr, 0)",
    )


def _add_renewals(suite: _Suite) -> None:
    if not suite.has("kpi_renewals"):
        return
    key = "month, segment_type, segment"
    suite.forbid(
        "kpi_renewals",
        "bounds",
        "no more is renewed than was up for renewal, and a rate is empty exactly where nothing was",
        f"select {key}, expiring_mrr, renewed_mrr, renewal_rate from {{batch}} "
        "where renewed_mrr < 0 or renewed_mrr > expiring_mrr "
        "or (renewal_rate is null) <> (expiring_mrr = 0) or renewal_rate not between 0 and 1",
    )
    suite.forbid(
        "kpi_renewals",
        "segments",
        "the segments of a type add up to the company",
        "with totals as (select month, segment_type, sum(expiring_mrr) as expiring_mrr, "
        "sum(renewed_mrr) as renewed_mrr, sum(pending_churn_mrr) as pending_churn_mrr "
        "from {batch} group by all) "
        "select part.month, part.segment_type, part.expiring_mrr, whole.expiring_mrr as company "
        "from totals as part inner join totals as whole using (month) "
        "where whole.segment_type = 'all' and ("
        "part.expiring_mrr is distinct from whole.expiring_mrr "
        "or part.renewed_mrr is distinct from whole.renewed_mrr "
        "or part.pending_churn_mrr is distinct from whole.pending_churn_mrr)",
    )


def _add_unit_economics(suite: _Suite) -> None:
    if not suite.has("kpi_unit_economics"):
        return
    suite.forbid(
        "kpi_unit_economics",
        "ratios",
        "churn is a share, and margins are known of no more MRR than there is",
        "select month, segment_type, segment, logo_churn_rate, margin_known_mrr, mrr "
        "from {batch} where logo_churn_rate not between 0 and 1 or margin_known_mrr > mrr",
    )
    if suite.has("fct_mrr"):
        _add_book(suite, "kpi_unit_economics", "mrr", "the segments of a month")


def _add_health(suite: _Suite) -> None:
    if suite.has("fct_health_scores"):
        suite.add(
            "fct_health_scores",
            "range",
            "health scores lie between 0 and 100",
            "expect_column_values_to_be_between",
            {"column": "health_score", "min_value": 0, "max_value": 100},
        )
    if suite.has("fct_health_scores", "fct_health_components"):
        suite.forbid(
            "fct_health_scores",
            "contributions",
            "the contributions of the components sum to the score",
            "with parts as (select account_id, month, sum(contribution) as contribution "
            f"from {suite.relation('fct_health_components')} group by all), "
            "scores as (select account_id, month, health_score from {batch} "
            "where health_score is not null) "
            "select account_id, month, health_score, contribution from scores "
            "left join parts using (account_id, month) where contribution is null "
            "or abs(cast(contribution as double) - cast(health_score as double)) "
            f"> {_SCORE_TOLERANCE}",
        )


def _add_rfm(suite: _Suite) -> None:
    if not suite.has("fct_rfm"):
        return
    for score in ("r_score", "f_score", "m_score"):
        suite.add(
            "fct_rfm",
            score,
            f"{score} is one of 1 to 5",
            "expect_column_values_to_be_in_set",
            {"column": score, "value_set": [1, 2, 3, 4, 5]},
        )


def _add_marketing(suite: _Suite) -> None:
    if suite.has("fct_customer_tiers"):
        suite.forbid(
            "fct_customer_tiers",
            "best",
            "who bills as much as one of the best is one of them, and best comes first",
            "with cut as (select month, min(t12m_net_billings) as least_of_best from {batch} "
            "where is_best_by_billings group by all), "
            "tiers as (select account_id, month, customer_tier, is_best_by_billings, "
            "t12m_net_billings from {batch}) "
            "select account_id, month, customer_tier, t12m_net_billings "
            "from tiers left join cut using (month) "
            "where (t12m_net_billings >= least_of_best and not is_best_by_billings) "
            "or (is_best_by_billings and customer_tier <> 'best')",
        )
    if suite.has("kpi_product_affinity"):
        suite.forbid(
            "kpi_product_affinity",
            "counts",
            "both products are held by no more than either, either by no more than all",
            "select month, antecedent, consequent, n, n_antecedent, n_consequent, n_both "
            "from {batch} where n_both > least(n_antecedent, n_consequent) "
            "or greatest(n_antecedent, n_consequent) > n",
        )


def _add_experiments(suite: _Suite) -> None:
    if suite.has("kpi_experiments"):
        suite.forbid(
            "kpi_experiments",
            "withheld",
            "nothing is shown of an experiment that runs or whose split failed",
            "select experiment_id, variant, wins, lift, p_value, status from {batch} "
            "where status in ('running', 'srm_failed') "
            "and coalesce(wins, win_rate, lift, ci_low, ci_high, p_value, mde) is not null",
        )


def _add_sales(suite: _Suite) -> None:
    if suite.has("fct_upsell_opportunities"):
        suite.forbid(
            "fct_upsell_opportunities",
            "blocked",
            "an offer is eligible exactly when no reason blocks it, and no other is ranked",
            "select account_id, offer_id, blocked_reasons, is_eligible, priority, expected_value "
            "from {batch} "
            "where is_eligible <> (blocked_reasons = '' and offer_class <> 'downsell') "
            "or (not is_eligible and coalesce(priority, expected_value) is not null)",
        )
    if suite.has("fct_upsell_opportunities", "fct_health_scores"):
        suite.forbid(
            "fct_upsell_opportunities",
            "health",
            "nobody whose health is red or unknown is to be offered anything",
            "with health as (select account_id, month, health_band "
            f"from {suite.relation('fct_health_scores')}), "
            "offers as (select account_id, offer_id, month, is_eligible from {batch}) "
            "select account_id, offer_id, health_band from offers "
            "left join health using (account_id, month) where is_eligible "
            "and coalesce(health_band, 'insufficient_data') in ('red', 'insufficient_data')",
        )
    if suite.has("fct_proposals"):
        suite.forbid(
            "fct_proposals",
            "wins",
            "won is the outcome, a win has its day, and only wins are linked to a movement",
            "select proposal_id, outcome_to_date, won, ended_on, linked_movement_month "
            "from {batch} where won <> (outcome_to_date = 'won') or (won and ended_on is null) "
            "or (not won and linked_movement_month is not null)",
        )


def _add_reconciliation(suite: _Suite, raw_rows: Mapping[str, int]) -> None:
    if not suite.has("fct_source_reconciliation"):
        return
    expected = ", ".join(f"('{table}', {rows})" for table, rows in sorted(raw_rows.items()))
    suite.forbid(
        "fct_source_reconciliation",
        "rows",
        "rows read = modelled + excluded + quarantined, for every raw table",
        "with accounted as (select raw_table, sum(row_count) as row_count "
        "from {batch} group by all), "
        f"counted as (select * from (values {expected}) as counted (raw_table, rows_read)) "
        "select raw_table, rows_read, row_count from accounted full join counted using (raw_table) "
        "where coalesce(row_count, 0) <> coalesce(rows_read, 0)",
    )
    if suite.has("dq_quarantine"):
        suite.forbid(
            "dq_quarantine",
            "rows",
            "every quarantined row is listed, for every raw table",
            "with listed as (select raw_table, count(*) as rows_listed from {batch} group by all), "
            "counted as (select raw_table, sum(row_count) as row_count "
            f"from {suite.relation('fct_source_reconciliation')} "
            "where outcome = 'quarantined' group by all) "
            "select raw_table, rows_listed, row_count from listed full join counted "
            "using (raw_table) where coalesce(rows_listed, 0) <> coalesce(row_count, 0)",
        )


def _add_finite(suite: _Suite, floating: Mapping[str, Sequence[str]]) -> None:
    for mart, columns in sorted(floating.items()):
        if columns and suite.has(mart):
            broken = " or ".join(f"not isfinite({quoted(column)})" for column in columns)
            listed = ", ".join(quoted(column) for column in columns)
            suite.forbid(
                mart,
                "finite",
                "no number is infinite or not a number",
                f"select {listed} from {{batch}} where {broken}",
            )


def _add_drift(suite: _Suite, baseline: MartBaseline, limits: Thresholds) -> None:
    for mart, before in sorted(baseline.row_counts.items()):
        if before and suite.has(mart):
            suite.add(
                mart,
                "volume",
                f"at most {limits.row_drop:.0%} fewer rows than the {before:,} of "
                f"run {baseline.run_id}",
                "expect_table_row_count_to_be_between",
                {"min_value": math.ceil(before * (1 - limits.row_drop))},
                severity="warning",
            )
    if baseline.closed_mrr and suite.has("fct_mrr"):
        before_rows = ", ".join(
            f"('{basis}', date '{month}', {mrr})" for basis, month, mrr in baseline.closed_mrr
        )
        suite.forbid(
            "fct_mrr",
            "closed_months",
            f"MRR of the months that run {baseline.run_id} had closed is unchanged",
            f"with published as (select * from (values {before_rows}) "
            "as published (basis, month, published_mrr)), "
            "built as (select basis, month, sum(mrr) as mrr from {batch} group by all) "
            "select basis, month, published_mrr, mrr from published "
            "left join built using (basis, month) where mrr is distinct from published_mrr",
            severity="warning",
        )
