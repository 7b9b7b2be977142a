{%- set kinds = [('invoiced', 'invoice'), ('credited', 'credit_note'), ('refunded', 'refund')] -%}
{%- set keys = ['month', 'product_id', 'currency'] -%}
with

issued as (

    select * from {{ ref('int_issued_documents') }}

),

owed as (

    select * from {{ ref('int_open_invoices') }}

),

payments as (

    select count(*) as known
    from {{ ref('int_scoped_documents') }}
    where knowledge_id = 'restated' and kind = 'invoice' and paid_amount > 0

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

reporting as (

    {{ reporting_currency_digits() }}

),

summed as (

    select
        {{ keys | join(',\n        ') }},
        {% for name, kind in kinds -%}
        sum(case when kind = '{{ kind }}' then amount_native else 0 end) as {{ name }}_native,
        case
            when count(case when kind = '{{ kind }}' and amount is null then 1 end) = 0
                then sum(case when kind = '{{ kind }}' then amount else 0 end)
        end as {{ name }}_amount,
        {% endfor -%}
        sum(amount_native) as net_native,
        case when count(*) = count(amount) then sum(amount) end as net_amount,
        count(*) as documents
    from issued
    group by {{ keys | join(', ') }}

),

spine as (

    select {{ keys | join(', ') }} from summed
    union
    select {{ keys | join(', ') }} from owed

),

complete as (

    select
        {{ prefixed('spine', keys) }},
        {% for name in ['invoiced', 'credited', 'refunded', 'net'] -%}
        coalesce(summed.{{ name }}_native, 0) as {{ name }}_native,
        case when summed.documents is null then 0 else summed.{{ name }}_amount end as {{ name }}_amount,
        {% endfor -%}
        coalesce(summed.documents, 0) as documents,
        case when payments.known > 0 then coalesce(owed.open_native, 0) end as open_native,
        case when payments.known > 0 then coalesce(owed.past_due_native, 0) end as past_due_native,
        case when payments.known > 0 then coalesce(owed.open_invoices, 0) end as open_invoices,
        {{ rate_columns('spine.currency', 'budget_rates') }}
    from spine
    cross join payments
    left join summed
        on
            spine.month = summed.month
            and spine.product_id = summed.product_id
            and spine.currency = summed.currency
    left join owed
        on
            spine.month = owed.month
            and spine.product_id = owed.product_id
            and spine.currency = owed.currency
    left join budget_rates
        on
            spine.currency = budget_rates.currency
            and spine.month between budget_rates.from_month and budget_rates.to_month

)

select
    {{ prefixed('complete', keys) }},
    {% for name in ['invoiced', 'credited', 'refunded', 'net'] -%}
    cast(complete.{{ name }}_native as decimal(19, 3)) as {{ name }}_native,
    cast(complete.{{ name }}_amount as decimal(19, 3)) as {{ name }}_amount,
    {% endfor -%}
    cast(complete.documents as integer) as documents,
    {% for name in ['open', 'past_due'] -%}
    cast(complete.{{ name }}_native as decimal(19, 3)) as {{ name }}_native,
    {{ reporting_money('complete.' ~ name ~ '_native', 'complete.budget') }} as {{ name }}_amount,
    {% endfor -%}
    cast(complete.open_invoices as integer) as open_invoices
from complete
cross join reporting
