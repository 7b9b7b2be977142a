with

{% for rows, relation in {
    'terms': ref('int_terms_ahead'),
    'early_renewals': ref('int_early_renewals'),
    'accounts': ref('fct_accounts_today'),
}.items() -%}
{{ rows }} as (

    select * from {{ relation }}

),

{% endfor -%}
last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

),

held_lines as (

    select
        line_mrr.version_id,
        sum(line_mrr.mrr) as mrr
    from {{ ref('int_line_mrr') }} as line_mrr
    inner join last_month on line_mrr.month = last_month.month
    where line_mrr.knowledge_id <> 'restated'
    group by line_mrr.version_id

),

{% set at_last_month = ' and amounts.month in (select max(months.month) from ' ~ ref('int_months') ~ ' as months)' -%}
{% for rows, amounts, only in [
    ('last_steps', ref('int_last_step_amounts'), at_last_month), ('starts', ref('int_line_start_amounts'), ''),
] -%}
{{ rows }} as (

    select
        amounts.version_id,
        amounts.net_native,
        {{ rate_columns('amounts.currency', 'budget_rates') }}
    from {{ amounts }} as amounts
    cross join last_month
    left join {{ ref('int_budget_rates') }} as budget_rates
        on
            amounts.knowledge_id = budget_rates.knowledge_id
            and amounts.currency = budget_rates.currency
            and last_month.month between budget_rates.from_month and budget_rates.to_month
    where amounts.knowledge_id = 'restated'{{ only }}

),

{% endfor -%}
reporting as (

    {{ reporting_currency_digits() }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated' and valid_from <= {{ as_of_date() }} and valid_to > {{ as_of_date() }}

),

proposals as (

    select
        *,
        count(*) over (partition by account_id) as open_proposals,
        row_number() over (partition by account_id order by proposed_on desc, proposal_id asc) as recency
    from {{ ref('fct_proposals') }}
    where outcome_to_date = 'open'

)

-- What is signed for the rest of a term is what comes up: its last step, else what the line is worth today.
select
    terms.contract_line_id,
    terms.due_on,
    {{ month_start(add_days('terms.due_on', -1)) }} as month,
    terms.account_id,
    {{ as_of_date() }} as as_of_date,
    account_versions.account_name,
    account_versions.csm_owner,
    account_versions.sales_owner,
    terms.product_id,
    terms.contract_id,
    terms.starts_on,
    {{ days_between(as_of_date(), 'terms.due_on') }} as days_to_due,
    terms.is_stated,
    terms.is_running,
    cast(coalesce(
        {{ reporting_money('last_steps.net_native', 'last_steps.budget') }}, held_lines.mrr,
        {{ reporting_money('starts.net_native', 'starts.budget') }}, 0
    ) as decimal(19, 3)) as due_mrr,
    {{ renewal_state() }} as renewal_state,
    early_renewals.renewed_by,
    case when terms.cancel_notice_on <= {{ as_of_date() }} then terms.cancel_notice_on end as notice_on,
    accounts.health_score,
    accounts.health_band,
    cast(coalesce(proposals.open_proposals, 0) as integer) as open_proposals,
    proposals.proposal_id,
    proposals.proposed_on,
    proposals.proposed_mrr
from terms
cross join reporting
left join early_renewals
    on terms.contract_line_id = early_renewals.contract_line_id and terms.due_on = early_renewals.due_on
left join held_lines on terms.version_id = held_lines.version_id
left join last_steps on terms.version_id = last_steps.version_id
left join starts on terms.version_id = starts.version_id
left join accounts on terms.account_id = accounts.account_id
left join account_versions on terms.account_id = account_versions.account_id
left join proposals on terms.account_id = proposals.account_id and proposals.recency = 1
