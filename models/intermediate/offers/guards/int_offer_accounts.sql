with

population as (

    select * from {{ ref('int_scoring_population') }}

),

{% for facts, relation in {
    'bands': ref('int_guarded_bands'),
    'voices': ref('int_dissatisfied_accounts'),
    'talks': ref('int_recent_contacts'),
    'due_renewals': ref('int_due_renewals'),
    'holdouts': ref('int_offer_holdouts'),
    'opt_outs': ref('int_opt_outs'),
    'refused_rows': ref('int_refused_guard_rows'),
    'usage_months': ref('int_usage_months'),
}.items() -%}
{{ facts }} as (

    select * from {{ relation }}

),

{% endfor -%}
held as (

    select
        account_id,
        month,
        max(account_mrr) as account_mrr
    from {{ ref('int_held_products') }}
    group by account_id, month

)

select
    population.account_id,
    population.month,
    population.month_end,
    population.first_paid_on,
    held.account_mrr,
    bands.health_band,
    bands.health_score,
    bands.month_end_band,
    bands.guarded_band,
    bands.has_cancel_notice,
    bands.is_past_due,
    bands.quiet_since,
    due_renewals.renewal_on as due_renewal_on,
    refused_rows.first_refused_row,
    voices.has_severe_ticket,
    voices.has_low_csat,
    voices.has_detractor,
    talks.last_proposed_on,
    talks.last_contacted_on,
    coalesce(talks.open_proposals, 0) as open_proposals,
    coalesce(talks.contact_days, 0) as contact_days,
    opt_outs.account_id is not null as do_not_contact,
    holdouts.account_id is not null as is_holdout,
    {{ ratio('usage_months.seats_used', 'usage_months.seats') }} as seat_utilisation
from population
{% for facts in ['held', 'bands', 'voices'] -%}
inner join {{ facts }} on population.account_id = {{ facts }}.account_id and population.month = {{ facts }}.month
{% endfor -%}
{% for facts in ['talks', 'due_renewals', 'holdouts', 'opt_outs', 'refused_rows', 'usage_months'] -%}
left join {{ facts }} on population.account_id = {{ facts }}.account_id and population.month = {{ facts }}.month
{% endfor %}
