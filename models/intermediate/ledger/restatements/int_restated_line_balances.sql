{%- set facts = ['account_id', 'owner_account_id', 'currency', 'quantity', 'gross_native', 'mrr_native'] -%}
with

ends as (

    select * from {{ ref('int_restated_ends') }}

),

published as (

    select * from {{ ref('int_published_months') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

versions as (

    select * from {{ ref('int_line_versions') }}

),

looked_up as (

    select
        published.basis,
        ends.month,
        ends.compared_month,
        ends.contract_line_id,
        {{ prefixed('line_mrr', facts) }},
        line_mrr.mrr_native <> 0 as is_paying,
        line_mrr.is_paused or line_mrr.is_unpaid as is_ruled_out,
        line_mrr.is_gap_filled,
        versions.known_on
    from ends
    inner join published on ends.month = published.month
    inner join line_mrr
        on
            published.knowledge_id = line_mrr.knowledge_id
            and ends.compared_month = line_mrr.month
            and ends.contract_line_id = line_mrr.contract_line_id
    left join versions
        on published.knowledge_id = versions.knowledge_id and line_mrr.version_id = versions.version_id

)

-- One line has one balance a month, but in the month in which it goes from one product to another.
select
    basis,
    month,
    compared_month,
    contract_line_id,
    max(account_id) as account_id,
    max(owner_account_id) as owner_account_id,
    max(currency) as currency,
    sum(quantity) as quantity,
    sum(gross_native) as gross_native,
    sum(mrr_native) as mrr_native,
    max(case when is_paying then 1 else 0 end) = 1 as is_paying,
    max(case when is_ruled_out then 1 else 0 end) = 1 as is_ruled_out,
    max(case when is_gap_filled then 1 else 0 end) = 1 as is_gap_filled,
    max(known_on) as known_on
from looked_up
group by basis, month, compared_month, contract_line_id
