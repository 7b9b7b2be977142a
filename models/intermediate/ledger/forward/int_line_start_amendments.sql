with

starts as (

    select * from {{ ref('int_line_starts') }}

),

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

days as (

    select distinct
        starts.knowledge_id,
        starts.covered_from as counted_on,
        amended_lines.group_id
    from starts
    inner join amended_lines
        on
            starts.knowledge_id = amended_lines.knowledge_id
            and starts.contract_line_id = amended_lines.contract_line_id

),

-- What starts on the day, and what else there is to take from on it.
counted as (

    select distinct
        days.knowledge_id,
        days.counted_on,
        days.counted_on as valued_on,
        line_versions.contract_line_id,
        line_versions.version_id,
        true as is_billed,
        line_versions.currency,
        line_versions.quantity,
        {{ monthly_amount('line_versions', 'terms') }} as gross_amount,
        {{ net_of_own_rate('line_versions', 'terms') }} as net_amount
    from days
    inner join amended_lines
        on days.knowledge_id = amended_lines.knowledge_id and days.group_id = amended_lines.group_id
    inner join line_versions
        on
            amended_lines.knowledge_id = line_versions.knowledge_id
            and amended_lines.contract_line_id = line_versions.contract_line_id
    inner join coverage
        on
            line_versions.knowledge_id = coverage.knowledge_id
            and line_versions.version_id = coverage.version_id
            and days.counted_on >= coverage.covered_from
            and days.counted_on < coverage.covered_to
    inner join terms on line_versions.version_id = terms.version_id
    where line_versions.is_paid_line

),

{{ amended_amounts() }}

select
    amended.knowledge_id,
    amended.version_id,
    amended.net_amount
from amended
inner join starts
    on
        amended.knowledge_id = starts.knowledge_id
        and amended.version_id = starts.version_id
        and amended.counted_on = starts.covered_from
