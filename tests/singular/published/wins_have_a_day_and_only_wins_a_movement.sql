-- `won` says what the outcome says, a win has its day, and only a win is linked to a movement.
select
    proposal_id,
    outcome,
    won,
    closed_on,
    linked_movement_month
from {{ ref('fct_proposals') }}
where
    won <> (outcome = 'won')
    or (won and closed_on is null)
    or (not won and linked_movement_month is not null)
