with

starts as (

    select * from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

extensions as (

    select * from {{ ref('int_term_extensions') }}
    where knowledge_id = 'restated' and not is_renewal

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where knowledge_id = 'restated'

),

-- A term that became longer for the same money has not ended.
stated as (

    select
        starts.*,
        starts.ends_on as term_to,
        true as is_stated
    from starts
    left join extensions
        on starts.contract_line_id = extensions.contract_line_id and starts.ends_on = extensions.ends_on
    where starts.ends_on is not null and extensions.contract_line_id is null

),

-- Of a line that renews itself the term in which it stops.
implied as (

    select
        *,
        {{ add_days(next_anniversary('starts_on', 'renewal_months', add_days('line_to', -1)), -1) }} as term_to,
        false as is_stated
    from starts
    where renewal_months > 0 and covered_to = line_to and line_to < {{ latest_day() }}

),

dated as (

    select * from stated
    union all
    select * from implied

),

followers as (

    select
        replaces_line_id as contract_line_id,
        max(agreed_to) as agreed_to
    from starts
    group by replaces_line_id

),

-- Up for renewal as terms of months that are complete are: it runs until then, or what takes its place reaches further.
up_for_renewal as (

    select
        dated.*,
        {{ month_start('dated.term_to') }} as month,
        {{ renewal_gap_days('dated') }} as gap_days,
        row_number() over (
            partition by dated.contract_line_id, {{ month_start('dated.term_to') }} order by dated.covered_from desc
        ) as recency
    from dated
    inner join knowledge on dated.term_to > knowledge.map_date
    left join followers on dated.contract_line_id = followers.contract_line_id
    where
        (dated.terminated_on is null or dated.terminated_on >= dated.term_to)
        and (
            dated.covered_to = {{ add_days('dated.term_to', 1) }}
            or dated.agreed_to > {{ add_days('dated.term_to', 1) }}
            or (dated.is_stated and followers.agreed_to > {{ add_days('dated.term_to', 1) }})
        )

)

select
    knowledge_id,
    contract_line_id,
    version_id,
    account_id,
    product_id,
    covered_from,
    agreed_to,
    term_to as ends_on,
    month,
    gap_days
from up_for_renewal
where recency = 1
