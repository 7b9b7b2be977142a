-- The schedule opens with the MRR of the last complete month, rolls forward, and comes to its CMRR with what is to
-- follow and without the ends; no outlook lies outside what all and nothing of the renewals would give.
with

schedule as (

    select * from {{ ref('kpi_cmrr_schedule') }}

),

months as (

    select
        *,
        lag(scheduled_mrr) over (order by month) as scheduled_before,
        sum(ended_mrr) over (order by month rows unbounded preceding) as ended_so_far,
        sum(renews_itself_mrr) over (order by month rows unbounded preceding) as renews_itself_so_far
    from schedule

),

books as (

    select
        month,
        sum(mrr) as mrr,
        sum(cmrr) as cmrr
    from {{ ref('fct_mrr') }}
    where basis = 'restated'
    group by month

)

select
    months.month,
    months.scheduled_mrr,
    months.outlook_mrr
from months
left join books on months.month_made = books.month
where
    months.opening_mrr <> coalesce(months.scheduled_before, books.mrr, 0)
    or months.scheduled_mrr
    <> months.opening_mrr + months.starts_mrr + months.steps_mrr + months.discount_mrr + months.replaced_mrr
    + months.notice_mrr + months.ended_mrr
    or months.committed_mrr <> months.scheduled_mrr - months.ended_so_far
    or months.committed_mrr + months.later_mrr <> coalesce(books.cmrr, 0)
    or months.due_so_far_mrr <> months.renews_itself_so_far - months.ended_so_far
    or months.outlook_mrr > months.committed_mrr
    or months.outlook_mrr < months.scheduled_mrr - months.renews_itself_so_far
