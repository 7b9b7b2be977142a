-- One line per subscription item, with a version for every change of its terms; one per metered period and one-time
-- charge; one per coupon; and what schedules promise. The item itself only holds today's terms: what was billed, line
-- by line of the invoices, says which terms held from which day.
with
subscriptions as (
    select
        *,
        day_in_zone(coalesce(start_date, created), getvariable('timezone')) as start_day,
        day_in_zone(canceled_at, getvariable('timezone')) as notice_day,
        day_in_zone(coalesce(billing_cycle_anchor, start_date, created), getvariable('timezone')) as anchor_day,
    from (
        select distinct on (id) *
        from source.subscriptions as listed
        order by id, listed
    )
    where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
),

test_subscriptions as (
    select distinct id
    from source.subscriptions
    where livemode = 'false' and id is not null and getvariable('test_mode') <> 'keep'
),

tiers as (
    select
        price_id,
        coalesce(max(tiers_mode) over (partition by price_id), 'volume') as tiers_mode,
        coalesce(lag(try_cast(up_to as decimal(38, 6))) over by_position, 0) as above,
        try_cast(up_to as decimal(38, 6)) as up_to,
        coalesce(try_cast(unit_amount as decimal(38, 12)), 0) as unit_amount,
        coalesce(try_cast(flat_amount as decimal(38, 12)), 0) as flat_amount,
    from source.price_tiers
    window by_position as (partition by price_id order by try_cast(position as integer))
),

prices as (
    select
        prices.*,
        coalesce(usage_type, 'licensed') = 'metered' as is_metered,
        coalesce(billing_scheme, 'per_unit') = 'tiered' as is_tiered,
        case
            when contains(getvariable('whole_currencies'), upper(currency)) then '1'
            when contains(getvariable('thousandth_currencies'), upper(currency)) then '1000'
            else '100'
        end as coins,
        coalesce(try_cast(interval_count as integer), 1) as periods,
        case billing_interval when 'month' then 1 when 'year' then 12 end as months,
        case billing_interval when 'week' then 7 when 'day' then 1 end as days,
    from (
        select distinct on (id) *
        from source.prices as listed
        order by id, listed
    ) as prices
),

-- The newest moment that the export itself names: what is true now is known since then.
moments as (
    select created as moment from source.subscriptions
    union all
    select canceled_at from source.subscriptions
    union all
    select ended_at from source.subscriptions
    union all
    select created from source.customers
    union all
    select created from source.invoices
    union all
    select paid_at from source.invoices
    union all
    select created from source.refunds
    union all
    select created from source.credit_notes
),

