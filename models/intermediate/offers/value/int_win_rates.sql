with

months as (

    select * from {{ ref('int_seen_months') }}

),

ended as (

    select * from {{ ref('int_ended_proposals') }}

),

offer_harms as (

    select * from {{ ref('offer_harms') }}

),

offer_classes as (

    select * from {{ ref('offer_classes') }}

),

-- A step from nothing, or of unknown size, is of no band and taken for a usual one.
bands as (

    select
        price_gap_band,
        win_factor
    from {{ ref('price_gap_bands') }}
    union all
    select
        'none' as price_gap_band,
        cast(1 as decimal(4, 2)) as win_factor

),

rules as (

    {{ rules_as_columns('offer_rules', ['gap_prior_proposals']) }}

),

counted as (

    select
        months.month,
        offer_harms.offer_class,
        offer_harms.health_band,
        offer_harms.p_harm,
        bands.price_gap_band,
        bands.win_factor,
        coalesce(ended.wins, 0) as gap_wins,
        coalesce(ended.proposals, 0) as gap_proposals,
        sum(coalesce(ended.wins, 0)) over class_and_band as wins,
        sum(coalesce(ended.proposals, 0)) over class_and_band as proposals,
        sum(coalesce(ended.proposals, 0) * bands.win_factor) over class_and_band as standard_proposals
    from offer_harms
    cross join months
    cross join bands
    left join ended
        on
            months.month = ended.month
            and offer_harms.offer_class = ended.offer_class
            and offer_harms.health_band = ended.health_band
            and bands.price_gap_band = ended.price_gap_band
    window class_and_band as (partition by months.month, offer_harms.offer_class, offer_harms.health_band)

)

-- The cell is drawn towards its class and band, and that towards its class.
select
    counted.month,
    counted.offer_class,
    counted.health_band,
    counted.price_gap_band,
    cast(counted.wins as integer) as wins,
    cast(counted.proposals as integer) as proposals,
    cast(counted.gap_wins as integer) as gap_wins,
    cast(counted.gap_proposals as integer) as gap_proposals,
    {{ shrunk_win_rate(
        'counted.gap_wins', 'counted.gap_proposals',
        'cast(counted.win_factor as double) * ' ~ standard_win_rate(
            'counted.wins', 'counted.standard_proposals', 'offer_classes.prior_wins', 'offer_classes.prior_proposals'
        ),
        'cast(rules.gap_prior_proposals as double)'
    ) }} as p_win,
    counted.p_harm,
    offer_classes.cost
from counted
cross join rules
inner join offer_classes on counted.offer_class = offer_classes.offer_class
