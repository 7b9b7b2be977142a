-- Lines are what the balances of `fct_mrr` are made of, in money, discounts and units; a seal kept their money alone.
with

lines as (

    select
        account_id,
        product_id,
        month,
        basis,
        sum(mrr) as mrr,
        sum(discount_mrr) as discount_mrr,
        sum(excess_discount_mrr) as excess_discount_mrr,
        sum(quantity) as quantity
    from {{ ref('fct_mrr_lines') }}
    group by account_id, product_id, month, basis

),

balances as (

    select * from {{ ref('fct_mrr') }}

),

sealed_months as (

    select distinct
        month,
        'as_reported' as basis
    from {{ ref('fct_sealed_months') }}

),

compared as (

    select
        coalesce(lines.account_id, balances.account_id) as account_id,
        coalesce(lines.product_id, balances.product_id) as product_id,
        coalesce(lines.month, balances.month) as month,
        coalesce(lines.basis, balances.basis) as basis,
        coalesce(lines.mrr, 0) as lines_mrr,
        coalesce(balances.mrr, 0) as mrr,
        coalesce(lines.discount_mrr, 0) as lines_discount_mrr,
        coalesce(balances.discount_mrr, 0) as discount_mrr,
        coalesce(lines.excess_discount_mrr, 0) as lines_excess_discount_mrr,
        coalesce(balances.excess_discount_mrr, 0) as excess_discount_mrr,
        cast(coalesce(lines.quantity, 0) as decimal(18, 4)) as lines_quantity,
        coalesce(balances.quantity, 0) as quantity
    from lines
    full outer join balances
        on
            lines.account_id = balances.account_id
            and lines.product_id = balances.product_id
            and lines.month = balances.month
            and lines.basis = balances.basis

)

select compared.*
from compared
left join sealed_months on compared.month = sealed_months.month and compared.basis = sealed_months.basis
where
    compared.lines_mrr <> compared.mrr
    or sealed_months.month is null and (
        compared.lines_discount_mrr <> compared.discount_mrr
        or compared.lines_excess_discount_mrr <> compared.excess_discount_mrr
        or compared.lines_quantity <> compared.quantity
    )
