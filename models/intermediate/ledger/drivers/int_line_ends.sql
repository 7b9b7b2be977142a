with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_paid_line

),

month_ends as (

    select * from {{ ref('int_month_ends') }}

),

changed_products as (

    select * from {{ ref('int_products_to_compare') }}

),

valued as (

    select
        line_mrr.*,
        month_ends.month as changing_month,
        month_ends.is_closing,
        {{ line_state() }} as line_state,
        {{ billed_quantity() }} as billed_quantity,
        case
            when month_ends.opens_fiscal_year and not month_ends.is_closing then line_mrr.mrr_next_year
            else line_mrr.mrr
        end as mrr_at_rate,
        case when month_ends.opens_fiscal_year then 0 else line_mrr.mrr_next_year end as mrr_at_next_rate
    from line_mrr
    inner join month_ends
        on line_mrr.knowledge_id = month_ends.knowledge_id and line_mrr.month = month_ends.balance_month
    inner join changed_products
        on
            line_mrr.knowledge_id = changed_products.knowledge_id
            and line_mrr.account_id = changed_products.account_id
            and line_mrr.product_id = changed_products.product_id
            and month_ends.month = changed_products.month

),

paired as (

    select
        *,
        max(case when not is_closing then line_state end) over line as opening_state,
        max(case when is_closing then line_state end) over line as closing_state,
        count(*) over (
            partition by
                knowledge_id, account_id, product_id, contract_line_id, changing_month,
                mrr_native, currency, billed_quantity
        ) = 1 as is_changed
    from valued
    window line as (partition by knowledge_id, account_id, product_id, contract_line_id, changing_month)

)

select
    knowledge_id,
    account_id,
    product_id,
    contract_line_id,
    version_id,
    changing_month as month,
    month as balance_month,
    is_closing,
    line_state,
    {{ part_of_product() }} as part,
    cast(mrr_at_rate as decimal(18, 2)) as mrr_at_rate,
    cast(mrr_at_next_rate as decimal(18, 2)) as mrr_at_next_rate,
    is_closing and line_state = 'billed' and is_changed as is_agreement,
    agreed_on
from paired
