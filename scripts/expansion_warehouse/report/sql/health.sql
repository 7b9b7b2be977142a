-- Accounts and MRR in each band at each month-end; MRR as it is known now.
with
mrr as (
    select account_id, month, sum(mrr) as mrr
    from fct_mrr
    where basis = 'restated'
    group by account_id, month
)
select
    scores.month, scores.health_band, count(*) as accounts,
    coalesce(sum(mrr.mrr), 0) as mrr
from fct_health_scores as scores
left join mrr on scores.account_id = mrr.account_id and scores.month = mrr.month
group by scores.month, scores.health_band
order by scores.month desc, scores.health_band
