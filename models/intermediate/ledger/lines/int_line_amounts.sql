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

exact as (

    select
        line_months.*,
        line_versions.plan_id,
        line_versions.quantity,
        line_versions.unit_price,
        line_versions.billing_unit,
        line_versions.billing_interval,
        line_versions.currency,
        line_versions.signed_on,
        line_versions.known_on,
        line_versions.starts_on,
        case
            when discounts.version_id is null then {{ line_agreed_on() }}
            when {{ line_agreed_on() }} is not null and discounts.agreed_on is not null
                then greatest({{ line_agreed_on() }}, discounts.agreed_on)
        end as agreed_on,
        {{ billed_months('line_versions', 'terms') }} as billed_months,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        line_months.is_in_force and not line_months.is_paused as is_billed,
        {{ monthly_amount('line_versions', 'terms') }} as gross_amount,
        {{ net_monthly_amount('line_versions', 'terms', 'discounts') }} as net_amount
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
    left join currencies on line_versions.currency = currencies.currency

),

rounded as (

    select
        *,
        {{ round_monthly_amount('gross_amount', 'minor_unit_digits') }} as gross_native,
        {{ round_monthly_amount('net_amount', 'minor_unit_digits') }} as net_native,
        {{ round_to_minor_unit('round(12 * round(net_amount, 12), 10)', 'minor_unit_digits') }} as arr_native
    from exact

)

select
    *,
    min(net_amount) over (partition by knowledge_id, contract_line_id) < 0 as is_net_negative
from rounded
