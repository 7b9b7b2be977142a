-- What has become known since each of the last twelve closes, and what does it do to the 12-month NRR reported then?
-- One row a line; as_reported_nrr stays published, restated_nrr is what the same month would be with today's knowledge.
with

restatements as (

    select * from {{ ref('fct_nrr_restatements') }}
    where retention_window = '12m'

),

closed as (

    select max(month) as last_closed_month from {{ ref('dim_months') }}
    where is_closed

)

select
    restatements.month,
    restatements.as_reported_nrr,
    restatements.restated_nrr,
    changes.contract_line_id,
    changes.account_id,
    changes.reason,
    changes.known_on,
    changes.opening_difference,
    changes.closing_difference
from {{ ref('fct_nrr_restatement_lines') }} as changes
inner join restatements
    on changes.month = restatements.month and changes.retention_window = restatements.retention_window
inner join closed
    on changes.month between {{ add_months('closed.last_closed_month', -11) }} and closed.last_closed_month
order by
    restatements.month desc,
    abs(changes.closing_difference) + abs(changes.opening_difference) desc,
    changes.contract_line_id asc
