with

months as (

    select * from {{ ref('int_months') }}

),

-- What was known when each month closed; a month that is still open is seen with what is known so far.
as_reported as (

    select
        {{ month_name('month') }} as knowledge_id,
        'as_reported' as basis,
        month as closing_month,
        least(closes_on, {{ known_until() }}) as known_until,
        month as first_month,
        month as last_month,
        month_end as map_date
    from months

),

restated as (

    select
        'restated' as knowledge_id,
        'restated' as basis,
        cast(null as date) as closing_month,
        {{ known_until() }} as known_until,
        min(month) as first_month,
        max(month) as last_month,
        max(month_end) as map_date
    from months

)

select * from as_reported
union all
select * from restated
