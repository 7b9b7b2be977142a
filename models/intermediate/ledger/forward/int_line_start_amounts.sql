with

renewals as (

    select distinct
        knowledge_id,
        version_id
    from {{ ref('int_term_renewals') }}

),

-- What a close looks forward to, and what renews the terms that it reads.
starts as (

    select starts.*
    from {{ ref('int_line_starts') }} as starts
    left join renewals
        on starts.knowledge_id = renewals.knowledge_id and starts.version_id = renewals.version_id
    where starts.is_ahead or renewals.version_id is not null

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

counted as (

    select * from {{ ref('int_start_sharers') }}

),

amendments as (

    select * from {{ ref('int_line_start_amendments') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

{{ discounted_lines() }},

exact as (

    select
        starts.knowledge_id,
        starts.version_id,
        line_versions.currency,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        cast(greatest(
            coalesce(discounted.net_amount, {{ net_of_own_rate('line_versions', 'terms') }})
            - coalesce(amendments.net_amount, 0), 0
        ) as decimal(38, 18)) as net_amount
    from starts
    inner join line_versions
        on starts.knowledge_id = line_versions.knowledge_id and starts.version_id = line_versions.version_id
    inner join terms on starts.version_id = terms.version_id
    left join discounted
        on
            starts.knowledge_id = discounted.knowledge_id
            and starts.version_id = discounted.version_id
            and starts.covered_from = discounted.counted_on
    left join amendments
        on starts.knowledge_id = amendments.knowledge_id and starts.version_id = amendments.version_id
    left join currencies on line_versions.currency = currencies.currency

)

select
    exact.knowledge_id,
    exact.version_id,
    exact.currency,
    {{ round_monthly_amount('exact.net_amount', 'exact.minor_unit_digits') }} as net_native
from exact
