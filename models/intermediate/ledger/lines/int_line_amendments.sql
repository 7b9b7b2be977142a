with

amended_lines as (

    select * from {{ ref('int_amended_lines') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

discounts as (

    select * from {{ ref('int_line_discounts') }}

),

reached as (

    select distinct
        knowledge_id,
        contract_line_id
    from amended_lines

),

line_months as (

    select line_months.*
    from {{ ref('int_line_months') }} as line_months
    inner join reached
        on
            line_months.knowledge_id = reached.knowledge_id
            and line_months.contract_line_id = reached.contract_line_id
    where line_months.is_in_force

),

-- Discounts come first: what they leave is what there is to take from.
counted as (

    select
        line_months.knowledge_id,
        line_months.contract_line_id,
        line_months.version_id,
        line_months.month as counted_on,
        line_months.valued_on,
        not line_months.is_paused as is_billed,
        line_versions.currency,
        line_versions.quantity,
        {{ monthly_amount('line_versions', 'terms') }} as gross_amount,
        coalesce(discounts.net_amount, {{ net_of_own_rate('line_versions', 'terms') }}) as net_amount
    from line_months
    inner join line_versions
        on
            line_months.knowledge_id = line_versions.knowledge_id
            and line_months.version_id = line_versions.version_id
    inner join terms on line_months.version_id = terms.version_id
    left join discounts
        on
            line_months.knowledge_id = discounts.knowledge_id
            and line_months.version_id = discounts.version_id
            and line_months.month = discounts.month

),

{{ amended_amounts() }}

select
    knowledge_id,
    version_id,
    counted_on as month,
    units,
    gross_amount,
    net_amount,
    excess_amount,
    agreed_on,
    emptied_from
from amended
