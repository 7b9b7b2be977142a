"""Every expectation of both gates is met by good data and fails when the data is broken.

Each way of breaking the data gets its own schema in one database, so that one process of the gate
worker judges all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml

from builds import Company
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.engine.transform import Proof
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.gates.checks import (
    Check,
    CheckResult,
    GateReport,
    GateWorker,
    require_passed,
)
from expansion_warehouse.gates.currencies import rate_of_every_currency
from expansion_warehouse.gates.mart_suite import (
    MartBaseline,
    floating_columns,
    mart_checks,
    proven,
    read_baseline,
)
from expansion_warehouse.gates.quality_page import write_report
from expansion_warehouse.gates.raw_suite import RawProfile, measure_raw, raw_checks
from expansion_warehouse.publish.runs import current_run
from expansion_warehouse.raw.contract import RawTable, read_contract
from macro_sql import MacroSql
from tiny_project import ROOT

AS_OF = date(2025, 6, 30)
GOOD = "good"

# ---- good marts: two accounts, two months; A1 grows from 100 to 150, A2 stays at 50 ----

GOOD_MARTS = {
    "dim_months": """
        select * from (values
            (date '2025-05-01', date '2025-05-31', date '2025-06-08', true),
            (date '2025-06-01', date '2025-06-30', date '2025-07-08', false)
        ) as good (month, month_end, closed_at, is_closed)
    """,
    "fct_mrr": """
        select *, mrr as gross_mrr, 12 * mrr as arr, 0 as discount_mrr, 0 as excess_discount_mrr,
            1 as quantity, mrr + case when account_id = 'A2' then 15 else 0 end as cmrr
        from (values
            ('A1', 'P1', date '2025-05-01', 'restated', 60::decimal(18, 2)),
            ('A1', 'P2', date '2025-05-01', 'restated', 40),
            ('A2', 'P1', date '2025-05-01', 'restated', 50),
            ('A1', 'P1', date '2025-06-01', 'restated', 110),
            ('A1', 'P2', date '2025-06-01', 'restated', 40),
            ('A2', 'P1', date '2025-06-01', 'restated', 50)
        ) as good (account_id, product_id, month, basis, mrr)
    """,
    "fct_mrr_movements": """
        select *, 0::decimal(18, 2) as contraction_mrr, 0::decimal(18, 2) as churn_mrr,
            0::decimal(18, 2) as reactivation_mrr, 0::decimal(18, 2) as fx_mrr,
            0::decimal(18, 2) as merge_mrr, 0::decimal(18, 2) as prior_period_mrr,
            null::varchar as sub_movement
        from (values
            ('A1', date '2025-05-01', 'restated', 'new', 0::decimal(18, 2), 100::decimal(18, 2),
                0::decimal(18, 2), 100::decimal(18, 2)),
            ('A2', date '2025-05-01', 'restated', 'new', 0, 50, 0, 50),
            ('A1', date '2025-06-01', 'restated', 'expansion', 100, 0, 50, 150),
            ('A2', date '2025-06-01', 'restated', 'flat', 50, 0, 0, 50)
        ) as good (account_id, month, basis, movement, opening_mrr, new_mrr, expansion_mrr,
            closing_mrr)
    """,
    "fct_mrr_drivers": """
        select account_id, month, basis, closing_mrr - opening_mrr as amount
        from fct_mrr_movements where closing_mrr <> opening_mrr
    """,
    "fct_mrr_lines": """
        select account_id, product_id, month, basis, 0.5 as quantity, mrr / 2 as mrr,
            gross_mrr / 2 as gross_mrr, discount_mrr, excess_discount_mrr
        from fct_mrr cross join range(2)
    """,
    "kpi_mrr_bridge": """
        select month, segment_type, segment, basis, sum(columns('_mrr$')),
            12 * sum(columns('(.*)_mrr$')) as "\\1_arr", 0 as rounding_arr,
            0 as segment_transfer_arr,
            0::decimal(38, 2) as segment_transfer_mrr, count(*) as paying_accounts,
            count(case when movement = 'new' then 1 end) as new_accounts,
            0 as prior_period_accounts, 0 as merged_accounts, 0 as reactivated_accounts,
            0 as resumed_accounts, 0 as paused_accounts, 0 as churned_accounts,
            0 as expired_pause_accounts, 0 as transferred_in_accounts,
            0 as transferred_out_accounts, null::double as quick_ratio
        from fct_mrr_movements
        cross join (values ('all', 'all'), ('country', 'JP')) as kinds (segment_type, segment)
        group by all
    """,
    "dim_periods": """
        select *, false as is_partial, true as is_closed from (values
            ('month', date '2025-05-01', 1, date '2025-05-01', date '2025-05-01'),
            ('month', date '2025-06-01', 1, date '2025-06-01', date '2025-06-01'),
            ('quarter', date '2025-04-01', 3, date '2025-05-01', date '2025-06-01')
        ) as good (period_type, period, period_months, first_month, last_month)
    """,
    "kpi_mrr_bridge_periods": """
        select period_type, period, segment_type, segment, basis, last_month,
            arg_min(opening_mrr, month) as opening_mrr, arg_max(closing_mrr, month) as closing_mrr,
            arg_min(opening_arr, month) as opening_arr, arg_max(closing_arr, month) as closing_arr,
            sum(columns('^(new|exp|con|chu|rea|fx|merge|prior|seg|round).*_(mrr|arr|accounts)$')),
            sum(columns('^(paused|resumed)_accounts$')),
            arg_min(paying_accounts - new_accounts, month) as opening_accounts,
            arg_max(paying_accounts, month) as paying_accounts
        from dim_periods inner join kpi_mrr_bridge on month between first_month and last_month
        group by all
    """,
    "kpi_nrr": """
        select *, case when opening_mrr > 0 then (closing_mrr / opening_mrr)::double end as nrr,
            case when opening_mrr > 0 then (kept_mrr / opening_mrr)::double end as grr,
            case when opening_mrr > 0 then 1::double end as logo_retention,
            closing_mrr - opening_mrr as expansion_mrr, 0 as contraction_mrr, 0 as churn_mrr,
            0 as returned_mrr, opening_accounts as retained_accounts, kept_mrr as kept_flow_mrr,
            nrr / 2 as nrr_low, nrr * 2 as nrr_high, grr / 2 as grr_low,
            case when opening_mrr > 0 then 1::double end as grr_high,
            logo_retention / 2 as logo_retention_low, logo_retention as logo_retention_high,
            opening_mrr > 0 as is_beyond_chance, 'given' as interval_note
        from (values
            (date '2025-05-01', '12m', 'all', 'all', 'restated', 0::decimal(18, 2),
                0::decimal(18, 2), 0::decimal(18, 2), 0),
            (date '2025-06-01', '12m', 'all', 'all', 'restated', 150, 200, 150, 2),
            (date '2025-06-01', '12m', 'country', 'JP', 'restated', 100, 150, 100, 1),
            (date '2025-06-01', '12m', 'country', 'US', 'restated', 50, 50, 50, 1)
        ) as good (month, retention_window, segment_type, segment, basis, opening_mrr, closing_mrr,
            kept_mrr, opening_accounts)
    """,
    "kpi_nrr_periods": """
        select * exclude (month, retention_window), 'month' as period_type,
            month as period, month as last_month, 'period' as retention_window,
            12 as window_months
        from kpi_nrr
    """,
    "fct_billings": """
        select date '2025-06-01' as month, account_id, 100 as invoiced_amount,
            -10 as credited_amount, 0 as refunded_amount, 90 as net_amount
        from (values ('A1'), ('A2')) as good (account_id)
    """,
    "kpi_billings": """
        select date '2025-06-01' as month, product_id, 100 as invoiced_amount,
            -10 as credited_amount, 0 as refunded_amount, 90 as net_amount, 1 as documents
        from (values ('P1'), ('unassigned')) as good (product_id)
        union all select date '2025-07-01', 'P1', 0, 0, 0, 0, 0
    """,
    "kpi_nrr_products": """
        select *, closing_mrr - expansion_mrr - opening_mrr as contraction_mrr, 0 as churn_mrr,
            closing_mrr - expansion_mrr as kept_mrr,
            closing_mrr - expansion_mrr + moved_out_mrr as kept_with_moves_mrr,
            1 as opening_accounts, 1 as retained_accounts,
            (closing_mrr / opening_mrr)::double as nrr,
            ((closing_mrr - expansion_mrr) / opening_mrr)::double as grr
        from (values
            (date '2025-06-01', '12m', 'P1', 'restated', 100::decimal(18, 2), 0::decimal(18, 2),
                80::decimal(18, 2), 0::decimal(18, 2), 0::decimal(18, 2), 20::decimal(18, 2)),
            (date '2025-06-01', '12m', 'P2', 'restated', 50, 20, 70, 50, 20, 0)
        ) as good (month, retention_window, product_id, basis, opening_mrr, expansion_mrr,
            closing_mrr, entered_mrr, moved_in_mrr, moved_out_mrr)
    """,
    "fct_account_retention": """
        select *, 0 as contraction_mrr, 0 as churn_mrr, 0 as returned_mrr, true as is_retained,
            opening_mrr as published_opening_mrr, 0 as restatement_mrr, 0 as fx_mrr,
            0 as transferred_mrr, opening_mrr as kept_mrr, opening_mrr as kept_flow_mrr
        from (values
            ('A1', date '2025-06-01', '12m', 'restated', 100::decimal(18, 2), 50::decimal(18, 2),
                150::decimal(18, 2), 'seats', 50::decimal(18, 2), 'more units'),
            ('A2', date '2025-06-01', '12m', 'restated', 50, 0, 50, null, null, 'no change')
        ) as good (account_id, month, retention_window, basis, opening_mrr, expansion_mrr,
            closing_mrr, largest_driver, largest_driver_mrr, explanation)
    """,
    "kpi_cohort_retention": """
        select *, 'restated' as basis from (values
            (date '2025-05-01', 0, 'all', date '2025-05-01', 2, 150::decimal(18, 2), 2,
                150::decimal(18, 2)),
            (date '2025-05-01', 1, 'all', date '2025-06-01', 2, 150, 2, 200)
        ) as good (cohort_month, months_since, segment, month, cohort_accounts, cohort_mrr,
            retained_accounts, retained_mrr)
        cross join (values ('all'), ('country')) as kinds (segment_type)
    """,
    "kpi_renewals": """
        select *, case when expiring_mrr > 0 then (renewed_mrr / expiring_mrr)::decimal(18, 6) end
            as renewal_rate, 'restated' as basis, null::date as reading_month,
            true as is_matured, 0 as reduced_mrr, 0 as open_mrr, 0 as pending_churn_mrr,
            expiring_mrr - renewed_mrr as lost_mrr
        from (values
            (date '2025-05-01', 'all', 'all', 0::decimal(18, 2), 0::decimal(18, 2), 50),
            (date '2025-06-01', 'all', 'all', 100, 80, 0),
            (date '2025-05-01', 'country', 'JP', 0, 0, 50),
            (date '2025-06-01', 'country', 'JP', 40, 20, 0),
            (date '2025-06-01', 'country', 'US', 60, 60, 0)
        ) as good (month, segment_type, segment, expiring_mrr, renewed_mrr, notice_mrr)
    """,
    "fct_renewals_ahead": """
        select * from (values
            ('L1', date '2025-08-01', date '2025-07-01', 'A1', true, 100::decimal(18, 2)),
            ('L2', date '2025-07-01', date '2025-06-01', 'A1', false, 20)
        ) as good (contract_line_id, due_on, month, account_id, is_running, due_mrr)
    """,
    "kpi_renewals_ahead": """
        select *, due_mrr as open_mrr, 0 as at_risk_mrr, 0 as notice_mrr, 0 as renewed_early_mrr,
            due_mrr as green_mrr, 0 as yellow_mrr, 0 as red_mrr, 0 as unscored_mrr,
            due_mrr as unproposed_mrr
        from (values
            ('month', date '2025-06-01', '2025-06', date '2025-06-30', 1, 20::decimal(18, 2)),
            ('month', date '2025-07-01', '2025-07', date '2025-07-31', 1, 100),
            ('quarter', date '2025-04-01', 'FY2025 Q1', date '2025-06-30', 1, 20),
            ('quarter', date '2025-07-01', 'FY2025 Q2', date '2025-09-30', 1, 100)
        ) as good (period_type, period, period_label, period_end, due_terms, due_mrr)
    """,
    "kpi_cmrr_schedule": """
        select *, 0 as steps_mrr, 0 as discount_mrr, 0 as replaced_mrr, 0 as notice_mrr,
            date '2025-06-01' as month_made
        from (values
            (date '2025-07-01', 200, 10, -20, 190, 210, 5, 0, 20, 200),
            (date '2025-08-01', 190, 5, 0, 195, 215, 0, 30, 50, null)
        ) as good (month, opening_mrr, starts_mrr, ended_mrr, scheduled_mrr, committed_mrr,
            later_mrr, renews_itself_mrr, due_so_far_mrr, outlook_mrr)
    """,
    "fct_accounts_today": """
        select * from (values
            ('A1', date '2025-08-01'), ('A2', null)
        ) as good (account_id, next_renewal_on)
    """,
    "kpi_unit_economics": """
        select *, 'restated' as basis, 2 as paying_accounts, 0 as churned_accounts_12m,
            2 as opening_account_months_12m,
            case when segment_type = 'all' then 7.5 end as acquisition_cost,
            case when segment_type = 'all' then 7.5 end as cac
        from (values
            (date '2025-05-01', 'all', 'all', 150::decimal(18, 2), 150::decimal(18, 2), null),
            (date '2025-06-01', 'all', 'all', 200, 150, 0.02::decimal(18, 6)),
            (date '2025-05-01', 'country', 'JP', 150, 150, null),
            (date '2025-06-01', 'country', 'JP', 200, 150, 1)
        ) as good (month, segment_type, segment, mrr, margin_known_mrr, logo_churn_rate)
    """,
    "fct_nrr_restatements": """
        select date '2025-06-01' as month, '12m' as retention_window, 150 as restated_opening_mrr,
            150 as as_reported_opening_mrr, 0 as opening_difference, 200 as restated_closing_mrr,
            190 as as_reported_closing_mrr, 10 as closing_difference, 0.1 as nrr_difference
    """,
    "fct_nrr_restatement_lines": """
        select date '2025-06-01' as month, '12m' as retention_window, 0.1::double as nrr_points
    """,
    "fct_sealed_months": """
        select date '2025-05-01' as month, null::varchar as reason
    """,
    "fct_health_scores": """
        select * from (values
            ('A1', date '2025-06-01', 71.9::decimal(5, 1), 'green'),
            ('A2', date '2025-06-01', null, 'insufficient_data')
        ) as good (account_id, month, health_score, health_band)
    """,
    "fct_health_components": """
        select * from (values
            ('A1', date '2025-06-01', 'login_frequency', 20.0::double),
            ('A1', date '2025-06-01', 'key_features', 20.0),
            ('A1', date '2025-06-01', 'support_burden', 0.0),
            ('A1', date '2025-06-01', 'nps', 31.9),
            ('A2', date '2025-06-01', 'login_frequency', null),
            ('A2', date '2025-06-01', 'key_features', null),
            ('A2', date '2025-06-01', 'support_burden', null),
            ('A2', date '2025-06-01', 'nps', null)
        ) as good (account_id, month, component, contribution)
    """,
    "fct_customer_tiers": """
        select * from (values
            ('A1', date '2025-06-01', 'best', true, 900.00),
            ('A2', date '2025-06-01', 'best', false, 100.00),
            ('A3', date '2025-06-01', 'other', false, 100.00)
        ) as good (account_id, month, customer_tier, is_best_by_billings, t12m_net_billings)
    """,
    "kpi_product_affinity": """
        select date '2025-06-01' as month, 'P1' as antecedent, 'P2' as consequent,
            9 as n, 5 as n_antecedent, 4 as n_consequent, 4 as n_both, 0.8::double as confidence
    """,
    "kpi_experiments": """
        select * from (values
            ('X1', 'offer', 5, 0.1::double, 0.0::double, -0.1::double, 0.1::double, 1.0::double,
                0.2::double, 'underpowered'),
            ('X2', 'offer', null, null, null, null, null, null, null, 'running')
        ) as good (experiment_id, variant, wins, win_rate, lift, ci_low, ci_high, p_value, mde,
            status)
    """,
    "fct_upsell_opportunities": """
        select *, 'green' as health_band from (values
            ('A1', 'O1', date '2025-06-01', 'seats', '', true, 1, 100.00),
            ('A1', 'O2', date '2025-06-01', 'upgrade', 'health_low', false, null, null),
            ('A1', 'O3', date '2025-06-01', 'downsell', '', false, null, null)
        ) as good (account_id, offer_id, month, offer_class, blocked_reasons, is_eligible,
            priority, expected_value)
    """,
    "fct_proposals": """
        select *, date '2025-05-01' as context_month, date '2025-06-09' as proposed_on,
            'green' as health_band
        from (values
            ('R1', 'won', true, date '2025-06-09', date '2025-06-01'),
            ('R2', 'lost', false, date '2025-06-09', null),
            ('R3', 'open', false, null, null)
        ) as good (proposal_id, outcome_to_date, won, ended_on, linked_movement_month)
    """,
    "kpi_upsell": """
        select *, 'restated' as basis, 10 as opening_accounts, 1 as upsold_accounts,
            1 as cross_sold_accounts,
            4 as proposals, 1 as won_proposals, 1 as lost_proposals, 1 as expired_proposals,
            1 as open_proposals, 1 as won_to_date, 3 as judged_proposals, 2 as timed_proposals,
            1 as decided_in_month, 1 as won_in_month, 5 as candidates, 1 as won_candidates,
            0.1 as upsell_rate, 0.1 as cross_sell_rate, 0.3 as proposal_win_rate,
            2 as followed_accounts_90d, 2 as followed_accounts_180d, 2 as matched_accounts_180d,
            0.1 as churn_difference_90d, 0.0 as churn_difference_low_90d,
            0.2 as churn_difference_high_90d, 0.1 as churn_difference_180d,
            0.0 as churn_difference_low_180d, 0.2 as churn_difference_high_180d,
            case when segment_type = 'all' then 3.0 end as upsell_revenue_multiple,
            false as is_full_fiscal_year, 3 as upsell_revenue_fytd, 2 as upsell_revenue_12m,
            1 as linked_upsell_revenue_fytd, 1 as expansion_tool_cost_fytd,
            2 as expansion_tool_cost_12m,
            5 as linked_expansion_mrr, 5 as organic_expansion_mrr, 60 as upsold_mrr_after_1m
        from (values (date '2025-06-01', 'all'), (date '2025-06-01', 'country'))
            as good (month, segment_type)
    """,
    "fct_source_reconciliation": """
        select table_name[5:] as raw_table, 'modelled' as outcome, null as reason,
            0 as row_count, 0 as amount
        from duckdb_tables() where table_name like 'raw\\_%' escape '\\'
            and schema_name = current_schema()
        union all select 'contract_lines', 'quarantined', 'bad_date', 2, 30
    """,
    "dq_quarantine": """
        select 'contract_lines' as raw_table, 'bad_date' as reason, 'A1' as account_id,
            'L' || i as raw_key, 1::decimal(18, 2) as refused_mrr, false as is_outlier
        from range(2) as numbers (i)
    """,
    "dq_oddities": "select 'invoices' as raw_table, 'no_day' as reason from range(0)",
}
# What the tables of the raw contract hold: nothing but two lines that were refused.
RAW_COUNTS = {"contract_lines": 2}
# A good run may have none of these.
EMPTY_MARTS = ("dq_oddities",)

MART_BASELINE = MartBaseline(
    run_id="earlier",
    row_counts=dict.fromkeys(GOOD_MARTS, 1) | {"fct_mrr": 8} | dict.fromkeys(EMPTY_MARTS, 0),
    closed_mrr=(("restated", "2025-05-01", "150.00"),),
)

FEW_LINES = "dq_quarantine.refused_mrr.error (four lines and a huge one)"
MANY_SEGMENTS = "kpi_mrr_bridge.segments.warning (as many as may be)"
FINE_MARTS = (FEW_LINES, MANY_SEGMENTS)

# How each expectation is broken: check → statements inside a copy of the good marts.
BROKEN_MARTS = {
    "fct_mrr.rows.warning": ["delete from fct_mrr"],
    # The newest month publishes 200: 2.03 beside it is more than 1 %, 50.01 more than 20 %.
    "dq_quarantine.refused_mrr.warning": [
        "update dq_quarantine set refused_mrr = 1.03 where raw_key = 'L0'"
    ],
    "dq_quarantine.refused_mrr.error": [
        "update dq_quarantine set refused_mrr = 0",
        "insert into dq_quarantine (refused_mrr, is_outlier)"
        " select (i + 1) * 3.334, false from range(5) as numbers (i)",
    ],
    "dq_quarantine.refused_mrr.error (nothing else is left)": ["delete from fct_mrr"],
    FEW_LINES: [
        "update dq_quarantine set refused_mrr = 900",
        "insert into dq_quarantine (refused_mrr, is_outlier) values (900, false), (900, false),"
        " (900, true), (0, false)",
    ],
    "dq_quarantine.refused_outliers.warning": [
        "update dq_quarantine set is_outlier = true where raw_key = 'L0'"
    ],
    "kpi_nrr.plausible.warning": ["update kpi_nrr set nrr = 6 where segment = 'all'"],
    "fct_health_components.finite.error": [
        "update fct_health_components set contribution = 'nan'::double where account_id = 'A2'"
    ],
    "kpi_product_affinity.finite.error": [
        "update kpi_product_affinity set confidence = 'nan'::double"
    ],
    "kpi_experiments.finite.error": ["update kpi_experiments set lift = 'infinity'::double"],
    "kpi_mrr_bridge.finite.error": ["update kpi_mrr_bridge set quick_ratio = '-infinity'"],
    "kpi_mrr_bridge.segments.warning": [
        "insert into kpi_mrr_bridge by name select b.* replace ('region' as segment_type, "
        "n as segment) from kpi_mrr_bridge as b, range(201) as r(n) "
        "where month = (select min(month) from kpi_mrr_bridge)"
    ],
    MANY_SEGMENTS: [
        "insert into kpi_mrr_bridge by name select b.* replace ('region' as segment_type, "
        "n as segment) from kpi_mrr_bridge as b, range(200) as r(n) "
        "where month = (select min(month) from kpi_mrr_bridge)"
    ],
    "kpi_nrr.finite.error": ["update kpi_nrr set grr = 'nan'::double"],
    "fct_mrr.volume.warning": [
        "delete from fct_mrr where account_id = 'A1' and month = '2025-06-01'"
    ],
    "fct_mrr.closed_months.warning": [
        "update fct_mrr set mrr = 61 where product_id = 'P1' and month = '2025-05-01'"
    ],
    "fct_mrr.closed_months.warning (a month gone)": [
        "delete from fct_mrr where month = '2025-05-01'"
    ],
    **{
        f"{name}.volume.warning": [f"delete from {name}"]
        for name in GOOD_MARTS
        if name not in ("fct_mrr", *EMPTY_MARTS)
    },
}

# How each dbt test of published marts is broken, the same way.
PUBLISHED = ROOT / "tests" / "singular" / "published"
PROOFS = sorted(PUBLISHED.glob("*.sql"))
BROKEN_PROOFS = {
    "affinity_counts_fit_into_each_other": ["update kpi_product_affinity set n_both = 5"],
    "affinity_counts_fit_into_each_other (more than all)": [
        "update kpi_product_affinity set n_antecedent = 10"
    ],
    "best_customers_come_first": [
        "update fct_customer_tiers set t12m_net_billings = 900 where account_id = 'A3'"
    ],
    "best_customers_come_first (another tier)": [
        "update fct_customer_tiers set customer_tier = 'dormant' where account_id = 'A1'"
    ],
    "billings_add_up_by_product": [
        "update kpi_billings set net_amount = 91 where product_id = 'unassigned'"
    ],
    "billings_add_up_by_product (a part)": [
        "update kpi_billings set credited_amount = -11 where product_id = 'unassigned'"
    ],
    "billings_add_up_by_product (a rate on one side)": [
        "update kpi_billings set net_amount = null where product_id = 'unassigned'"
    ],
    "billings_add_up_by_product (no product)": ["delete from kpi_billings"],
    "billings_add_up_by_product (no account)": ["delete from fct_billings"],
    "blocked_offers_are_never_ranked": [
        "update fct_upsell_opportunities set is_eligible = true where offer_id = 'O2'"
    ],
    "blocked_offers_are_never_ranked (a downsell)": [
        "update fct_upsell_opportunities set is_eligible = true where offer_id = 'O3'"
    ],
    "account_retention_is_explained": [
        "update fct_account_retention set expansion_mrr = 49 where account_id = 'A1'"
    ],
    "account_retention_is_explained (opening)": [
        "update fct_account_retention set transferred_mrr = 1 where account_id = 'A2'"
    ],
    "account_retention_is_explained (no member)": [
        "update fct_account_retention set published_opening_mrr = 0, opening_mrr = 0, "
        "closing_mrr = 0 where account_id = 'A2'"
    ],
    "account_retention_is_explained (no sentence)": [
        "update fct_account_retention set explanation = '' where account_id = 'A2'"
    ],
    "account_retention_is_explained (no driver)": [
        "update fct_account_retention set largest_driver = null where account_id = 'A1'"
    ],
    "account_retention_is_explained (the other way)": [
        "update fct_account_retention set largest_driver_mrr = -50 where account_id = 'A1'"
    ],
    "account_retention_is_explained (restated is never without parts)": [
        "update fct_account_retention set expansion_mrr = null where account_id = 'A2'"
    ],
    "accounts_add_up_to_nrr": [
        "update fct_account_retention set closing_mrr = 149 where account_id = 'A1'"
    ],
    "accounts_add_up_to_nrr (opening)": [
        "update fct_account_retention set opening_mrr = 51 where account_id = 'A2'"
    ],
    "accounts_add_up_to_nrr (an account missing)": [
        "delete from fct_account_retention where account_id = 'A2'"
    ],
    "accounts_add_up_to_nrr (no account at all)": ["delete from fct_account_retention"],
    "accounts_add_up_to_nrr (a basis too many)": [
        "insert into fct_account_retention select * replace ('as_reported' as basis) "
        "from fct_account_retention"
    ],
    "accounts_add_up_to_nrr (a part)": [
        "update fct_account_retention set expansion_mrr = 51, contraction_mrr = -1 "
        "where account_id = 'A1'"
    ],
    "accounts_add_up_to_nrr (retained)": [
        "update fct_account_retention set is_retained = false where account_id = 'A2'"
    ],
    "blocked_offers_are_never_ranked (ranked)": [
        "update fct_upsell_opportunities set priority = 2 where offer_id = 'O2'"
    ],
    "bridge_is_the_sum_of_movements": [
        "delete from fct_mrr_movements where account_id = 'A2' and month = '2025-06-01'"
    ],
    "bridge_is_the_sum_of_movements (a month missing)": [
        "delete from kpi_mrr_bridge where month = '2025-06-01'"
    ],
    "bridge_rolls_forward": ["update kpi_mrr_bridge set segment_transfer_mrr = 1"],
    "bridge_rolls_forward (ARR)": ["update kpi_mrr_bridge set rounding_arr = 1"],
    "bridge_rolls_forward (opening ARR)": [
        "update kpi_mrr_bridge set opening_arr = opening_arr + 1, new_arr = new_arr - 1"
    ],
    "bridge_rolls_forward (accounts)": ["update kpi_mrr_bridge set churned_accounts = 1"],
    "cohorts_add_up_to_the_book": [
        "update kpi_cohort_retention set retained_mrr = 199 where months_since = 1"
    ],
    "cohorts_add_up_to_the_book (a month missing)": [
        "delete from kpi_cohort_retention where months_since = 1"
    ],
    "cohorts_add_up_to_the_book (opening)": [
        "update kpi_cohort_retention set cohort_mrr = 149 where months_since = 0"
    ],
    "cohorts_add_up_to_the_book (an account too many)": [
        "update kpi_cohort_retention set cohort_accounts = 3 where months_since = 0"
    ],
    "drivers_sum_to_movements": ["update fct_mrr_drivers set amount = amount + 1"],
    "every_raw_row_is_accounted_for": [
        "update fct_source_reconciliation set row_count = 3 where outcome = 'quarantined'"
    ],
    "every_raw_row_is_accounted_for (money)": [
        "update fct_source_reconciliation set amount = 31 where outcome = 'quarantined'"
    ],
    "every_raw_row_is_accounted_for (not listed)": [
        "insert into dq_quarantine (raw_table, reason) values ('contract_lines', 'bad_date')"
    ],
    "experiments_show_nothing_unready": [
        "update kpi_experiments set wins = 1 where experiment_id = 'X2'"
    ],
    "experiments_show_nothing_unready (a failed split)": [
        "update kpi_experiments set status = 'srm_failed' where experiment_id = 'X1'"
    ],
    "health_contributions_sum_to_the_score": [
        "update fct_health_components set contribution = 31.7 where contribution = 31.9"
    ],
    "health_contributions_sum_to_the_score (no component)": ["delete from fct_health_components"],
    "health_contributions_sum_to_the_score (above 100)": [
        "update fct_health_components set contribution = contribution + 50 where contribution > 0",
        "update fct_health_scores set health_score = 221.9 where account_id = 'A1'",
    ],
    "lines_sum_to_the_products": [
        "update fct_mrr_lines set mrr = mrr + 1 where month = '2025-05-01'"
    ],
    "lines_sum_to_the_products (discounts)": ["update fct_mrr_lines set discount_mrr = 1"],
    "lines_sum_to_the_products (beyond 0)": ["update fct_mrr set excess_discount_mrr = 1"],
    "lines_sum_to_the_products (units)": ["update fct_mrr_lines set quantity = 1"],
    "lines_sum_to_the_products (a product missing)": [
        "delete from fct_mrr where product_id = 'P2'"
    ],
    "lines_sum_to_the_products (no lines)": ["delete from fct_mrr_lines where account_id = 'A2'"],
    "movements_close_at_the_balances": ["update fct_mrr set mrr = 39 where product_id = 'P2'"],
    "movements_close_at_the_balances (an account missing)": [
        "delete from fct_mrr where account_id = 'A2'"
    ],
    "movements_close_at_the_balances (an account too many)": [
        "delete from fct_mrr_movements where account_id = 'A2'"
    ],
    "movements_roll_forward": [
        "update fct_mrr_movements set expansion_mrr = 49 where opening_mrr = 100"
    ],
    "mrr_is_never_negative": ["update fct_mrr set mrr = -1 where account_id = 'A2'"],
    "mrr_is_never_negative (no number)": ["update kpi_nrr set nrr = 'nan'::double"],
    "new_once_and_reactivation_after_churn": ["update fct_mrr_movements set movement = 'new'"],
    "new_once_and_reactivation_after_churn (never left)": [
        "update fct_mrr_movements set movement = 'reactivation' where account_id = 'A2'"
    ],
    "nobody_red_or_unknown_is_offered_anything": [
        "update fct_health_scores set health_band = 'red'"
    ],
    "nobody_red_or_unknown_is_offered_anything (on the day)": [
        "update fct_upsell_opportunities set health_band = 'red'"
    ],
    "nobody_red_or_unknown_is_offered_anything (unknown)": [
        "update fct_upsell_opportunities set account_id = 'A9'"
    ],
    "odd_rows_that_count": ["insert into dq_oddities values ('proposals', 'no_day')"],
    "opening_is_last_closing": [
        "update fct_mrr_movements set opening_mrr = 90, expansion_mrr = 60 where opening_mrr = 100"
    ],
    "opening_is_last_closing (a month missing)": [
        "delete from fct_mrr_movements where month = '2025-06-01' and account_id = 'A2'"
    ],
    "periods_add_up_their_months": ["update kpi_mrr_bridge_periods set closing_mrr = 1"],
    "periods_add_up_their_months (ARR)": ["update kpi_mrr_bridge_periods set rounding_arr = 1"],
    "periods_add_up_their_months (another step)": [
        "update kpi_mrr_bridge_periods set new_mrr = new_mrr + 1, churn_mrr = churn_mrr - 1"
    ],
    "periods_add_up_their_months (another step of ARR)": [
        "update kpi_mrr_bridge_periods set new_arr = new_arr + 1, churn_arr = churn_arr - 1"
    ],
    "periods_add_up_their_months (accounts)": [
        "update kpi_mrr_bridge_periods set churned_accounts = 1"
    ],
    "periods_add_up_their_months (ARR though a month has none)": [
        "update kpi_mrr_bridge set closing_arr = null where month = '2025-05-01'"
    ],
    "periods_add_up_their_months (a period missing)": [
        "delete from kpi_mrr_bridge_periods where period_type = 'quarter'"
    ],
    "periods_add_up_their_months (a month in two periods)": [
        "update kpi_mrr_bridge_periods set opening_mrr = opening_mrr - new_mrr, "
        "new_mrr = 2 * new_mrr where period = '2025-05-01'"
    ],
    "periods_add_up_their_months (opening)": [
        "update kpi_mrr_bridge_periods set opening_mrr = 99, closing_mrr = closing_mrr - 51 "
        "where period = '2025-06-01'"
    ],
    "periods_add_up_their_months (no opening accounts)": [
        "update kpi_mrr_bridge_periods set opening_accounts = null where period = '2025-06-01'"
    ],
    "periods_add_up_their_months (opening accounts)": [
        "update kpi_mrr_bridge_periods set opening_accounts = 1 where period = '2025-06-01'"
    ],
    "periods_are_retained_as_their_windows": [
        "update kpi_nrr_periods set nrr = 1 where segment = 'JP'"
    ],
    "periods_are_retained_as_their_windows (a part)": [
        "update kpi_nrr_periods set opening_accounts = 9"
    ],
    "periods_are_retained_as_their_windows (an interval)": [
        "update kpi_nrr_periods set grr_low = grr_low / 2 where segment = 'JP'"
    ],
    "periods_are_retained_as_their_windows (no interval)": [
        "update kpi_nrr_periods set interval_note = null where opening_mrr = 0"
    ],
    "periods_are_retained_as_their_windows (beyond its interval)": [
        "update kpi_nrr_periods set window_months = 5, grr_high = 0.9 where segment = 'JP'"
    ],
    "periods_are_retained_as_their_windows (flows)": [
        "update kpi_nrr_periods set churn_mrr = -1 where segment = 'JP'"
    ],
    "periods_are_retained_as_their_windows (of nothing)": [
        "update kpi_nrr_periods set window_months = 5, nrr = 0, grr = 0 where opening_mrr = 0"
    ],
    "periods_are_retained_as_their_windows (bounds)": [
        "update kpi_nrr_periods set window_months = 5, kept_mrr = 101, grr = 1.01 "
        "where segment = 'JP'"
    ],
    "periods_are_retained_as_their_windows (segments)": [
        "delete from kpi_nrr_periods where segment = 'US'"
    ],
    "products_add_up_to_nrr (opening)": [
        "update kpi_nrr_products set opening_mrr = 99, contraction_mrr = -19 "
        "where product_id = 'P1'"
    ],
    "products_add_up_to_nrr (closing)": [
        "update kpi_nrr_products set entered_mrr = 49 where product_id = 'P2'"
    ],
    "products_add_up_to_nrr (kept)": [
        "update kpi_nrr_products set moved_out_mrr = 19, kept_with_moves_mrr = 99 "
        "where product_id = 'P1'"
    ],
    "products_add_up_to_nrr (no product)": ["delete from kpi_nrr_products"],
    "products_add_up_to_nrr (a basis too many)": [
        "insert into kpi_nrr_products select * replace ('as_reported' as basis) "
        "from kpi_nrr_products"
    ],
    "products_add_up_to_nrr (restated months are not sealed)": [
        "update fct_sealed_months set month = '2025-06-01'",
        "delete from kpi_nrr_products",
    ],
    "products_add_up_to_nrr (flows)": [
        "update kpi_nrr_products set churn_mrr = -1 where product_id = 'P2'"
    ],
    "products_add_up_to_nrr (more moved in than gained)": [
        "update kpi_nrr_products set moved_in_mrr = 71 where product_id = 'P2'"
    ],
    "products_add_up_to_nrr (more moved out than lost)": [
        "update kpi_nrr_products set moved_out_mrr = 21, kept_with_moves_mrr = 101 "
        "where product_id = 'P1'",
        "update kpi_nrr_products set moved_out_mrr = -1, kept_with_moves_mrr = 49 "
        "where product_id = 'P2'",
    ],
    "products_add_up_to_nrr (more retained than opened)": [
        "update kpi_nrr_products set retained_accounts = 2"
    ],
    "products_add_up_to_nrr (no ratio)": ["update kpi_nrr_products set nrr = null"],
    "proposals_add_up_in_every_segment": [
        "update kpi_upsell set candidates = 4 where segment_type = 'country'"
    ],
    "proposals_see_only_what_was_known": [
        "update fct_proposals set proposed_on = '2025-06-07' where proposal_id = 'R1'"
    ],
    "renewals_ahead_add_up": ["update kpi_renewals_ahead set open_mrr = open_mrr - 1"],
    "renewals_ahead_add_up (by health)": ["update kpi_renewals_ahead set red_mrr = 1"],
    "renewals_ahead_add_up (terms)": [
        "update fct_renewals_ahead set due_mrr = 99 where contract_line_id = 'L1'"
    ],
    "renewals_ahead_add_up (a month missing)": [
        "delete from kpi_renewals_ahead where period_label = '2025-07'"
    ],
    "renewals_ahead_add_up (next renewal)": [
        "update fct_accounts_today set next_renewal_on = '2025-07-01' where account_id = 'A1'"
    ],
    "renewals_stay_in_their_bounds": [
        "update kpi_renewals set renewed_mrr = 61 where segment = 'US'"
    ],
    "renewals_stay_in_their_bounds (a rate of nothing)": [
        "update kpi_renewals set renewal_rate = 1 where expiring_mrr = 0"
    ],
    "renewals_stay_in_their_bounds (a rate above 1)": [
        "update kpi_renewals set renewal_rate = 1.1 where expiring_mrr > 0"
    ],
    "renewals_stay_in_their_bounds (segments)": ["delete from kpi_renewals where segment = 'US'"],
    "renewals_stay_in_their_bounds (notices)": [
        "update kpi_renewals set notice_mrr = 49 where segment = 'JP'"
    ],
    "renewals_stay_in_their_bounds (read before they matured)": [
        "update kpi_renewals set basis = 'as_reported', reading_month = '2025-07-01', "
        "is_matured = false"
    ],
    "renewals_stay_in_their_bounds (outcomes)": [
        "update kpi_renewals set open_mrr = 1 where segment_type = 'all' and expiring_mrr > 0"
    ],
    "restatements_are_explained_by_their_lines": [
        "update fct_nrr_restatements set closing_difference = 9"
    ],
    "restatements_are_explained_by_their_lines (points)": [
        "update fct_nrr_restatement_lines set nrr_points = 0.2"
    ],
    "retention_flows_close": ["update kpi_nrr set expansion_mrr = 49 where segment = 'JP'"],
    "retention_is_closing_over_opening": [
        "update kpi_nrr set nrr = nrr + 0.00001 where segment = 'JP'"
    ],
    "retention_is_closing_over_opening (GRR)": [
        "update kpi_nrr set grr = grr - 0.00001 where segment = 'JP'"
    ],
    "retention_stays_in_its_bounds": ["update kpi_nrr set grr = 1.01 where segment = 'US'"],
    "retention_stays_in_its_bounds (NRR below GRR)": [
        "update kpi_nrr set nrr = 0.99 where segment = 'US'"
    ],
    "retention_stays_in_its_bounds (of nothing)": [
        "update kpi_nrr set nrr = 0, grr = 0 where opening_mrr = 0"
    ],
    "retention_stays_in_its_bounds (empty though something opened)": [
        "update kpi_nrr set grr = null where segment = 'US'"
    ],
    "sealed_months_agree_with_today": ["update fct_sealed_months set reason = 'source'"],
    "schedule_leads_to_committed_mrr": ["update kpi_cmrr_schedule set later_mrr = later_mrr + 1"],
    "schedule_leads_to_committed_mrr (opening)": [
        "update kpi_cmrr_schedule set month_made = '2025-05-01', later_mrr = later_mrr - 50"
    ],
    "schedule_leads_to_committed_mrr (rolls forward)": [
        "update kpi_cmrr_schedule set starts_mrr = 4 where month = '2025-08-01'"
    ],
    "schedule_leads_to_committed_mrr (a month missing)": [
        "delete from kpi_cmrr_schedule where month = '2025-07-01'"
    ],
    "schedule_leads_to_committed_mrr (ends)": [
        "update kpi_cmrr_schedule set committed_mrr = 211, later_mrr = 4 where month = '2025-07-01'"
    ],
    "schedule_leads_to_committed_mrr (what came up)": [
        "update kpi_cmrr_schedule set due_so_far_mrr = 51 where month = '2025-08-01'"
    ],
    "schedule_leads_to_committed_mrr (more than all renewed)": [
        "update kpi_cmrr_schedule set outlook_mrr = 211 where month = '2025-07-01'"
    ],
    "schedule_leads_to_committed_mrr (less than nothing renewed)": [
        "update kpi_cmrr_schedule set outlook_mrr = 164 where month = '2025-08-01'"
    ],
    "segments_weigh_up_to_the_company": ["delete from kpi_nrr where segment = 'US'"],
    "unit_economics_tie_to_the_bridge": [
        "delete from kpi_unit_economics where segment = 'JP' and month = '2025-06-01'"
    ],
    "unit_economics_tie_to_the_bridge (a share above 1)": [
        "update kpi_unit_economics set logo_churn_rate = 1.01 where segment = 'JP'"
    ],
    "unit_economics_tie_to_the_bridge (margins of what is not there)": [
        "update kpi_unit_economics set margin_known_mrr = 201 where segment = 'JP'"
    ],
    "upsell_rates_stay_in_their_bounds": ["update kpi_upsell set open_proposals = 2"],
    "upsold_accounts_are_paying_accounts": ["update kpi_upsell set upsold_accounts = 11"],
    "only_wins_with_a_day_have_a_movement": [
        "update fct_proposals set won = true where proposal_id = 'R2'"
    ],
    "only_wins_with_a_day_have_a_movement (without a day)": [
        "update fct_proposals set ended_on = null"
    ],
    "only_wins_with_a_day_have_a_movement (linked)": [
        "update fct_proposals set linked_movement_month = '2025-06-01' where proposal_id = 'R3'"
    ],
}

# ---- good raw tables: 200 rows each ----

RAW_TABLES = ("contract_lines", "usage_events")
RAW_BASELINE = {"rows": dict.fromkeys(RAW_TABLES, 200), "typical_price": 1000.0}


def contract() -> Sequence[RawTable]:
    return [table for table in read_contract(ROOT) if table.name in RAW_TABLES]


def all_raw_checks(profile: RawProfile, baseline: Mapping[str, object] | None) -> list[Check]:
    return raw_checks(
        contract(), profile, as_of_date=AS_OF, baseline=baseline, reporting_currency="JPY"
    )


def good_raw_sql(table: RawTable) -> str:
    """200 plausible rows of a raw table, as the register macro would hand them over."""
    values = {"varchar": "'x'", "boolean": "true", "integer": "3", "timestamp": "'2025-06-29'"}
    columns = []
    for column in table.columns:
        value = values.get(column.data_type, "'2025-06-29'" if "date" in column.data_type else "1")
        value = {"currency": "'JPY'", "charge_type": "'recurring'", "unit_price": "1000"}.get(
            column.name, "null" if column.name == "parent_line_id" else value
        )
        columns.append(f"cast({value} as {column.data_type}) as {column.name}")
    columns += ["cast(null as varchar) as _reject_reason", "i as _row"]
    return f"select {', '.join(columns)} from range(200) as numbers (i)"


def break_columns(condition: str, value: str, rows: str) -> list[str]:
    """Statements that set every column of one kind, in every table, to a value."""
    kinds = {
        "dates": lambda column: column.data_type in ("date", "timestamp"),
        "numbers": lambda column: column.data_type.startswith(("decimal", "integer")),
        "required": lambda column: column.required,
        "currency": lambda column: column.name == "currency",
    }
    statements = []
    for table in contract():
        for column in filter(kinds[condition], table.columns):
            statements.append(f"update {table.name} set {column.name} = {value} where {rows}")
    return statements


def reject(rows: str) -> list[str]:
    """Statements that reject some rows of every table."""
    return [f"update {name} set _reject_reason = 'x' where {rows}" for name in RAW_TABLES]


def too_many_units(rows: str) -> str:
    """A statement for what is off in a quantity, which may well be negative."""
    return f"update contract_lines set quantity = 2e15 where {rows}"


EVERY = "true"
MOST = "_row < 120"
FEW = "_row < 5"

BROKEN_RAW = {
    "everything empty": [f"delete from {name}" for name in RAW_TABLES],
    "a third gone": [f"delete from {name} where _row < 70" for name in RAW_TABLES],
    "one row rejected": [
        f"update {name} set _reject_reason = 'x' where _row = 0" for name in RAW_TABLES
    ],
    "most rows rejected": [
        f"update {name} set _reject_reason = 'x' where {MOST}" for name in RAW_TABLES
    ],
    "required columns empty": break_columns("required", "null", EVERY),
    # One value of a sparse column is all of its values, and still only one.
    "few dates at all": [
        *break_columns("dates", "null", "_row > 3"),
        *break_columns("dates", "'2099-12-31'", "_row <= 3"),
    ],
    "few dates off": break_columns("dates", "'1969-12-31'", FEW),
    "most dates off": break_columns("dates", "'2099-12-31'", MOST),
    "few numbers off": [*break_columns("numbers", "-7", FEW), too_many_units(FEW)],
    "most numbers off": [*break_columns("numbers", "-7", MOST), too_many_units(MOST)],
    "most amounts off": [f"update contract_lines set amount = 2e12 where {MOST}"],
    "few currencies unknown": break_columns("currency", "'XXX'", FEW),
    "most currencies unknown": break_columns("currency", "'XXX'", MOST),
    "everything old": break_columns("dates", "'2024-12-31'", EVERY),
    "prices tripled": ["update contract_lines set unit_price = unit_price * 3"],
}


SPARSE_DATES = {
    column.name: 4
    for table in contract()
    for column in table.columns
    if column.data_type in ("date", "timestamp")
}


class Judged:
    """Names of the expectations that failed, by variant of the data."""

    def __init__(self, results: Sequence[CheckResult]) -> None:
        self.results = results
        self.failed: dict[str, set[str]] = {}
        for result in results:
            variant, name = result.check.name.split(":", 1)
            failed = self.failed.setdefault(variant, set())
            if not result.passed:
                failed.add(name)

    def lines(self, variant: str) -> list[str]:
        return [
            r.line for r in self.results if not r.passed and r.check.name.startswith(f"{variant}:")
        ]


def judge(places: Places, suites: Mapping[str, Sequence[Check]]) -> Judged:
    """Evaluate one suite per variant, each in the schema of that name, in one process."""
    checks = [
        replace(check, name=f"{variant}:{check.name}", schema=f"v{index}")
        for index, (variant, suite) in enumerate(suites.items())
        for check in suite
    ]
    report = GateWorker(places, "test").run(checks)
    broken = [result.line for result in report.results if "could not be evaluated" in result.line]
    assert broken == []
    return Judged(report.results)


def make_places(folder: Path) -> Places:
    folder.mkdir(parents=True, exist_ok=True)
    return Places(project=ROOT, home=folder, raw=folder / "raw")


def write_variants(
    places: Places, tables: Mapping[str, str], variants: Mapping[str, Sequence[str]]
) -> None:
    with duckdb.connect(str(places.database)) as con:
        for index, statements in enumerate([[], *variants.values()]):
            con.execute(f"create schema v{index}; set schema = 'v{index}'")
            for name, sql in tables.items():
                con.execute(f"create table {name} as {sql}")
            for statement in statements:
                con.execute(statement)


def marts_in(schema: str) -> list[Mart]:
    return [Mart(name, schema, name, (), "", {"refused_mrr": ""}) for name in GOOD_MARTS]


@pytest.fixture(scope="module")
def judged_marts(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    places = make_places(tmp_path_factory.mktemp("marts"))
    write_variants(places, GOOD_MARTS, BROKEN_MARTS)
    floating = floating_columns(places.database, marts_in("v0"))
    suites = {}
    for index, variant in enumerate([GOOD, *BROKEN_MARTS]):
        suite = mart_checks(marts_in(f"v{index}"), floating, MART_BASELINE)
        wanted = variant.split(" ")[0]
        suites[variant] = [check for check in suite if variant == GOOD or check.name == wanted]
    # The baseline of fct_mrr has 8 rows: the good 6 are within the allowed drop.
    return judge(places, suites)


@pytest.fixture(scope="module")
def judged_raw(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    places = make_places(tmp_path_factory.mktemp("raw"))
    tables = {table.name: good_raw_sql(table) for table in contract()}
    write_variants(places, tables, BROKEN_RAW)
    profile = RawProfile(dict.fromkeys(RAW_TABLES, 200), 1000.0, ("JPY",))
    suite = all_raw_checks(profile, RAW_BASELINE)
    sparse = replace(profile, filled={table.name: SPARSE_DATES for table in contract()})
    suites = dict.fromkeys([GOOD, *BROKEN_RAW], suite)
    return judge(places, suites | {"few dates at all": all_raw_checks(sparse, RAW_BASELINE)})


def test_good_marts_meet_every_expectation(judged_marts: Judged) -> None:
    assert judged_marts.lines(GOOD) == []


def test_much_refused_money_of_few_lines_does_not_stop(judged_marts: Judged) -> None:
    assert judged_marts.failed[FEW_LINES] == set()


def test_two_hundred_segments_of_a_kind_are_not_too_many(judged_marts: Judged) -> None:
    assert judged_marts.failed[MANY_SEGMENTS] == set()
    [line] = judged_marts.lines("kpi_mrr_bridge.segments.warning")
    assert line.startswith("kpi_mrr_bridge: expected: a kind of segment has at most 200 segments")
    assert "region" in line and "201" in line


@pytest.mark.parametrize("variant", [name for name in BROKEN_MARTS if name not in FINE_MARTS])
def test_broken_marts_fail_the_expectation(judged_marts: Judged, variant: str) -> None:
    assert variant.split(" ", maxsplit=1)[0] in judged_marts.failed[variant]


def test_every_mart_expectation_has_been_seen_to_fail() -> None:
    floating = {"fct_health_components": ["contribution"]}
    suite = mart_checks(marts_in("main"), floating, MART_BASELINE)
    seen = {variant.split(" ")[0] for variant in BROKEN_MARTS if variant not in FINE_MARTS}
    assert {check.name for check in suite} <= seen


def test_expectations_of_an_absent_mart_are_left_out_and_no_others() -> None:
    marts = [mart for mart in marts_in("main") if mart.name != "kpi_nrr"]
    with_all = {check.name for check in mart_checks(marts_in("main"), {}, None)}
    without = {check.name for check in mart_checks(marts, {}, None)}
    assert with_all - without == {name for name in with_all if name.startswith("kpi_nrr.")}
    assert without


@pytest.mark.slow
def test_every_mart_expectation_is_asked_of_the_whole_project(sample_company: Company) -> None:
    run = current_run(sample_company.home / "published")
    assert run is not None
    asked = {result["name"] for report in run.manifest["checks"] for result in report["results"]}
    assert {check.name for check in mart_checks(marts_in("main"), {}, None)} <= asked
    assert {name.split(".")[1] for name in asked} >= {path.stem for path in PROOFS}


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The good marts, and the raw tables that the reconciliation is about."""
    with duckdb.connect() as con:
        for table in read_contract(ROOT):
            rows = RAW_COUNTS.get(table.name, 0)
            con.execute(
                f"create table raw_{table.name} as select null::int as quantity, "
                f"15 as unit_price, 0 as amount, 0 as proposed_mrr, "
                f"'recurring' as charge_type from range({rows})"
            )
        for name, sql in GOOD_MARTS.items():
            con.execute(f"create table {name} as {sql}")
        yield con


