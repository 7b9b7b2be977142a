{%- set keys = ['knowledge_id', 'account_id', 'retention_window', 'month'] -%}
with

retention as (

    select
        {{ keys | join(',\n        ') }},
        closing_mrr - opening_mrr as change_mrr
    from {{ ref('int_account_retention') }}

),

drivers as (

    select * from {{ ref('int_retention_drivers') }}

),

explained as (

    select
        {{ keys | join(',\n        ') }},
        sum(amount) as amount
    from drivers
    group by {{ keys | join(', ') }}

),

-- Drivers stand with the account that held the line then; what they leave open belongs to lines that moved.
parts as (

    select
        {{ prefixed('drivers', keys) }},
        drivers.product_id,
        drivers.driver,
        drivers.amount,
        retention.change_mrr
    from drivers
    inner join retention on drivers.account_id = retention.account_id and {{ same_window('drivers', 'retention') }}
    union all
    select
        {{ prefixed('retention', keys) }},
        cast(null as {{ dbt.type_string() }}) as product_id,
        'merge' as driver,
        retention.change_mrr - coalesce(explained.amount, 0) as amount,
        retention.change_mrr
    from retention
    left join explained
        on retention.account_id = explained.account_id and {{ same_window('retention', 'explained') }}

),

summed as (

    select
        *,
        sum(amount) over (partition by {{ keys | join(', ') }}, driver) as driver_mrr
    from parts
    where amount <> 0

),

-- Of what went the way that the MRR went, the largest; where the MRR ends as it began, the largest loss.
ranked as (

    select
        *,
        row_number() over (
            partition by {{ keys | join(', ') }}
            order by
                case when (driver_mrr > 0) = (change_mrr > 0) then 0 else 1 end,
                abs(driver_mrr) desc,
                driver asc,
                case when (amount > 0) = (driver_mrr > 0) then 0 else 1 end,
                abs(amount) desc,
                product_id asc
        ) as place
    from summed
    where driver_mrr <> 0

)

select
    {{ keys | join(',\n    ') }},
    driver,
    product_id,
    cast(driver_mrr as decimal(18, 2)) as driver_mrr
from ranked
where place = 1
