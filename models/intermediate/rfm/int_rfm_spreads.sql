with

readings as (

    select * from {{ ref('int_rfm_values') }}
    where reading is not null

),

rules as (

    {{ rules_as_columns('rfm_rules', ['degenerate_share']) }}

),

counted as (

    select
        month,
        rfm_basis,
        measure,
        reading,
        count(*) as accounts
    from readings
    group by month, rfm_basis, measure, reading

)

select
    counted.month,
    counted.rfm_basis,
    counted.measure,
    cast(sum(counted.accounts) as bigint) as accounts,
    max(counted.accounts) as accounts_at_mode,
    max(counted.accounts) > sum(counted.accounts) * max(rules.degenerate_share) as is_degenerate
from counted
cross join rules
group by counted.month, counted.rfm_basis, counted.measure
