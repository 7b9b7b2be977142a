-- One row per response to a campaign of a type that stands for a kind of event.
select
    id as event_id,
    account_id,
    as_moment(responded_at) as occurred_at,
    code_of(campaign_type, getvariable('campaign_kinds')) as kind,
from source.campaign_members
where
    not said_yes(is_deleted)
    and said_yes(has_responded)
    and code_of(campaign_type, getvariable('campaign_kinds')) is not null
order by all
