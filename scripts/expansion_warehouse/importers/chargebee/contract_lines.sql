with

subscriptions as (

    select
        *,
        site_day(coalesce(trial_start, started_at, start_date, created_at)) as first_day,
        trial_start is not null and trial_end is not null as has_trial,
        site_day(coalesce(case when trial_start is not null then trial_end end, started_at, start_date, created_at)) as paid_from,
        case
            when status in ('cancelled', 'non_renewing')
                then day_before(site_day(cancelled_at))
            when contract_action = 'cancel' then day_before(site_day(contract_end))
        end as last_day,
        site_day(created_at) as created_day,
        site_day(current_term_start) as term_day,
        site_day(contract_start) as contract_day,
        case billing_period_unit when 'month' then 1 when 'year' then 12 end
        * try_cast(billing_period as integer) as billing_months,
        billing_months * try_cast(contract_billing_cycle as integer) as term_months
    from source.subscriptions
    -- Exports that go on from the last one hold a subscription again for each of its changes.
    qualify row_number() over (
        partition by id order by as_moment(updated_at) desc nulls last, cast(subscriptions as varchar)
    ) = 1

),

items as (

    select
        id,
        min(item_family_id) as family_id,
        min(type) as type,
        bool_or(lower(metered) = 'true') as metered
    from source.items
    group by id

),

prices as (

    select
        item_prices.id,
        item_prices.item_id,
        coalesce(items.type, item_prices.item_type) as type,
        coalesce(items.family_id, item_prices.item_family_id) as family_id,
        items.metered,
        item_prices.price,
        item_prices.period,
        item_prices.period_unit,
        item_prices.pricing_model
    from source.item_prices
    left join items on item_prices.item_id = items.id
    qualify row_number() over (partition by item_prices.id order by cast(item_prices as varchar)) = 1

),

invoices as (

    select
        id,
        status,
        date,
        price_type
    from source.invoices
    where coalesce(deleted, '') <> 'true'
    qualify row_number() over (
        partition by id order by as_moment(updated_at) desc nulls last, cast(invoices as varchar)
    ) = 1

),

-- What was invoiced, one row per line: periods of recurring items, periods of use, and what is charged once.
billed as (

    select
        lines.*,
        case
            when lower(lines.metered) = 'true' or prices.metered then 'usage'
            when lines.entity_type in ('plan_item_price', 'plan') then 'recurring'
            when lines.entity_type in ('addon_item_price', 'addon') and coalesce(prices.type, 'addon') <> 'charge'
                then 'recurring'
            else 'one_time'
        end as charge_type,
        lines.entity_type in ('plan_item_price', 'plan') as is_plan,
        site_day(lines.date_from) as from_day,
        -- A period may end with its last second or with the first of the next one.
        last_day_of_period(lines.date_to) as to_day,
        invoices.status = 'voided' as is_void,
        invoices.date as invoiced_at,
        invoices.price_type = 'tax_inclusive' as is_tax_inclusive,
        divided(lines.tax_rate, '100') as tax_share,
        case
            when try_cast(lines.quantity as decimal(38, 12)) = 0 then lines.unit_amount
            else divided(lines.amount, lines.quantity)
        end as price
    from (
        select * from source.invoice_lines
        qualify row_number() over (partition by id, invoice_id order by cast(invoice_lines as varchar)) = 1
    ) as lines
    inner join invoices on lines.invoice_id = invoices.id
    left join prices on lines.entity_id = prices.id

),

recurring as (

    select
        billed.*,
        line_of(billed.subscription_id, billed.entity_id, billed.is_plan) as line_id,
        coalesce(prices.period_unit, subscriptions.billing_period_unit) as period_unit,
        coalesce(prices.period, subscriptions.billing_period) as period,
        prices.pricing_model in ('flat_fee', 'per_unit') as is_linear,
        case when prices.pricing_model in ('flat_fee', 'per_unit') then prices.price end as list_price,
        try_cast(coalesce(prices.period, subscriptions.billing_period) as integer) as periods,
        case coalesce(prices.period_unit, subscriptions.billing_period_unit)
            when 'month' then add_months_to(billed.from_day, periods)
            when 'year' then add_months_to(billed.from_day, 12 * periods)
            when 'week' then cast(try_cast(billed.from_day as date) + 7 * periods as varchar)
            else cast(try_cast(billed.from_day as date) + periods as varchar)
        end as next_day
    from billed
    left join prices on billed.entity_id = prices.id
    left join subscriptions on billed.subscription_id = subscriptions.id
    where billed.charge_type = 'recurring' and billed.subscription_id is not null
    -- An invoice that was voided and written anew counts once; what only a voided one says, was still agreed.
    qualify row_number() over (
        partition by line_id, from_day
        order by billed.is_void, as_moment(billed.date_from) desc, as_moment(billed.invoiced_at) desc, billed.id
    ) = 1

),

