with

starts as (

    select * from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated'

),

months as (

    select * from {{ ref('int_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

reporting as (

    {{ reporting_currency_digits() }}

),

followers as (

    select
        replaces_line_id as contract_line_id,
        max(agreed_to) as agreed_to
    from starts
    group by replaces_line_id

),

-- A term is up for renewal in the month of its last day, whether it ran until then or something that reaches further
-- took its place before. Where it was terminated, or a follower ends with it, nothing is up for renewal.
ending as (

    select
        starts.*,
        months.month,
        months.fiscal_year
    from starts
    inner join months on {{ month_start('starts.ends_on') }} = months.month
    left join followers on starts.contract_line_id = followers.contract_line_id
    where
        (starts.terminated_on is null or starts.terminated_on >= starts.ends_on)
        and (
            starts.covered_to = {{ add_days('starts.ends_on', 1) }}
            or greatest(starts.agreed_to, coalesce(followers.agreed_to, starts.agreed_to))
            > {{ add_days('starts.ends_on', 1) }}
        )

),

-- The last balance that the books show of it, never one of a month after the term.
rated as (

    select
        ending.*,
        line_mrr.mrr_native,
        {{ rate_to_reporting('line_mrr.currency', 'coalesce(budget_rates.rate, line_mrr.budget_rate)') }}
            as budget_rate,
        row_number() over (
            partition by ending.contract_line_id, ending.month order by line_mrr.month desc
        ) as recency
    from ending
    inner join line_mrr on ending.version_id = line_mrr.version_id and ending.month >= line_mrr.month
    left join budget_rates
        on line_mrr.currency = budget_rates.currency and ending.fiscal_year = budget_rates.fiscal_year

)

select
    rated.contract_line_id,
    rated.month,
    rated.fiscal_year,
    rated.account_id,
    rated.product_id,
    rated.chain_id,
    rated.covered_from,
    rated.ends_on,
    rated.agreed_to,
    {{ renewal_gap_days('rated') }} as gap_days,
    {{ reporting_money('rated.mrr_native', 'rated.budget_rate') }} as expiring_mrr
from rated
cross join reporting
where rated.recency = 1 and rated.mrr_native > 0
