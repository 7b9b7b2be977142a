with

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'spot'

),

redenominations as (

    select * from {{ ref('int_redenominations') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

),

contracted as (

    select distinct currency from {{ ref('stg_contract_lines') }}
    where is_valid

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

),

market as (

    select * from ranked
    where recency = 1

),

-- From its day on an old currency is worth what the new one is.
fixed as (

    select
        redenominations.*,
        months.month
    from redenominations
    inner join contracted on redenominations.currency = contracted.currency
    inner join knowledge on redenominations.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            redenominations.from_month <= months.month
            and months.month between knowledge.first_month and knowledge.last_month

)

select
    market.knowledge_id,
    market.month,
    market.currency,
    market.rate,
    cast(null as decimal(18, 8)) as fixed_rate,
    cast(null as integer) as new_digits
from market
left join fixed
    on
        market.knowledge_id = fixed.knowledge_id
        and market.currency = fixed.currency
        and market.month = fixed.month
where fixed.currency is null
union all
select
    fixed.knowledge_id,
    fixed.month,
    fixed.currency,
    coalesce(fixed.rate, market.rate) as rate,
    fixed.fixed_rate,
    fixed.new_digits
from fixed
left join market
    on
        fixed.knowledge_id = market.knowledge_id
        and fixed.rated_as = market.currency
        and fixed.month = market.month
where coalesce(fixed.rate, market.rate) is not null
