with

rests as (

    select * from {{ ref('int_line_rests') }}

),

line_versions as (

    select line_versions.*
    from {{ ref('int_line_versions') }} as line_versions
    left join rests
        on line_versions.knowledge_id = rests.knowledge_id and line_versions.version_id = rests.version_id
    where
        line_versions.is_paid_line
        or line_versions.charge_type = 'discount'
        or line_versions.quantity < 0
        or rests.version_id is not null

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

),

default_days as (

    select * from {{ ref('int_default_days') }}

),

line_days as (

    select
        line_versions.knowledge_id,
        line_versions.account_id,
        coverage.covered_from,
        coverage.bridged_to,
        pauses.paused_from,
        pauses.paused_to
    from line_versions
    inner join coverage
        on line_versions.knowledge_id = coverage.knowledge_id and line_versions.version_id = coverage.version_id
    left join pauses
        on line_versions.knowledge_id = pauses.knowledge_id and line_versions.version_id = pauses.version_id

),

-- The first day of what is new, the first day without what is gone.
changes as (

    {% for day in [
        'covered_from', 'bridged_to', 'paused_from', add_days('paused_to', 1),
        add_days('paused_from', setting('pause_max_days')),
    ] -%}
    select
        knowledge_id,
        account_id,
        {{ day }} as changed_on
    from line_days
    where {{ day }} <= {{ as_of_date() }}
    union all
    {% endfor -%}
    select
        knowledge_id,
        account_id,
        changed_on
    from default_days
    where changed_on <= {{ as_of_date() }}

)

-- What a month-end shows is what the last change of its month left.
select
    knowledge_id,
    account_id,
    {{ month_start('changed_on') }} as month,
    max(changed_on) as changed_on
from changes
group by knowledge_id, account_id, {{ month_start('changed_on') }}
