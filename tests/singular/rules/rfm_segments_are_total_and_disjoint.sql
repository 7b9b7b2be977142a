-- Each of the 25 cells has exactly one segment, and there are ten segments.
with

scores as (

    select cut_point as score from {{ ref('rfm_cut_points') }}
    union all
    select max(cut_point) + 1 as score from {{ ref('rfm_cut_points') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

totals as (

    select
        count(*) as cells,
        count(distinct rfm_segment) as segments
    from segments

)

select
    recency.score as r_score,
    frequency.score as f_score,
    count(segments.rfm_segment) as segments_of_cell
from scores as recency
cross join scores as frequency
cross join totals
left join segments on recency.score = segments.r_score and frequency.score = segments.f_score
group by recency.score, frequency.score, totals.cells, totals.segments
having count(segments.rfm_segment) <> 1 or totals.cells <> 25 or totals.segments <> 10
