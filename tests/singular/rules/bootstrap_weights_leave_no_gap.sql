-- Every hash is drawn some number of times, and only one: the weights follow each other without a gap.
with

ordered as (

    select
        weight,
        hash_from,
        hash_below,
        lead(hash_from) over (order by weight) as next_from,
        lag(weight) over (order by weight) as previous_weight
    from {{ ref('bootstrap_weights') }}

)

select *
from ordered
where
    coalesce(hash_below, 'open') <> coalesce(next_from, 'open')
    or weight <> coalesce(previous_weight + 1, 0)
    or (previous_weight is null and hash_from <> '00000000')
    or length(hash_from) <> 8
