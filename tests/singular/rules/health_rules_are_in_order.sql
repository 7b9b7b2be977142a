-- The memory of the bands holds only for limits in this order.
select score_version
from {{ ref('int_health_versions') }}
where
    not (
        red_enters_below <= red_leaves_from
        and red_leaves_from <= green_leaves_below
        and green_leaves_below <= green_enters_from
    )
