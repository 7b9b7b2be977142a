with

refused as (

    select * from {{ ref('int_refused_line_terms') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

published as (

    select * from {{ ref('int_newest_line_sizes') }}

),

priced as (

    select
        refused.*,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits
    from refused
    left join currencies on refused.currency = currencies.currency

),

rated as (

    select
        priced.*,
        {{ round_monthly_amount(monthly_amount('priced', 'priced', 'priced.kept_share'), 'priced.minor_unit_digits') }}
            as net_native
    from priced

),

valued as (

    select
        rated.*,
        {{ reporting_money('rated.net_native', 'rated.budget') }} as worth
    from rated
    cross join reporting

)

select
    valued.contract_line_id,
    valued.account_id,
    valued.reason,
    valued.currency,
    valued.amount,
    cast(
        case when valued.is_in_force then coalesce(valued.worth, published.average_mrr) else 0 end as decimal(18, 2)
    ) as refused_mrr,
    valued.is_in_force and valued.worth is null as is_mrr_estimated,
    valued.is_in_force and (
        valued.reason = 'amount_out_of_range'
        or coalesce(valued.worth > {{ setting('outlier_factor') }} * published.percentile_99, false)
    ) as is_outlier,
    valued._reject_column,
    valued._row_json,
    valued._source_file
from valued
cross join published
