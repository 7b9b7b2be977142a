with

rests as (

    select * from {{ ref('int_line_rests') }}
    where knowledge_id = 'restated'

),

-- A month for free is part of the term.
line_versions as (

    select line_versions.*
    from {{ ref('int_line_versions') }} as line_versions
    left join rests on line_versions.version_id = rests.version_id
    where line_versions.knowledge_id = 'restated' and (line_versions.is_paid_line or rests.version_id is not null)

),

coverage as (

    select * from {{ ref('int_line_coverage') }}
    where knowledge_id = 'restated'

)

-- The first day after the current term, also of one that renews itself, the earliest where an account has several.
select
    line_versions.account_id,
    min(coalesce(
        {{ add_days('line_versions.ends_on', 1) }},
        {{ next_anniversary('line_versions.starts_on', 'line_versions.renewal_months', as_of_date()) }}
    )) as next_renewal_on
from line_versions
inner join coverage on line_versions.version_id = coverage.version_id
where
    coverage.covered_from <= {{ as_of_date() }}
    and coverage.covered_to > {{ as_of_date() }}
    and line_versions.terminated_on is null
group by line_versions.account_id
