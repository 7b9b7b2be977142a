-- What opens is in one product or another, what closes in one that was held or was entered, and an account keeps what
-- it keeps of its products or moves between them. A seal from before kpi_nrr_products has no products.
with

products as (

    select
        month,
        retention_window,
        basis,
        sum(opening_mrr) as opening_mrr,
        sum(closing_mrr + entered_mrr) as closing_mrr,
        sum(kept_with_moves_mrr) as kept_mrr
    from {{ ref('kpi_nrr_products') }}
    group by month, retention_window, basis

),

company as (

    select * from {{ ref('kpi_nrr') }}
    where segment_type = 'all'

),

sealed_months as (

    select * from {{ ref('fct_sealed_months') }}

),

compared as (

    select
        coalesce(company.month, products.month) as month,
        coalesce(company.retention_window, products.retention_window) as retention_window,
        coalesce(company.basis, products.basis) as basis,
        {% for column in ['opening_mrr', 'closing_mrr', 'kept_mrr'] -%}
        coalesce(company.{{ column }}, 0) as {{ column }},
        coalesce(products.{{ column }}, 0) as products_{{ column }},
        {% endfor -%}
        products.month is null as has_no_products
    from company
    full outer join products
        on
            company.month = products.month
            and company.retention_window = products.retention_window
            and company.basis = products.basis

)

select compared.*
from compared
left join sealed_months on compared.month = sealed_months.month and compared.basis = 'as_reported'
where
    (
        compared.opening_mrr <> compared.products_opening_mrr
        or compared.closing_mrr <> compared.products_closing_mrr
        or compared.kept_mrr <> compared.products_kept_mrr
    )
    and not (compared.has_no_products and sealed_months.month is not null)
union all
-- A product by itself.
select
    month,
    retention_window,
    basis,
    opening_mrr,
    opening_mrr as products_opening_mrr,
    closing_mrr,
    opening_mrr + expansion_mrr + contraction_mrr + churn_mrr as products_closing_mrr,
    kept_mrr,
    kept_with_moves_mrr - moved_out_mrr as products_kept_mrr,
    false as has_no_products
from {{ ref('kpi_nrr_products') }}
where
    closing_mrr <> opening_mrr + expansion_mrr + contraction_mrr + churn_mrr
    or kept_mrr <> opening_mrr + contraction_mrr + churn_mrr
    or kept_with_moves_mrr <> kept_mrr + moved_out_mrr
    or kept_mrr < 0
    or moved_out_mrr < 0
    or moved_out_mrr > -contraction_mrr - churn_mrr
    or moved_in_mrr < 0
    or moved_in_mrr > expansion_mrr + entered_mrr
    or retained_accounts > opening_accounts
    or (nrr is null) <> (opening_mrr = 0)
    or (grr is null) <> (opening_mrr = 0)
