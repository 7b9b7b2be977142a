-- One row per billed period with its whole price: a change within a period bills its rest at a share of it. That of
-- the same item before or after it, what the subscription says now, its list price, else the share brought to a whole.
select
    recurring.*,
    try_cast(recurring.to_day as date) < try_cast(recurring.next_day as date) - 2 as is_part,
    case
        when not coalesce(try_cast(recurring.to_day as date) < try_cast(recurring.next_day as date) - 2, false)
            then recurring.price
        else coalesce(
            case
                when
                    lead(recurring.id) over whole is null
                    and try_cast(current_items.quantity as decimal(38, 12))
                    = try_cast(recurring.quantity as decimal(38, 12))
                    then current_items.price
            end,
            case when recurring.is_linear then last_value(recurring.whole_price ignore nulls) over before end,
            first_value(recurring.whole_price ignore nulls) over after,
            current_items.price,
            recurring.list_price,
            divided(
                times(
                    recurring.price,
                    cast(try_cast(recurring.next_day as date) - try_cast(recurring.from_day as date) as varchar)
                ),
                cast(try_cast(recurring.to_day as date) - try_cast(recurring.from_day as date) + 1 as varchar)
            )
        )
    end as full_price
from (
    select
        *,
        case
            when not coalesce(try_cast(to_day as date) < try_cast(next_day as date) - 2, false) then price
        end as whole_price,
        -- A plan that comes back after another one may have come back at another price.
        sum(case when is_changed then 1 else 0 end) over (partition by line_id order by from_day) as spell
    from (
        select
            *,
            coalesce(entity_id <> lag(entity_id) over (partition by line_id order by from_day), false)
            as is_changed
        from step.billed_periods as recurring
    )
) as recurring
left join step.current_items
    on
        recurring.line_id = current_items.line_id
        and recurring.entity_id = current_items.item_price_id
        and current_items.effective_at is null
window
    whole as (partition by recurring.line_id order by recurring.from_day),
    before as (
        partition by recurring.line_id, recurring.spell order by recurring.from_day
        rows between unbounded preceding and 1 preceding
    ),
    after as (
        partition by recurring.line_id, recurring.spell order by recurring.from_day
        rows between 1 following and unbounded following
    )
