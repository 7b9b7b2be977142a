with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

reasons as (

    select * from {{ ref('int_restatement_reasons') }}

),

nrr as (

    select
        month,
        retention_window,
        max(case when basis = 'as_reported' then nrr end) as reported_nrr,
        max(case when basis = 'restated' then opening_mrr end) as restated_opening_mrr
    from {{ ref('kpi_nrr') }}
    where segment_type = 'all'
    group by month, retention_window

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
    reasons.known_on,
    {{ ratio(
        'restated_lines.closing_difference - nrr.reported_nrr * restated_lines.opening_difference',
        'nrr.restated_opening_mrr'
    ) }} as nrr_points
from restated_lines
inner join reasons
    on
        restated_lines.month = reasons.month
        and restated_lines.retention_window = reasons.retention_window
        and restated_lines.contract_line_id = reasons.contract_line_id
left join nrr
    on restated_lines.month = nrr.month and restated_lines.retention_window = nrr.retention_window
