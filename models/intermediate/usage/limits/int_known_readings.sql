with

usage_meters as (

    select * from {{ ref('stg_usage_meters') }}
    where is_valid

),

meter_kinds as (

    select * from {{ ref('usage_meter_kinds') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

rules as (

    {{ rules_as_columns('usage_rules', ['meter_hold_days']) }}

),

-- A level holds beyond its month, and a running total needs the reading before.
known as (

    select
        knowledge.knowledge_id,
        knowledge.closing_month as month,
        usage_meters.account_id,
        usage_meters.product_id,
        usage_meters.meter,
        usage_meters.measured_on,
        usage_meters.used,
        case when meter_kinds.combined_by = 'sum' then usage_meters.meter_type else 'level' end as reading_type,
        knowledge.counts_from,
        usage_meters.measured_on >= knowledge.counts_from as is_of_month
    from usage_meters
    cross join rules
    inner join meter_kinds on usage_meters.meter = meter_kinds.meter
    inner join knowledge
        on
            usage_meters.measured_on <= knowledge.map_date
            and usage_meters.measured_on >= {{ add_days('knowledge.map_date', '-rules.meter_hold_days') }}
            and {{ is_known('usage_meters', 'knowledge') }}

),

ordered as (

    select
        *,
        row_number() over (
            partition by knowledge_id, account_id, product_id, meter, reading_type order by measured_on desc
        ) as recency,
        lag(used) over (
            partition by knowledge_id, account_id, product_id, meter, reading_type order by measured_on
        ) as used_before
    from known

)

-- A running total that is lower than before has begun anew; the first one known says nothing yet.
select
    knowledge_id,
    month,
    account_id,
    product_id,
    meter,
    measured_on,
    reading_type,
    counts_from,
    case
        when reading_type <> 'counter' then used
        when used >= used_before then used - used_before
        when used < used_before then used
    end as used
from ordered
where (reading_type = 'level' and recency = 1) or (reading_type <> 'level' and is_of_month)
