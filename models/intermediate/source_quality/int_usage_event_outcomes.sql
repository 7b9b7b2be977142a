with

usage_daily as (

    select * from {{ ref('int_usage_daily') }}

),

day_marks as (

    select * from {{ ref('int_usage_day_marks') }}

),

rejected as (

    select * from {{ ref('int_rejected_usage_events') }}

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

judged as (

    select
        usage_daily.occurred_on,
        usage_daily.event_count,
        case when accounts.account_id is null then 'orphan_customer' end as quarantine_reason,
        case
            when usage_daily.known_on > {{ known_until() }} then 'not_yet_known'
            when usage_daily.occurred_on > {{ as_of_date() }} then 'after_as_of'
            when account_map.is_internal then 'internal_account'
        end as exclusion_reason
    from usage_daily
    left join accounts on usage_daily.account_id = accounts.account_id
    left join account_map on usage_daily.account_id = account_map.account_id

),

counted_once as (

    select
        occurred_on,
        sum(event_count) as event_count
    from usage_daily
    group by occurred_on

),

-- What the files hold of a day beyond what counts once is repetition.
outcomes as (

    select
        occurred_on,
        quarantine_reason,
        case when quarantine_reason is null then exclusion_reason end as exclusion_reason,
        event_count as row_count
    from judged
    union all
    select
        day_marks.occurred_on,
        cast(null as {{ dbt.type_string() }}) as quarantine_reason,
        'duplicate' as exclusion_reason,
        day_marks.event_rows - counted_once.event_count as row_count
    from day_marks
    inner join counted_once on day_marks.occurred_on = counted_once.occurred_on
    union all
    select
        occurred_on,
        quarantine_reason,
        cast(null as {{ dbt.type_string() }}) as exclusion_reason,
        1 as row_count
    from rejected

)

select
    {{ month_start('occurred_on') }} as month,
    case
        when quarantine_reason is not null then 'quarantined'
        when exclusion_reason is not null then 'excluded'
        else 'modelled'
    end as outcome,
    coalesce(quarantine_reason, exclusion_reason) as reason,
    cast(sum(row_count) as bigint) as row_count
from outcomes
where row_count > 0
group by {{ month_start('occurred_on') }}, quarantine_reason, exclusion_reason
