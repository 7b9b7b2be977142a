with

billing as (

    select * from {{ ref('int_rfm_billing') }}

),

value_events as (

    select * from {{ ref('int_rfm_value_events') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

-- An account that was never billed for anything, or only refunded, is no customer in this sense.
by_billing as (

    select
        account_id,
        month,
        'billing' as rfm_basis,
        recency_days,
        purchases as frequency,
        net_billings as monetary
    from billing
    where recency_days is not null

),

by_value_event as (

    select
        value_events.account_id,
        value_events.month,
        'value_event' as rfm_basis,
        value_events.recency_days,
        value_events.active_weeks as frequency,
        billing.net_recurring_billings as monetary
    from value_events
    left join billing on value_events.account_id = billing.account_id and value_events.month = billing.month

)

select * from by_billing
union all
select * from by_value_event
