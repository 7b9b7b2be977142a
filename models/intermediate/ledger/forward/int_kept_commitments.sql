with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

replaced as (

    select * from {{ ref('int_replaced_commitments') }}

)

select commitments.*
from commitments
left join replaced
    on
        commitments.knowledge_id = replaced.knowledge_id
        and commitments.month = replaced.month
        and commitments.version_id = replaced.version_id
where commitments.is_in_force and not commitments.is_under_notice and replaced.version_id is null
