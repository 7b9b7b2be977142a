with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated' and mrr > 0

),

-- A line is as large as it ever was.
largest as (

    select
        contract_line_id,
        owner_account_id as account_id,
        product_id,
        max(mrr) as mrr
    from line_mrr
    group by contract_line_id, owner_account_id, product_id

),

ranked as (

    select
        *,
        row_number() over (order by mrr, contract_line_id) as size_rank,
        count(*) over () as line_count
    from largest

),

percentile as (

    select mrr as percentile_99 from ranked
    where size_rank = {{ percentile_99_position('line_count') }}

)

select
    ranked.contract_line_id,
    ranked.account_id,
    ranked.product_id,
    ranked.mrr,
    percentile.percentile_99
from ranked
cross join percentile
where ranked.mrr > {{ setting('outlier_factor') }} * percentile.percentile_99
