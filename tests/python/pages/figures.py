"""What the tables of the pages should hold, as other queries find it in the marts."""

from __future__ import annotations

from dataclasses import dataclass

NEWEST_CLOSED = "(select max(month) from kpi_mrr_bridge)"
OF_CHOICE = "basis = $basis and segment_type = $segment_type and segment = $segment"


@dataclass(frozen=True)
class Table:
    """A table of a page: the columns that name its rows, and a query that finds the rows.

    `part` is true where the page shows only some of the rows that the query finds.
    """

    page: str
    figure: str
    keys: tuple[str, ...]
    sql: str
    part: bool = False


def _table(page: str, figure: str, keys: str, sql: str, *, part: bool = False) -> Table:
    return Table(page, figure, tuple(keys.split()), sql, part)


BOOKS = "case when is_closed then 'closed' else 'open' end as books"
_BRIDGE = f"""
    select * exclude (month), month as period_label, {BOOKS}
    from kpi_mrr_bridge join dim_months using (month) where {OF_CHOICE}"""
_PERIODS = f"""
    select *, {BOOKS} from kpi_mrr_bridge_periods where {OF_CHOICE} and period_type = $period"""
_NRR = f"""
    select *, {BOOKS} from kpi_nrr join dim_months using (month)
    where {OF_CHOICE} and retention_window = $window and opening_accounts > 0
        and month > {NEWEST_CLOSED} - interval 36 month"""
_AHEAD = "select * from kpi_renewals_ahead where period_type = 'quarter'"
_HEALTH = """
    select month, health_band, count(*) as accounts, coalesce(sum(paid.mrr), 0) as mrr
    from fct_health_scores
    left join (
        select account_id, month, sum(mrr) as mrr
        from fct_mrr where basis = 'restated' group by all
    ) as paid using (account_id, month)
    group by month, health_band"""
# Of the drivers of a movement, the one that moved most names it; some movements are their own.
_MOVED = """
    with summed as (
        select account_id, month, basis, driver, sum(amount) as amount
        from fct_mrr_drivers group by all
    )
    select
        moved.month, moved.account_id, name.account_name,
        case moved.flow
            when 'fx_mrr' then 'Currency' when 'merge_mrr' then 'Merger'
            else replace(moved.flow, '_mrr', '')
        end as movement,
        (
            select first(summed.driver order by abs(summed.amount) desc, summed.driver)
            from summed
            where (summed.account_id, summed.month, summed.basis)
                = (moved.account_id, moved.month, moved.basis)
                and case
                    when moved.flow in ('fx_mrr', 'merge_mrr', 'prior_period_mrr')
                        then summed.driver || '_mrr' = moved.flow
                    else summed.driver not in ('fx', 'merge', 'prior_period')
                end
        ) as driver,
        moved.opening_mrr, moved.closing_mrr, moved.change_mrr
    from (
        unpivot fct_mrr_movements
        on new_mrr, expansion_mrr, reactivation_mrr, contraction_mrr, churn_mrr,
            fx_mrr, merge_mrr, prior_period_mrr
        into name flow value change_mrr
    ) as moved
    join dim_accounts as name using (account_id)
    where moved.basis = $basis and moved.change_mrr <> 0
        and moved.month = (select max(month) from kpi_mrr_bridge)"""

