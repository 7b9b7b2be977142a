with

offers as (

    select * from {{ ref('int_offers') }}

),

guards as (

    select * from {{ ref('int_offer_guards') }}

),

accounts as (

    select * from {{ ref('int_offer_accounts') }}

),

products as (

    select * from {{ ref('int_products') }}

),

held as (

    select * from {{ ref('int_held_products') }}

),

horizons as (

    select * from {{ ref('int_offer_horizons') }}

),

win_rates as (

    select * from {{ ref('int_win_rates') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['assumed_margin']) }}

),

-- The margin of an account is that of what it pays for; a product without a known one takes no part.
margins as (

    select
        held.account_id,
        held.month,
        {{ ratio(
            'sum(cast(held.product_mrr as decimal(29, 3)) * products.gross_margin_rate)', 'sum(held.product_mrr)'
        ) }} as gross_margin_rate
    from held
    inner join products on held.product_id = products.product_id
    where products.gross_margin_rate is not null
    group by held.account_id, held.month

)

-- What is blocked has no value: nobody is to weigh a guard against money. A product of unknown margin has its
-- account's, and where that is unknown too an assumed one.
select
    offers.account_id,
    offers.month,
    offers.offer_id,
    win_rates.wins,
    win_rates.proposals,
    win_rates.gap_wins,
    win_rates.gap_proposals,
    win_rates.p_win,
    win_rates.p_harm,
    horizons.horizon_months,
    case
        when guards.is_eligible
            then {{ expected_value(
                'win_rates.p_win', 'offers.delta_mrr',
                'coalesce(products.gross_margin_rate, margins.gross_margin_rate, rules.assumed_margin)',
                'win_rates.p_harm', 'accounts.account_mrr',
                'coalesce(margins.gross_margin_rate, rules.assumed_margin)',
                'horizons.horizon_months', 'win_rates.cost'
            ) }}
    end as expected_value,
    coalesce(products.gross_margin_rate, margins.gross_margin_rate) is null as is_margin_assumed
from offers
cross join rules
inner join guards
    on offers.account_id = guards.account_id and offers.month = guards.month and offers.offer_id = guards.offer_id
inner join accounts on offers.account_id = accounts.account_id and offers.month = accounts.month
inner join horizons
    on offers.account_id = horizons.account_id and offers.month = horizons.month and offers.offer_id = horizons.offer_id
left join products on offers.product_id = products.product_id
left join margins on offers.account_id = margins.account_id and offers.month = margins.month
left join win_rates
    on
        offers.month = win_rates.month
        and offers.offer_class = win_rates.offer_class
        and accounts.health_band = win_rates.health_band
        and coalesce(offers.price_gap_band, 'none') = win_rates.price_gap_band
