with

opportunities as (

    select * from {{ ref('int_upsell_opportunities') }}
    where offer_class <> 'downsell'

),

months as (

    select
        *,
        max(month_end) over () as last_day
    from {{ ref('int_months') }}

),

accounts as (

    select * from {{ ref('int_offer_accounts') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

),

rules as (

    {{ rules_as_columns('upsell_rules', ['guard_follow_up_days']) }}

),

ordered as (

    select
        *,
        lag(month) over (partition by account_id, offer_id, blocked_reasons order by month) as seen_before
    from opportunities

)

-- The band is the one that the guards read: a notice and an unpaid invoice have guards of their own.
select
    ordered.account_id,
    ordered.month,
    ordered.offer_id,
    account_map.paying_account_id,
    ordered.offer_class,
    ordered.product_id,
    coalesce(accounts.guarded_band, 'insufficient_data') as guarded_band,
    ordered.blocked_reasons,
    ordered.delta_mrr,
    ordered.month_end,
    {{ add_days('ordered.month_end', 'rules.guard_follow_up_days') }} as followed_until,
    {{ add_days('ordered.month_end', 'rules.guard_follow_up_days') }} <= months.last_day as is_followed
from ordered
cross join rules
inner join months on ordered.month = months.month
inner join accounts on ordered.account_id = accounts.account_id and ordered.month = accounts.month
inner join account_map on ordered.account_id = account_map.account_id
where ordered.seen_before is null or ordered.seen_before <> {{ add_months('ordered.month', -1) }}
