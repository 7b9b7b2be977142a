-- A won opportunity none of whose line items is in the export, as one line with its amount.
with items as (
    select distinct opportunity_id,
    from source.line_items
    where opportunity_id is not null and not said_yes(is_deleted)
)

select
    id,
    id as opportunity_id,
    account_id,
    amount as unit_price,
    amount as total_price,
    currency,
    term_months,
    contract_starts_on,
    contract_ends_on,
    contract_term_months,
    close_date,
    contract_id,
    amended_contract_id,
    renewed_contract_id,
from source.opportunities
where
    not said_yes(is_deleted)
    and outcome_of(is_won, is_closed, stage, getvariable('stages')) = 'won'
    and (id is null or id not in (select items.opportunity_id from items))
