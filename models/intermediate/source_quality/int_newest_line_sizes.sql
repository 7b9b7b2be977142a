with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated' and mrr > 0

),

newest as (

    select max(month) as month from {{ ref('int_months') }}

),

ranked as (

    select
        line_mrr.mrr,
        row_number() over (order by line_mrr.mrr, line_mrr.contract_line_id) as size_rank,
        count(*) over () as line_count
    from line_mrr
    inner join newest on line_mrr.month = newest.month

),

summed as (

    select
        sum(mrr) as amount,
        count(*) as line_count,
        max(case when size_rank = {{ percentile_99_position('line_count') }} then mrr end) as percentile_99
    from ranked

)

-- The mean is a guess that engines have to make alike, so it is taken from whole numbers.
select
    coalesce(cast(round({{ decimal_from_units(multiply_divide(
        exact_integer('amount', '1000'), '1000000000000000', 'nullif(line_count, 0)'
    )) }}, 2) as decimal(19, 3)), 1) as average_mrr,
    percentile_99
from summed
