-- Each of the 25 cells has exactly one segment, and there are ten segments.
with

cells as (

    select
        recency.cut_point as r_score,
        frequency.cut_point as f_score
    from (
        select cut_point from {{ ref('rfm_cut_points') }}
        union all
        select max(cut_point) + 1 from {{ ref('rfm_cut_points') }}
    ) as recency
    cross join (
        select cut_point from {{ ref('rfm_cut_points') }}
        union all
        select max(cut_point) + 1 from {{ ref('rfm_cut_points') }}
    ) as frequency

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
    cells.r_score,
    cells.f_score,
    count(segments.rfm_segment) as segments_of_cell
from cells
cross join totals
left join segments on cells.r_score = segments.r_score and cells.f_score = segments.f_score
group by cells.r_score, cells.f_score, totals.cells, totals.segments
having count(segments.rfm_segment) <> 1 or totals.cells <> 25 or totals.segments <> 10
