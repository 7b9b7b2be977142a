with

starts as (

    select * from {{ ref('int_line_starts') }}

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

currencies as (

    select * from {{ ref('currencies') }}

),

shared_discounts as (

    select distinct
        knowledge_id,
        account_id
    from line_versions
    where charge_type = 'discount' and discount_scope <> 'line'

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

),

-- Who shares in a discount: what starts on the day, and what else the account pays on it.
counted as (

    select
        starts.knowledge_id,
        starts.account_id,
        starts.contract_line_id,
        starts.version_id,
        line_versions.contract_id,
        starts.covered_from as counted_on,
        starts.covered_from as valued_on,
        true as is_billed
    from starts
    inner join line_versions
        on starts.knowledge_id = line_versions.knowledge_id and starts.version_id = line_versions.version_id
    union
    select
        days.knowledge_id,
        days.account_id,
        line_versions.contract_line_id,
        line_versions.version_id,
        line_versions.contract_id,
        days.covered_from as counted_on,
        days.covered_from as valued_on,
        true as is_billed
    from starts as days
    inner join shared_discounts
        on days.knowledge_id = shared_discounts.knowledge_id and days.account_id = shared_discounts.account_id
    inner join line_versions
        on days.knowledge_id = line_versions.knowledge_id and days.account_id = line_versions.account_id
    inner join coverage
        on
            line_versions.knowledge_id = coverage.knowledge_id
            and line_versions.version_id = coverage.version_id
            and days.covered_from >= coverage.covered_from
            and days.covered_from < coverage.covered_to
    left join pauses
        on
            line_versions.knowledge_id = pauses.knowledge_id
            and line_versions.version_id = pauses.version_id
            and days.covered_from between pauses.paused_from and pauses.paused_to
    where line_versions.is_paid_line and pauses.version_id is null

),

{{ discounted_lines() }},

exact as (

    select
        starts.knowledge_id,
        starts.version_id,
        line_versions.currency,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        coalesce(discounted.net_amount, {{ net_of_own_rate('line_versions', 'terms') }}) as net_amount
    from starts
    inner join line_versions
        on starts.knowledge_id = line_versions.knowledge_id and starts.version_id = line_versions.version_id
    inner join terms on starts.version_id = terms.version_id
    left join discounted
        on
            starts.knowledge_id = discounted.knowledge_id
            and starts.version_id = discounted.version_id
            and starts.covered_from = discounted.counted_on
    left join currencies on line_versions.currency = currencies.currency

)

select
    exact.knowledge_id,
    exact.version_id,
    exact.currency,
    {{ round_monthly_amount('exact.net_amount', 'exact.minor_unit_digits') }} as net_native
from exact
