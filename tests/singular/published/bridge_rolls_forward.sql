-- Every segment's bridge closes, in MRR and in ARR, the next month opens where it closed, and accounts roll forward as
-- money does. A month whose seal has no ARR is compared by its MRR. A kind of segment that one of two months does not
-- have, as it was not named when the month was sealed, cannot roll forward.
with

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}

),

last_month as (

    select max(month) as month from {{ ref('dim_months') }}

),

lacking as (

    {{ kinds_lacking_beside_seals() }}

),

unclosed as (

    select
        'unclosed' as failure,
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
        or opening_arr
        + new_arr
        + expansion_arr
        + contraction_arr
        + churn_arr
        + reactivation_arr
        + fx_arr
        + merge_arr
        + prior_period_arr
        + rounding_arr
        + segment_transfer_arr <> closing_arr

),

-- A segment without a row is one without MRR.
broken as (

    select
        'opening is not the last closing' as failure,
        coalesce(bridge.month, {{ add_months('earlier.month', 1) }}) as month,
        coalesce(bridge.segment_type, earlier.segment_type) as segment_type,
        coalesce(bridge.segment, earlier.segment) as segment
    from bridge
    full outer join bridge as earlier
        on
            bridge.segment_type = earlier.segment_type
            and bridge.segment = earlier.segment
            and bridge.basis = earlier.basis
            and bridge.month = {{ add_months('earlier.month', 1) }}
    cross join last_month
    left join lacking
        on
            coalesce(bridge.basis, earlier.basis) = 'as_reported'
            and coalesce(bridge.segment_type, earlier.segment_type) = lacking.segment_type
            and lacking.month between coalesce(earlier.month, {{ add_months('bridge.month', -1) }})
            and coalesce(bridge.month, {{ add_months('earlier.month', 1) }})
    where
        lacking.month is null
        and (
            coalesce(bridge.opening_mrr, 0) <> coalesce(earlier.closing_mrr, 0)
            or case when bridge.month is null then 0 else bridge.opening_arr end
            <> case when earlier.month is null then 0 else earlier.closing_arr end
        )
        and (earlier.month is null or earlier.month < last_month.month)

),

transferred as (

    select
        'the company transfers to itself' as failure,
        month,
        segment_type,
        segment
    from bridge
    where segment_type = 'all' and (segment_transfer_mrr <> 0 or segment_transfer_arr <> 0)

),

miscounted as (

    select
        'accounts do not roll forward' as failure,
        bridge.month,
        bridge.segment_type,
        bridge.segment
    from bridge
    left join bridge as earlier
        on
            bridge.segment_type = earlier.segment_type
            and bridge.segment = earlier.segment
            and bridge.basis = earlier.basis
            and bridge.month = {{ add_months('earlier.month', 1) }}
    where
        bridge.segment_type = 'all'
        and coalesce(earlier.paying_accounts, 0)
        + bridge.prior_period_accounts
        + bridge.merged_accounts
        + coalesce(bridge.transferred_in_accounts, 0)
        - coalesce(bridge.transferred_out_accounts, 0)
        + bridge.new_accounts
        + bridge.reactivated_accounts
        + bridge.resumed_accounts
        - bridge.paused_accounts
        - (bridge.churned_accounts - bridge.expired_pause_accounts) <> bridge.paying_accounts

)

select * from unclosed
union all
select * from broken
union all
select * from transferred
union all
select * from miscounted