TABLES = (
    _table("overview", "month_waterfall", "month", f"""
        select *, {BOOKS} from kpi_mrr_bridge join dim_months using (month)
        where basis = $basis and segment_type = 'all' and month = {NEWEST_CLOSED}"""),
    _table("overview", "retention", "month", f"""
        select *, {BOOKS} from kpi_nrr join dim_months using (month)
        where basis = $basis and segment_type = 'all' and retention_window = '12m'
            and opening_accounts > 0 and month > {NEWEST_CLOSED} - interval 24 month"""),
    _table("overview", "changed", "account_id movement", _MOVED, part=True),
    _table("overview", "renewals_ahead", "period_label", _AHEAD, part=True),
    _table("revenue", "retention", "month", _NRR),
    _table("revenue", "drivers", "driver", """
        select driver, sum(amount) as amount, count(distinct account_id) as accounts
        from fct_mrr_drivers
        where basis = $basis and month > (
            select max(month) from kpi_mrr_bridge
        ) - interval 12 month
        group by driver"""),
    _table("revenue", "segments", "segment", f"""
        select * from kpi_nrr
        where basis = $basis and retention_window = $window and nrr is not null
            and month = {NEWEST_CLOSED}
            and segment_type = case when $segment_type <> 'all' then $segment_type else (
                select min(segment_type) from kpi_nrr where segment_type <> 'all'
            ) end"""),
    _table("revenue", "renewals", "month", f"""
        select * from kpi_renewals where {OF_CHOICE} and expiring_terms > 0"""),
    _table("revenue", "products", "product_name", """
        select * from kpi_nrr_products join dim_products using (product_id)
        where basis = $basis and retention_window = $window
            and month = (select max(month) from kpi_nrr_products)"""),
    _table("revenue", "cohorts", "cohort_month months_since", f"""
        select * from kpi_cohort_retention where {OF_CHOICE} and nrr is not null"""),
    _table("revenue", "renewals_ahead", "period_label", _AHEAD, part=True),
    _table("revenue", "schedule", "month", "select * from kpi_cmrr_schedule"),
    _table("revenue", "terms_ahead", "due_on account_id product_name due_mrr", """
        select * from fct_renewals_ahead left join dim_products using (product_id)"""),
    _table("revenue", "outlook", "months_ahead", """
        select * from kpi_cmrr_schedule where tracked_months > 0"""),
    _table("revenue", "restatements", "month", """
        select * from fct_nrr_restatements where retention_window = $window"""),
    _table("revenue", "restated_lines", "month contract_line_id", """
        select * from fct_nrr_restatement_lines where retention_window = $window"""),
    _table("revenue", "seals", "month", "select * from fct_sealed_months"),
    _table("customers", "health", "month health_band", _HEALTH),
    _table("customers", "health_mrr", "month health_band", _HEALTH),
    _table("customers", "tiers", "month customer_tier", """
        select month, customer_tier, count(*) as accounts from fct_customer_tiers
        where month = (select max(month) from fct_customer_tiers) group by all"""),
    _table("customers", "record", "score_version horizon_days bucket", """
        select * from kpi_health_backtest where bucket_type in ('band', 'all')"""),
    _table("customers", "red_reasons", "reason horizon_days", "select * from kpi_red_reasons"),
    _table("customers", "alerts", "alert_kind account_id began_on sentence", """
        select * from fct_alerts where is_open"""),
    _table("customers", "alert_record", "alert_kind outcome horizon_days", """
        select * from kpi_alert_backtest"""),
    _table("customers", "usage", "lifecycle_stage usage_trend", """
        select lifecycle_stage, coalesce(usage_trend, 'unknown') as usage_trend,
            count(*) as accounts
        from fct_lifecycle_stages left join fct_usage_monthly using (account_id, month)
        where month = (select max(month) from fct_lifecycle_stages) group by all"""),
    _table("customers", "rfm", "rfm_basis r_score f_score", """
        select rfm_basis, r_score, f_score, count(*) as accounts, coalesce(sum(paid.mrr), 0) as mrr
        from fct_rfm
        left join (
            select account_id, month, sum(mrr) as mrr
            from fct_mrr where basis = 'restated' group by all
        ) as paid using (account_id, month)
        where month = (select max(month) from fct_rfm) and rfm_basis = 'value_event'
        group by all"""),
    _table("customers", "accounts_today", "account_id", "select * from fct_accounts_today"),
    _table("growth", "offers", "account_id", """
        select * from fct_upsell_opportunities
        where is_eligible and is_timed and place_in_account = 1"""),
    _table("growth", "blocked", "reason", """
        select reason, count(*) as offers, count(distinct account_id) as accounts,
            sum(delta_mrr) as delta_mrr, min(blocked_until) as first_free_on
        from (
            select *, unnest(regexp_extract_all(blocked_reasons, '[^| ]+')) as reason
            from fct_upsell_opportunities where not is_eligible
        ) group by reason"""),
    _table("growth", "funnel", "month", """
        select * from kpi_upsell
        where basis = 'restated' and segment_type = 'all' and proposals > 0"""),
    _table("growth", "guard_costs", "guard_reason", "select * from kpi_guard_costs"),
    _table("growth", "price_steps", "price_gap_band", """
        select price_gap_band, count(*) as proposals,
            coalesce(sum(case when won then 1 end), 0) as wins
        from fct_proposals where matured and price_gap_band is not null group by all"""),
    _table("growth", "affinity", "antecedent consequent", """
        select * from kpi_product_affinity
        where month = (select max(month) from kpi_product_affinity)"""),
    _table("growth", "experiments", "experiment_id variant", "select * from kpi_experiments"),
    _table("quality", "quarantine", "raw_table raw_key reason column_name", """
        select * from dq_quarantine"""),
    _table("quality", "oddities", "raw_table raw_key reason column_name", """
        select * from dq_oddities"""),
    _table("quality", "reconciliation", "raw_table currency outcome reason", """
        select raw_table, currency, outcome, reason, sum(row_count)::bigint as row_count,
            sum(amount) as amount
        from fct_source_reconciliation group by all"""),
    _table("definitions", "mart_columns", "mart column_name", """
        select table_name as mart, column_name, data_type, comment as description
        from duckdb_columns()
        where schema_name = 'main' and not internal and database_name = current_database()"""),
)  # fmt: skip
BY_MONTH = (
    *(_table("revenue", name, "period_label", _BRIDGE) for name in ("waterfall", "stack")),
    _table("revenue", "changed", "account_id movement", _MOVED),
)
BY_PERIOD = tuple(
    _table("revenue", name, "period_label", _PERIODS) for name in ("waterfall", "stack")
)

