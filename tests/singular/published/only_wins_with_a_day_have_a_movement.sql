-- `won` says what the outcome says, and only a win with its day is linked to a movement.
select
    proposal_id,
    outcome_to_date,
    won,
    ended_on,
    linked_movement_month
from {{ ref('fct_proposals') }}
where
    won <> (outcome_to_date = 'won')
    or (linked_movement_month is not null and (not won or ended_on is null))
