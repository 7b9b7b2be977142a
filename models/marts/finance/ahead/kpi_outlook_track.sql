{%- set foreseen = [
    'scheduled_mrr', 'due_mrr', 'rate_renewed_mrr', 'rate_expiring_mrr', 'rate_terms', 'outlook_mrr',
] -%}
with

schedules as (

    select schedules.*
    from {{ ref('int_committed_schedule') }} as schedules
    inner join {{ ref('int_published_months') }} as published_months
        on schedules.knowledge_id = published_months.knowledge_id and schedules.month_made = published_months.month
    where published_months.basis = 'as_reported'

),

rules as (

    {{ rules_as_columns('billing_rules', ['outlook_months']) }}

),

rates as (

    {{ renewal_rates_known() }}

),

outcomes as (

    select * from {{ ref('int_book_outcomes') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_outlooks') }}

),

current_rows as (

    select
        schedules.month_made,
        schedules.months_ahead,
        schedules.month,
        schedules.scheduled_mrr,
        schedules.due_so_far_mrr as due_mrr,
        cast(rates.renewed_mrr as decimal(19, 3)) as rate_renewed_mrr,
        cast(rates.expiring_mrr as decimal(19, 3)) as rate_expiring_mrr,
        cast(rates.expiring_terms as integer) as rate_terms,
        {{ outlook_mrr('schedules', 'rates') }} as outlook_mrr
    from schedules
    cross join rules
    inner join rates on schedules.month_made = rates.month_made
    where schedules.months_ahead <= rules.outlook_months

),

-- A sealed month foresaw what its seal holds, and nothing where that is from before there were outlooks.
made as (

    select
        current_rows.month_made,
        current_rows.months_ahead,
        {% for column in foreseen -%}
        case when sealed_months.month is null then current_rows.{{ column }} else sealed_rows.{{ column }} end
            as {{ column }},
        {% endfor -%}
        current_rows.month
    from current_rows
    left join sealed_months on current_rows.month_made = sealed_months.month
    left join sealed_rows
        on
            current_rows.month_made = sealed_rows.month_made
            and current_rows.months_ahead = sealed_rows.months_ahead

)

select
    made.month_made,
    made.months_ahead,
    made.month,
    made.scheduled_mrr,
    made.due_mrr,
    made.rate_renewed_mrr,
    made.rate_expiring_mrr,
    made.rate_terms,
    {{ ratio('made.rate_renewed_mrr', 'made.rate_expiring_mrr') }} as renewal_rate,
    made.outlook_mrr,
    books.book_mrr as naive_mrr,
    books.book_accounts,
    outcomes.actual_mrr,
    outcomes.total_mrr,
    cast(made.outlook_mrr - outcomes.actual_mrr as decimal(19, 3)) as outlook_error_mrr,
    cast(books.book_mrr - outcomes.actual_mrr as decimal(19, 3)) as naive_error_mrr,
    abs(made.outlook_mrr - outcomes.actual_mrr) < abs(books.book_mrr - outcomes.actual_mrr) as is_better_than_naive
from made
inner join outcomes as books on made.month_made = books.month_made and made.month_made = books.month
left join outcomes on made.month_made = outcomes.month_made and made.month = outcomes.month
