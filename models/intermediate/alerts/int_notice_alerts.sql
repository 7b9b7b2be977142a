with

observations as (

    select * from {{ ref('int_alert_observations') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

notices as (

    select
        paid_lines.account_id,
        paid_lines.product_id,
        paid_lines.cancel_notice_on,
        {{ dated_or_observed('paid_lines.cancel_notice_on', 'observations') }} as holds_from,
        least(paid_lines.covered_to, observations.next_on) as holds_until,
        case
            when paid_lines.covered_to < {{ latest_day() }} then {{ add_days('paid_lines.covered_to', -1) }}
        end as last_day
    from paid_lines
    inner join observations
        on
            paid_lines.knowledge_id = observations.knowledge_id
            and paid_lines.cancel_notice_on <= observations.observed_on

)

select
    account_id,
    'cancel_notice' as alert_kind,
    product_id as subject,
    holds_from,
    max(holds_until) as holds_until,
    case when max(last_day) is null then 'endless' else 'ending' end as situation,
    cast(null as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(null as decimal(22, 6)) as bound,
    {{ day_as_text('max(last_day)') }} as words,
    min(cancel_notice_on) as evidence_on
from notices
where holds_from < holds_until
group by account_id, product_id, holds_from
