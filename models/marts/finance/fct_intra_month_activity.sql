with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated' and is_paid_line

),

coverage as (

    select * from {{ ref('int_line_coverage') }}
    where knowledge_id = 'restated'

),

-- What a month-end never sees: a line that starts and ends between two of them.
stays as (

    select
        line_versions.contract_line_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.currency,
        line_versions.quantity,
        line_versions.unit_price,
        min(coverage.covered_from) as started_on,
        {{ add_days('max(coverage.bridged_to)', -1) }} as ended_on
    from line_versions
    inner join coverage on line_versions.version_id = coverage.version_id
    group by
        line_versions.contract_line_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.currency,
        line_versions.quantity,
        line_versions.unit_price

)

select
    contract_line_id,
    account_id,
    product_id,
    {{ month_start('started_on') }} as month,
    started_on,
    ended_on,
    currency,
    cast(quantity as decimal(18, 4)) as quantity,
    cast(quantity * unit_price as decimal(28, 6)) as amount_native
from stays
where
    {{ month_start('started_on') }} = {{ month_start('ended_on') }}
    and ended_on < {{ month_end('started_on') }}
    and {{ month_end('started_on') }} <= {{ as_of_date() }}
