with

contributions as (

    select * from {{ ref('int_health_contributions') }}

),

last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

),

-- A component that was missing at either time did not move.
moved as (

    select
        latest.account_id,
        latest.component,
        latest.contribution - earlier.contribution as points,
        row_number() over (
            partition by latest.account_id
            order by
                abs(latest.contribution - earlier.contribution) desc,
                {{ health_component_position('latest.component') }} asc
        ) as place
    from contributions as latest
    inner join last_month on latest.month = last_month.month
    inner join contributions as earlier
        on
            latest.account_id = earlier.account_id
            and latest.component = earlier.component
            and earlier.month = {{ add_months('latest.month', -1) }}
    where latest.effective_weight > 0 and earlier.effective_weight > 0 and latest.contribution <> earlier.contribution

)

select
    account_id,
    component,
    cast(points as decimal(5, 1)) as points
from moved
where place = 1
