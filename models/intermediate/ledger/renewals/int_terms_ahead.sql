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

),

-- The term that each version in force or ahead belongs to; of one that renews itself the next one to end.
dated as (

    select
        line_versions.*,
        coverage.covered_from as counts_from,
        coalesce(
            {{ add_days('line_versions.ends_on', 1) }},
            {{ next_anniversary(
                'line_versions.starts_on', 'line_versions.renewal_months',
                'greatest(line_versions.starts_on, ' ~ as_of_date() ~ ')'
            ) }}
        ) as due_on
    from line_versions
    inner join coverage on line_versions.version_id = coverage.version_id
    where coverage.covered_to > {{ as_of_date() }} and line_versions.terminated_on is null

),

-- A term has the amount of its last version, and the account of its first.
in_order as (

    select
        *,
        first_value(account_id) over (partition by contract_line_id, due_on order by counts_from) as holder_id,
        min(counts_from) over (partition by contract_line_id, due_on) <= {{ as_of_date() }} as is_running,
        row_number() over (partition by contract_line_id, due_on order by counts_from desc) as recency
    from dated
    where counts_from < due_on

)

select
    contract_line_id,
    due_on,
    version_id,
    holder_id as account_id,
    contract_id,
    product_id,
    starts_on,
    counts_from,
    ends_on is not null as is_stated,
    is_running,
    cancel_notice_on,
    terminated_on
from in_order
where recency = 1