@cache
def macros() -> MacroSql:
    return MacroSql("duckdb", {"as_of_date": str(AS_OF)})


@cache
def proof_sql(name: str) -> str:
    return macros().file(PUBLISHED / f"{name}.sql")


@pytest.mark.parametrize("name", [path.stem for path in PROOFS])
def test_good_marts_pass_every_published_test(
    published: duckdb.DuckDBPyConnection, name: str
) -> None:
    assert published.execute(proof_sql(name)).fetchall() == []


@pytest.mark.parametrize("variant", BROKEN_PROOFS)
def test_broken_marts_fail_the_published_test(
    published: duckdb.DuckDBPyConnection, variant: str
) -> None:
    published.execute("begin")
    try:
        for statement in BROKEN_PROOFS[variant]:
            published.execute(statement)
        assert published.execute(proof_sql(variant.split(" ", maxsplit=1)[0])).fetchall() != []
    finally:
        published.execute("rollback")


def test_every_published_test_has_been_seen_to_fail_and_says_what_it_proves() -> None:
    names = {path.stem for path in PROOFS}
    assert {variant.split(" ", maxsplit=1)[0] for variant in BROKEN_PROOFS} == names
    described = yaml.safe_load((PUBLISHED / "_published.yml").read_text(encoding="utf-8"))
    assert {test["name"] for test in described["data_tests"] if test["description"]} == names


