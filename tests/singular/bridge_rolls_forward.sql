-- Every segment's bridge closes, the next month opens where it closed, and accounts roll forward as money does.
with

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}

),

unclosed as (

    select
        month,
        segment_type,
        segment
    from bridge
    where
        opening_mrr
        + new_mrr
        + expansion_mrr
        + contraction_mrr
        + churn_mrr
        + reactivation_mrr
        + fx_mrr
        + merge_mrr
        + prior_period_mrr
        + segment_transfer_mrr <> closing_mrr

),

broken as (

    select
        bridge.month,
        bridge.segment_type,
        bridge.segment
    from bridge
    inner join bridge as earlier
        on
            bridge.segment_type = earlier.segment_type
            and bridge.segment = earlier.segment
            and bridge.basis = earlier.basis
            and bridge.month = {{ add_months('earlier.month', 1) }}
    where bridge.opening_mrr <> earlier.closing_mrr

),

transferred as (

    select
        month,
        segment_type,
        segment
    from bridge
    where segment_type = 'all' and segment_transfer_mrr <> 0

)

select * from unclosed
union all
select * from broken
union all
select * from transferred
