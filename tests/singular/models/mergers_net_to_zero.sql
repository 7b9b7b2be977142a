-- What a merger takes from one account it gives to another, in every product and month.
select
    month,
    product_id,
    sum(merge_mrr) as merge_mrr
from {{ ref('int_reported_openings') }}
group by month, product_id
having sum(merge_mrr) <> 0