def test_proofs_stand_on_the_page_of_the_gate_with_their_verdict() -> None:
    found = proven(
        [
            Proof("rolls", "fct_mrr", "main", "it rolls forward", "error", False, "3 rows"),
            Proof("agrees", "fct_mrr", "main", "seals agree", "warning", False, "1 row"),
            Proof("sums", "kpi_nrr", "main", "it sums up", "error", True, ""),
        ]
    )
    assert [(result.status, result.line) for result in found] == [
        ("error", "fct_mrr: expected: it rolls forward; found: 3 rows"),
        ("warning", "fct_mrr: expected: seals agree; found: 1 row"),
        ("passed", "kpi_nrr: expected: it sums up"),
    ]


def test_of_the_required_tables_only_plans_may_have_no_rows() -> None:
    tables = read_contract(ROOT)
    suite = raw_checks(
        tables,
        RawProfile({table.name: 0 for table in tables}, None, ("JPY",)),
        as_of_date=AS_OF,
        baseline=None,
        reporting_currency="JPY",
    )
    assert {check.name for check in suite if ".rows." in check.name} == {
        "accounts.rows.error",
        "contract_lines.rows.error",
        "plans.rows.warning",
        "products.rows.error",
    }


def test_good_raw_tables_meet_every_expectation(judged_raw: Judged) -> None:
    assert judged_raw.lines(GOOD) == []


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("everything empty", "contract_lines.rows.error"),
        ("everything empty", "usage_events.volume.warning"),
        ("a third gone", "contract_lines.volume.warning"),
        ("one row rejected", "contract_lines.rejected_rows.warning"),
        ("most rows rejected", "contract_lines.rejected_rows.error"),
        ("required columns empty", "contract_lines.unit_price.filled.error"),
        ("few dates off", "contract_lines.starts_on.range.warning"),
        ("most dates off", "contract_lines.starts_on.range.error"),
        ("few numbers off", "contract_lines.quantity.range.warning"),
        ("few numbers off", "contract_lines.unit_price.range.warning"),
        ("most numbers off", "contract_lines.quantity.range.error"),
        ("most numbers off", "contract_lines.unit_price.range.error"),
        ("few currencies unknown", "contract_lines.currency.known.warning"),
        ("most currencies unknown", "contract_lines.currency.known.error"),
        ("everything old", "contract_lines.freshness.warning"),
        ("everything old", "usage_events.freshness.warning"),
        ("prices tripled", "contract_lines.unit_price.drift.warning"),
    ],
)
def test_broken_raw_tables_fail_the_expectation(
    judged_raw: Judged, variant: str, expected: str
) -> None:
    assert expected in judged_raw.failed[variant]


