with

starts as (

    select * from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

extensions as (

    select * from {{ ref('int_term_extensions') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- A term that became longer for the same money had not ended.
stated as (

    select
        starts.version_id,
        starts.ends_on as term_to,
        false as is_implied
    from starts
    left join extensions
        on
            starts.contract_line_id = extensions.contract_line_id
            and starts.ends_on = extensions.ends_on
            and not extensions.is_renewal
    where starts.ends_on is not null and extensions.contract_line_id is null

),

-- The end that a renewal by a later row has hidden.
overwritten as (

    select
        starts.version_id,
        extensions.ends_on as term_to,
        true as is_implied
    from starts
    inner join extensions
        on
            starts.contract_line_id = extensions.contract_line_id
            and extensions.is_overwritten
            and starts.covered_from <= extensions.ends_on
            and starts.covered_to > extensions.ends_on

),

-- Months in which a term that renews itself may end.
elapsed as (

    select
        starts.*,
        {{ months_between('starts.starts_on', 'months.month') }}
        + case when day(starts.starts_on) = 1 then 1 else 0 end as elapsed_months
    from starts
    inner join months
        on
            starts.covered_from <= months.month_end
            and months.month < {{ add_months(
                'least(starts.covered_to, ' ~ add_days(as_of_date(), 1) ~ ')', 'starts.renewal_months'
            ) }}
    where starts.renewal_months is not null

),

anniversaries as (

    select
        *,
        {{ add_months('starts_on', 'elapsed_months - renewal_months') }} as term_from,
        {{ add_days(add_months('starts_on', 'elapsed_months'), -1) }} as term_to
    from elapsed
    where elapsed_months > 0 and elapsed_months % renewal_months = 0

),

-- Where another line has taken its place, the term that ran then was renewed early.
implied as (

    select
        version_id,
        term_to,
        true as is_implied
    from anniversaries
    where
        covered_from <= term_to
        and (
            covered_to > term_to
            or (covered_to = line_to and covered_to > term_from and agreed_to > {{ add_days('term_to', 1) }})
        )

),

ends as (

    select * from stated
    union all
    select * from overwritten
    union all
    select * from implied

)

select
    starts.contract_line_id,
    starts.version_id,
    starts.account_id,
    starts.product_id,
    starts.chain_id,
    starts.covered_from,
    starts.covered_to,
    starts.agreed_to,
    starts.cancel_notice_on,
    starts.terminated_on,
    ends.term_to as ends_on,
    ends.is_implied and starts.line_to > {{ add_days('ends.term_to', 1) }} as runs_on,
    months.month,
    months.fiscal_year
from ends
inner join starts on ends.version_id = starts.version_id
inner join months on {{ month_start('ends.term_to') }} = months.month
