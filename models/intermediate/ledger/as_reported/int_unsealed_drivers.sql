with

ledger_drivers as (

    select * from {{ ref('int_ledger_drivers') }}

)

select
    account_id,
    product_id,
    month,
    driver,
    basis,
    sales_motion,
    amount,
    is_pre_contracted,
    is_upsell_win
from ledger_drivers
