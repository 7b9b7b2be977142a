-- One row per subscription item: those of the list, and those that only invoices know, taken out of their
-- subscription since.
select * from step.listed_items
union all
select
    subscription_item_id as id,
    max(subscription_id) as subscription_id,
    arg_max(price_id, (period_start, id)) as price_id,
    coalesce(arg_max(quantity, (period_start, id)), '1') as quantity,
    cast(null as varchar) as created,
    max(period_end) as current_period_end,
    false as is_listed,
from step.billed_lines as billed
where
    subscription_item_id is not null
    and subscription_item_id not in (select listed_items.id from step.listed_items where listed_items.id is not null)
group by subscription_item_id
