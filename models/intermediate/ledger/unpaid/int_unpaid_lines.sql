with

scopes as (

    select * from {{ ref('int_unpaid_scopes') }}

),

amounts as (

    select * from {{ ref('int_line_amounts') }}
    where is_in_force

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- What the scope holds, as if everything were paid.
held as (

    select
        scopes.*,
        amounts.version_id,
        amounts.is_billed,
        amounts.net_native,
        {{ rate_columns('amounts.currency', 'budget_rates') }}
    from scopes
    inner join amounts
        on
            scopes.knowledge_id = amounts.knowledge_id
            and scopes.month = amounts.month
            and scopes.account_id = amounts.account_id
    inner join chains
        on
            amounts.knowledge_id = chains.knowledge_id
            and amounts.contract_line_id = chains.contract_line_id
    left join budget_rates
        on
            amounts.knowledge_id = budget_rates.knowledge_id
            and amounts.currency = budget_rates.currency
            and amounts.month between budget_rates.from_month and budget_rates.to_month
    where
        case
            when scopes.chain_id is not null
                then coalesce(chains.chain_id, amounts.contract_line_id) = scopes.chain_id
            else coalesce(scopes.product_id, amounts.product_id) = amounts.product_id
        end

),

valued as (

    select
        held.*,
        sum(case
            when held.is_billed then {{ reporting_money('held.net_native', 'held.budget') }} else 0
        end) over (partition by held.knowledge_id, held.month, held.scope) as scope_mrr
    from held
    cross join reporting

)

select
    knowledge_id,
    month,
    version_id,
    account_id,
    min(unpaid_from) as unpaid_from,
    max(last_unpaid_from) as last_unpaid_from
from valued
where open_money >= {{ setting('dunning_min_share') }} * scope_mrr
group by knowledge_id, month, version_id, account_id
