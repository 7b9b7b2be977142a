with

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

offer_rules as (

    {{ rules_as_columns('offer_rules', ['csat_to', 'csat_days', 'nps_days', 'severe_to', 'proposed_days']) }}

),

billing_rules as (

    {{ rules_as_columns('billing_rules', ['default_due_days']) }}

),

rules as (

    select
        offer_rules.*,
        billing_rules.default_due_days
    from offer_rules
    cross join billing_rules

),

-- What was refused for its day has none. A later row that can be read says what the refused one should have.
staged as (

    {% for table, guarded in guarded_tables().items() -%}
    select
        '{{ table }}' as raw_table,
        staged.{{ guarded.key }} as raw_key,
        staged.{{ guarded.account }}{{ ' as account_id' if guarded.account != 'account_id' }},
        staged.known_on,
        staged.{{ guarded.reason }} is not null and ({{ guarded.minded }}) as is_minded,
        case
            when staged.{{ guarded.reason }} not in ('future_event', 'day_out_of_range')
                then {{ guarded.from or 'cast(null as date)' }}
        end as minded_from,
        {{ guarded.until or 'cast(null as date)' }} as minded_until,
        min(case when staged.{{ guarded.reason }} is null then staged.known_on end) over (
            partition by staged.{{ guarded.key }} order by staged.recorded_at nulls first
            rows between 1 following and unbounded following
        ) as corrected_on
    from {{ guarded.relation }} as staged
    cross join rules
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

refused as (

    select * from staged
    where is_minded

)

select
    population.account_id,
    population.month,
    min(refused.raw_table || ' ' || refused.raw_key) as first_refused_row,
    cast(count(*) as integer) as refused_rows
from refused
inner join account_map on refused.account_id = account_map.account_id
inner join population
    on
        account_map.knowledge_id = population.knowledge_id
        and account_map.paying_account_id = population.account_id
where
    {{ is_recorded_by('refused.known_on', 'population.known_until') }}
    and coalesce(refused.corrected_on > population.known_until, true)
    and coalesce(refused.minded_from <= population.month_end, true)
    and coalesce(refused.minded_until >= population.month_end, true)
group by population.account_id, population.month
