with

documents as (

    select * from {{ ref('int_billing_documents') }}

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

rules as (

    {{ rules_as_columns('customer_tier_rules', ['best_share']) }}

),

-- Twelve months that begin before the first document of all are unknown.
windows as (

    select
        month,
        {{ add_months('month', -11) }} as window_start
    from documents
    group by month
    having min(issued_on) <= {{ add_months('month', -11) }}

),

-- Without a rate an amount is unknown, and so is every sum it belongs to.
summed as (

    select
        population.account_id,
        population.month,
        case
            when count(documents.amount) = count(documents.invoice_id) then coalesce(sum(documents.amount), 0)
        end as t12m_net_billings
    from population
    inner join windows on population.month = windows.month
    left join documents
        on
            population.month = documents.month
            and population.account_id = documents.account_id
            and windows.window_start <= documents.issued_on
    group by population.account_id, population.month

),

ranked as (

    select
        account_id,
        month,
        rank() over (partition by month order by t12m_net_billings desc) as billings_rank,
        count(*) over (partition by month) as ranked_accounts
    from summed
    where t12m_net_billings > 0

)

select
    summed.account_id,
    summed.month,
    cast(summed.t12m_net_billings as decimal(19, 3)) as t12m_net_billings,
    cast(ranked.billings_rank as integer) as billings_rank,
    cast(ranked.ranked_accounts as integer) as ranked_accounts,
    case
        when summed.t12m_net_billings is not null
            then
                coalesce(
                    {{ is_among_best('ranked.billings_rank', 'ranked.ranked_accounts', 'rules.best_share') }}, false
                )
    end as is_best_by_billings
from summed
cross join rules
left join ranked on summed.account_id = ranked.account_id and summed.month = ranked.month
