with

retention as (

    select * from {{ ref('int_account_retention') }}

),

openings as (

    select * from {{ ref('int_retention_openings') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

largest_drivers as (

    select * from {{ ref('int_largest_retention_drivers') }}

),

sentences as (

    select * from {{ ref('retention_sentences') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

described as (

    select
        retention.*,
        openings.basis,
        openings.published_opening_mrr,
        openings.restatement_mrr,
        openings.fx_mrr,
        openings.transferred_mrr,
        largest_drivers.driver as largest_driver,
        largest_drivers.product_id as largest_driver_product_id,
        largest_drivers.driver_mrr as largest_driver_mrr,
        coalesce(largest_drivers.driver, 'none') as sentence_driver,
        case
            when largest_drivers.driver_mrr > 0 then 'gain'
            when largest_drivers.driver_mrr < 0 then 'loss'
            else 'none'
        end as direction
    from retention
    inner join windows on retention.retention_window = windows.retention_window
    inner join openings on retention.account_id = openings.account_id and {{ same_window('retention', 'openings') }}
    left join largest_drivers
        on retention.account_id = largest_drivers.account_id and {{ same_window('retention', 'largest_drivers') }}

)

select
    described.account_id,
    described.month,
    described.retention_window,
    described.basis,
    described.opening_month,
    described.published_opening_mrr,
    described.restatement_mrr,
    described.fx_mrr,
    described.transferred_mrr,
    described.opening_mrr,
    described.expansion_mrr,
    described.contraction_mrr,
    described.churn_mrr,
    described.returned_mrr,
    described.closing_mrr,
    described.kept_mrr,
    described.kept_flow_mrr,
    described.is_retained,
    {{ ratio('described.closing_mrr', 'described.opening_mrr') }} as nrr,
    {{ nrr_points('described') }} as nrr_points,
    described.largest_driver,
    described.largest_driver_product_id,
    described.largest_driver_mrr,
    {{ fill_sentence('sentences.sentence', {
        'opening': money_in_words('described.opening_mrr'),
        'closing': money_in_words('described.closing_mrr'),
        'currency': "'" ~ setting('reporting_currency') ~ "'",
        'product': 'described.largest_driver_product_id',
        'amount': money_in_words('described.largest_driver_mrr'),
    }) }} as explanation
from described
cross join reporting
left join sentences
    on described.sentence_driver = sentences.driver and described.direction = sentences.direction
