select
    month, retention_window, contract_line_id, account_id, opening_difference, closing_difference,
    reason, known_on, nrr_points
from fct_nrr_restatement_lines
order by month desc, retention_window, abs(nrr_points) desc, contract_line_id
