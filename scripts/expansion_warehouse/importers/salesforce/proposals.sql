-- One row per opportunity that is an offer to a customer. Its money is what its recurring line items add up to, else
-- its amount, divided by the months that it covers.
with lines as (
    select
        opportunity_id,
        added_up(total_of(total_price, unit_price, quantity, discount, known_currency(currency))) as recurring_amount,
        case when count(distinct product_id) = 1 then min(product_id) end as product_id,
    from source.line_items
    where
        not said_yes(is_deleted)
        and coalesce(code_of(charge, getvariable('charge_types')), getvariable('charge_type')) = 'recurring'
    group by opportunity_id
),

offers as (
    select
        *,
        outcome_of(is_won, is_closed, stage, getvariable('stages')) as outcome,
        day_in_zone(created_at, getvariable('timezone')) as created_on,
        case getvariable('price_covers')
            when 'year' then '12' when 'half_year' then '6' when 'quarter' then '3' when 'month' then '1'
            else coalesce(as_number(term_months), getvariable('amount_months'))
        end as months,
    from source.opportunities
    where
        not said_yes(is_deleted) and code_of(type, getvariable('offer_classes')) is distinct from 'none'
),

dated as (
    select
        *,
        case when outcome in ('won', 'lost', 'expired') then as_day(close_date) end as closed_on,
        coalesce(
            day_in_zone(proposed_at, getvariable('timezone')), case when outcome <> 'candidate' then created_on end
        ) as offered_on,
    from offers
)

select
    dated.id as proposal_id,
    dated.account_id,
    dated.id as deal_id,
    coalesce(code_of(dated.type, getvariable('offer_classes')), dated.type) as offer_class,
    lines.product_id,
    as_money(divided(
        coalesce(lines.recurring_amount, as_amount(dated.amount, known_currency(dated.currency))), dated.months
    )) as proposed_mrr,
    known_currency(dated.currency) as currency,
    -- What was entered after it was decided (old deals taken over from another system) was offered by that day.
    least(dated.created_on, coalesce(dated.closed_on, dated.created_on)) as candidate_on,
    case when dated.offered_on is not null then least(dated.offered_on, coalesce(dated.closed_on, dated.offered_on)) end
        as proposed_on,
    dated.closed_on,
    dated.outcome,
    dated.lost_reason,
    dated.channel,
from dated
left join lines on dated.id = lines.opportunity_id
order by all
