{%- set is_usage = "component in ('" ~ health_usage_components() | join("', '") ~ "')" -%}
with

points as (

    select * from {{ ref('int_health_points') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

-- What is missing takes no part: the weights of the rest share the whole score. What nobody in the company has is asked
-- of nobody; a score without use is none.
weighed as (

    select
        account_id,
        month,
        score_version,
        coalesce(sum(case when is_present then weight end), 0) as present_weight,
        coalesce(sum(case when is_in_company then weight end), 0) as company_weight,
        coalesce(sum(case when is_present and {{ is_usage }} then weight end), 0) as usage_weight,
        coalesce(sum(case when is_in_company and {{ is_usage }} then weight end), 0) as company_usage_weight,
        sum(case when is_present then weight * points end) as weighted_points,
        concat_ws(
            '|'
            {%- for component in health_components() %},
            max(case
                when is_present and component = '{{ component }}'
                    then component || case when situation in ('own_best', 'peers') then ' ' || situation else '' end
            end)
            {%- endfor %}
        ) as components_present
    from points
    group by account_id, month, score_version

),

judged as (

    select
        weighed.*,
        population.is_onboarding,
        case
            when weighed.company_usage_weight = 0 then 'company_without_usage'
            when weighed.company_weight < versions.company_weight_floor then 'company_with_little'
            when weighed.present_weight < versions.coverage_floor * weighed.company_weight then 'account_with_little'
            when weighed.usage_weight = 0 then 'account_without_usage'
        end as unscored_situation
    from weighed
    inner join versions on weighed.score_version = versions.score_version
    inner join population on weighed.account_id = population.account_id and weighed.month = population.month

),

scored as (

    select
        *,
        case
            when unscored_situation is null then cast(round(
                cast(cast(weighted_points as double) / cast(present_weight as double) as decimal(18, 8)), 1
            ) as decimal(4, 1))
        end as health_score
    from judged

)

select
    scored.account_id,
    scored.month,
    scored.score_version,
    scored.is_onboarding,
    cast(scored.present_weight as decimal(5, 4)) as present_weight,
    cast(scored.company_weight as decimal(5, 4)) as company_weight,
    cast(coalesce({{ ratio('scored.present_weight', 'scored.company_weight') }}, 0) as decimal(5, 4)) as coverage,
    scored.components_present,
    scored.unscored_situation,
    scored.health_score,
    {{ raw_health_band('scored.health_score', 'versions') }} as raw_band
from scored
inner join versions on scored.score_version = versions.score_version
