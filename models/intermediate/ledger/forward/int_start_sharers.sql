with

renewals as (

    select distinct
        knowledge_id,
        version_id
    from {{ ref('int_term_renewals') }}

),

-- What a close looks forward to, and what renews the terms that it reads.
starts as (

    select starts.*
    from {{ ref('int_line_starts') }} as starts
    left join renewals
        on starts.knowledge_id = renewals.knowledge_id and starts.version_id = renewals.version_id
    where starts.is_ahead or renewals.version_id is not null

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

shared_discounts as (

    select distinct
        knowledge_id,
        account_id
    from line_versions
    where charge_type = 'discount' and discount_scope <> 'line'

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

)

-- What starts on the day, and what else the account pays on it.
select
    starts.knowledge_id,
    starts.account_id,
    starts.contract_line_id,
    starts.version_id,
    line_versions.contract_id,
    starts.covered_from as counted_on,
    starts.covered_from as valued_on,
    true as is_billed
from starts
inner join line_versions
    on starts.knowledge_id = line_versions.knowledge_id and starts.version_id = line_versions.version_id
union
select
    openings.knowledge_id,
    openings.account_id,
    line_versions.contract_line_id,
    line_versions.version_id,
    line_versions.contract_id,
    openings.covered_from as counted_on,
    openings.covered_from as valued_on,
    true as is_billed
from starts as openings
inner join shared_discounts
    on openings.knowledge_id = shared_discounts.knowledge_id and openings.account_id = shared_discounts.account_id
inner join line_versions
    on openings.knowledge_id = line_versions.knowledge_id and openings.account_id = line_versions.account_id
inner join coverage
    on
        line_versions.knowledge_id = coverage.knowledge_id
        and line_versions.version_id = coverage.version_id
        and openings.covered_from >= coverage.covered_from
        and openings.covered_from < coverage.covered_to
left join pauses
    on
        line_versions.knowledge_id = pauses.knowledge_id
        and line_versions.version_id = pauses.version_id
        and openings.covered_from between pauses.paused_from and pauses.paused_to
where line_versions.is_paid_line and pauses.version_id is null
