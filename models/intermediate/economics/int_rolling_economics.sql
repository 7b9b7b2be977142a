{%- set held = ['mrr', 'gross_margin_mrr', 'margin_known_mrr', 'paying_accounts'] -%}
with

economics as (

    select * from {{ ref('int_segment_economics') }}

),

costs as (

    select * from {{ ref('int_segment_costs') }}

),

keys as (

    select * from {{ ref('int_economics_keys') }}

),

-- From when on costs are known at all: what comes before is missing, not free.
cost_starts as (

    select
        knowledge_id,
        segment_type,
        min(month) as costs_known_from
    from costs
    group by knowledge_id, segment_type

),

-- Whoever pays in the first month of the book was won before it, at a cost that nobody here knows.
first_payers as (

    select
        knowledge_id,
        min(first_paid_month) as first_month
    from {{ ref('int_account_mrr') }}
    group by knowledge_id

),

-- Every month with the twelve up to it, all as they were known when it was published.
looking_back as (

    select
        keys.*,
        {% for column in held -%}
        case when economics.month = keys.month then economics.{{ column }} else 0 end as {{ column }},
        {% endfor -%}
        coalesce(economics.churned_accounts, 0) as churned_accounts,
        coalesce(economics.opening_accounts, 0) as opening_accounts,
        economics.month >= {{ fiscal_quarter_start('keys.month') }} as is_this_quarter,
        economics.month > first_payers.first_month as is_won,
        economics.new_accounts,
        economics.new_mrr,
        economics.acquisition_cost,
        cost_starts.costs_known_from <= {{ fiscal_quarter_start('keys.month') }} as is_cost_known,
        {{ months_between('first_payers.first_month', 'keys.month') }} >= 12 as is_year_complete
    from keys
    left join economics
        on
            keys.knowledge_id = economics.knowledge_id
            and keys.segment_type = economics.segment_type
            and keys.segment = economics.segment
            and economics.month between {{ add_months('keys.month', -11) }} and keys.month
    left join first_payers on keys.knowledge_id = first_payers.knowledge_id
    left join cost_starts
        on
            keys.knowledge_id = cost_starts.knowledge_id
            and keys.segment_type = cost_starts.segment_type

)

-- What needs twelve months is empty before there are twelve.
select
    basis,
    month,
    segment_type,
    segment,
    {% for column in held[:3] -%}
    cast(sum({{ column }}) as decimal(18, 2)) as {{ column }},
    {% endfor -%}
    cast(sum(paying_accounts) as integer) as paying_accounts,
    cast(sum(case when is_year_complete then churned_accounts end) as integer) as churned_accounts_12m,
    cast(sum(case when is_year_complete then opening_accounts end) as integer) as opening_account_months_12m,
    cast(sum(case when is_this_quarter and is_won then new_accounts else 0 end) as integer) as new_accounts,
    cast(sum(case when is_this_quarter and is_won then new_mrr else 0 end) as decimal(18, 2)) as new_mrr,
    cast(sum(case when is_cost_known and is_this_quarter then acquisition_cost
        when is_cost_known then 0
    end) as decimal(18, 2)) as acquisition_cost
from looking_back
group by basis, month, segment_type, segment
