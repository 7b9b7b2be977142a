with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'today'

),

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

stays as (

    select * from {{ ref('int_kept_commitments') }}

),

last_steps as (

    select * from {{ ref('int_last_step_amounts') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

versions_seen as (

    select
        line_versions.*,
        {{ month_end('knowledge.last_month') }} as seen_on,
        line_versions.is_line_deleted
        and line_versions.valid_to > {{ add_days(month_end('knowledge.last_month'), 1) }}
        and lead(line_versions.version_id) over by_day is null as is_deleted_later
    from {{ ref('int_line_versions') }} as line_versions
    inner join knowledge on line_versions.knowledge_id = knowledge.knowledge_id
    window by_day as (
        partition by line_versions.knowledge_id, line_versions.contract_line_id order by line_versions.covered_from
    )

),

line_versions as (

    select
        *,
        max(case when is_paid_line then {{ agreed_to_as_seen() }} end) over (
            partition by knowledge_id, contract_line_id
        ) as agreed_to
    from versions_seen

),

-- What each cut of knowledge last sees: its own month, or the last complete one.
valued as (

    select
        commitments.*,
        line_versions.contract_id,
        line_versions.renewal_months,
        line_versions.agreed_to,
        coverage.bridged_to,
        coalesce(last_steps.amount, commitments.amount) as last_amount,
        stays.version_id is not null as is_kept,
        lag(commitments.version_id) over by_day is not null as has_earlier_version,
        lead(commitments.version_id) over by_day is not null as has_later_version
    from commitments
    inner join knowledge
        on commitments.knowledge_id = knowledge.knowledge_id and commitments.month = knowledge.last_month
    inner join line_versions
        on
            commitments.knowledge_id = line_versions.knowledge_id
            and commitments.version_id = line_versions.version_id
    inner join coverage
        on commitments.knowledge_id = coverage.knowledge_id and commitments.version_id = coverage.version_id
    left join stays
        on
            commitments.knowledge_id = stays.knowledge_id
            and commitments.month = stays.month
            and commitments.version_id = stays.version_id
    left join last_steps
        on
            commitments.knowledge_id = last_steps.knowledge_id
            and commitments.month = last_steps.month
            and commitments.version_id = last_steps.version_id
    window by_day as (
        partition by commitments.knowledge_id, commitments.contract_line_id order by commitments.covered_from
    )

),

counted as (

    select
        *,
        {{ is_committed() }} as is_committed
    from valued

)

-- Of what is kept but will not stand alone for its product, the day from which another one does.
select
    *,
    max(case when is_committed then covered_from end) over (
        partition by knowledge_id, account_id, product_id
    ) as outdone_from
from counted
