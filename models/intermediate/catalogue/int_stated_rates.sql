with

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'budget'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

newest as (

    select max(known_until) as known_until from knowledge

),

offered as (

    select
        knowledge.knowledge_id,
        fx_rates.currency,
        fx_rates.valid_from,
        fx_rates.rate,
        {{ is_known('fx_rates', 'knowledge') }} as is_known_rate,
        fx_rates.recorded_at
    from fx_rates
    cross join knowledge
    cross join newest
    where
        fx_rates.currency <> '{{ setting("reporting_currency") }}'
        and coalesce(fx_rates.known_on, {{ earliest_day() }}) <= newest.known_until

),

-- A month was reported at some rate: where nothing was known of a currency at the close, what was recorded first
-- serves.
ranked as (

    select
        *,
        max(case when is_known_rate then 1 else 0 end) over (partition by knowledge_id, currency) = 1 as has_known_rate,
        row_number() over (
            partition by knowledge_id, currency, valid_from order by is_known_rate desc, recorded_at asc nulls first
        ) as preference
    from offered

),

-- A year takes the rate that is valid on its first day; before there is any, the first one.
placed as (

    select
        *,
        row_number() over (partition by knowledge_id, currency order by valid_from) = 1 as is_first,
        {{ fiscal_year_start('valid_from') }} as year_start
    from ranked
    where preference = 1 and (is_known_rate or not has_known_rate)

),

opening as (

    select
        *,
        case
            when is_first or valid_from = year_start then year_start
            else {{ add_months('year_start', 12) }}
        end as stated_for
    from placed

),

serving as (

    select
        *,
        row_number() over (partition by knowledge_id, currency, stated_for order by valid_from desc) as recency
    from opening

)

select
    knowledge_id,
    currency,
    valid_from,
    stated_for,
    case
        when lag(stated_for) over by_year is null then {{ earliest_day() }} else stated_for
    end as from_month,
    coalesce({{ add_days('lead(stated_for) over by_year', -1) }}, {{ latest_day() }}) as to_month,
    rate
from serving
where recency = 1
window by_year as (partition by knowledge_id, currency order by stated_for)
