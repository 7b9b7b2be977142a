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
        {{ fiscal_year('fx_rates.valid_from') }} as fiscal_year,
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

-- A month was reported at some rate: where the table learnt of it after the close, the first one serves.
chosen as (

    select
        *,
        rank() over (
            partition by knowledge_id, currency, fiscal_year
            order by
                is_known_rate desc,
                case when not is_known_rate then recorded_at end nulls first
        ) as preference
    from offered

)

select
    knowledge_id,
    currency,
    fiscal_year,
    rate
from chosen
where preference = 1
