with

published_months as (

    select * from {{ ref('int_published_months') }}

),

driver_wins as (

    select * from {{ ref('int_driver_wins') }}

),

reported_openings as (

    select * from {{ ref('int_reported_openings') }}

),

-- What a close reports besides its movement stands on the balances that were published before.
published as (

    select
        driver_wins.account_id,
        driver_wins.product_id,
        driver_wins.month,
        driver_wins.driver,
        published_months.basis,
        driver_wins.sales_motion,
        driver_wins.amount,
        driver_wins.is_pre_contracted,
        driver_wins.is_upsell_win
    from driver_wins
    inner join published_months
        on driver_wins.knowledge_id = published_months.knowledge_id and driver_wins.month = published_months.month
    where published_months.basis = 'restated' or driver_wins.driver <> 'fx'

),

corrections as (

    {% for driver, amount in [('fx', 'fx_mrr'), ('merge', 'merge_mrr'), ('prior_period', 'prior_period_mrr')] -%}
    select
        account_id,
        product_id,
        month,
        '{{ driver }}' as driver,
        'as_reported' as basis,
        cast(null as {{ dbt.type_string() }}) as sales_motion,
        {{ amount }} as amount,
        false as is_pre_contracted,
        false as is_upsell_win
    from reported_openings
    where {{ amount }} <> 0
    {{ 'union all' if not loop.last }}
    {% endfor -%}

)

select * from published
union all
select * from corrections
