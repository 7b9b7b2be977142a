{%- set kinds = ['starts', 'steps', 'discount', 'replaced', 'notice', 'ended', 'renews_itself'] -%}
with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'today'

),

rules as (

    {{ rules_as_columns('billing_rules', ['ahead_months']) }}

),

opening as (

    select
        knowledge_id,
        sum(case when is_held then amount else 0 end) as mrr
    from {{ ref('int_valued_commitments') }}
    group by knowledge_id

),

bounds as (

    select
        {{ add_months('min(knowledge.last_month)', 1) }} as first_month,
        {{ add_months('max(knowledge.last_month)', 'max(rules.ahead_months)') }} as last_month
    from knowledge
    cross join rules

),

months as (

    {{ month_series('first_month', 'last_month') }}
    from bounds

),

monthly as (

    select
        knowledge_id,
        {{ month_start('step_on') }} as month,
        {% for kind in kinds -%}
        sum(case when step_kind = '{{ kind }}' then step_amount else 0 end) as {{ kind }},
        {% endfor -%}
        sum(case when step_kind in ('ended', 'renews_itself') then 0 else step_amount end) as towards_cmrr
    from {{ ref('int_commitment_steps') }}
    group by knowledge_id, {{ month_start('step_on') }}

),

-- Steps after the last month shown wait in its rows as what comes later.
all_steps as (

    select
        knowledge_id,
        sum(towards_cmrr) as towards_cmrr
    from monthly
    group by knowledge_id

),

ahead as (

    select
        knowledge.knowledge_id,
        knowledge.last_month as month_made,
        months.month,
        {{ months_between('knowledge.last_month', 'months.month') }} as months_ahead,
        {% for kind in kinds -%}
        coalesce(monthly.{{ kind }}, 0) as {{ kind }},
        {% endfor -%}
        coalesce(monthly.towards_cmrr, 0) as towards_cmrr,
        coalesce(all_steps.towards_cmrr, 0) as all_towards_cmrr,
        coalesce(opening.mrr, 0) as mrr
    from knowledge
    cross join rules
    inner join months
        on
            knowledge.last_month < months.month
            and months.month <= {{ add_months('knowledge.last_month', 'rules.ahead_months') }}
    left join opening on knowledge.knowledge_id = opening.knowledge_id
    left join all_steps on knowledge.knowledge_id = all_steps.knowledge_id
    left join monthly on knowledge.knowledge_id = monthly.knowledge_id and months.month = monthly.month

),

added_up as (

    select
        *,
        sum(towards_cmrr) over so_far as towards_cmrr_so_far,
        sum(ended) over so_far as ended_so_far,
        sum(renews_itself) over so_far as renews_itself_so_far
    from ahead
    window so_far as (partition by knowledge_id order by month rows unbounded preceding)

)

select
    knowledge_id,
    month_made,
    month,
    cast(months_ahead as integer) as months_ahead,
    cast(mrr as decimal(19, 3)) as mrr,
    {% for kind in kinds -%}
    cast({{ kind }} as decimal(19, 3)) as {{ kind }}_mrr,
    {% endfor -%}
    cast(mrr + towards_cmrr_so_far + ended_so_far as decimal(19, 3)) as scheduled_mrr,
    cast(mrr + towards_cmrr_so_far as decimal(19, 3)) as committed_mrr,
    cast(all_towards_cmrr - towards_cmrr_so_far as decimal(19, 3)) as later_mrr,
    cast(renews_itself_so_far as decimal(19, 3)) as renews_itself_so_far_mrr,
    cast(renews_itself_so_far - ended_so_far as decimal(19, 3)) as due_so_far_mrr
from added_up
