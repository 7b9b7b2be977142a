-- Invariant 3: accounts, products, currencies and segments all sum to the company's MRR.
{%- set types = ['all', 'size_band', 'industry', 'country', 'plan_tier', 'acquisition_channel'] %}
with

by_account as (

    select
        month,
        sum(closing_mrr) as mrr
    from {{ ref('fct_mrr_movements') }}
    where basis = 'restated'
    group by month

),

others as (

    select
        'product' as grain,
        month,
        sum(mrr) as mrr
    from {{ ref('fct_mrr') }}
    where basis = 'restated'
    group by month

    union all

    select
        'currency' as grain,
        month,
        sum(currency_mrr) as mrr
    from (
        select
            month,
            currency,
            sum(mrr) as currency_mrr
        from {{ ref('int_line_mrr') }}
        where knowledge_id = 'restated'
        group by month, currency
    ) as currencies
    group by month

    {% for type in types %}
    union all
    select
        '{{ type }}' as grain,
        month,
        sum(closing_mrr) as mrr
    from {{ ref('kpi_mrr_bridge') }}
    where basis = 'restated' and segment_type = '{{ type }}'
    group by month
    {% endfor %}

)

select
    others.grain,
    others.month,
    others.mrr,
    by_account.mrr as account_mrr
from others
left join by_account on others.month = by_account.month
where others.mrr <> coalesce(by_account.mrr, 0)