_NOW = "basis = 'restated' and month = (select max(month) from {mart})"
ACCOUNT = (
    _table("account", "account_mrr", "month product_id", """
        select month, product_id, mrr from fct_mrr
        where basis = 'restated' and account_id = $account"""),
    _table("account", "account_health", "month", """
        select * from fct_health_scores where account_id = $account"""),
    _table("account", "account_lines", "contract_line_id", f"""
        select * from fct_mrr_lines
        where account_id = $account and {_NOW.format(mart="fct_mrr_lines")}"""),
    _table("account", "account_retention", "retention_window", f"""
        select * from fct_account_retention
        where account_id = $account and {_NOW.format(mart="fct_account_retention")}"""),
    _table("account", "account_components", "component", """
        select * from fct_health_components
        where account_id = $account
            and month = (select max(month) from fct_health_components)"""),
    _table("account", "account_movements", "month", """
        select *, closing_mrr - opening_mrr as change_mrr from fct_mrr_movements
        where account_id = $account and basis = 'restated' and closing_mrr <> opening_mrr"""),
    _table("account", "account_alerts", "began_on alert_kind sentence", """
        select * from fct_alerts where account_id = $account"""),
    _table("account", "account_offers", "offer_class product_id plan_id", """
        select * from fct_upsell_opportunities where account_id = $account"""),
    _table("account", "account_proposals", "proposed_on offer_class product_id plan_id", """
        select * from fct_proposals where account_id = $account"""),
    _table("account", "account_renewals", "due_on product_id due_mrr", """
        select * from fct_renewals_ahead where account_id = $account"""),
    _table("account", "account_actions", "done_on kind", """
        select * from fct_actions where account_id = $account"""),
)  # fmt: skip
