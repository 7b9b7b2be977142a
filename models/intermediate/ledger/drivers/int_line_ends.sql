with

line_mrr as (

    select * from {{ ref('int_month_lines') }}

),

changed_products as (

    select * from {{ ref('int_products_to_compare') }}

),

valued as (

    select
        line_mrr.*,
        {{ line_state() }} as line_state,
        {{ billed_quantity() }} as billed_quantity
    from line_mrr
    inner join changed_products
        on
            line_mrr.knowledge_id = changed_products.knowledge_id
            and line_mrr.account_id = changed_products.account_id
            and line_mrr.product_id = changed_products.product_id
            and line_mrr.month = changed_products.month

),

paired as (

    select
        *,
        max(case when not is_closing then line_state end) over line as opening_state,
        max(case when is_closing then line_state end) over line as closing_state,
        count(*) over (
            partition by
                knowledge_id, account_id, product_id, contract_line_id, month,
                mrr_native, currency, billed_quantity
        ) = 1 as is_changed
    from valued
    window line as (partition by knowledge_id, account_id, product_id, contract_line_id, month)

)

select
    knowledge_id,
    account_id,
    product_id,
    contract_line_id,
    version_id,
    month,
    balance_month,
    is_closing,
    line_state,
    {{ part_of_product() }} as part,
    mrr_at_rate,
    mrr_at_next_rate,
    is_closing and line_state = 'billed' and is_changed as is_agreement,
    agreed_on
from paired
