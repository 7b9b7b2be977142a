-- Invariant 14: over a term that starts on the first day of a month and lasts whole months, gross MRR adds up to the
-- price of the term, but for half a minor unit of rounding a month. Multiplied out, so that nothing is divided.
{{ config(severity='warn') }}
with

line_versions as (

    select
        *,
        {{ months_between('starts_on', 'ends_on') }} + 1 as term_months,
        case when billing_unit = 'term' then 1 else period_months_numerator end as months_per_price,
        case when billing_unit = 'term' then 1 else period_months_denominator end as prices_per_month,
        case when is_tax_inclusive then 1 + tax_rate else 1 end as price_with_tax,
        count(*) over (partition by contract_line_id) as versions
    from {{ ref('int_line_versions') }}
    where
        knowledge_id = 'restated'
        and charge_type = 'recurring'
        and starts_on = {{ month_start('starts_on') }}
        and ends_on = {{ month_end('ends_on') }}

),

balances as (

    select
        version_id,
        sum(gross_native) as gross_native,
        count(*) as months,
        max({{ minor_unit('minor_unit_digits') }}) as minor_unit
    from {{ ref('int_line_amounts') }}
    where knowledge_id = 'restated' and not is_gap_filled
    group by version_id

),

-- Only lines that ran their whole term and have every month of it on the books.
compared as (

    select
        line_versions.contract_line_id,
        line_versions.term_months,
        line_versions.unit_price * line_versions.quantity * line_versions.prices_per_month
        * case when line_versions.billing_unit = 'term' then 1 else line_versions.term_months end as price,
        balances.gross_native * line_versions.months_per_price * line_versions.price_with_tax as mrr,
        0.5 * balances.minor_unit * balances.months * line_versions.months_per_price * line_versions.price_with_tax
            as rounding
    from line_versions
    inner join balances on line_versions.version_id = balances.version_id
    where line_versions.versions = 1 and balances.months = line_versions.term_months

)

select * from compared
where abs(mrr - price) > rounding
