-- Accounts and MRR in each cell at the last month-end.
with
mrr as (
    select account_id, month, sum(mrr) as mrr
    from fct_mrr
    where basis = 'restated'
    group by account_id, month
)
select
    rfm.rfm_basis, rfm.r_score, rfm.f_score, count(*) as accounts,
    coalesce(sum(mrr.mrr), 0) as mrr
from fct_rfm as rfm
left join mrr on rfm.account_id = mrr.account_id and rfm.month = mrr.month
where rfm.month = (select max(month) from fct_rfm)
group by rfm.rfm_basis, rfm.r_score, rfm.f_score
order by rfm.rfm_basis, rfm.r_score, rfm.f_score
