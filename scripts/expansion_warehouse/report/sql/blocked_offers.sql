-- Every offer that may not be made, once for each reason that blocks it.
with
reasons as (
    select
        trim(unnest(string_split(blocked_reasons, '|'))) as reason,
        account_id, account_name, csm_owner, offer_class, product_id, delta_mrr, blocked_until, offer_id
    from fct_upsell_opportunities
    where not is_eligible and blocked_reasons is not null
)
select reason, account_id, account_name, csm_owner, offer_class, product_id, delta_mrr, blocked_until
from reasons
where reason <> ''
order by reason, blocked_until nulls last, delta_mrr desc nulls last, account_id, offer_id