current_items as (

    select
        items_now.subscription_id,
        items_now.item_price_id,
        items_now.quantity,
        coalesce(prices.type, items_now.item_type) = 'plan' as is_plan,
        line_of(
            items_now.subscription_id,
            items_now.item_price_id,
            coalesce(prices.type, items_now.item_type) = 'plan'
        ) as line_id,
        case
            when items_now.amount is null or coalesce(try_cast(items_now.quantity as decimal(38, 12)), 1) = 0
                then items_now.unit_price
            else divided(items_now.amount, coalesce(items_now.quantity, '1'))
        end as price,
        prices.period_unit,
        prices.period,
        items_now.effective_at,
        items_now.signed_at
    from (
        select subscription_id, item_price_id, item_type, quantity, unit_price, amount,
            null as effective_at, null as signed_at
        from source.subscription_items
        union all
        select subscription_id, item_price_id, item_type, quantity, unit_price, amount,
            effective_at, updated_at as signed_at
        from source.scheduled_items
    ) as items_now
    left join prices on items_now.item_price_id = prices.id
    where coalesce(prices.type, items_now.item_type) in ('plan', 'addon') and not coalesce(prices.metered, false)
    qualify row_number() over (
        partition by line_id, items_now.effective_at is null order by cast(items_now as varchar)
    ) = 1

),

-- A change within a period bills its rest at a share of the price. The whole price is that of the same item
-- before or after it, what the subscription says now, its list price, else the share brought to a whole period.
priced as (

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
            from recurring
        )
    ) as recurring
    left join current_items
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

),

last_billed as (

    select * from priced
    qualify row_number() over (partition by line_id order by from_day desc) = 1

),

spans as (

    select
        subscription_id,
        min(from_day) as from_day,
        max(from_day) as last_from_day
    from priced
    group by subscription_id

),

-- What holds from a day on: what was billed, what the subscription says beyond that, what is scheduled.
states as (

    select
        line_id,
        subscription_id,
        customer_id,
        entity_id as item_price_id,
        is_plan,
        quantity,
        full_price as price,
        currency,
        period_unit,
        period,
        from_day as effective_from,
        is_tax_inclusive,
        tax_share,
        null as signed_on,
        true as is_billed,
        false as is_scheduled
    from priced
    -- A period like the one before says nothing new.
    qualify coalesce(
        (entity_id, quantity, full_price, currency, is_tax_inclusive, tax_share) is distinct from
        lag((entity_id, quantity, full_price, currency, is_tax_inclusive, tax_share)) over (
            partition by line_id order by from_day
        ),
        true
    )

    union all

    select
        current_items.line_id,
        current_items.subscription_id,
        subscriptions.customer_id,
        current_items.item_price_id,
        current_items.is_plan,
        current_items.quantity,
        current_items.price,
        subscriptions.currency,
        coalesce(current_items.period_unit, subscriptions.billing_period_unit) as period_unit,
        coalesce(current_items.period, subscriptions.billing_period) as period,
        case
            when current_items.effective_at is not null
                then site_day(current_items.effective_at)
            -- What costs nothing is in no invoice.
            when spans.last_from_day is null or try_cast(current_items.price as decimal(38, 12)) = 0
                then subscriptions.paid_from
            when subscriptions.term_day > spans.last_from_day then least(subscriptions.term_day, subscriptions.last_day)
            else least(
                site_day(subscriptions.updated_at), subscriptions.last_day
            )
        end as effective_from,
        last_billed.is_tax_inclusive,
        last_billed.tax_share,
        site_day(current_items.signed_at) as signed_on,
        false as is_billed,
        current_items.effective_at is not null as is_scheduled
    from current_items
    left join subscriptions on current_items.subscription_id = subscriptions.id
    left join last_billed on current_items.line_id = last_billed.line_id
    left join spans on current_items.subscription_id = spans.subscription_id
    where
        last_billed.line_id is null
        or current_items.effective_at is not null
        or subscriptions.status <> 'cancelled' and (
            current_items.item_price_id <> last_billed.entity_id
            or coalesce(try_cast(current_items.quantity as decimal(38, 12)), 1)
            <> coalesce(try_cast(last_billed.quantity as decimal(38, 12)), 1)
            or try_cast(current_items.price as decimal(38, 12)) <> try_cast(last_billed.full_price as decimal(38, 12))
        )

),

