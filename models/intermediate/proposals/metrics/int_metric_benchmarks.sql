with

benchmarks as (

    select * from {{ ref('benchmarks') }}
    where metric is not null and kind in ('target', 'range')

),

paired as (

    select
        metric,
        max(case when kind = 'target' then value_low end) as target,
        max(case when kind = 'range' then value_low end) as benchmark_low,
        max(case when kind = 'range' then value_high end) as benchmark_high,
        max(case when kind = 'target' then source end) as target_source,
        max(case when kind = 'range' then source end) as range_source,
        max(unit) as unit
    from benchmarks
    group by metric

)

-- The target's source comes first.
select
    metric,
    unit,
    cast(benchmark_low as double) as benchmark_low,
    cast(benchmark_high as double) as benchmark_high,
    cast(target as double) as target,
    concat_ws('; ', target_source, case when range_source is distinct from target_source then range_source end)
        as source
from paired
