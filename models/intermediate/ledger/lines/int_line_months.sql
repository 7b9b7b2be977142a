with

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

),

unpaid_periods as (

    select * from {{ ref('int_unpaid_periods') }}

),

-- A month-end in a bridged gap shows what the last covered day showed.
on_the_books as (

    select
        coverage.knowledge_id,
        coverage.contract_line_id,
        coverage.version_id,
        months.month,
        months.month_end,
        months.month_end >= coverage.covered_to as is_gap_filled,
        least(months.month_end, {{ add_days('coverage.covered_to', -1) }}) as valued_on
    from coverage
    inner join knowledge on coverage.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            months.month between knowledge.first_month and knowledge.last_month
            and coverage.covered_from <= months.month_end
            and coverage.bridged_to > months.month_end

),

paused as (

    select
        on_the_books.knowledge_id,
        on_the_books.version_id,
        on_the_books.month,
        min(pauses.paused_from) as paused_from
    from on_the_books
    inner join pauses
        on
            on_the_books.knowledge_id = pauses.knowledge_id
            and on_the_books.version_id = pauses.version_id
            and on_the_books.valued_on between pauses.paused_from and pauses.paused_to
    group by on_the_books.knowledge_id, on_the_books.version_id, on_the_books.month

),

unpaid as (

    select distinct
        on_the_books.knowledge_id,
        on_the_books.version_id,
        on_the_books.month
    from on_the_books
    inner join line_versions
        on
            on_the_books.knowledge_id = line_versions.knowledge_id
            and on_the_books.version_id = line_versions.version_id
    inner join unpaid_periods
        on
            on_the_books.knowledge_id = unpaid_periods.knowledge_id
            and line_versions.account_id = unpaid_periods.account_id
            and line_versions.product_id = coalesce(unpaid_periods.product_id, line_versions.product_id)
            and on_the_books.month_end >= unpaid_periods.unpaid_from
            and on_the_books.month_end < unpaid_periods.paid_on

),

states as (

    select
        on_the_books.knowledge_id,
        on_the_books.month,
        on_the_books.month_end,
        on_the_books.valued_on,
        on_the_books.is_gap_filled,
        line_versions.contract_line_id,
        line_versions.version_id,
        line_versions.account_id,
        line_versions.owner_account_id,
        line_versions.product_id,
        line_versions.is_paid_line,
        paused.paused_from is not null as is_paused,
        line_versions.is_paid_line
        and unpaid.version_id is null
        and (
            paused.paused_from is null
            or on_the_books.month_end < {{ add_days('paused.paused_from', setting('pause_max_days')) }}
        ) as is_in_force,
        unpaid.version_id is not null as is_unpaid
    from on_the_books
    inner join line_versions
        on
            on_the_books.knowledge_id = line_versions.knowledge_id
            and on_the_books.version_id = line_versions.version_id
    left join paused
        on
            on_the_books.knowledge_id = paused.knowledge_id
            and on_the_books.version_id = paused.version_id
            and on_the_books.month = paused.month
    left join unpaid
        on
            on_the_books.knowledge_id = unpaid.knowledge_id
            and on_the_books.version_id = unpaid.version_id
            and on_the_books.month = unpaid.month

)

select * from states
