with

backtest_rows as (

    select * from {{ ref('int_backtest_rows') }}
    where health_score is not null

),

weights as (

    select * from {{ ref('bootstrap_weights') }}

),

rules as (

    {{ rules_as_columns('health_backtest_rules', ['replicates']) }}

),

digits as (

    {% for digit in range(9) -%}
    select {{ digit }} as digit
    union all
    {% endfor -%}
    select 9

),

replicates as (

    select hundreds.digit * 100 + tens.digit * 10 + ones.digit as replicate
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones

),

clusters as (

    select distinct paying_account_id from backtest_rows

),

-- An account is drawn as a whole, with all its months: they are no news about one another.
drawn as (

    select
        clusters.paying_account_id,
        replicates.replicate,
        {{ hash_digits("clusters.paying_account_id", 'replicates.replicate') }} as hash_digits
    from clusters
    cross join replicates
    cross join rules
    where replicates.replicate between 1 and rules.replicates

)

-- Replicate 0 is what happened: everybody once.
select
    drawn.paying_account_id,
    drawn.replicate,
    weights.weight
from drawn
inner join weights
    on
        drawn.hash_digits >= weights.hash_from
        and drawn.hash_digits < coalesce(weights.hash_below, 'g')
where weights.weight > 0
union all
select
    paying_account_id,
    0 as replicate,
    1 as weight
from clusters
