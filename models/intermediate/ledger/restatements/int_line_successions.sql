with

starts as (

    select distinct
        account_id,
        product_id,
        contract_line_id,
        replaces_line_id,
        line_from,
        line_to
    from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

)

-- Lines that take over from one of the same account and product, by name or by the calendar.
select distinct later.contract_line_id
from starts as later
left join starts as earlier
    on
        later.account_id = earlier.account_id
        and later.product_id = earlier.product_id
        and later.contract_line_id <> earlier.contract_line_id
        and {{ takes_over('earlier.line_to', 'later.line_from') }}
where later.replaces_line_id is not null or earlier.contract_line_id is not null
