with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated' and opening_at_rate > 0

),

wins as (

    select distinct
        account_id,
        month
    from {{ ref('int_upsell_wins') }}
    where sales_motion = 'upsell'

),

months as (

    select
        *,
        {{ add_months('month', -11) }} as opening_month
    from {{ ref('int_months') }}

),

-- Who paid when the year began, and whether anything was sold to it since.
followed as (

    select
        months.month,
        movements.account_id,
        max(case when wins.account_id is not null then 1 else 0 end) as is_upsold
    from months
    inner join movements on months.opening_month = movements.month
    left join wins
        on
            movements.account_id = wins.account_id
            and months.opening_month <= wins.month
            and months.month >= wins.month
    group by months.month, movements.account_id

)

select
    month,
    cast(count(*) as integer) as opening_accounts,
    cast(sum(is_upsold) as integer) as upsold_accounts,
    {{ ratio('sum(is_upsold)', 'count(*)') }} as upsell_rate
from followed
group by month
