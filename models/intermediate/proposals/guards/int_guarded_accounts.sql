with

outcomes as (

    select * from {{ ref('int_offer_outcomes') }}
    where is_followed

),

guard_reasons as (

    select * from {{ ref('guard_reasons') }}

),

blocked as (

    select
        guard_reasons.reason as guard_reason,
        outcomes.*
    from guard_reasons
    inner join outcomes on guard_reasons.reason = outcomes.blocked_reasons

),

cells as (

    select distinct
        guard_reason,
        offer_class,
        guarded_band
    from blocked

),

followed as (

    select
        guard_reason,
        'blocked' as side,
        paying_account_id,
        is_lost,
        is_upsold
    from blocked
    union all
    select
        cells.guard_reason,
        'similar' as side,
        outcomes.paying_account_id,
        outcomes.is_lost,
        outcomes.is_upsold
    from cells
    inner join outcomes on cells.offer_class = outcomes.offer_class and cells.guarded_band = outcomes.guarded_band
    where outcomes.blocked_reasons = '' and outcomes.is_offered

),

-- An account is lost once, however many offers it had.
accounts as (

    select
        guard_reason,
        side,
        paying_account_id,
        max(case when is_lost then 1 else 0 end) as losses,
        max(case when is_upsold then 1 else 0 end) as upsells
    from followed
    group by guard_reason, side, paying_account_id

)

select
    guard_reason,
    {% for side in ['blocked', 'similar'] -%}
    cast(sum(case when side = '{{ side }}' then 1 else 0 end) as integer) as {{ side }}_accounts,
    cast(sum(case when side = '{{ side }}' then losses else 0 end) as integer) as {{ side }}_lost_accounts,
    {% endfor -%}
    cast(sum(case when side = 'blocked' then upsells else 0 end) as integer) as blocked_upsold_accounts
from accounts
group by guard_reason
