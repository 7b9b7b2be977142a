with

starts as (

    select * from {{ ref('int_line_starts') }}
    where renewal_months is not null

),

months as (

    select * from {{ ref('int_renewal_months') }}

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
            starts.knowledge_id = months.knowledge_id
            and starts.covered_from <= {{ month_end('months.month') }}
            and months.month < {{ add_months(
                'least(starts.covered_to, ' ~ add_days(as_of_date(), 1) ~ ')', 'starts.renewal_months'
            ) }}

),

anniversaries as (

    select
        *,
        {{ add_months('starts_on', 'elapsed_months - renewal_months') }} as term_from,
        {{ add_days(add_months('starts_on', 'elapsed_months'), -1) }} as term_to
    from elapsed
    where elapsed_months > 0 and elapsed_months % renewal_months = 0

)

-- Where another line has taken its place, the term that ran then was renewed early.
select
    knowledge_id,
    version_id,
    term_to
from anniversaries
where
    covered_from <= term_to
    and (
        covered_to > term_to
        or (covered_to = line_to and covered_to > term_from and agreed_to > {{ add_days('term_to', 1) }})
    )
