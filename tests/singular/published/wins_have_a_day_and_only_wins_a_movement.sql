-- `won` says what the outcome says, a win has its day, and only a win is linked to a movement.
select
    proposal_id,
    outcome_to_date,
    won,
    ended_on,
    linked_movement_month
from {{ ref('fct_proposals') }}
where
    won <> (outcome_to_date = 'won')
    or (won and ended_on is null)
    or (not won and linked_movement_month is not null)
