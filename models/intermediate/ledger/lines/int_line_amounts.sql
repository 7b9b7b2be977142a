with

line_months as (

    select * from {{ ref('int_line_months') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

discounts as (

    select * from {{ ref('int_line_discounts') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

amendments as (

    select * from {{ ref('int_line_amendments') }}

),

-- Amendments take from what discounts leave. A line that has nothing left is a contract without units.
exact as (

    select
        line_months.knowledge_id,
        line_months.month,
        line_months.month_end,
        line_months.valued_on,
        line_months.is_gap_filled,
        line_months.contract_line_id,
        line_months.version_id,
        line_months.account_id,
        line_months.owner_account_id,
        line_months.product_id,
        line_months.is_paid_line
        and (amendments.emptied_from is null or '{{ setting('zero_quantity') }}' <> 'cancelled') as is_paid_line,
        line_months.is_paused,
        line_months.is_in_force
        and {{ stays_in_force_when_emptied('amendments.emptied_from', 'line_months.month_end') }} as is_in_force,
        line_versions.plan_id,
        cast(line_versions.quantity - coalesce(amendments.units, 0) as decimal(22, 6)) as quantity,
        line_versions.unit_price,
        line_versions.billing_unit,
        line_versions.billing_interval,
        line_versions.currency,
        line_versions.signed_on,
        line_versions.known_on,
        line_versions.starts_on,
        case
            when
                {{ line_agreed_on() }} is not null
                and (discounts.version_id is null or discounts.agreed_on is not null)
                and (amendments.version_id is null or amendments.agreed_on is not null)
                then greatest({{ line_agreed_on() }}, discounts.agreed_on, amendments.agreed_on)
        end as agreed_on,
        case when line_versions.host_line_id is null then {{ billed_months('line_versions', 'terms') }} end
            as billed_months,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        cast(
            {{ monthly_amount('line_versions', 'terms') }} - coalesce(amendments.gross_amount, 0) as decimal(38, 18)
        ) as gross_amount,
        cast(
            coalesce(discounts.net_amount, {{ net_of_own_rate('line_versions', 'terms') }})
            - coalesce(amendments.net_amount, 0) as decimal(38, 18)
        ) as net_amount,
        coalesce(discounts.excess_amount, 0) + coalesce(amendments.excess_amount, 0) as excess_amount
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
    left join amendments
        on
            line_months.knowledge_id = amendments.knowledge_id
            and line_months.version_id = amendments.version_id
            and line_months.month = amendments.month
    left join currencies on line_versions.currency = currencies.currency

)

select
    *,
    is_in_force and not is_paused as is_billed,
    {{ round_monthly_amount('gross_amount', 'minor_unit_digits') }} as gross_native,
    {{ round_monthly_amount('net_amount', 'minor_unit_digits') }} as net_native,
    {{ round_monthly_amount('excess_amount', 'minor_unit_digits') }} as excess_native,
    {{ round_to_minor_unit('round(12 * round(net_amount, 12), 10)', 'minor_unit_digits') }} as arr_native
from exact
