with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

ending as (

    select * from {{ ref('int_terms_up_for_renewal') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The last balance that the books show of it, never one of a month after the term.
rated as (

    select
        ending.*,
        line_mrr.currency,
        line_mrr.mrr_native,
        {{ rate_columns('line_mrr.currency', 'budget_rates') }},
        row_number() over (
            partition by ending.knowledge_id, ending.contract_line_id, ending.month order by line_mrr.month desc
        ) as recency
    from ending
    inner join line_mrr
        on
            ending.knowledge_id = line_mrr.knowledge_id
            and ending.version_id = line_mrr.version_id
            and ending.month >= line_mrr.month
    left join budget_rates
        on
            ending.knowledge_id = budget_rates.knowledge_id
            and line_mrr.currency = budget_rates.currency
            and ending.month between budget_rates.from_month and budget_rates.to_month

),

-- What the line that goes on by itself bills at the next month-end.
going_on as (

    select
        knowledge_id,
        contract_line_id,
        month,
        max(case when is_in_force then 1 else 0 end) as in_force,
        min(currency) as currency,
        sum(mrr_native) as mrr_native,
        sum(mrr) as mrr
    from line_mrr
    group by knowledge_id, contract_line_id, month

),

valued as (

    select
        rated.*,
        {{ renewal_gap_days('rated') }} as gap_days,
        {{ reporting_money('rated.mrr_native', 'rated.budget') }} as expiring_mrr,
        case
            when going_on.currency = rated.currency
                then {{ reporting_money('going_on.mrr_native', 'rated.budget') }}
            else going_on.mrr
        end as next_mrr,
        going_on.in_force
    from rated
    cross join reporting
    left join going_on
        on
            rated.knowledge_id = going_on.knowledge_id
            and rated.contract_line_id = going_on.contract_line_id
            and {{ month_start(add_days('rated.ends_on', 1)) }} = going_on.month
    where rated.recency = 1 and rated.mrr_native > 0

)

-- A free month after the term is no lower price, and after the last month-end nothing is known of it.
select
    knowledge_id,
    contract_line_id,
    month,
    account_id,
    product_id,
    chain_id,
    covered_from,
    ends_on,
    agreed_to,
    runs_on,
    gap_days,
    expiring_mrr,
    cast(case
        when not runs_on or in_force = 0 then 0
        when next_mrr > 0 then next_mrr
        else expiring_mrr
    end as decimal(19, 3)) as running_mrr
from valued
