with

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and coalesce(status, 'open') <> 'void'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'restated'

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

issued as (

    select
        invoices.invoice_id,
        account_map.paying_account_id as account_id,
        coalesce(invoices.product_id, 'unassigned') as product_id,
        invoices.currency,
        invoices.status,
        invoices.issued_on,
        months.month,
        invoices.kind,
        {{ signed_billing('invoices.kind', 'invoices.amount') }} as amount_native,
        {{ rate_columns('invoices.currency', 'budget_rates') }}
    from invoices
    inner join knowledge on {{ is_known('invoices', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id
    inner join months on invoices.issued_on between months.month and months.month_end
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and invoices.currency = budget_rates.currency
            and months.month between budget_rates.from_month and budget_rates.to_month

)

select
    issued.invoice_id,
    issued.account_id,
    issued.product_id,
    issued.currency,
    issued.status,
    issued.issued_on,
    issued.month,
    issued.kind,
    cast(issued.amount_native as decimal(19, 3)) as amount_native,
    {{ reporting_money('issued.amount_native', 'issued.budget') }} as amount
from issued
cross join reporting
