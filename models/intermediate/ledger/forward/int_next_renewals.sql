with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated' and is_paid_line

),

coverage as (

    select * from {{ ref('int_line_coverage') }}
    where knowledge_id = 'restated'

)

-- The first day after the current term, the earliest where an account has several.
select
    line_versions.account_id,
    min({{ add_days('line_versions.ends_on', 1) }}) as next_renewal_on
from line_versions
inner join coverage on line_versions.version_id = coverage.version_id
where
    coverage.covered_from <= {{ as_of_date() }}
    and coverage.covered_to > {{ as_of_date() }}
    and line_versions.terminated_on is null
group by line_versions.account_id
