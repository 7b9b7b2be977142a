with

nrr as (

    select * from {{ ref('kpi_nrr') }}
    where segment_type = 'all'

),

restatement_lines as (

    select * from {{ ref('fct_nrr_restatement_lines') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by month, retention_window
            order by abs(closing_difference) + abs(opening_difference) desc, contract_line_id
        ) as place
    from restatement_lines

),

causes as (

    select
        month,
        retention_window,
        count(*) as changed_lines,
        sum(opening_difference) as opening_difference,
        sum(closing_difference) as closing_difference,
        {{ ordered_list(
            'case when place <= ' ~ setting('restatement_lines_listed') ~ ' then contract_line_id end', 'place'
        ) }} as contract_line_ids
    from ranked
    group by month, retention_window

),

compared as (

    select
        month,
        retention_window,
        {% for basis in ['as_reported', 'restated'] -%}
        {% for column in ['opening_mrr', 'closing_mrr', 'nrr', 'grr'] -%}
        max(case when basis = '{{ basis }}' then {{ column }} end) as {{ basis }}_{{ column }},
        {% endfor -%}
        {% endfor -%}
        count(*) as bases
    from nrr
    group by month, retention_window

)

select
    compared.month,
    compared.retention_window,
    {% for basis in ['as_reported', 'restated'] -%}
    cast(coalesce(compared.{{ basis }}_opening_mrr, 0) as decimal(19, 3)) as {{ basis }}_opening_mrr,
    cast(coalesce(compared.{{ basis }}_closing_mrr, 0) as decimal(19, 3)) as {{ basis }}_closing_mrr,
    compared.{{ basis }}_nrr,
    compared.{{ basis }}_grr,
    {% endfor -%}
    compared.restated_nrr - compared.as_reported_nrr as nrr_difference,
    cast(coalesce(causes.opening_difference, 0) as decimal(19, 3)) as opening_difference,
    cast(coalesce(causes.closing_difference, 0) as decimal(19, 3)) as closing_difference,
    cast(coalesce(causes.changed_lines, 0) as integer) as changed_lines,
    causes.contract_line_ids
from compared
left join causes
    on compared.month = causes.month and compared.retention_window = causes.retention_window
