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

)

select
    coalesce(cast(avg(mrr) as decimal(18, 2)), 1) as average_mrr,
    max(case when size_rank = {{ percentile_99_position('line_count') }} then mrr end) as percentile_99
from ranked
