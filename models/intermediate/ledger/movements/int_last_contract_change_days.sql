with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated' and (is_paid_line or charge_type = 'discount')

),

coverage as (

    select * from {{ ref('int_line_coverage') }}
    where knowledge_id = 'restated'

),

pauses as (

    select * from {{ ref('int_line_pauses') }}
    where knowledge_id = 'restated'

),

unpaid_periods as (

    select * from {{ ref('int_unpaid_periods') }}
    where knowledge_id = 'restated'

),

line_days as (

    select
        line_versions.account_id,
        coverage.covered_from,
        coverage.bridged_to,
        pauses.paused_from,
        pauses.paused_to
    from line_versions
    inner join coverage on line_versions.version_id = coverage.version_id
    left join pauses on line_versions.version_id = pauses.version_id

),

-- The first day of what is new, the first day without what is gone.
changes as (

    {% for day in [
        'covered_from', 'bridged_to', 'paused_from', add_days('paused_to', 1),
        add_days('paused_from', setting('pause_max_days')),
    ] -%}
    select
        account_id,
        {{ day }} as changed_on
    from line_days
    where {{ day }} <= {{ as_of_date() }}
    union all
    {% endfor -%}
    {% for day in ['unpaid_from', 'paid_on'] -%}
    select
        account_id,
        {{ day }} as changed_on
    from unpaid_periods
    where {{ day }} <= {{ as_of_date() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

-- What a month-end shows is what the last change of its month left.
select
    account_id,
    {{ month_start('changed_on') }} as month,
    max(changed_on) as changed_on
from changes
group by account_id, {{ month_start('changed_on') }}
