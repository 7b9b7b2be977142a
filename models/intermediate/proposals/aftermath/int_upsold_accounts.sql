with

wins as (

    select
        account_id,
        month,
        max(won_on) as won_on,
        max(case when sales_motion = 'upsell' then 1 else 0 end) = 1 as is_upsell,
        max(case when was_paying then 1 else 0 end) = 1 as was_paying
    from {{ ref('int_upsell_wins') }}
    group by account_id, month

),

balances as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated'

),

upsold as (

    select
        *,
        {{ add_months('month', -1) }} as month_before,
        {{ add_months('month', 1) }} as month_after,
        {{ add_months('month', 3) }} as month_after_3m
    from wins

)

-- Both ends of a pair stand at the rate of its later month.
select
    upsold.account_id,
    upsold.month,
    upsold.won_on,
    upsold.is_upsell and upsold.was_paying as is_upsold,
    cast(coalesce({{ mrr_at_rate_of('opened', 'followed.fiscal_year') }}, 0) as decimal(18, 2)) as arpa_before,
    followed.mrr as arpa_after_1m,
    cast(coalesce({{ mrr_at_rate_of('opened', 'followed_3m.fiscal_year') }}, 0) as decimal(18, 2)) as arpa_before_3m,
    followed_3m.mrr as arpa_after_3m
from upsold
left join balances as opened on upsold.account_id = opened.account_id and upsold.month_before = opened.month
left join balances as followed on upsold.account_id = followed.account_id and upsold.month_after = followed.month
left join balances as followed_3m
    on upsold.account_id = followed_3m.account_id and upsold.month_after_3m = followed_3m.month