@pytest.mark.parametrize(
    "variant", [name for name in BROKEN_RAW if name.startswith(("few", "one"))]
)
def test_a_few_bad_rows_never_stop_a_run(judged_raw: Judged, variant: str) -> None:
    failed = judged_raw.failed[variant]
    assert failed
    assert not [name for name in failed if name.endswith(".error")]


def test_every_raw_expectation_has_been_seen_to_fail(judged_raw: Judged) -> None:
    asked = {result.check.name.split(":", 1)[1] for result in judged_raw.results}
    assert asked - set().union(*judged_raw.failed.values()) == set()


def test_a_failure_says_how_many_rows_and_shows_one(judged_raw: Judged) -> None:
    line = next(
        line
        for line in judged_raw.lines("few currencies unknown")
        if line.startswith("contract_lines: expected: currency")
    )
    assert line.endswith("; found: 5 of 200 rows (2.5 %), e.g. XXX")


def test_expectations_about_an_empty_optional_table_are_left_out() -> None:
    rows = dict.fromkeys(RAW_TABLES, 200) | {"usage_events": 0}
    suite = all_raw_checks(RawProfile(rows, None, ("JPY",)), None)
    assert not [check for check in suite if check.table == "usage_events"]


def test_use_is_fresh_where_events_or_daily_counts_are(tmp_path: Path) -> None:
    """One table is looked at for itself, two of them together."""

    def freshness(**rows: int) -> list[Check]:
        profile = RawProfile({**dict.fromkeys(RAW_TABLES, 0), **rows}, None, ())
        suite = raw_checks([], profile, as_of_date=AS_OF, baseline=None, reporting_currency="JPY")
        return [check for check in suite if check.table.startswith("usage")]

    assert freshness() == []
    for table, column in (("usage_events", "occurred_at"), ("usage_daily", "used_on")):
        (check,) = freshness(**{table: 3})
        assert (check.table, check.arguments["column"]) == (table, column)
    (both,) = freshness(usage_events=3, usage_daily=3)
    query = both.arguments["unexpected_rows_query"].format(batch="raw.usage_events")
    old, fresh = "2025-01-01", AS_OF.isoformat()
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for event, count, failures in ((old, old, 1), (fresh, old, 0), (old, fresh, 0)):
            for table, column, day in (
                ("usage_events", "occurred_at", event),
                ("usage_daily", "used_on", count),
            ):
                kind = "date" if column == "used_on" else "timestamp"
                connection.execute(
                    f"create or replace table raw.{table} as select {kind} '{day}' as {column}"
                )
            assert len(connection.execute(query).fetchall()) == failures


