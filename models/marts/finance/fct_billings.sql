{%- set kinds = [('invoiced', 'invoice'), ('credited', 'credit_note'), ('refunded', 'refund')] -%}
with

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid

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
        account_map.paying_account_id as account_id,
        months.month,
        invoices.kind,
        {{ signed_billing('invoices.kind', 'invoices.amount') }} as amount_native,
        {{ rate_to_reporting('invoices.currency', 'budget_rates.rate') }} as budget_rate
    from invoices
    inner join knowledge on {{ is_known('invoices', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id
    inner join months on invoices.issued_on between months.month and months.month_end
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and invoices.currency = budget_rates.currency
            and months.fiscal_year = budget_rates.fiscal_year

),

converted as (

    select
        issued.*,
        {{ reporting_money('issued.amount_native', 'issued.budget_rate') }} as amount
    from issued
    cross join reporting

)

-- Without a rate an amount is unknown, and so is every sum it belongs to.
select
    account_id,
    month,
    {% for name, kind in kinds -%}
    cast(case
        when count(case when kind = '{{ kind }}' and amount is null then 1 end) = 0
            then sum(case when kind = '{{ kind }}' then amount else 0 end)
    end as decimal(18, 2)) as {{ name }}_amount,
    {% endfor -%}
    cast(case when count(*) = count(amount) then sum(amount) end as decimal(18, 2)) as net_amount
from converted
group by account_id, month
