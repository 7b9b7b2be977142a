{%- set closing = ['mrr', 'gross_margin_mrr', 'margin_known_mrr', 'paying_accounts'] -%}
{%- set opening = ['opening_accounts', 'churned_accounts', 'new_accounts', 'new_mrr'] -%}
with

accounts as (

    select * from {{ ref('int_account_economics') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

costs as (

    select * from {{ ref('int_segment_costs') }}

),

assigned as (

    select
        accounts.*,
        case when accounts.is_paying then 1 else 0 end as paying_accounts,
        case when accounts.was_customer then 1 else 0 end as opening_accounts,
        case when accounts.is_churned then 1 else 0 end as churned_accounts,
        case when accounts.is_new then 1 else 0 end as new_accounts,
        case when accounts.is_new then accounts.mrr else 0 end as new_mrr,
        segments.segment_type,
        segments.opening_segment,
        segments.closing_segment
    from accounts
    inner join segments
        on accounts.account_id = segments.account_id and accounts.month = segments.month

),

-- What is held counts in the segment at the month-end, what comes and goes in the one at the opening.
stacked as (

    select
        month,
        segment_type,
        closing_segment as segment,
        {% for column in closing -%}
        {{ column }},
        {% endfor -%}
        {% for column in opening -%}
        0 as {{ column }},
        {% endfor -%}
        0 as acquisition_cost
    from assigned
    where is_paying
    union all
    select
        month,
        segment_type,
        opening_segment as segment,
        {% for column in closing -%}
        0 as {{ column }},
        {% endfor -%}
        {% for column in opening -%}
        {{ column }},
        {% endfor -%}
        0 as acquisition_cost
    from assigned
    where was_customer or is_new
    union all
    select
        month,
        segment_type,
        segment,
        {% for column in closing + opening -%}
        0 as {{ column }},
        {% endfor -%}
        acquisition_cost
    from costs

)

select
    month,
    segment_type,
    segment,
    {% for column in ['mrr', 'gross_margin_mrr', 'margin_known_mrr', 'new_mrr'] -%}
    cast(sum({{ column }}) as decimal(18, 2)) as {{ column }},
    {% endfor -%}
    {% for column in ['paying_accounts', 'opening_accounts', 'churned_accounts', 'new_accounts'] -%}
    cast(sum({{ column }}) as integer) as {{ column }},
    {% endfor -%}
    cast(sum(acquisition_cost) as decimal(18, 2)) as acquisition_cost
from stacked
group by month, segment_type, segment
