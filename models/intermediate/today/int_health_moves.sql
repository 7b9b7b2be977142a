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
        today.account_id,
        today.component,
        today.contribution - before.contribution as points,
        row_number() over (
            partition by today.account_id
            order by
                abs(today.contribution - before.contribution) desc,
                {{ health_component_position('today.component') }} asc
        ) as place
    from contributions as today
    inner join last_month on today.month = last_month.month
    inner join contributions as before
        on
            today.account_id = before.account_id
            and today.component = before.component
            and before.month = {{ add_months('today.month', -1) }}
    where today.effective_weight > 0 and before.effective_weight > 0 and today.contribution <> before.contribution

)

select
    account_id,
    component,
    cast(points as decimal(5, 1)) as points
from moved
where place = 1
