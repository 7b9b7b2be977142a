{%- set kinds = [('invoiced', 'invoice'), ('credited', 'credit_note'), ('refunded', 'refund')] -%}
with

issued as (

    select * from {{ ref('int_issued_documents') }}

)

-- Without a rate an amount is unknown, and so is every sum it belongs to.
select
    account_id,
    month,
    {% for name, kind in kinds -%}
    cast(case
        when count(case when kind = '{{ kind }}' and amount is null then 1 end) = 0
            then sum(case when kind = '{{ kind }}' then amount else 0 end)
    end as decimal(19, 3)) as {{ name }}_amount,
    {% endfor -%}
    cast(case when count(*) = count(amount) then sum(amount) end as decimal(19, 3)) as net_amount
from issued
group by account_id, month