newest as (
    select max(moment) as moment
    from moments
    where regexp_matches(moment, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')
),

export_day as (
    select
        coalesce(nullif(getvariable('exported_on'), ''), day_in_zone(moment, getvariable('timezone'))) as day,
        greatest(nullif(getvariable('exported_on'), ''), moment) as moment,
    from newest
),

billed as (
    select
        *,
        day_in_zone(period_start, getvariable('timezone')) as start_day,
        day_in_zone(period_end, getvariable('timezone')) as end_day,
    from (
        select distinct on (id) *
        from source.invoice_lines as listed
        order by id, listed
    )
    where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
),

-- Items that the export lists, and those that only invoices know: taken out of their subscription since.
listed_items as (
    select distinct on (id)
        id,
        subscription_id,
        price_id,
        coalesce(quantity, '1') as quantity,
        created,
        current_period_end,
        true as is_listed,
    from source.subscription_items as listed
    order by id, listed
),

items as (
    select * from listed_items
    union all
    select
        subscription_item_id as id,
        max(subscription_id) as subscription_id,
        arg_max(price_id, (period_start, id)) as price_id,
        coalesce(arg_max(quantity, (period_start, id)), '1') as quantity,
        cast(null as varchar) as created,
        max(period_end) as current_period_end,
        false as is_listed,
    from billed
    where
        subscription_item_id is not null
        and subscription_item_id not in (select listed_items.id from listed_items where listed_items.id is not null)
    group by subscription_item_id
),

-- The half of a proration that gives time back has no partner where an item was taken out.
last_debits as (
    select
        subscription_item_id,
        max(start_day) as start_day,
        max(end_day) as end_day,
    from billed
    where subscription_item_id is not null and is_credit = 'false'
    group by subscription_item_id
),

taken_out as (
    select
        billed.subscription_item_id,
        min(billed.start_day) as first_day_without,
    from billed
    left join last_debits on billed.subscription_item_id = last_debits.subscription_item_id
    where
        billed.subscription_item_id is not null
        and billed.is_credit = 'true'
        and billed.start_day > coalesce(last_debits.start_day, '')
    group by billed.subscription_item_id
),

ended as (
    select
        subscriptions.*,
        day_in_zone(
            coalesce(
                subscriptions.ended_at,
                subscriptions.cancel_at,
                case
                    when subscriptions.cancel_at_period_end = 'true'
                        then coalesce(subscriptions.current_period_end, periods.current_period_end)
                end
            ),
            getvariable('timezone')
        ) as end_day,
        day_in_zone(coalesce(subscriptions.current_period_end, periods.current_period_end), getvariable('timezone'))
            as period_end_day,
        coalesce(periods.has_items, false) as has_items,
    from subscriptions
    left join (
        select
            subscription_id,
            max(current_period_end) as current_period_end,
            bool_or(is_listed) as has_items,
        from items
        group by subscription_id
    ) as periods on subscriptions.id = periods.subscription_id
),

-- How an item ends: at once, with notice, or taken out of a subscription that goes on.
lives as (
    select
        items.id,
        items.subscription_id,
        items.price_id,
        items.quantity,
        items.is_listed,
        items.created as item_created,
        ended.customer_id,
        ended.created,
        ended.status as subscription_status,
        ended.trial_start,
        ended.trial_end,
        ended.ended_at,
        ended.tax_percent,
        ended.notice_day,
        ended.anchor_day,
        ended.period_end_day,
        case
            when
                items.created is null
                or day_in_zone(items.created, getvariable('timezone'))
                <= day_in_zone(ended.created, getvariable('timezone'))
                then ended.start_day
            else day_in_zone(items.created, getvariable('timezone'))
        end as item_day,
        case
            when not items.is_listed and ended.has_items
                then least(ended.end_day, coalesce(taken_out.first_day_without, last_debits.end_day))
            else least(ended.end_day, taken_out.first_day_without)
        end as end_day,
        coalesce(
            case
                when not items.is_listed and ended.has_items
                    then coalesce(taken_out.first_day_without, last_debits.end_day)
                else taken_out.first_day_without
            end < coalesce(ended.end_day, '9999-12-31'),
            false
        ) as is_taken_out,
    from items
    left join ended on items.subscription_id = ended.id
    left join taken_out on items.id = taken_out.subscription_item_id
    left join last_debits on items.id = last_debits.subscription_item_id
    where
        items.subscription_id is null
        or items.subscription_id not in (select test_subscriptions.id from test_subscriptions)
),

-- One set of terms per item and day: the last one of the day.
billed_terms as (
    select distinct on (billed.subscription_item_id, billed.start_day)
        billed.subscription_item_id as id,
        billed.start_day as day,
        coalesce(billed.price_id, lives.price_id) as price_id,
        coalesce(billed.quantity, '1') as quantity,
        billed.currency,
        billed.product_id,
        billed.amount,
        billed.period_start,
        billed.period_end,
        coalesce(billed.proration, 'false') = 'true' as is_part,
        coalesce(
            try_cast(billed.amount as decimal(38, 6)) = 0 and billed.period_start < lives.trial_end, false
        ) as is_trial,
        billed.period_start as moment,
        1 as rank,
    from billed
    inner join lives on billed.subscription_item_id = lives.id
    left join prices on coalesce(billed.price_id, lives.price_id) = prices.id
    where billed.is_credit = 'false' and not coalesce(prices.is_metered, false)
    order by
        billed.subscription_item_id asc,
        billed.start_day asc,
        billed.period_start desc,
        coalesce(billed.proration, 'false') asc,
        try_cast(billed.amount as decimal(38, 6)) desc,
        billed.id asc
),

last_terms as (
    select
        id,
        max(day) as day,
        arg_max(price_id, day) as price_id,
        arg_max(quantity, day) as quantity,
        arg_max(is_trial, day) as is_trial,
    from billed_terms
    group by id
),

-- What the item says now, where no invoice has said it yet. Nothing tells since when: since the newest moment of the
-- export, the end of a trial, or, without any invoice, the start.
now_states as (
    select
        lives.*,
        last_terms.day as last_day,
        last_terms.is_trial as was_trial,
        export_day.day as export_day,
        export_day.moment as export_moment,
        day_in_zone(lives.trial_end, getvariable('timezone')) as trial_end_day,
        coalesce(lives.trial_end is not null and (
            lives.subscription_status in ('trialing', 'paused')
            or coalesce(lives.ended_at, export_day.moment) <= lives.trial_end
        ), false) as is_trial_now,
        last_terms.id is null as is_unbilled,
        last_terms.id is null
        or last_terms.price_id is distinct from lives.price_id
        or try_cast(last_terms.quantity as decimal(38, 6)) is distinct from try_cast(lives.quantity as decimal(38, 6))
        as is_changed,
    from lives
    cross join export_day
    left join last_terms on lives.id = last_terms.id
    left join prices on lives.price_id = prices.id
    where lives.is_listed and not coalesce(prices.is_metered, false)
),

now_terms as (
    select
        id,
        case
            when is_unbilled and trial_end_day > item_day then trial_end_day
            when is_unbilled then item_day
            when was_trial and not is_trial_now then trial_end_day
            else greatest(export_day, last_day)
        end as day,
        price_id,
        quantity,
        false as is_trial,
        case
            when is_unbilled and trial_end_day > item_day then greatest(created, trial_end)
            when is_unbilled then greatest(created, item_created)
            when was_trial and not is_trial_now then trial_end
            else greatest(export_moment, created)
        end as moment,
    from now_states
    where
        not is_trial_now
        and (is_unbilled or was_trial or (is_changed and ended_at is null))
    union all
    select
        id,
        case when is_unbilled then item_day else greatest(export_day, last_day) end as day,
        price_id,
        quantity,
        true as is_trial,
        case when is_unbilled then greatest(created, item_created) else greatest(export_moment, created) end as moment,
    from now_states
    where
        (is_unbilled and trial_end_day > item_day)
        or (is_trial_now and is_changed and not is_unbilled and ended_at is null)
),

-- A trial whose invoice of 0 the export does not hold.
trial_terms as (
    select
        lives.id,
        lives.item_day as day,
        lives.price_id,
        lives.quantity,
        lives.created as moment,
    from lives
    inner join (select id, min(day) as day from billed_terms group by id) as firsts on lives.id = firsts.id
    where
        lives.is_listed
        and day_in_zone(lives.trial_end, getvariable('timezone')) > lives.item_day
        and day_in_zone(lives.trial_end, getvariable('timezone')) <= firsts.day
),

-- Phases of schedules that have not begun. An item of a phase is the item of the subscription with its price, else,
-- where there is one of each, that one; else it is a line of its own, which begins with the phase.
coming as (
    select
        phases.*,
        day_in_zone(phases.starts_at, getvariable('timezone')) as day,
        min(phases.starts_at) over (partition by phases.schedule_id) as first_start,
        count(*) over (partition by phases.schedule_id, phases.position) as phase_items,
    from (select distinct * from source.phases) as phases
    cross join export_day
    where
        phases.status in ('active', 'not_started')
        and (coalesce(phases.livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep')
        and day_in_zone(phases.starts_at, getvariable('timezone')) > export_day.day
),

by_price as (
    select subscription_id, price_id, min(id) as id
    from listed_items
    group by subscription_id, price_id
),

only_items as (
    select subscription_id, min(id) as id
    from listed_items
    group by subscription_id
    having count(*) = 1
),

phase_terms as (
    select
        coming.schedule_id,
        coming.subscription_id,
        coming.customer_id,
        coming.day,
        coming.starts_at = coming.first_start as is_next,
        coming.price_id,
        coming.quantity,
        coming.created as moment,
        coalesce(by_price.id, case when coming.phase_items = 1 then only_items.id end) as item_id,
        coalesce(
            by_price.id,
            case when coming.phase_items = 1 then only_items.id end,
            coming.schedule_id || '/' || coming.price_id
        ) as id,
    from coming
    left join by_price on coming.subscription_id = by_price.subscription_id and coming.price_id = by_price.price_id
    left join only_items on coming.subscription_id = only_items.subscription_id
),

-- A schedule that cancels ends with its last phase, and an item that the next phase does not have before it.
agreed_ends as (
    select
        listed_items.id,
        min(next_phases.day) as end_day,
    from (select distinct subscription_id, day from phase_terms where is_next) as next_phases
    inner join listed_items on next_phases.subscription_id = listed_items.subscription_id
    where listed_items.id not in (
        select phase_terms.item_id from phase_terms where phase_terms.is_next and phase_terms.item_id is not null
    )
    group by listed_items.id
),

schedule_ends as (
    select
        schedule_id,
        max(subscription_id) as subscription_id,
        day_in_zone(max(ends_at), getvariable('timezone')) as end_day,
    from source.phases
    where end_behavior = 'cancel' and status in ('active', 'not_started')
    group by schedule_id
),

subscription_ends as (
    select subscription_id, min(end_day) as end_day
    from schedule_ends
    where subscription_id is not null
    group by subscription_id
),

terms as (
    select
        id, day, price_id, quantity, currency, product_id, amount, period_start, period_end, is_part, is_trial, moment,
        cast(null as varchar) as signed_on, 2 as rank,
    from billed_terms
    union all by name
    select id, day, price_id, quantity, is_trial, moment, false as is_part, 1 as rank from now_terms
    union all by name
    select id, day, price_id, quantity, true as is_trial, moment, false as is_part, 3 as rank from trial_terms
    union all by name
    select
        id, day, price_id, quantity, false as is_trial, moment, false as is_part, 4 as rank,
        day_in_zone(moment, getvariable('timezone')) as signed_on,
    from phase_terms
),

dated_terms as (
    select distinct on (id, day) *
    from terms
    order by id, day, rank
),

counted_terms as (
    select id, day, price_id, try_cast(quantity as decimal(20, 6)) as units
    from dated_terms
),

tiered as (
    select
        counted_terms.id,
        counted_terms.day,
        sum(tiers.flat_amount + tiers.unit_amount * case tiers.tiers_mode
            when 'graduated'
                then least(counted_terms.units, coalesce(tiers.up_to, counted_terms.units)) - tiers.above
            else counted_terms.units
        end) as total,
    from counted_terms
    inner join tiers on counted_terms.price_id = tiers.price_id
    where
        counted_terms.units > tiers.above
        and (tiers.tiers_mode = 'graduated' or counted_terms.units <= coalesce(tiers.up_to, counted_terms.units))
    group by counted_terms.id, counted_terms.day
),

-- What a whole period costs, in the smallest coins, and how many units share it: by the price, else by its tiers,
-- else by what was billed.
priced as (
    select
        dated_terms.*,
        prices.product_id as price_product_id,
        prices.billing_interval,
        prices.periods,
        prices.months,
        prices.days,
        prices.tax_behavior,
        coalesce(prices.coins, case
            when contains(getvariable('whole_currencies'), upper(dated_terms.currency)) then '1'
            when contains(getvariable('thousandth_currencies'), upper(dated_terms.currency)) then '1000'
            else '100'
        end) as coins,
        upper(coalesce(dated_terms.currency, prices.currency)) as line_currency,
        case
            when prices.divide_by is null or try_cast(dated_terms.quantity as decimal(20, 6)) is null
                then dated_terms.quantity
            else cast(cast(case
                when coalesce(prices.rounding, 'up') = 'down'
                    then floor(cast(dated_terms.quantity as double) / try_cast(prices.divide_by as integer))
                else ceil(cast(dated_terms.quantity as double) / try_cast(prices.divide_by as integer))
            end as bigint) as varchar)
        end as units,
        case
            when not prices.is_tiered and prices.unit_amount is not null then prices.unit_amount
            when try_cast(dated_terms.quantity as decimal(20, 6)) = 0 then '0'
            when tiered.total is not null then cast(tiered.total as varchar)
            when not dated_terms.is_part then dated_terms.amount
            -- A part of a period costs the same part of its price.
            else cast(cast(round(
                try_cast(dated_terms.amount as double)
                * date_diff(
                    'second',
                    try_cast(dated_terms.period_end as timestamp)
                    - to_months(coalesce(prices.months, 0) * prices.periods)
                    - to_days(coalesce(prices.days, 0) * prices.periods),
                    try_cast(dated_terms.period_end as timestamp)
                )
                / nullif(date_diff(
                    'second',
                    try_cast(dated_terms.period_start as timestamp),
                    try_cast(dated_terms.period_end as timestamp)
                ), 0)
            ) as bigint) as varchar)
        end as whole,
        case
            when not prices.is_tiered and prices.unit_amount is not null then '1'
            when try_cast(dated_terms.quantity as decimal(20, 6)) = 0 then '1'
            else dated_terms.quantity
        end as shares,
    from dated_terms
    left join prices on dated_terms.price_id = prices.id
    left join tiered on dated_terms.id = tiered.id and dated_terms.day = tiered.day
),

divided_up as (
    select
        *,
        divided(whole, times(shares, coins)) as average,
    from priced
),

-- An average that was cut off would lose the coin of a month that ends in half of one: it is the next one above.
averaged as (
    select
        *,
        case
            when
                shares <> '1'
                and try_cast(times(average, times(shares, coins)) as decimal(38, 12))
                < try_cast(whole as decimal(38, 12))
                then cast(cast(average as decimal(38, 12)) + 0.000000000001 as varchar)
            else average
        end as unit_price,
    from divided_up
),

-- A period on the terms of the one before needs no version.
changes as (
    select
        *,
        lag(day) over by_day is null
        or lag(price_id) over by_day is distinct from price_id
        or lag(units) over by_day is distinct from units
        or lag(unit_price) over by_day is distinct from unit_price
        or lag(is_trial) over by_day is distinct from is_trial as is_change,
        lag(day) over by_day is null as is_first,
    from averaged
    window by_day as (partition by id order by day)
),

ends as (
    select
        lives.*,
        least(lives.end_day, agreed_ends.end_day, subscription_ends.end_day) as last_end_day,
        case
            when lives.is_taken_out then 'at once'
            when least(agreed_ends.end_day, subscription_ends.end_day) < coalesce(lives.end_day, '9999-12-31')
                then 'agreed'
            when lives.notice_day < lives.end_day then 'noticed'
            when lives.ended_at is not null then 'at once'
            when lives.end_day is not null then 'agreed'
        end as end_kind,
    from lives
    left join agreed_ends on lives.id = agreed_ends.id
    left join subscription_ends on lives.subscription_id = subscription_ends.subscription_id
    union all by name
    select
        phase_terms.id,
        phase_terms.subscription_id,
        max(phase_terms.customer_id) as customer_id,
        min(phase_terms.moment) as created,
        false as is_listed,
        max(schedule_ends.end_day) as last_end_day,
        case when max(schedule_ends.end_day) is not null then 'agreed' end as end_kind,
    from phase_terms
    left join schedule_ends on phase_terms.schedule_id = schedule_ends.schedule_id
    where phase_terms.item_id is null
    group by phase_terms.id, phase_terms.subscription_id
),

versions as (
    select
        changes.*,
        ends.subscription_id,
        ends.customer_id,
        ends.created,
        ends.subscription_status,
        ends.tax_percent,
        ends.notice_day,
        ends.anchor_day,
        ends.last_end_day,
        ends.end_kind,
        least(case when ends.is_listed then ends.item_day end, min(changes.day) over of_line) as starts_on,
        lead(changes.day) over (partition by changes.id order by changes.day) as next_day,
    from changes
    inner join ends on changes.id = ends.id
    where changes.is_change
    window of_line as (partition by changes.id)
),

-- Notice is a version of its own, from its day on: what was before ran without an end.
noticed as (
    select
        versions.* replace (
            case when is_first then starts_on else day end as day,
            greatest(created, moment) as moment
        ),
        end_kind in ('at once', 'agreed') or (end_kind = 'noticed' and day >= notice_day) as is_ending,
    from versions
    union all
    select
        versions.* replace (
            notice_day as day,
            notice_moment.canceled_at as moment
        ),
        true as is_ending,
    from versions
    inner join (select id, canceled_at from subscriptions) as notice_moment
        on versions.subscription_id = notice_moment.id
    where end_kind = 'noticed' and day < notice_day and (next_day is null or next_day > notice_day)
),

-- Notice ends a line with its billing period; periods count from the day that Stripe counts them from. What ends
-- otherwise, or is billed by the year, has its end written.
measured as (
    select
        *,
        date_diff('month', try_cast(anchor_day as date), try_cast(last_end_day as date)) as months_to_end,
        date_diff('day', try_cast(anchor_day as date), try_cast(last_end_day as date)) as days_to_end,
    from noticed
),

judged as (
    select
        *,
        day_before(last_end_day) as last_day,
        coalesce(subscription_status in ('incomplete', 'incomplete_expired'), false)
        or coalesce(last_end_day <= starts_on, false) as is_void,
        coalesce(end_kind = 'noticed' and is_ending and anchor_day <= notice_day and case
            when months * periods < 12
                then
                    months_to_end % (months * periods) = 0
                    and add_months_to(anchor_day, months_to_end) = last_end_day
                    and add_months_to(anchor_day, months_to_end - months * periods) <= notice_day
            when days is not null
                then
                    days_to_end % (days * periods) = 0
                    and date_diff('day', try_cast(notice_day as date), try_cast(last_end_day as date)) <= days * periods
        end, false) as ends_with_period,
    from measured
),

recurring as (
    select
        id as contract_line_id,
        subscription_id as contract_id,
        customer_id as account_id,
        coalesce(price_product_id, product_id) as product_id,
        price_id as plan_id,
        'recurring' as charge_type,
        units as quantity,
        unit_price,
        billing_interval as billing_unit,
        periods as billing_interval,
        line_currency as currency,
        case when tax_behavior = 'inclusive' then divided(tax_percent, '100') end as tax_rate,
        case when tax_behavior = 'inclusive' and tax_percent is not null then 'true' end as is_tax_inclusive,
        case when ends_with_period then anchor_day else starts_on end as starts_on,
        case
            when not is_void and is_ending and end_kind in ('agreed', 'noticed') and not ends_with_period then last_day
        end as ends_on,
        signed_on,
        case when not is_void and is_ending and end_kind = 'noticed' then notice_day end as cancel_notice_on,
        case when not is_void and is_ending and end_kind = 'at once' then last_day end as terminated_on,
        case when is_void then 'void' end as status,
        is_trial,
        day as effective_from,
        moment as recorded_at,
    from judged
),

-- A metered period is billed in arrears: its amount belongs to the month in which it ends.
usage as (
    select
        billed.id as contract_line_id,
        billed.subscription_id as contract_id,
        coalesce(billed.customer_id, subscriptions.customer_id) as account_id,
        coalesce(prices.product_id, billed.product_id) as product_id,
        billed.price_id as plan_id,
        case when billed.subscription_item_id is null then 'one_time' else 'usage' end as charge_type,
        divided(billed.amount, coalesce(prices.coins, case
            when contains(getvariable('whole_currencies'), upper(billed.currency)) then '1'
            when contains(getvariable('thousandth_currencies'), upper(billed.currency)) then '1000'
            else '100'
        end)) as amount,
        'month' as billing_unit,
        1 as billing_interval,
        upper(billed.currency) as currency,
        case
            when billed.subscription_item_id is null then billed.start_day
            else greatest(billed.start_day, left(day_before(billed.end_day), 8) || '01')
        end as starts_on,
        case
            when billed.subscription_item_id is null then billed.start_day
            else greatest(billed.start_day, day_before(billed.end_day))
        end as ends_on,
    from billed
    left join prices on billed.price_id = prices.id
    left join subscriptions on billed.subscription_id = subscriptions.id
    where
        coalesce(billed.invoice_status, 'open') not in ('draft', 'void', 'deleted')
        and (
            (billed.subscription_item_id is not null and prices.is_metered and billed.is_credit = 'false')
            or (billed.subscription_item_id is null and (billed.product_id is not null or billed.price_id is not null))
        )
),

-- What a coupon reduces: an item, all items of a subscription, or those of its products.
targets as (
    select
        lives.id,
        lives.subscription_id,
        lives.customer_id,
        lives.trial_end,
        lives.period_end_day,
        prices.product_id,
        prices.currency,
        prices.billing_interval,
        prices.periods,
        prices.months,
        prices.days,
        row_number() over (partition by lives.subscription_id order by not lives.is_listed, lives.id) as place,
    from lives
    left join prices on lives.price_id = prices.id
    where not coalesce(prices.is_metered, false)
),

discounts as (
    select distinct on (id) *
    from source.discounts as listed
    where subscription_id is not null or subscription_item_id is not null or invoice_id is null
    order by id, listed
),

of_subscriptions as (
    select discounts.*, discounts.subscription_id as reduced_id, discounts.id as line_id
    from discounts
    where subscription_id is not null
    union all
    select
        discounts.*,
        targets.subscription_id as reduced_id,
        discounts.id as line_id,
    from discounts
    left join targets on discounts.subscription_item_id = targets.id
    where discounts.subscription_id is null and discounts.subscription_item_id is not null
    union all
    -- A customer's coupon reduces every subscription that has none of its own.
    select
        discounts.*,
        subscriptions.id as reduced_id,
        discounts.id || '/' || subscriptions.id as line_id,
    from discounts
    inner join subscriptions
        on
            discounts.customer_id = subscriptions.customer_id
            and subscriptions.id not in (
                select own.subscription_id from discounts as own where own.subscription_id is not null
            )
    where discounts.subscription_id is null and discounts.subscription_item_id is null
),

reduced as (
    select
        of_subscriptions.*,
        targets.id as item_id,
        targets.customer_id as target_customer_id,
        targets.trial_end,
        targets.period_end_day,
        targets.product_id,
        targets.currency as target_currency,
        targets.billing_interval,
        targets.periods,
        targets.months,
        targets.days,
        day_in_zone(of_subscriptions.starts_at, getvariable('timezone')) as start_day,
        day_in_zone(of_subscriptions.ends_at, getvariable('timezone')) as end_day,
        of_subscriptions.subscription_item_id is not null
        or (of_subscriptions.applies_to is not null and of_subscriptions.percent_off is not null) as is_of_item,
    from of_subscriptions
    left join targets
        on
            of_subscriptions.reduced_id = targets.subscription_id
            and case
                when of_subscriptions.subscription_item_id is not null
                    then of_subscriptions.subscription_item_id = targets.id
                when of_subscriptions.applies_to is not null and of_subscriptions.percent_off is not null
                    then contains(of_subscriptions.applies_to, '"' || targets.product_id || '"')
                else targets.place = 1
            end
    where of_subscriptions.reduced_id not in (select test_subscriptions.id from test_subscriptions)
),

-- A coupon reduces whole invoices: from the first that is paid after it was given, for as many as begin before it ends.
first_invoices as (
    select
        reduced.line_id,
        min(billed.start_day) as start_day,
    from reduced
    inner join billed
        on reduced.reduced_id = billed.subscription_id and billed.start_day >= reduced.start_day
    where
        coalesce(billed.proration, 'false') <> 'true'
        and billed.subscription_item_id is not null
        and try_cast(billed.amount as decimal(38, 6)) > 0
    group by reduced.line_id
),

billed_subscriptions as (
    select distinct subscription_id
    from billed
    where subscription_item_id is not null
),

-- Where no invoice is reduced yet, the next one will be.
spanned as (
    select
        reduced.*,
        coalesce(
            first_invoices.start_day,
            case
                when billed_subscriptions.subscription_id is not null and reduced.period_end_day > reduced.start_day
                    then reduced.period_end_day
            end,
            greatest(reduced.start_day, day_in_zone(reduced.trial_end, getvariable('timezone')))
        ) as first_day,
    from reduced
    left join first_invoices on reduced.line_id = first_invoices.line_id
    left join billed_subscriptions on reduced.reduced_id = billed_subscriptions.subscription_id
),

counted as (
    select
        *,
        case
            when contains(getvariable('whole_currencies'), upper(coalesce(currency, target_currency))) then '1'
            when contains(getvariable('thousandth_currencies'), upper(coalesce(currency, target_currency)))
                then '1000'
            else '100'
        end as coins,
        case
            when duration = 'once' then 1
            when end_day is null then null
            when months is not null
                then ceil((
                    date_diff('month', try_cast(first_day as date), try_cast(end_day as date))
                    + case
                        when add_months_to(
                            first_day, date_diff('month', try_cast(first_day as date), try_cast(end_day as date))
                        ) < end_day
                            then 1
                        else 0
                    end
                ) / (months * periods))
            when days is not null
                then ceil(date_diff('day', try_cast(first_day as date), try_cast(end_day as date)) / (days * periods))
        end as invoices_reduced,
    from spanned
),

coupons as (
    select
        line_id || case when is_of_item and subscription_item_id is null then '/' || item_id else '' end
            as contract_line_id,
        reduced_id as contract_id,
        coalesce(target_customer_id, customer_id) as account_id,
        product_id,
        'discount' as charge_type,
        1 as quantity,
        case
            when amount_off is not null then negated(divided(amount_off, coins))
            when percent_off is not null then '0'
        end as unit_price,
        case when amount_off is null then divided(percent_off, '100') end as discount_rate,
        coalesce(billing_interval, 'month') as billing_unit,
        periods as billing_interval,
        upper(coalesce(target_currency, currency)) as currency,
        first_day as starts_on,
        case
            when invoices_reduced <= 0 then null
            when months is not null
                then day_before(add_months_to(first_day, cast(invoices_reduced * months * periods as integer)))
            when days is not null
                then strftime(
                    try_cast(first_day as date) + cast(invoices_reduced * days * periods as integer) - 1, '%Y-%m-%d'
                )
            else day_before(end_day)
        end as ends_on,
        case when invoices_reduced <= 0 then 'void' end as status,
        case when is_of_item then item_id end as parent_line_id,
        row_number() over (
            partition by reduced_id order by not is_of_item, cast(place as integer), starts_at, line_id, item_id
        ) as discount_order,
        case when is_of_item then 'line' else 'contract' end as discount_scope,
        starts_at as recorded_at,
    from counted
),

every as (
    select * from recurring
    union all by name
    select * from usage
    union all by name
    select * from coupons
)

select
    contract_line_id,
    contract_id,
    account_id,
    product_id,
    plan_id,
    charge_type,
    quantity,
    unit_price,
    amount,
    discount_rate,
    billing_unit,
    billing_interval,
    currency,
    tax_rate,
    is_tax_inclusive,
    starts_on,
    ends_on,
    signed_on,
    cancel_notice_on,
    terminated_on,
    status,
    parent_line_id,
    discount_order,
    discount_scope,
    is_trial,
    effective_from,
    case when recorded_at like '%T%' and recorded_at not like '%Z' then recorded_at || 'Z' else recorded_at end
        as recorded_at,
from every
order by contract_line_id, effective_from, recorded_at, unit_price, quantity
