-- The five ranges of a measure lie one beside the other: the first and the last are open, and each begins where
-- its neighbour ends.
with

ranges as (

    select
        *,
        lead(value_from) over (
            partition by rfm_basis, measure, currency order by value_from nulls first
        ) as next_from,
        row_number() over (
            partition by rfm_basis, measure, currency order by value_from nulls first
        ) as place,
        count(*) over (partition by rfm_basis, measure, currency) as ranges
    from {{ ref('rfm_thresholds') }}

)

select *
from ranges
where
    ranges <> 5
    or (place = 1) <> (value_from is null)
    or (place = ranges) <> (value_below is null)
    or (place < ranges and value_below <> next_from)