def test_profile_counts_rows_and_ignores_absurd_prices(tmp_path: Path) -> None:
    places = make_places(tmp_path)
    with duckdb.connect(str(places.database)) as con:
        con.execute("create schema raw; set schema = 'raw'")
        for table in contract():
            con.execute(f"create table {table.name} as {good_raw_sql(table)}")
        con.execute("update contract_lines set unit_price = 1e15 where _row = 0")
        for table in read_contract(ROOT):
            if table.name in ("accounts", "fx_rates"):
                con.execute(f"create table {table.name} as {good_raw_sql(table)}")
        con.execute("update fx_rates set currency = 'USD'")
    profile = measure_raw(places.database, contract(), "JPY")
    assert profile.rows == dict.fromkeys(RAW_TABLES, 200)
    assert profile.typical_price is not None
    assert 1000 < profile.typical_price < 1200
    assert profile.currencies == ("JPY", "USD")


CHARGED = """
    insert into raw.accounts by name select unnest(['A', 'TEST']) as account_id,
        unnest([false, true]) as is_internal;
    insert into raw.fx_rates by name from (values
        ('USD', 'budget', date '2025-01-01', 1.08, null),
        ('CHF', 'spot', date '2025-01-01', 1.1, null),
        ('GBP', 'budget', date '2025-01-01', 1.2, null),
        ('GBP', 'budget', date '2025-01-01', 1.3, null),
        ('ALX', 'budget', date '2025-01-01', 1, null),
        ('ALL', 'redenomination', date '2026-01-01', 1000, 'ALX')
    ) as rates (currency, rate_kind, valid_from, rate, into_currency);
    insert into raw.contract_lines by name
    select
        'L' || row_number() over () as contract_line_id, coalesce(owner, 'A') as account_id,
        currency, 'recurring' as charge_type, price as unit_price, quantity, trial as is_trial
    from (values
        ('EUR', 1, 1, null, false), ('USD', 1, 1, null, false), ('BGN', 1, 1, null, false),
        ('ALL', 1, 1, null, false), ('CHF', 12.5, 2, null, false), ('CHF', 1200, null, null, false),
        ('GBP', 10, 1, null, false), ('PEN', 0, 1, null, false), ('SEK', 5, 1, null, true),
        ('NOK', 5, 1, 'TEST', false), ('DKK', 5, 1, 'NOBODY', false), ('BTC', 5, 1, null, false)
    ) as lines (currency, price, quantity, owner, trial);
    insert into raw.contract_lines by name
    select 'FEE' as contract_line_id, 'A' as account_id, 'ISK' as currency,
        'one_time' as charge_type, 700 as amount;
"""


