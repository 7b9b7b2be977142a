select
    account_id,
    product_id,
    month,
    driver,
    'restated' as basis,
    sales_motion,
    amount,
    is_pre_contracted,
    is_upsell_win
from {{ ref('int_driver_wins') }}
where knowledge_id = 'restated'
