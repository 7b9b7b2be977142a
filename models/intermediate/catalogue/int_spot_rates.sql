with

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'spot'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

ranked as (

    select
        knowledge.knowledge_id,
        months.month,
        fx_rates.currency,
        fx_rates.rate,
        row_number() over (
            partition by knowledge.knowledge_id, months.month, fx_rates.currency order by fx_rates.valid_from desc
        ) as recency
    from fx_rates
    inner join knowledge on {{ is_known('fx_rates', 'knowledge') }}
    inner join months
        on
            fx_rates.valid_from <= months.month_end
            and months.month between knowledge.first_month and knowledge.last_month
    where fx_rates.currency <> '{{ setting("reporting_currency") }}'

)

select
    knowledge_id,
    month,
    currency,
    rate
from ranked
where recency = 1
