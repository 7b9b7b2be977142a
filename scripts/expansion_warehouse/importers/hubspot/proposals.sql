-- One row per deal that is an offer to a customer. Its money per month is that of its recurring line items, else its
-- amount divided by the months that it covers.
with lines as (
    select
        deal_id,
        added_up(
            divided(
                times(
                    net_of(
                        net_price, unit_price, quantity, unit_discount, discount_percent, known_currency(currency)
                    ),
                    case split_part(period_of(frequency), ' ', 1)
                        when 'week' then 52 when 'month' then 12 when 'quarter' then 4 when 'half_year' then 2
                        when 'year' then 1
                    end
                ),
                split_part(period_of(frequency), ' ', 2)
            )
        ) as annual_amount,
        case when count(distinct product_id) = 1 then min(product_id) end as product_id,
    from source.line_items
    where not said_yes(is_deleted) and frequency is not null and plain_word(frequency) <> 'onetime'
    group by deal_id
),

offers as (
    select
        *,
        outcome_of(is_won, is_closed, stage, getvariable('stages')) as outcome,
        day_in_zone(created_at, getvariable('timezone')) as created_on,
    from source.deals
    where
        not said_yes(is_deleted)
        and merged_into is null
        and code_of(type, getvariable('offer_classes')) is distinct from 'none'
),

dated as (
    select
        *,
        case when outcome in ('won', 'lost', 'expired') then day_in_zone(close_date, getvariable('timezone')) end
            as closed_on,
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
    as_money(case
        when lines.annual_amount is not null then divided(lines.annual_amount, '12')
        else divided(as_amount(dated.amount, known_currency(dated.currency)), getvariable('amount_months'))
    end) as proposed_mrr,
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
left join lines on dated.id = lines.deal_id
order by all
