with

{% for name, relation in {
    'observations': ref('int_alert_observations'),
    'signals': ref('int_limit_signals'),
}.items() -%}
{{ name }} as (

    select * from {{ relation }}

),

{% endfor -%}
rules as (

    {{ rules_as_columns('alert_rules', ['reached_min_units', 'near_min_units']) }}

),

-- The fullest limit of a product; by name where several are as full.
fullest as (

    select
        *,
        row_number() over (partition by account_id, month, product_id order by utilisation desc, meter asc) as place
    from {{ ref('int_product_utilisation') }}

),

-- One of a few units is always near the limit, and all of a few are meant to be used.
limits as (

    select
        signals.account_id,
        signals.month,
        signals.product_id,
        fullest.meter,
        fullest.used,
        fullest.included,
        signals.is_limit_reached,
        signals.is_limit_approaching
        and fullest.included
        >= case when signals.is_limit_reached then rules.reached_min_units else rules.near_min_units end
            as is_near
    from signals
    cross join rules
    inner join fullest
        on
            signals.account_id = fullest.account_id
            and signals.month = fullest.month
            and signals.product_id = fullest.product_id
            and fullest.place = 1

),

runs as (

    select
        *,
        sum(case when is_near then 0 else 1 end) over (
            partition by account_id, product_id order by month rows between unbounded preceding and current row
        ) as run
    from limits

),

-- A limit once reached counts as reached until use has left its neighbourhood.
limited as (

    select
        *,
        max(case when is_limit_reached then 1 else 0 end) over (
            partition by account_id, product_id, run order by month
            rows between unbounded preceding and current row
        ) as has_been_reached
    from runs
    where is_near

)

select
    limited.account_id,
    case when limited.has_been_reached = 1 then 'limit_reached' else 'limit_near' end as alert_kind,
    limited.product_id as subject,
    observations.observed_on as holds_from,
    observations.next_on as holds_until,
    'any' as situation,
    limited.used as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(limited.included as decimal(22, 6)) as bound,
    {{ meter_in_words('limited.meter') }} as words,
    observations.observed_on as evidence_on
from limited
inner join observations on limited.month = observations.month
