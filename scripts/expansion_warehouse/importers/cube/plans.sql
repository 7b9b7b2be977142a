-- No row: a sheet of MRR knows no plans, but the warehouse asks for the table.
select
    cast(null as varchar) as plan_id,
    cast(null as varchar) as product_id,
    cast(null as integer) as tier_rank,
where false
