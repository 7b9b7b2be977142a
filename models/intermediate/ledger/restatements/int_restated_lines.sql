with

cohort_lines as (

    select * from {{ ref('int_cohort_lines') }}

),

-- A line that only one basis has in its cohort counts as nothing in the other.
compared as (

    select
        month,
        retention_window,
        contract_line_id,
        max(owner_account_id) as owner_account_id,
        {% for basis in ['as_reported', 'restated'] -%}
        {% for end in ['opening', 'closing'] -%}
        cast(sum(case when basis = '{{ basis }}' then {{ end }}_mrr else 0 end) as decimal(19, 3))
            as {{ basis }}_{{ end }}_mrr,
        {% endfor -%}
        {% endfor -%}
        count(*) as bases
    from cohort_lines
    group by month, retention_window, contract_line_id

)

select
    month,
    retention_window,
    contract_line_id,
    owner_account_id,
    as_reported_opening_mrr,
    restated_opening_mrr,
    cast(restated_opening_mrr - as_reported_opening_mrr as decimal(19, 3)) as opening_difference,
    as_reported_closing_mrr,
    restated_closing_mrr,
    cast(restated_closing_mrr - as_reported_closing_mrr as decimal(19, 3)) as closing_difference
from compared
where as_reported_opening_mrr <> restated_opening_mrr or as_reported_closing_mrr <> restated_closing_mrr
