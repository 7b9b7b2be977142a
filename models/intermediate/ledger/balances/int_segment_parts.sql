{%- set columns = named_parts('account') + named_parts('tier') -%}
{%- set largest = named_parts('largest') -%}
with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

attribute_versions as (

    select * from {{ ref('int_attribute_versions') }}

),

plan_tiers as (

    select * from {{ ref('plan_tiers') }}

),

paid_for as (

    {% for part in largest or ['product'] -%}
    select
        knowledge_id,
        account_id,
        month,
        '{{ part }}' as part,
        {{ part ~ '_id' if part != 'currency' else part }} as part_value,
        sum(mrr) as mrr,
        max(case when is_in_force then 1 else 0 end) as is_in_force
    from {{ ref('int_line_mrr') }}
    where {{ '(mrr > 0 or is_in_force)' if largest else 'false' }}
    group by knowledge_id, account_id, month, {{ part ~ '_id' if part != 'currency' else part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- An account belongs to one value, so that values add up: the largest, of equal ones what is in force, then by id.
ranked as (

    select
        *,
        row_number() over (
            partition by knowledge_id, account_id, month, part
            order by mrr desc, is_in_force desc, part_value asc nulls last
        ) as standing
    from paid_for

),

described as (

    select
        account_mrr.knowledge_id,
        account_mrr.account_id,
        account_mrr.month,
        {% for column in named_parts('account') or ['industry'] -%}
        account_versions.{{ column }},
        {% endfor -%}
        plan_tiers.plan_tier
    from account_mrr
    left join plan_tiers on account_mrr.tier_rank = plan_tiers.tier_rank
    left join account_versions
        on
            account_mrr.knowledge_id = account_versions.knowledge_id
            and account_mrr.account_id = account_versions.account_id
            and account_mrr.month_end >= account_versions.valid_from
            and account_mrr.month_end < account_versions.valid_to
    where {{ 'true' if columns else 'false' }}

)

select
    knowledge_id,
    account_id,
    month,
    part,
    part_value
from ranked
where standing = 1 and part_value is not null
union all
select
    account_mrr.knowledge_id,
    account_mrr.account_id,
    account_mrr.month,
    attribute_versions.attribute as part,
    attribute_versions.value as part_value
from account_mrr
inner join attribute_versions
    on
        account_mrr.knowledge_id = attribute_versions.knowledge_id
        and account_mrr.account_id = attribute_versions.account_id
        and account_mrr.month_end >= attribute_versions.valid_from
        and account_mrr.month_end < attribute_versions.valid_to
where attribute_versions.value is not null
{% for column in columns or ['plan_tier'] -%}
union all
select
    knowledge_id,
    account_id,
    month,
    '{{ column }}' as part,
    {{ column }} as part_value
from described
where {{ column }} is not null
{% endfor %}
