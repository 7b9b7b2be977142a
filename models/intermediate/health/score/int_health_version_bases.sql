{#- Steps from a version down to the one that states everything. -#}
{%- set steps = range(1, 6) -%}
with

versions as (

    select * from {{ ref('health_versions') }}

),

step_0 as (

    select
        version as score_version,
        version as stated_in,
        base_version,
        0 as distance
    from versions

),

{% for step in steps -%}
step_{{ step }} as (

    select
        step_{{ step - 1 }}.score_version,
        versions.version as stated_in,
        versions.base_version,
        {{ step }} as distance
    from step_{{ step - 1 }}
    inner join versions on step_{{ step - 1 }}.base_version = versions.version

),

{% endfor -%}
stacked as (

    select * from step_0
    {% for step in steps -%}
    union all
    select * from step_{{ step }}
    {% endfor %}

)

select
    score_version,
    stated_in,
    base_version,
    distance
from stacked
