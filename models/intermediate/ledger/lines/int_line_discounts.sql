with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

counted as (

    select
        line_months.knowledge_id,
        line_months.account_id,
        line_months.contract_line_id,
        line_months.version_id,
        line_versions.contract_id,
        line_months.month as counted_on,
        line_months.valued_on,
        line_months.is_in_force and not line_months.is_paused as is_billed
    from {{ ref('int_line_months') }} as line_months
    inner join line_versions
        on
            line_months.knowledge_id = line_versions.knowledge_id
            and line_months.version_id = line_versions.version_id

),

{{ discounted_lines() }}

select
    knowledge_id,
    version_id,
    counted_on as month,
    agreed_on,
    net_amount,
    excess_amount
from discounted
