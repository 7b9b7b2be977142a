-- Offers that may not be made, by each reason that blocks them; one offer can have several.
with
reasons as (
    select
        trim(unnest(string_split(blocked_reasons, '|'))) as reason,
        account_id, delta_mrr, blocked_until
    from fct_upsell_opportunities
    where not is_eligible and blocked_reasons is not null
)
select
    reason, count(*) as offers, count(distinct account_id) as accounts,
    sum(delta_mrr) as delta_mrr, min(blocked_until) as first_free_on
from reasons
where reason <> ''
group by reason
order by offers desc, reason
