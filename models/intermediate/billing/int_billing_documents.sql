with

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and coalesce(status, 'open') <> 'void'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

recurring_products as (

    select distinct
        knowledge_id,
        account_id,
        product_id
    from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

known as (

    select
        knowledge.knowledge_id,
        knowledge.closing_month as month,
        account_map.paying_account_id as account_id,
        invoices.invoice_id,
        invoices.product_id,
        invoices.currency,
        invoices.issued_on,
        invoices.kind = 'invoice' and invoices.amount > 0 as is_purchase,
        {{ signed_billing('invoices.kind', 'invoices.amount') }} as amount
    from invoices
    inner join knowledge
        on invoices.issued_on <= knowledge.map_date and {{ is_known('invoices', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id

),

-- The whole window at the rate of the month it ends in. A document without a product is taken as recurring.
rated as (

    select
        known.*,
        known.product_id is null or recurring_products.product_id is not null as is_recurring,
        {{ rate_columns('known.currency', 'budget_rates') }}
    from known
    left join budget_rates
        on
            known.knowledge_id = budget_rates.knowledge_id
            and known.currency = budget_rates.currency
            and known.month between budget_rates.from_month and budget_rates.to_month
    left join recurring_products
        on
            known.knowledge_id = recurring_products.knowledge_id
            and known.account_id = recurring_products.account_id
            and known.product_id = recurring_products.product_id

)

select
    rated.month,
    rated.account_id,
    rated.invoice_id,
    rated.issued_on,
    rated.is_purchase,
    rated.is_recurring,
    {{ reporting_money('rated.amount', 'rated.budget') }} as amount
from rated
cross join reporting
