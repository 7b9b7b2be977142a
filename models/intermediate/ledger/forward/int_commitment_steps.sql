with

commitments as (

    select * from {{ ref('int_valued_commitments') }}

),

expiries as (

    select * from {{ ref('int_expiring_discounts') }}

),

dated as (

    select
        commitments.*,
        {{ add_days(month_end('commitments.month'), 1) }} as first_day_after,
        case
            when commitments.is_under_notice then commitments.line_to
            when commitments.is_committed then commitments.agreed_to
            when commitments.is_kept then greatest(commitments.outdone_from, commitments.covered_from)
            else commitments.bridged_to
        end as leaves_on
    from commitments

),

steps as (

    select
        *,
        covered_from as step_on,
        case when has_earlier_version then 'steps' else 'starts' end as step_kind,
        amount as step_amount
    from dated
    where not is_held
    union all
    select
        *,
        leaves_on as step_on,
        case
            when is_under_notice then 'notice'
            when is_committed then 'ended'
            when has_later_version then 'steps'
            else 'replaced'
        end as step_kind,
        -(case when is_committed then last_amount else amount end) as step_amount
    from dated
    where not is_committed or leaves_on < {{ latest_day() }}
    union all
    select
        dated.*,
        coalesce(expiries.expires_on, greatest(dated.covered_from, dated.first_day_after)) as step_on,
        'discount' as step_kind,
        dated.last_amount - dated.amount as step_amount
    from dated
    left join expiries on dated.knowledge_id = expiries.knowledge_id and dated.version_id = expiries.version_id
    where dated.is_committed
    union all
    select
        *,
        {{ next_anniversary('starts_on', 'renewal_months', 'greatest(starts_on, first_day_after)') }} as step_on,
        'renews_itself' as step_kind,
        last_amount as step_amount
    from dated
    where is_committed and renewal_months is not null and agreed_to = {{ latest_day() }}

)

-- What was to happen by the month-end and has not is due next.
select
    knowledge_id,
    month,
    contract_line_id,
    version_id,
    account_id,
    product_id,
    step_kind,
    greatest(step_on, first_day_after) as step_on,
    cast(step_amount as decimal(19, 3)) as step_amount
from steps
where step_amount <> 0
