with

offers as (

    select * from {{ ref('int_offers') }}

),

guards as (

    select * from {{ ref('int_offer_guards') }}

),

accounts as (

    select * from {{ ref('int_offer_accounts') }}

),

timing as (

    select * from {{ ref('int_offer_timing') }}

),

offer_classes as (

    select * from {{ ref('offer_classes') }}

),

guard_reasons as (

    select * from {{ ref('guard_reasons') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['rescue_renewal_days']) }}

),

-- Of several reasons the most pressing says what to do instead.
pressing as (

    select
        guards.account_id,
        guards.month,
        guards.offer_id,
        guard_reasons.reason,
        guard_reasons.play,
        guard_reasons.owner_role,
        row_number() over (
            partition by guards.account_id, guards.month, guards.offer_id order by guard_reasons.play_position
        ) as place
    from guards
    inner join guard_reasons
        on '|' || guards.blocked_reasons || '|' like '%|' || guard_reasons.reason || '|%'

),

judged as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        offers.offer_class,
        offers.step_owner_role,
        guards.is_eligible,
        pressing.reason as pressing_reason,
        pressing.play as reason_play,
        pressing.owner_role as reason_owner_role,
        accounts.health_band = 'red'
        and (offers.offer_class = 'downsell' or pressing.reason = 'health_red') as is_rescue,
        coalesce(
            timing.account_renewal_on <= {{ add_days('accounts.month_end', 'rules.rescue_renewal_days') }}, false
        ) as is_renewal_near
    from offers
    cross join rules
    inner join guards
        on offers.account_id = guards.account_id and offers.month = guards.month and offers.offer_id = guards.offer_id
    inner join accounts on offers.account_id = accounts.account_id and offers.month = accounts.month
    inner join timing
        on offers.account_id = timing.account_id and offers.month = timing.month and offers.offer_id = timing.offer_id
    left join pressing
        on
            offers.account_id = pressing.account_id
            and offers.month = pressing.month
            and offers.offer_id = pressing.offer_id
            and pressing.place = 1

)

select
    judged.account_id,
    judged.month,
    judged.offer_id,
    case
        when judged.is_rescue and judged.is_renewal_near then 'downsell_option'
        when judged.is_rescue then 'rescue'
        when judged.is_eligible or judged.offer_class = 'downsell' then offer_classes.play
        else judged.reason_play
    end as play,
    case
        when not judged.is_eligible then coalesce(judged.reason_owner_role, offer_classes.owner_role)
        when offer_classes.owner_role = 'by_step' then coalesce(judged.step_owner_role, 'sales')
        else offer_classes.owner_role
    end as owner_role,
    judged.pressing_reason
from judged
inner join offer_classes on judged.offer_class = offer_classes.offer_class
