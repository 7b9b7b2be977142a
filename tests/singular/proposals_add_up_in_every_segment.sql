-- Every kind of segment has the company's proposals, upsold accounts and money, once.
{%- set columns = [
    'opening_accounts', 'upsold_accounts', 'proposals', 'won_proposals', 'candidates', 'decided_in_month',
    'linked_expansion_mrr', 'organic_expansion_mrr', 'upsold_mrr_after_1m',
] %}
select
    month,
    segment_type,
    {% for column in columns -%}
    sum({{ column }}) as {{ column }},
    {% endfor -%}
    count(*) as segments
from {{ ref('kpi_upsell') }}
group by month, segment_type
qualify
    {% for column in columns -%}
    coalesce(sum({{ column }}), 0) <> coalesce(max(case when segment_type = 'all' then sum({{ column }}) end) over (partition by month), 0)
    {{ 'or' if not loop.last }}
    {% endfor %}
