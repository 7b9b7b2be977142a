-- Every flag and reason that a macro names has its row, and no row is left over.
{% set lists = {
    'timing_flags': ('timing_reason', timing_flags()),
    'guard_reasons': ('reason', guard_reasons()),
} -%}
with

expected as (

    {% for seed, (column, names) in lists.items() -%}
    {% for name in names -%}
    select
        '{{ seed }}' as seed,
        '{{ name }}' as item
    union all
    {% endfor -%}
    {% endfor -%}
    select
        null as seed,
        null as item

),

found as (

    {% for seed, (column, names) in lists.items() -%}
    select
        '{{ seed }}' as seed,
        {{ column }} as item
    from {{ ref(seed) }}
    union all
    {% endfor -%}
    select
        null as seed,
        null as item

)

select
    coalesce(expected.seed, found.seed) as seed,
    coalesce(expected.item, found.item) as item
from expected
full outer join found on expected.seed = found.seed and expected.item = found.item
where
    coalesce(expected.seed, found.seed) is not null
    and (expected.seed is null or found.seed is null)
