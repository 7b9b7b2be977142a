-- People at the accounts: somebody decides, many have a champion, some a user and whoever pays the bills. The
-- champion and the user are those who answer surveys, and the first two who work with the product.
create or replace table people as
with placed as (
    select
        c.*,
        l.end_on as life_end,
        unnest(range(1, 2 + pick(4, 'people', c.n))) as place
    from company as c
    left join lives as l on c.n = l.n and l.life = 1
    where c.kind in ('paying', 'reseller')
)

select
    n,
    account_id,
    account_id || '-P' || [3, 1, 2, 4][place] as contact_id,
    case place
        when 2 then account_id || '-' || left(primary_product, 2) || '1'
        when 3 then account_id || '-' || left(primary_product, 2) || '2'
    end as user_id,
    case country
        when 'JP' then
            ['Haruka', 'Kenta', 'Yui', 'Sota', 'Mio', 'Ren', 'Aya', 'Daiki', 'Nao', 'Takumi']
        else
            ['Anna', 'Paul', 'Clara', 'Simon', 'Julie', 'Mark', 'Nora', 'Felix', 'Ruth', 'Owen']
    end[1 + pick(10, 'given', n, place)] || ' ' || case country
        when 'JP' then
            ['Sato', 'Mori', 'Ueda', 'Kudo', 'Ono', 'Hara', 'Endo', 'Noda', 'Abe', 'Kono']
        else
            ['Weber', 'Martin', 'Hill', 'Roth', 'Baker', 'Lang', 'Young', 'Klein', 'Petit', 'Moore']
    end[1 + pick(10, 'family', n, place)] as person_name,
    ['decision_maker', 'champion', 'user', 'billing'][place] as role,
    start_on,
    start_on - 20 - pick(40, 'met', n, place) as met_on,
    -- A champion who goes takes the contract along more often than not.
    case
        when place = 2 and life_end is not null and draw('champion_leaves', n) < 0.30
            then life_end - 30 - pick(90, 'champion_left', n)
        when place = 2 and draw('champion_leaves', n) < 0.06 then start_on + 60 + pick(600, 'champion_left', n)
    end as left_on,
    -- Who decides refuses only where the account does, so that one word of one person closes no account.
    case
        when
            draw('refuses', n, place)
            < case when place > 1 then 0.05 when draw('do_not_contact', n) < 0.025 then 0.5 else 0 end
            then start_on + 30 + pick(600, 'refused_on', n, place)
    end as opted_out_on,
    draw('erased', n, place) < 0.01 and place > 2 as is_erased
from placed;

insert into raw.contacts by name
with changes as (
    select
        *,
        case when left_on > start_on then left_on end as gone_on,
        -- Not before the person has said what else there is to say.
        greatest(start_on + 90 + pick(300, 'erased_on', n), coalesce(opted_out_on + 1, start_on)) as forgotten_on
    from people
),

versions as (
    select *, met_on as version_on, false as is_gone, false as refuses, false as is_forgotten
    from changes
    union all
    select *, opted_out_on, coalesce(gone_on <= opted_out_on, false), true, false
    from changes
    where opted_out_on <= getvariable('as_of_date')
    union all
    select *, gone_on + 1, true, coalesce(opted_out_on <= gone_on + 1, false), false
    from changes
    where gone_on < getvariable('as_of_date') and opted_out_on is distinct from gone_on + 1
    union all
    select *, forgotten_on, false, opted_out_on is not null, true
    from changes
    where is_erased and forgotten_on <= getvariable('as_of_date')
),

-- Whoever was erased has no name in any row.
named as (
    select *, bool_or(is_forgotten) over (partition by contact_id) as was_forgotten
    from versions
)

select
    contact_id,
    account_id,
    user_id,
    case when not was_forgotten then person_name end as person_name,
    role,
    case when refuses then opted_out_on end as opted_out_on,
    case when is_gone then gone_on end as left_on,
    case when is_forgotten then cast(version_on as timestamp) + interval 1 hour end as erased_at,
    cast(version_on as timestamp) + interval 1 hour as recorded_at
from named;

-- What was done: offers that were made, calls after grave tickets, and after a champion had left.
insert into raw.actions by name
with owners as (
    select account_id, min_by(csm_owner, recorded_at) as csm_owner, min_by(sales_owner, recorded_at) as sales_owner
    from account_rows
    group by account_id
),

done as (
    select
        'D-' || proposal_id as action_id,
        account_id,
        offer_class || '|' || product_id || '|' || coalesce(plan_id, '') as offer_id,
        'offer' as kind,
        proposed_on as done_on,
        owner_role = 'sales' as is_sales,
        case outcome
            when 'won' then 'accepted' when 'lost' then 'refused' when 'expired' then 'no_answer'
        end as outcome
    from raw.proposals
    where proposed_on is not null and draw('offer_noted', proposal_id) < 0.4
    union all
    select
        'D-' || ticket_id,
        account_id,
        cast(null as varchar),
        case when draw('ticket_call', ticket_id) < 0.7 then 'call' else 'email' end,
        cast(opened_at as date) + 1 + pick(3, 'ticket_called_on', ticket_id),
        false,
        case when draw('ticket_reached', ticket_id) < 0.7 then 'reached' else 'no_answer' end
    from raw.support_tickets
    where severity = 1 and draw('ticket_followed', ticket_id) < 0.5
    union all
    select
        'D-' || contact_id,
        account_id,
        cast(null as varchar),
        'meeting',
        left_on + 3 + pick(20, 'successor_met_on', contact_id),
        false,
        'done'
    from raw.contacts
    where left_on is not null and draw('successor_met', contact_id) < 0.6
)

select
    d.action_id,
    d.account_id,
    cast(null as varchar) as alert_id,
    d.offer_id,
    d.kind,
    d.done_on,
    case when d.is_sales then o.sales_owner else o.csm_owner end as done_by,
    d.outcome,
    cast(d.done_on as timestamp) + interval 8 hour as recorded_at
from done as d
join owners as o on d.account_id = o.account_id
where d.done_on <= getvariable('as_of_date');
