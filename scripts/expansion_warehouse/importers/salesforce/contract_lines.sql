-- One row per line item of a won opportunity, and per won opportunity without any where `product` says what it sold.
-- A sales price is for the whole term by default, so what was sold is spread over its days and adds up to the cent.
with items as (
    select *, from source.line_items
    where
        not said_yes(is_deleted) and is_won is distinct from 'false' and getvariable('contract_lines') <> 'no'
    union all by name
    select * replace (getvariable('product') as product_id), from source.won_without_lines
    where getvariable('contract_lines') <> 'no' and getvariable('product') <> ''
),

charged as (
    select
        *,
        coalesce(code_of(charge, getvariable('charge_types')), getvariable('charge_type')) as charge_type,
        coalesce(amended_contract_id, contract_id, opportunity_id) as held_in,
        as_day(coalesce(
            starts_on, contract_starts_on, case when getvariable('undated_lines') = 'close_date' then close_date end
        )) as first_day,
    from items
),

-- What a contract holds of a product, where that is one line: its renewal can name it.
renewable as (
    select held_in, product_id, min(id) as line_id,
    from charged
    where amended_contract_id is null and held_in is not null and product_id is not null
    group by held_in, product_id
    having count(distinct id) = 1
),

ended as (
    select
        *,
        case
            when ends_on is not null then as_day(ends_on)
            when charge_type <> 'recurring' then first_day
            when term_months is not null then day_before(add_months_to(first_day, term_months))
            when contract_ends_on is not null then as_day(contract_ends_on)
            when contract_term_months is not null
                then day_before(add_months_to(coalesce(contract_starts_on, first_day), contract_term_months))
            when getvariable('term_months') <> ''
                then day_before(add_months_to(first_day, getvariable('term_months')))
        end as last_day,
    from charged
)

select
    ended.id as contract_line_id,
    ended.held_in as contract_id,
    ended.account_id,
    ended.product_id,
    ended.charge_type,
    as_number(ended.quantity) as quantity,
    as_amount(ended.unit_price, known_currency(ended.currency)) as unit_price,
    as_share(ended.discount) as discount_rate,
    case when ended.charge_type = 'recurring' then getvariable('price_covers') else 'month' end as billing_unit,
    known_currency(ended.currency) as currency,
    ended.first_day as starts_on,
    ended.last_day as ends_on,
    as_day(ended.close_date) as signed_on,
    renewable.line_id as replaces_line_id,
from ended
left join renewable
    on ended.renewed_contract_id = renewable.held_in
    and ended.product_id = renewable.product_id
    and ended.id <> renewable.line_id
    and ended.charge_type = 'recurring'
order by all
