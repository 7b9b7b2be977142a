with

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where
        is_valid
        and exclusion_reason is null
        and rate_kind = 'budget'
        and currency <> '{{ setting("reporting_currency") }}'

),

serving as (

    select
        budget_rates.currency,
        stated_rates.valid_from,
        min(budget_rates.from_month) as from_month
    from {{ ref('int_budget_rates') }} as budget_rates
    inner join {{ ref('int_stated_rates') }} as stated_rates
        on
            budget_rates.knowledge_id = stated_rates.knowledge_id
            and budget_rates.currency = stated_rates.currency
            and budget_rates.stated_for = stated_rates.stated_for
    where budget_rates.knowledge_id = 'restated' and budget_rates.fixed_rate is null
    group by budget_rates.currency, stated_rates.valid_from

)

select
    fx_rates.currency,
    fx_rates.valid_from,
    fx_rates.rate,
    serving.from_month as serves_from
from fx_rates
left join serving on fx_rates.currency = serving.currency and fx_rates.valid_from = serving.valid_from
where serving.from_month is null or serving.from_month > fx_rates.valid_from
