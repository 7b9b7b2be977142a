-- A won deal none of whose line items is in the export, as one line with its amount.
with items as (
    select distinct deal_id,
    from source.line_items
    where deal_id is not null and not said_yes(is_deleted)
)

select
    id,
    id as deal_id,
    account_id,
    amount as unit_price,
    currency,
    close_date,
from source.deals
where
    not said_yes(is_deleted)
    and merged_into is null
    and outcome_of(is_won, is_closed, stage, getvariable('stages')) = 'won'
    and (id is null or id not in (select items.deal_id from items))