-- A trial comes before the first paid day, with what was then agreed; who is on trial still has nothing else.
versions as (

    select
        states.*,
        false as is_trial
    from states
    left join subscriptions on states.subscription_id = subscriptions.id
    where
        states.is_billed or states.is_scheduled or not coalesce(subscriptions.has_trial, false)
        or (
            subscriptions.status <> 'in_trial'
            and states.effective_from <= coalesce(subscriptions.last_day, states.effective_from)
        )

    union all

    select
        states.* replace (subscriptions.first_day as effective_from),
        true as is_trial
    from states
    inner join subscriptions on states.subscription_id = subscriptions.id
    where
        subscriptions.has_trial and not states.is_scheduled and subscriptions.first_day < states.effective_from
        and states.effective_from <= day_after(day_after(subscriptions.paid_from))
    qualify row_number() over (partition by states.line_id order by states.effective_from) = 1

),

credited as (

    select
        last_billed.line_id,
        min(site_day(lines.date_from)) as from_day
    from last_billed
    inner join source.credit_note_lines as lines
        on last_billed.subscription_id = lines.subscription_id and last_billed.entity_id = lines.entity_id
    where site_day(lines.date_from) > last_billed.from_day
    group by last_billed.line_id

),

-- A line that the subscription no longer has ended with the last period that it paid, or where the rest was credited.
ends as (

    select
        versions.line_id,
        min(versions.effective_from) as first_from,
        case
            when bool_or(current_items.line_id is not null) or not bool_or(listed.subscription_id is not null)
                then min(subscriptions.last_day)
            else least(min(subscriptions.last_day), max(last_billed.to_day), day_before(min(credited.from_day)))
        end as ends_on
    from versions
    left join subscriptions on versions.subscription_id = subscriptions.id
    left join last_billed on versions.line_id = last_billed.line_id
    left join credited on versions.line_id = credited.line_id
    left join current_items on versions.line_id = current_items.line_id and current_items.effective_at is null
    left join (select distinct subscription_id from current_items) as listed
        on versions.subscription_id = listed.subscription_id
    group by versions.line_id

),

-- A scheduled change ends what it no longer names.
scheduled_ends as (

    select
        current_items.line_id,
        day_before(min(changes.changed_on)) as ends_on
    from current_items
    inner join (
        select
            subscription_id,
            min(site_day(effective_at)) as changed_on
        from current_items
        where effective_at is not null
        group by subscription_id
    ) as changes
        on current_items.subscription_id = changes.subscription_id
    group by current_items.line_id
    having bool_and(current_items.effective_at is null)

),

lines as (

    select
        versions.*,
        ends.first_from,
        -- An export that begins late knows the first items of a subscription from its first invoice only.
        case
            when ends.first_from = spans.from_day then least(subscriptions.first_day, ends.first_from)
            else ends.first_from
        end as starts_on,
        least(ends.ends_on, scheduled_ends.ends_on) as ends_on
    from versions
    inner join ends on versions.line_id = ends.line_id
    left join scheduled_ends on versions.line_id = scheduled_ends.line_id
    left join spans on versions.subscription_id = spans.subscription_id
    left join subscriptions on versions.subscription_id = subscriptions.id

),

-- What a coupon or a discount is worth, how long it lasts, and on which items it lies.
deals as (

    select
        id,
        discount_type,
        discount_percentage,
        discount_amount,
        duration_type
    from (
        select id, discount_type, discount_percentage, discount_amount, duration_type from source.coupons
        union all
        select id, discount_type, discount_percentage, discount_amount, duration_type from source.subscription_discounts
    )
    qualify row_number() over (
        partition by id order by discount_type nulls last, discount_percentage, discount_amount, duration_type
    ) = 1

),

