with

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

months as (

    select * from {{ ref('int_months') }}

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
        months.fiscal_year,
        {{ fiscal_year('invoices.issued_on') }} as issued_fiscal_year,
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
    inner join months on knowledge.closing_month = months.month
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id

),

-- The whole window at the rate of the month it ends in; a currency that is not planned any more keeps the
-- rate of the year the document was issued in. A document without a product is taken as recurring.
rated as (

    select
        known.*,
        known.product_id is null or recurring_products.product_id is not null as is_recurring,
        {{ rate_to_reporting('known.currency', 'coalesce(closing_year.rate, issued_year.rate)') }} as budget_rate
    from known
    left join budget_rates as closing_year
        on
            known.knowledge_id = closing_year.knowledge_id
            and known.currency = closing_year.currency
            and known.fiscal_year = closing_year.fiscal_year
    left join budget_rates as issued_year
        on
            known.knowledge_id = issued_year.knowledge_id
            and known.currency = issued_year.currency
            and known.issued_fiscal_year = issued_year.fiscal_year
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
    {{ reporting_money('rated.amount', 'rated.budget_rate') }} as amount
from rated
cross join reporting
