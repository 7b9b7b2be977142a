-- One row per e-mail that somebody at a company opened, and per click.
select
    id as event_id,
    account_id,
    as_moment(occurred_at) as occurred_at,
    case type when 'OPEN' then 'email_open' when 'CLICK' then 'email_click' end as kind,
from source.email_events
where not said_yes(is_filtered) and type in ('OPEN', 'CLICK') and account_id is not null
order by all