held_deals as (

    select
        subscription_id,
        deal_id,
        item_price_id,
        max(apply_till) as apply_till
    from (
        select
            subscription_id,
            coupon_id as deal_id,
            null as item_price_id,
            apply_till
        from source.subscription_coupons
        union all
        select
            subscription_id,
            id as deal_id,
            case when apply_on = 'specific_item_price' then item_price_id end as item_price_id,
            apply_till
        from source.subscription_discounts
    )
    group by subscription_id, deal_id, item_price_id

),

-- The periods that invoices reduced; what lies on a whole invoice is split there among its lines.
reduced as (

    select
        recurring.subscription_id,
        discounts.entity_id as deal_id,
        case when discounts.discount_type like 'item_level%' then recurring.line_id end as line_id,
        min(recurring.from_day) as starts_on,
        max(recurring.to_day) as ends_on,
        sum(try_cast(discounts.discount_amount as decimal(28, 6))) as reduction,
        sum(try_cast(recurring.amount as decimal(28, 6))) as gross
    from source.invoice_line_discounts as discounts
    inner join recurring
        on discounts.line_item_id = recurring.id and discounts.invoice_id = recurring.invoice_id
    where discounts.discount_type in (
        'item_level_coupon', 'document_level_coupon', 'item_level_discount', 'document_level_discount'
    )
    group by all

),

used_deals as (

    select
        reduced.*,
        held.deal_id is not null as is_held,
        held.apply_till
    from reduced
    left join (
        select
            subscription_id,
            deal_id,
            max(apply_till) as apply_till
        from held_deals
        group by subscription_id, deal_id
    ) as held
        on reduced.subscription_id = held.subscription_id and reduced.deal_id = held.deal_id

    union all

    select
        held_deals.subscription_id,
        held_deals.deal_id,
        current_items.line_id,
        subscriptions.paid_from as starts_on,
        case
            when deals.duration_type = 'one_time'
                then day_before(add_months_to(subscriptions.paid_from, subscriptions.billing_months))
        end as ends_on,
        null as reduction,
        null as gross,
        true as is_held,
        held_deals.apply_till
    from held_deals
    left join subscriptions on held_deals.subscription_id = subscriptions.id
    left join deals on held_deals.deal_id = deals.id
    left join current_items
        on
            held_deals.subscription_id = current_items.subscription_id
            and held_deals.item_price_id = current_items.item_price_id
            and current_items.effective_at is null
    left join reduced
        on held_deals.subscription_id = reduced.subscription_id and held_deals.deal_id = reduced.deal_id
    where reduced.deal_id is null

),

line_ends as (

    select
        line_id,
        max(effective_from) as effective_from,
        max_by(item_price_id, effective_from) as item_price_id,
        max(ends_on) as ends_on
    from lines
    group by line_id

),

