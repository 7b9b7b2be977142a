-- One row per line and day on which terms begin, whoever says so: invoices before what is said now, trials, phases.
with
-- A trial whose invoice of 0 the export does not hold.
trial_terms as (
    select
        lives.id,
        lives.item_day as day,
        lives.price_id,
        lives.quantity,
        lives.created as moment,
    from step.lives
    inner join (select id, min(day) as day from step.billed_terms group by id) as firsts on lives.id = firsts.id
    where
        lives.is_listed
        and day_in_zone(lives.trial_end, getvariable('timezone')) > lives.item_day
        and day_in_zone(lives.trial_end, getvariable('timezone')) <= firsts.day
),

terms as (
    select
        id, day, price_id, quantity, currency, product_id, amount, period_start, period_end, is_part, is_trial, moment,
        cast(null as varchar) as signed_on, 2 as rank,
    from step.billed_terms
    union all by name
    select id, day, price_id, quantity, is_trial, moment, false as is_part, 1 as rank from step.now_terms
    union all by name
    select id, day, price_id, quantity, true as is_trial, moment, false as is_part, 3 as rank from trial_terms
    union all by name
    select
        id, day, price_id, quantity, false as is_trial, moment, false as is_part, 4 as rank,
        day_in_zone(moment, getvariable('timezone')) as signed_on,
    from step.phase_terms
)

select distinct on (id, day) *
from terms
order by id, day, rank