def test_a_currency_without_a_rate_is_named_with_lines_and_amount(tmp_path: Path) -> None:
    """A fixed rate into the reporting currency or a rated one is a rate; two contradicting ones,
    and the market's, are none. Lines that nobody charges or that are refused need none, nor do fees
    with an amount instead of a price, which are no recurring money."""
    places = make_places(tmp_path)
    with duckdb.connect(str(places.database)) as con:
        con.execute("create schema raw")
        for table in read_contract(ROOT):
            empty = f"create table raw.{table.name} as {good_raw_sql(table)} limit 0"
            con.execute(empty)
        con.execute(CHARGED)
    profile = measure_raw(
        places.database, contract(), "EUR", as_of_date=AS_OF, seeds=ROOT / "seeds"
    )
    result = rate_of_every_currency(profile.unrated)
    assert result.status == "error"
    assert result.line == (
        "contract_lines: expected: a budget rate in fx_rates for every currency that is charged; "
        "found: CHF has none (2 lines, 1,225.00); GBP has none (1 line, 10.00)"
    )
    assert profile.currencies == ("ALL", "ALX", "BGN", "CHF", "EUR", "GBP", "USD")
    assert rate_of_every_currency(()).passed


def test_an_unreadable_table_is_bad_input(tmp_path: Path) -> None:
    places = make_places(tmp_path)
    file = tmp_path / "contract_lines.csv"
    file.write_text("contract_line_id\nC1\n")
    with duckdb.connect(str(places.database)) as con:
        con.execute("create schema raw")
        con.execute(f"create view raw.contract_lines as from read_csv('{file}')")
    file.unlink()
    with pytest.raises(BadInput, match="table contract_lines cannot be read"):
        measure_raw(places.database, contract()[:1], "JPY")