everything as (

    select
        lines.line_id as contract_line_id,
        lines.subscription_id as contract_id,
        coalesce(subscriptions.customer_id, lines.customer_id) as account_id,
        lines.item_price_id,
        'recurring' as charge_type,
        lines.quantity,
        lines.price as unit_price,
        null as amount,
        null as discount_rate,
        lines.period_unit as billing_unit,
        lines.period as billing_interval,
        coalesce(lines.currency, subscriptions.currency) as currency,
        lines.tax_share as tax_rate,
        lines.is_tax_inclusive,
        lines.starts_on,
        lines.ends_on,
        case when lines.effective_from = lines.first_from then lines.starts_on else lines.effective_from end
        as effective_from,
        lines.signed_on,
        lines.is_trial,
        null as parent_line_id,
        null as discount_order,
        null as discount_scope,
        null as status
    from lines
    left join subscriptions on lines.subscription_id = subscriptions.id

    union all

    select
        concat_ws('|', used_deals.subscription_id, used_deals.deal_id, used_deals.line_id) as contract_line_id,
        used_deals.subscription_id as contract_id,
        subscriptions.customer_id as account_id,
        line_ends.item_price_id,
        'discount' as charge_type,
        '1' as quantity,
        case when deals.discount_type = 'fixed_amount' then negated(deals.discount_amount) end as unit_price,
        null as amount,
        case
            when deals.discount_type = 'percentage' then divided(deals.discount_percentage, '100')
            when deals.discount_type is null
                then divided(cast(used_deals.reduction as varchar), cast(used_deals.gross as varchar))
        end as discount_rate,
        subscriptions.billing_period_unit as billing_unit,
        subscriptions.billing_period as billing_interval,
        subscriptions.currency,
        null as tax_rate,
        null as is_tax_inclusive,
        used_deals.starts_on,
        least(
            subscriptions.last_day,
            line_ends.ends_on,
            case
                when used_deals.is_held and used_deals.apply_till is not null
                    then greatest(
                        used_deals.ends_on,
                        day_before(site_day(used_deals.apply_till))
                    )
                when used_deals.is_held and coalesce(deals.duration_type, 'forever') <> 'one_time' then null
                else used_deals.ends_on
            end
        ) as ends_on,
        null as effective_from,
        null as signed_on,
        null as is_trial,
        used_deals.line_id as parent_line_id,
        case when used_deals.line_id is null then 2 else 1 end as discount_order,
        case when used_deals.line_id is null then 'contract' else 'line' end as discount_scope,
        null as status
    from used_deals
    left join subscriptions on used_deals.subscription_id = subscriptions.id
    left join deals on used_deals.deal_id = deals.id
    left join line_ends on coalesce(used_deals.line_id, used_deals.subscription_id) = line_ends.line_id

    union all

    select
        id as contract_line_id,
        subscription_id as contract_id,
        customer_id as account_id,
        entity_id as item_price_id,
        case charge_type when 'usage' then 'usage' else 'one_time' end as charge_type,
        quantity,
        null as unit_price,
        coalesce(
            cast(
                try_cast(amount as decimal(28, 6)) - try_cast(coalesce(discount_amount, '0') as decimal(28, 6))
                as varchar
            ),
            amount
        ) as amount,
        null as discount_rate,
        'term' as billing_unit,
        null as billing_interval,
        currency,
        tax_share as tax_rate,
        is_tax_inclusive,
        from_day as starts_on,
        case when charge_type = 'usage' then greatest(from_day, to_day) else from_day end as ends_on,
        null as effective_from,
        null as signed_on,
        null as is_trial,
        null as parent_line_id,
        null as discount_order,
        null as discount_scope,
        case when is_void then 'void' end as status
    from billed
    where charge_type <> 'recurring' or subscription_id is null

)

select
    everything.contract_line_id,
    everything.contract_id,
    everything.account_id,
    case
        when prices.id is null then getvariable('product_id')
        when prices.type = 'plan' or prices.item_id is null
            then coalesce(prices.family_id, getvariable('product_id'))
        else prices.item_id
    end as product_id,
    prices.id as plan_id,
    everything.charge_type,
    everything.quantity,
    case when prices.pricing_model = 'flat_fee' then 'flat' end as unit,
    everything.unit_price,
    everything.amount,
    everything.discount_rate,
    everything.billing_unit,
    everything.billing_interval,
    upper(everything.currency) as currency,
    everything.tax_rate,
    everything.is_tax_inclusive,
    everything.starts_on,
    everything.ends_on,
    -- A term that began elsewhere than at a whole number of terms after the line has no place in the contract.
    case
        when
            everything.charge_type = 'recurring' and everything.ends_on is null
            and subscriptions.contract_action in ('renew', 'renew_once')
            and add_months_to(
                everything.starts_on,
                subscriptions.term_months * (
                    date_diff(
                        'month', try_cast(everything.starts_on as date), try_cast(subscriptions.contract_day as date)
                    ) // nullif(subscriptions.term_months, 0)
                )
            ) = subscriptions.contract_day
            then subscriptions.term_months
    end as term_months,
    coalesce(
        everything.signed_on,
        case when subscriptions.created_day <= everything.starts_on then subscriptions.created_day end
    ) as signed_on,
    site_day(subscriptions.cancel_schedule_created_at) as cancel_notice_on,
    everything.status,
    everything.parent_line_id,
    everything.discount_order,
    everything.discount_scope,
    everything.is_trial,
    lower(subscriptions.deleted) = 'true' as is_deleted,
    everything.effective_from
from everything
left join prices on everything.item_price_id = prices.id
left join subscriptions on everything.contract_id = subscriptions.id
order by all
