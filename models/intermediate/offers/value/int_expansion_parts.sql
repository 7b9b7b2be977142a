with

accounts as (

    select * from {{ ref('int_offer_accounts') }}
    where account_mrr > 0

),

population as (

    select * from {{ ref('int_health_population') }}

),

health_points as (

    select * from {{ ref('int_health_points') }}
    where is_present

),

efforts as (

    select * from {{ ref('int_effort_scores') }}

),

headroom as (

    select * from {{ ref('int_feature_headroom') }}

),

ranked as (

    select
        accounts.account_id,
        accounts.month,
        {{ percentile_points('accounts.account_mrr', 'accounts.month, population.size_band') }} as contract_amount,
        {{ percentile_points('population.tenure_days', 'accounts.month, population.size_band') }} as tenure
    from accounts
    inner join population on accounts.account_id = population.account_id and accounts.month = population.month

),

healthy as (

    select
        account_id,
        month,
        {{ ratio(
            "sum(case when component in ('login_frequency', 'key_features') then weight * points end)",
            "sum(case when component in ('login_frequency', 'key_features') then weight end)"
        ) }} as utilisation,
        max(case when component = 'nps' then points end) as nps
    from health_points
    group by account_id, month

),

joined as (

    select
        ranked.account_id,
        ranked.month,
        ranked.contract_amount,
        ranked.tenure,
        cast(healthy.utilisation as decimal(18, 10)) as utilisation,
        headroom.points as headroom,
        coalesce(healthy.nps, efforts.points) as satisfaction
    from ranked
    left join healthy on ranked.account_id = healthy.account_id and ranked.month = healthy.month
    left join headroom on ranked.account_id = headroom.account_id and ranked.month = headroom.month
    left join efforts on ranked.account_id = efforts.account_id and ranked.month = efforts.month

)

{% for part in expansion_parts() -%}
select
    account_id,
    month,
    '{{ part }}' as component,
    cast({{ part }} as decimal(18, 10)) as points
from joined
{{ 'union all' if not loop.last }}
{% endfor %}