def test_baseline_holds_the_closed_months_only(tmp_path: Path) -> None:
    file = tmp_path / "marts.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute(f"create table fct_mrr as {GOOD_MARTS['fct_mrr']}")
        con.execute(
            "create table dim_months as select date '2025-05-01' as month, true as is_closed"
        )
        con.execute("insert into dim_months values ('2025-06-01', false)")
    baseline = read_baseline("earlier", {"fct_mrr": 6}, file)
    assert baseline.closed_mrr == (("restated", "2025-05-01", "150.00"),)


@pytest.fixture
def one_table(tmp_path: Path) -> Iterator[Places]:
    places = make_places(tmp_path)
    with duckdb.connect(str(places.database)) as con:
        con.execute("create table fct_rfm as select 7 as r_score, 'x' as note")
    yield places


def one_check(**changes: object) -> Check:
    check = Check(
        name="fct_rfm.r_score.error",
        schema="main",
        table="fct_rfm",
        severity="error",
        description="r_score is one of 1 to 5",
        expectation="expect_column_values_to_be_in_set",
        arguments={"column": "r_score", "value_set": [1, 2, 3, 4, 5]},
    )
    return replace(check, **changes)  # type: ignore[arg-type]


def test_an_expectation_that_cannot_be_asked_is_an_error_even_if_it_only_warns(
    one_table: Places,
) -> None:
    no_column = one_check(
        name="a", severity="warning", arguments={"column": "nothing", "value_set": [1]}
    )
    no_table = one_check(name="b", severity="warning", table="nothing")
    bad_sql = one_check(
        name="c",
        severity="warning",
        expectation="unexpected_rows_expectation",
        arguments={"unexpected_rows_query": "select nothing from {batch}"},
    )
    report = GateWorker(one_table, "test").run([no_column, no_table, bad_sql, one_check()])
    assert [result.status for result in report.results] == ["error"] * 4
    assert all("could not be evaluated" in result.line for result in report.results[:3])
    assert "1 of 1 rows (100.0 %), e.g. 7" in report.results[3].line
    with pytest.raises(CheckFailed, match=r"test gate: fct_rfm: .*nothing published"):
        require_passed(report, one_table.quality / "test.html")


def test_a_worker_that_dies_stops_the_run(one_table: Places) -> None:
    worker = GateWorker(one_table, "test")
    worker._process.kill()
    worker._process.wait()
    with pytest.raises(CheckFailed, match=r"could not run: see .*gate-test\.log"):
        worker.run([one_check()])


def test_the_page_stands_alone_and_escapes_what_it_shows(tmp_path: Path) -> None:
    hostile = replace(one_check(), description="<script>alert(1)</script>", severity="warning")
    report = GateReport(
        "raw",
        (CheckResult(hostile, False, "<b>7</b>"), CheckResult(one_check(), True, "")),
        seconds=1.0,
    )
    page = write_report(report, tmp_path, {"as of": "2025-06-30"})
    html = page.read_text()
    assert "<script" not in html
    assert "&lt;b&gt;7&lt;/b&gt;" in html
    assert "http" not in html
    assert "prefers-color-scheme: dark" in html
    content = json.loads((tmp_path / "raw.json").read_text())
    assert (content["passed"], content["warnings"], content["errors"]) == (1, 1, 0)
    assert [result["status"] for result in content["results"]] == ["warning", "passed"]
