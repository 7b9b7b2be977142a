with

months as (

    select * from {{ ref('int_months') }}

),

counted as (

    select
        basis,
        month,
        segment_type,
        segment
    from {{ ref('int_upsell_counts') }}
    union
    select
        basis,
        month,
        segment_type,
        segment
    from {{ ref('int_upsell_funnel') }}

)

select * from counted
union all
-- A month in which nothing was held is a month of zeros.
select
    basis,
    month,
    segment_type,
    segment
from (
    {{ idle_months('counted', ['basis']) }}
) as idle
