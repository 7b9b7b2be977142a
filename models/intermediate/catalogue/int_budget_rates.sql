with

stated as (

    select * from {{ ref('int_stated_rates') }}

),

redenominations as (

    select * from {{ ref('int_redenominations') }}

),

rated as (

    select distinct
        knowledge_id,
        currency
    from stated

),

-- Whose rate is fixed from a month on, as far as there is one to take.
fixed as (

    select redenominations.*
    from redenominations
    left join rated on redenominations.knowledge_id = rated.knowledge_id and redenominations.rated_as = rated.currency
    where redenominations.rated_as is null or rated.currency is not null

),

-- What was stated for a currency counts until then.
settled as (

    select
        stated.knowledge_id,
        stated.currency,
        stated.stated_for,
        stated.from_month,
        least(
            stated.to_month, coalesce({{ add_days('fixed.from_month', -1) }}, stated.to_month)
        ) as to_month,
        stated.rate
    from stated
    left join fixed on stated.knowledge_id = fixed.knowledge_id and stated.currency = fixed.currency
    where fixed.from_month is null or stated.from_month < fixed.from_month
    union all
    select
        knowledge_id,
        currency,
        cast(null as date) as stated_for,
        from_month,
        {{ latest_day() }} as to_month,
        rate
    from fixed
    where rated_as is null and fixed_rate is null

),

every_rate as (

    select
        knowledge_id,
        currency,
        stated_for,
        from_month,
        to_month,
        rate,
        cast(null as decimal(18, 8)) as fixed_rate,
        cast(null as integer) as new_digits
    from settled
    union all
    select
        fixed.knowledge_id,
        fixed.currency,
        settled.stated_for,
        greatest(fixed.from_month, coalesce(settled.from_month, fixed.from_month)) as from_month,
        coalesce(settled.to_month, {{ latest_day() }}) as to_month,
        coalesce(settled.rate, fixed.rate) as rate,
        fixed.fixed_rate,
        fixed.new_digits
    from fixed
    left join settled
        on
            fixed.knowledge_id = settled.knowledge_id
            and fixed.rated_as = settled.currency
            and fixed.from_month <= settled.to_month
    where fixed.fixed_rate is not null

)

-- Months before the first rate take it.
select
    knowledge_id,
    currency,
    stated_for,
    case
        when lag(from_month) over (partition by knowledge_id, currency order by from_month) is null
            then {{ earliest_day() }}
        else from_month
    end as from_month,
    to_month,
    cast(rate as decimal(18, 8)) as rate,
    fixed_rate,
    new_digits
from every_rate
