with

overdue as (

    select * from {{ ref('int_overdue_documents') }}

),

later_payments as (

    select * from {{ ref('int_later_payments') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

rated as (

    select
        overdue.*,
        {{ scope_name('overdue') }} as scope,
        {{ rate_columns('overdue.currency', 'budget_rates') }}
    from overdue
    left join budget_rates
        on
            overdue.knowledge_id = budget_rates.knowledge_id
            and overdue.currency = budget_rates.currency
            and overdue.month between budget_rates.from_month and budget_rates.to_month

),

converted as (

    select
        rated.*,
        {{ reporting_money('rated.open_amount', 'rated.budget') }} as open_money
    from rated
    cross join reporting

),

-- A customer who goes on paying has forgotten what is older.
weighed as (

    select
        converted.*,
        coalesce(later_payments.amount, 0) as paid_later,
        sum(converted.open_money) over (
            partition by converted.knowledge_id, converted.month, converted.scope
            order by converted.due_on
            range between unbounded preceding and current row
        ) as open_so_far
    from converted
    left join later_payments
        on
            converted.knowledge_id = later_payments.knowledge_id
            and converted.month = later_payments.month
            and converted.invoice_id = later_payments.invoice_id

)

select
    knowledge_id,
    month,
    scope,
    account_id,
    chain_id,
    max(product_id) as product_id,
    sum(open_money) as open_money,
    min(unpaid_from) as unpaid_from,
    max(unpaid_from) as last_unpaid_from
from weighed
where paid_later < {{ setting('dunning_min_share') }} * open_so_far
group by knowledge_id, month, scope, account_id, chain_id
