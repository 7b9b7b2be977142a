with

official as (

    select * from {{ ref('redenominations') }}

),

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'redenomination'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

-- What a government fixed is known to every close; what the raw folder adds, from the day it was recorded.
stated as (

    select
        knowledge.knowledge_id,
        official.currency,
        official.into_currency,
        official.redenominated_on,
        official.fixed_rate,
        1 as recency
    from official
    cross join knowledge
    union all
    select
        knowledge.knowledge_id,
        fx_rates.currency,
        fx_rates.into_currency,
        fx_rates.valid_from as redenominated_on,
        fx_rates.rate as fixed_rate,
        row_number() over (
            partition by knowledge.knowledge_id, fx_rates.currency
            order by fx_rates.recorded_at desc nulls last, fx_rates.valid_from desc
        ) as recency
    from fx_rates
    inner join knowledge on {{ is_known('fx_rates', 'knowledge') }}
    left join official on fx_rates.currency = official.currency
    where official.currency is null

)

-- Where the books are kept in the old currency, it is the new one whose rate is fixed.
select
    stated.knowledge_id,
    case when stated.currency = '{{ setting("reporting_currency") }}' then stated.into_currency else stated.currency end
        as currency,
    case
        when '{{ setting("reporting_currency") }}' not in (stated.currency, stated.into_currency)
            then stated.into_currency
    end as rated_as,
    {{ month_start('stated.redenominated_on') }} as from_month,
    cast(case
        when stated.currency = '{{ setting("reporting_currency") }}' then stated.fixed_rate
        when stated.into_currency = '{{ setting("reporting_currency") }}' then 1
    end as decimal(18, 8)) as rate,
    cast(case
        when stated.currency <> '{{ setting("reporting_currency") }}' then stated.fixed_rate
    end as decimal(18, 8)) as fixed_rate,
    case
        when stated.currency <> '{{ setting("reporting_currency") }}' then coalesce(currencies.minor_unit_digits, 2)
    end as new_digits
from stated
left join currencies on stated.into_currency = currencies.currency
where stated.recency = 1
