-- No row: a product library has no ladder of plans, and the warehouse takes a company without plans.
select
    id as plan_id,
    id as product_id,
    '' as tier_rank,
from source.accounts
where false
order by plan_id
