-- NRR and GRR of the company are those of its accounts, on both bases and in every window. A seal from before
-- fct_account_retention has no parts of an account, so only both ends are compared there.
{% set ends = ['opening_mrr', 'closing_mrr', 'kept_mrr'] -%}
{% set parts = ['expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr', 'kept_flow_mrr'] -%}
with

accounts as (

    select
        month,
        retention_window,
        basis,
        {% for column in ends + parts -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        sum(case when is_retained then 1 else 0 end) as retained_accounts,
        count(*) as opening_accounts,
        count(expansion_mrr) as accounts_with_parts
    from {{ ref('fct_account_retention') }}
    group by month, retention_window, basis

),

company as (

    select * from {{ ref('kpi_nrr') }}
    where segment_type = 'all'

)

select
    coalesce(company.month, accounts.month) as month,
    coalesce(company.retention_window, accounts.retention_window) as retention_window,
    coalesce(company.basis, accounts.basis) as basis,
    company.opening_mrr,
    accounts.opening_mrr as opening_of_accounts,
    company.closing_mrr,
    accounts.closing_mrr as closing_of_accounts
from company
full outer join accounts
    on
        company.month = accounts.month
        and company.retention_window = accounts.retention_window
        and company.basis = accounts.basis
where
    company.month is null
    or company.opening_accounts <> coalesce(accounts.opening_accounts, 0)
    {% for column in ends -%}
    or company.{{ column }} <> coalesce(accounts.{{ column }}, 0)
    {% endfor -%}
    or (
        accounts.opening_accounts = accounts.accounts_with_parts
        and (
            company.retained_accounts <> accounts.retained_accounts
            {% for column in parts -%}
            or company.{{ column }} <> accounts.{{ column }}
            {% endfor -%}
        )
    )
