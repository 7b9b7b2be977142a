with

contract_lines as (

    select * from {{ ref('stg_contract_lines') }}

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

products as (

    select distinct product_id from {{ ref('stg_products') }}
    where is_valid

),

-- Who the money belongs to: behind a reseller, the customer at the end.
owned as (

    select
        *,
        coalesce(end_customer_account_id, account_id) as owner_account_id
    from contract_lines

),

parent_lines as (

    select distinct owned.contract_line_id
    from owned
    inner join accounts on owned.owner_account_id = accounts.account_id
    inner join products on owned.product_id = products.product_id
    where owned.is_valid and owned.charge_type = 'recurring'

),

judged as (

    select
        owned.*,
        case
            when owned.quarantine_reason is not null or not owned.is_valid then owned.quarantine_reason
            when accounts.account_id is null then 'orphan_customer'
            when products.product_id is null then 'orphan_product'
            when owned.charge_type = 'discount' and parent_lines.contract_line_id is null then 'orphan_discount'
        end as checked_reason
    from owned
    left join accounts on owned.owner_account_id = accounts.account_id
    left join products on owned.product_id = products.product_id
    left join parent_lines on owned.parent_line_id = parent_lines.contract_line_id

)

select
    *,
    is_valid and checked_reason is null as is_usable
from judged
