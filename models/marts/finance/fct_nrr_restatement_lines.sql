with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

reasons as (

    select * from {{ ref('int_restatement_reasons') }}

)

select
    restated_lines.month,
    restated_lines.retention_window,
    restated_lines.contract_line_id,
    restated_lines.owner_account_id as account_id,
    restated_lines.as_reported_opening_mrr,
    restated_lines.restated_opening_mrr,
    restated_lines.opening_difference,
    restated_lines.as_reported_closing_mrr,
    restated_lines.restated_closing_mrr,
    restated_lines.closing_difference,
    reasons.reason,
    reasons.known_on
from restated_lines
inner join reasons
    on restated_lines.month = reasons.month and restated_lines.contract_line_id = reasons.contract_line_id
