with

contract_lines as (

    select
        *,
        coalesce(end_customer_account_id, account_id) as owner_account_id
    from {{ ref('stg_contract_lines') }}
    where is_valid and charge_type = 'recurring' and unit_price > 0 and quantity <> 0 and not is_trial

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

priced as (

    select
        contract_lines.*,
        terms.months_numerator,
        {{ monthly_unit_price('contract_lines', 'terms') }} as price_per_month
    from contract_lines
    inner join terms on contract_lines._row_hash = terms.version_id

),

stubs as (

    select * from priced
    where is_short_term

),

hosts as (

    select
        *,
        coalesce(term_months, case when {{ is_priced_by_the_year() }} then months_numerator end) as renewal_months
    from priced
    where not is_short_term and quantity > 0 and status <> 'void' and not is_deleted

),

-- Beside the same product of the same account, or in the same contract.
neighbours as (

    select
        stubs._row_hash as version_id,
        hosts._row_hash as host_version_id
    from stubs
    inner join hosts on stubs.owner_account_id = hosts.owner_account_id and stubs.product_id = hosts.product_id
    union distinct
    select
        stubs._row_hash as version_id,
        hosts._row_hash as host_version_id
    from stubs
    inner join hosts on stubs.contract_id = hosts.contract_id

),

-- A host that is recorded after its stub makes one of it only then.
paired as (

    select
        stubs._row_hash as version_id,
        stubs.price_per_month,
        hosts._row_hash as host_version_id,
        hosts.contract_line_id as host_line_id,
        hosts.price_per_month as host_price,
        hosts.price_per_month * cast(hosts.quantity as double) as host_amount,
        greatest(
            coalesce(stubs.known_on, {{ earliest_day() }}), coalesce(hosts.known_on, {{ earliest_day() }})
        ) as host_known_on
    from neighbours
    inner join stubs on neighbours.version_id = stubs._row_hash
    inner join hosts on neighbours.host_version_id = hosts._row_hash
    where
        stubs.contract_line_id <> hosts.contract_line_id
        and stubs.currency = hosts.currency
        and ({{ is_linked_to('stubs', 'hosts') }} or {{ ends_together('stubs', 'hosts') }})

),

measured as (

    select
        *,
        max(host_amount) over (partition by version_id order by host_known_on) as largest_amount
    from paired

),

-- Of several hosts known by then the largest one judges the price.
judged as (

    select
        *,
        row_number() over (
            partition by version_id order by host_known_on asc, host_line_id desc, host_version_id desc
        ) as recency
    from measured
    where
        host_amount = largest_amount
        and price_per_month <= {{ most_of_host_price() }} * host_price

)

select
    version_id,
    host_line_id,
    host_known_on
from judged
where recency = 1
