with

line_ends as (

    select * from {{ ref('int_line_ends') }}

),

-- What a line with its renewals bills at the two ends; lines that stop or return by themselves compare with nothing.
threads as (

    select
        *,
        part = 'held' and line_state = 'billed' as is_compared,
        coalesce(max(case when is_closing then unit end) over thread, unit) as thread_unit,
        min(unit) over thread = max(unit) over thread as has_one_unit,
        max(case when is_closing then 0 else 1 end) over thread = 1 as opens,
        max(case when is_closing then 1 else 0 end) over thread = 1 as closes,
        sum(case when is_closing then billed_quantity else -billed_quantity end) over thread as more_units
    from line_ends
    window thread as (
        partition by knowledge_id, account_id, product_id, month, thread_id, part, line_state
    )

),

moved as (

    select
        *,
        is_compared and not closes as ends_here,
        is_compared and (not opens or (closes and has_one_unit and more_units > 0)) as gains_units
    from threads

),

-- Where some lines of a unit end while others begin or grow, the ones go over into the others.
matched as (

    select
        *,
        (ends_here or gains_units)
        and max(case when ends_here then 1 else 0 end) over same_unit = 1
        and max(case when gains_units then 1 else 0 end) over same_unit = 1 as is_matched
    from moved
    window same_unit as (partition by knowledge_id, account_id, product_id, month, thread_unit)

)

select
    knowledge_id,
    account_id,
    product_id,
    contract_line_id,
    version_id,
    thread_id,
    unit,
    is_unit_held,
    month,
    balance_month,
    is_closing,
    line_state,
    part,
    case
        when is_matched
            then min(thread_id) over (
                partition by knowledge_id, account_id, product_id, month, thread_unit, is_matched
            )
        when is_compared then thread_id
    end as group_id,
    mrr_at_rate,
    mrr_at_next_rate,
    is_agreement,
    agreed_on
from matched
