with

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'budget'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

)

select
    knowledge.knowledge_id,
    fx_rates.currency,
    {{ fiscal_year('fx_rates.valid_from') }} as fiscal_year,
    fx_rates.rate
from fx_rates
inner join knowledge on {{ is_known('fx_rates', 'knowledge') }}
where fx_rates.currency <> '{{ setting("reporting_currency") }}'
