-- Proposals: most changes that sell more come from one, and most proposals come to nothing.
-- Every row knows its day of proposal; the other days are counted from it.
create or replace table account_mrr as
select n, m, sum(mrr) as mrr
from line_months
-- A renewal signed ahead stands in the last month, but is not in force in it.
where m >= line_m
group by n, m;

create or replace table proposed as
with sold as (
    -- Seats and plans.
    select
        n, product, m, effective_from as closed_on,
        case when plan_id <> plan_before then 'plan_upgrade' else 'seat_expansion' end as offer_class,
        plan_id, mrr_before as current_mrr, mrr as proposed_mrr
    from amendments
    where mrr > mrr_before and (plan_id <> plan_before or seats > seats_before) and not won_experiment

    union all

    -- Further products.
    select
        l.n, l.product, v.m, l.line_start,
        case when l.product in ('REPORTS', 'API', 'MESSAGING') then 'add_on' else 'cross_sell' end,
        v.plan_id, a.mrr, a.mrr + s.mrr
    from lines as l
    join line_versions as v on l.line_id = v.line_id and v.version = 0
    join line_months as s on l.line_id = s.line_id and s.m = v.m
    join account_mrr as a on l.n = a.n and a.m = v.m - 1
    where l.seq = 1 and month_of(l.line_start) > l.life_start_m and l.line_start <= getvariable('as_of_date')

    union all

    -- Yearly terms.
    select
        l.n, l.product, v.m, l.line_start, 'long_term', v.plan_id, p.mrr, s.mrr
    from lines as l
    join line_versions as v on l.line_id = v.line_id and v.version = 0
    join line_months as s on l.line_id = s.line_id and s.m = v.m
    join line_months as p on l.replaces_line_id = p.line_id and p.m = v.m - 1
    where l.mode = 'year' and p.mode <> 'year' and l.line_start <= getvariable('as_of_date')
        and l.billing_unit = 'year'

    union all

    -- Fewer seats instead of a lost customer.
    select n, product, m, effective_from, 'downsell', plan_id, mrr_before, mrr
    from amendments
    where mrr < mrr_before and seats < seats_before
),

won as (
    select
        n, product, m, offer_class, plan_id, current_mrr, proposed_mrr,
        closed_on - 4 - pick(32, 'proposal_days', n, product, m) as proposed_on,
        closed_on,
        'won' as outcome,
        cast(null as varchar) as experiment_id,
        cast(null as varchar) as variant
    from sold
    where draw('has_proposal', n, product, m) < 0.50
),

tried as (
    select
        s.n, s.product, s.m,
        case
            when draw('offer', s.n, s.m) < 0.22 then 'plan_upgrade'
            when draw('offer', s.n, s.m) < 0.44 then 'seat_expansion'
            when draw('offer', s.n, s.m) < 0.68 then 'add_on'
            when draw('offer', s.n, s.m) < 0.92 then 'cross_sell'
            else 'long_term'
        end as offer_class,
        a.mrr as current_mrr,
        month_on(s.m) + pick(28, 'tried_on', s.n, s.m) as proposed_on
    from subscription_months as s
    join company as c on s.n = c.n and s.product = c.primary_product and c.kind = 'paying'
    join account_mrr as a on s.n = a.n and s.m = a.m
    where s.m > s.start_m + 1
        -- The desk contacts contented customers more than others.
        and draw('tried', s.n, s.m) < 0.075 * (0.5 + openness(s.lagged))
        and a.mrr > 0
),

lost as (
    select
        n, product, m, offer_class,
        cast(null as varchar) as plan_id,
        current_mrr,
        current_mrr * case offer_class
            when 'plan_upgrade' then 1.9 when 'seat_expansion' then 1.3 when 'add_on' then 1.2 when 'cross_sell' then 1.5
            else 0.85
        end as proposed_mrr,
        proposed_on,
        proposed_on + 10 + pick(60, 'lost_after', n, m) as closed_on,
        case when draw('lost', n, m) < 0.8 then 'lost' else 'expired' end as outcome,
        cast(null as varchar) as experiment_id,
        cast(null as varchar) as variant
    from tried
),

tested as (
    select
        a.n, c.primary_product, month_of(a.proposed_on), 'seat_expansion', cast(null as varchar),
        r.mrr, r.mrr * 1.25,
        a.proposed_on, a.closed_on,
        case when a.is_won then 'won' else 'lost' end,
        a.experiment_id, a.variant
    from assignments as a
    join company as c on a.n = c.n
    join account_mrr as r on a.n = r.n and r.m = month_of(a.proposed_on)
    where a.proposed_on is not null
)

select * from won
union all select * from lost
union all select * from tested;

insert into raw.proposals by name
with known as (
    select
        p.*,
        c.account_id,
        c.currency,
        closed_on > getvariable('as_of_date') as is_open,
        'P-' || c.account_id || '-' || strftime(proposed_on, '%Y%m%d') || '-' || row_number() over (
            partition by p.n, proposed_on order by offer_class, product, m, outcome
        ) as proposal_id
    from proposed as p
    join company as c on p.n = c.n
    where proposed_on <= getvariable('as_of_date')
),

-- One open proposal per account is enough: later ones are only candidates.
ranked as (
    select *, row_number() over (partition by n, is_open order by proposed_on, proposal_id) as rank
    from known
)

select
    proposal_id,
    account_id,
    offer_class,
    case
        when offer_class = 'add_on' and outcome <> 'won' then case product when 'CRM' then 'REPORTS' else 'MESSAGING' end
        when offer_class = 'cross_sell' and outcome <> 'won' then case product when 'CRM' then 'MARKETING' else 'CHAT' end
        else product
    end as product_id,
    plan_id,
    cast(to_minor(current_mrr, currency) as decimal(18, 2)) as current_mrr,
    cast(to_minor(proposed_mrr, currency) as decimal(18, 2)) as proposed_mrr,
    currency,
    proposed_on - 5 - pick(20, 'candidate', proposal_id) as candidate_on,
    proposed_on - pick(5, 'contacted', proposal_id) as contacted_on,
    case when not is_open or rank = 1 then proposed_on end as proposed_on,
    case when not is_open then closed_on end as closed_on,
    case when not is_open then outcome when rank = 1 then 'open' else 'candidate' end as outcome,
    case when not is_open and outcome = 'lost' then
        ['price', 'timing', 'no_need', 'competitor', 'no_budget'][1 + pick(5, 'lost_reason', proposal_id)]
    end as lost_reason,
    ['mail', 'web', 'in_app', 'phone', 'in_person'][1 + pick(5, 'channel', proposal_id)] as channel,
    case when proposed_mrr > current_mrr * 1.5 then 'sales' else 'cs' end as owner_role,
    experiment_id,
    variant,
    cast(proposed_on as timestamp) + interval 3 hour as recorded_at
from ranked;
