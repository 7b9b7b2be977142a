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

transfers as (

    select * from {{ ref('int_line_transfers') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

units as (

    select * from {{ ref('int_line_units') }}

),

-- A line that changes its owner in a month opens it with the new one.
valued as (

    select
        line_mrr.*,
        coalesce(transfers.account_id, line_mrr.account_id) as holder_id,
        month_ends.month as changing_month,
        month_ends.is_closing,
        units.unit,
        coalesce(chains.chain_id, line_mrr.contract_line_id) as thread_id,
        {{ line_state() }} as line_state,
        {{ billed_quantity() }} as billed_quantity,
        {{ mrr_at_rate() }} as mrr_at_rate,
        {{ mrr_at_next_rate() }} as mrr_at_next_rate
    from line_mrr
    inner join month_ends
        on line_mrr.knowledge_id = month_ends.knowledge_id and line_mrr.month = month_ends.balance_month
    left join transfers
        on
            line_mrr.knowledge_id = transfers.knowledge_id
            and line_mrr.contract_line_id = transfers.contract_line_id
            and month_ends.month = transfers.month
            and not month_ends.is_closing
    inner join changed_products
        on
            line_mrr.knowledge_id = changed_products.knowledge_id
            and coalesce(transfers.account_id, line_mrr.account_id) = changed_products.account_id
            and line_mrr.product_id = changed_products.product_id
            and month_ends.month = changed_products.month
    inner join chains
        on line_mrr.knowledge_id = chains.knowledge_id and line_mrr.contract_line_id = chains.contract_line_id
    inner join units on line_mrr.knowledge_id = units.knowledge_id and line_mrr.version_id = units.version_id

),

paired as (

    select
        *,
        max(case when not is_closing then line_state end) over line as opening_state,
        max(case when is_closing then line_state end) over line as closing_state,
        count(*) over (
            partition by
                knowledge_id, holder_id, product_id, contract_line_id, changing_month,
                mrr_native, currency, billed_quantity
        ) = 1 as is_changed,
        max(case when not is_closing and line_state <> 'lapsed' then 1 else 0 end) over same_unit = 1
        and max(case when is_closing and line_state <> 'lapsed' then 1 else 0 end) over same_unit = 1 as is_unit_held
    from valued
    window
        line as (partition by knowledge_id, holder_id, product_id, contract_line_id, changing_month),
        same_unit as (partition by knowledge_id, holder_id, product_id, unit, changing_month)

)

select
    knowledge_id,
    holder_id as account_id,
    product_id,
    contract_line_id,
    version_id,
    thread_id,
    unit,
    is_unit_held,
    billed_quantity,
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
