with

keys as (

    select * from {{ ref('int_upsell_keys') }}

),

arpa as (

    select * from {{ ref('int_upsell_arpa') }}

),

churn as (

    select * from {{ ref('int_churn_rates') }}

),

nps as (

    select * from {{ ref('int_upsell_nps') }}

)

-- What became of the accounts upsold in a month; empty until their follow-up is complete.
select
    keys.month,
    keys.segment_type,
    keys.segment,
    arpa.mrr_before_1m,
    arpa.mrr_after_1m,
    arpa.mrr_before_3m,
    arpa.mrr_after_3m,
    nps.nps_before_sum,
    nps.nps_after_sum,
    nps.nps_accounts,
    {% for horizon in published_horizons() -%}
    {% for column in [
        'followed_accounts', 'churned_accounts', 'matched_accounts', 'matched_churned_accounts', 'control_accounts',
        'expected_churned_accounts', 'matched_months', 'control_rate', 'churn_difference', 'churn_difference_low',
        'churn_difference_high',
    ] -%}
    churn_{{ horizon }}d.{{ column }} as {{ column }}_{{ horizon }}d,
    {% endfor -%}
    {% endfor -%}
    churn_180d.followed_months as followed_months_180d
from keys
left join arpa
    on keys.month = arpa.month and keys.segment_type = arpa.segment_type and keys.segment = arpa.segment
left join nps
    on keys.month = nps.month and keys.segment_type = nps.segment_type and keys.segment = nps.segment
{% for horizon in published_horizons() -%}
left join churn as churn_{{ horizon }}d
    on
        keys.month = churn_{{ horizon }}d.month
        and keys.segment_type = churn_{{ horizon }}d.segment_type
        and keys.segment = churn_{{ horizon }}d.segment
        and churn_{{ horizon }}d.horizon_days = {{ horizon }}
{% endfor -%}
