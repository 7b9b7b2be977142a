with

starts as (

    select * from {{ ref('int_line_starts') }}

),

renewals as (

    select distinct
        knowledge_id,
        version_id
    from {{ ref('int_term_renewals') }}

)

select
    starts.knowledge_id,
    starts.account_id,
    starts.contract_line_id,
    starts.version_id,
    starts.covered_from
from starts
left join renewals
    on starts.knowledge_id = renewals.knowledge_id and starts.version_id = renewals.version_id
where starts.is_ahead or renewals.version_id is not null
