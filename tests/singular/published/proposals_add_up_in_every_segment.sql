-- Every kind of segment has the company's proposals, upsold accounts and money, once.
{%- set columns = [
    'opening_accounts', 'upsold_accounts', 'proposals', 'won_proposals', 'candidates', 'decided_in_month',
    'linked_expansion_mrr', 'organic_expansion_mrr', 'upsold_mrr_after_1m',
] %}
with

summed as (

    select
        month,
        segment_type,
        {% for column in columns -%}
        coalesce(sum({{ column }}), 0) as {{ column }},
        {% endfor -%}
        count(*) as segments
    from {{ ref('kpi_upsell') }}
    group by month, segment_type

)

select summed.*
from summed
inner join summed as company on summed.month = company.month and company.segment_type = 'all'
where
    company.segments <> 1
    {% for column in columns -%}
    or summed.{{ column }} <> company.{{ column }}
    {% endfor -%}
