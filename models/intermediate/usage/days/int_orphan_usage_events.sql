with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where
        is_valid
        and {{ in_files_with_orphans(ref('int_usage_file_days'), ref('int_matched_usage_days'), ref('stg_accounts')) }}

),

accounts as (

    {{ things_to_refer_to(ref('stg_accounts'), 'account_id') }}

),

reference_ids as (

    select * from {{ ref('stg_reference_ids') }}

),

orphan_days as (

    select distinct usage_daily.occurred_on
    from {{ ref('int_matched_usage_days') }} as usage_daily
    left join accounts on usage_daily.account_id = accounts.account_id
    where usage_daily.is_ambiguous or not coalesce(accounts.is_usable, false)

),

-- Which delivery counts is settled among all events of the day.
numbered as (

    select
        usage_events.*,
        {{ event_delivery('usage_events') }} as delivery
    from usage_events
    inner join orphan_days on usage_events.occurred_on = orphan_days.occurred_on

),

matched as (

    select
        numbered.event_id,
        {{ matched_id('numbered', 'account_id') }} as account_id,
        numbered.occurred_on,
        case
            when {{ is_ambiguous_id('numbered', 'account_id') }} then 'account_id'
            when {{ is_ambiguous_id('numbered', 'product_id') }} then 'product_id'
        end as ambiguous_column,
        numbered._row_json,
        numbered._source_file
    from numbered
    {{ join_ids('reference_ids', 'accounts', 'numbered', 'account_id') }}
    {{ join_ids('reference_ids', 'products', 'numbered', 'product_id') }}
    where numbered.delivery = 1

)

select
    matched.event_id,
    matched.account_id,
    matched.occurred_on,
    case
        when matched.ambiguous_column is not null then 'ambiguous_id'
        else {{ missing_thing_reason('accounts', 'orphan_customer') }}
    end as quarantine_reason,
    matched.ambiguous_column as _reject_column,
    matched._row_json,
    matched._source_file
from matched
left join accounts on matched.account_id = accounts.account_id
where matched.ambiguous_column is not null or not coalesce(accounts.is_usable, false)
