with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where
        is_valid
        and {{ in_files_with_orphans(ref('int_usage_file_days'), ref('int_usage_daily'), ref('stg_accounts')) }}

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

orphan_days as (

    select distinct usage_daily.occurred_on
    from {{ ref('int_usage_daily') }} as usage_daily
    left join accounts on usage_daily.account_id = accounts.account_id
    where accounts.account_id is null

),

-- Which delivery counts is settled among all events of the day.
numbered as (

    select
        usage_events.*,
        {{ event_delivery('usage_events') }} as delivery
    from usage_events
    inner join orphan_days on usage_events.occurred_on = orphan_days.occurred_on

)

select
    numbered.event_id,
    numbered.account_id,
    numbered.occurred_on,
    numbered._row_json,
    numbered._source_file
from numbered
left join accounts on numbered.account_id = accounts.account_id
where numbered.delivery = 1 and accounts.account_id is null
