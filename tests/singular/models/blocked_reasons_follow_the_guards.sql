-- Every code in `blocked_reasons` is a reason of the seed, in its order, and its guard is on; a guard that is on has
-- one.
with

opportunities as (

    select * from {{ ref('int_upsell_opportunities') }}

),

reasons as (

    select * from {{ ref('guard_reasons') }}

),

named as (

    select
        opportunities.account_id,
        opportunities.month,
        opportunities.offer_id,
        {{ ordered_list('reasons.reason', 'reasons.position') }} as reasons_in_order,
        {% for guard in offer_guards() -%}
        max(case when reasons.guard_name = '{{ guard }}' then 1 else 0 end) = 1 as names_{{ guard }},
        {% endfor -%}
        count(*) as reasons_named
    from opportunities
    inner join reasons on '|' || opportunities.blocked_reasons || '|' like '%|' || reasons.reason || '|%'
    group by opportunities.account_id, opportunities.month, opportunities.offer_id

)

select
    opportunities.account_id,
    opportunities.month,
    opportunities.offer_id,
    opportunities.blocked_reasons
from opportunities
left join named
    on
        opportunities.account_id = named.account_id
        and opportunities.month = named.month
        and opportunities.offer_id = named.offer_id
where
    opportunities.blocked_reasons <> coalesce(named.reasons_in_order, '')
    or opportunities.is_eligible
    <> (named.account_id is null and opportunities.offer_class <> 'downsell')
    {% for guard in offer_guards() -%}
    or opportunities.{{ guard }} <> coalesce(named.names_{{ guard }}, false)
    {% endfor %}
