select account_id, done_on, kind, outcome, done_by, first_won_on
from fct_actions
order by account_id, done_on desc, action_id
