-- Every movement of an account's MRR in a month, with the segments in which the bridge counts it: those of the
-- opening. An account that changes a segment has two rows more, what it took along taken off and added.
-- A sealed month keeps no segments as reported.
with
own_drivers as (
    select unnest(['fx', 'merge', 'prior_period']) as driver
),
drivers as (
    select
        account_id, month, basis, driver,
        case when driver in (select driver from own_drivers) then driver end as own,
        sum(amount) as amount
    from fct_mrr_drivers
    group by account_id, month, basis, driver
),
largest as (
    select account_id, month, basis, driver, own
    from drivers
    qualify row_number() over (
        partition by account_id, month, basis, own order by abs(amount) desc, driver
    ) = 1
),
movements as (
    select
        movements.*, segments.opening_segments, segments.closing_segments
    from fct_mrr_movements as movements
    left join fct_account_segments as segments
        on
            movements.account_id = segments.account_id
            and movements.month = segments.month
            and movements.basis = segments.basis
            and segments.span = 'month'
),
amounts as (
    unpivot (
        select
            account_id, month, basis, opening_mrr, closing_mrr, opening_segments as segments,
            new_mrr, expansion_mrr, reactivation_mrr, contraction_mrr, churn_mrr,
            fx_mrr, merge_mrr, prior_period_mrr
        from movements
    )
    on
        new_mrr, expansion_mrr, reactivation_mrr, contraction_mrr, churn_mrr,
        fx_mrr, merge_mrr, prior_period_mrr
    into name flow value amount
),
sides as (
    select
        account_id, month, basis, opening_mrr, closing_mrr,
        unnest(string_split(opening_segments, '|')) as opening_segment,
        unnest(string_split(closing_segments, '|')) as closing_segment
    from movements
    where opening_segments <> closing_segments and closing_mrr <> 0
),
flows as (
    select account_id, month, basis, opening_mrr, closing_mrr, segments, flow, amount
    from amounts
    where amount <> 0
    union all
    select
        account_id, month, basis, opening_mrr, closing_mrr,
        opening_segment, 'segment_transfer_mrr', -closing_mrr
    from sides
    where opening_segment <> closing_segment
    union all
    select
        account_id, month, basis, opening_mrr, closing_mrr,
        closing_segment, 'segment_transfer_mrr', closing_mrr
    from sides
    where opening_segment <> closing_segment
)
select
    flows.basis, flows.month, flows.account_id, accounts.account_name, flows.flow,
    largest.driver, flows.opening_mrr, flows.closing_mrr, flows.amount as change_mrr,
    flows.segments
from flows
left join largest
    on
        flows.account_id = largest.account_id
        and flows.month = largest.month
        and flows.basis = largest.basis
        and flows.flow <> 'segment_transfer_mrr'
        and case
            when largest.own is null
                then replace(flows.flow, '_mrr', '') not in (select driver from own_drivers)
            else flows.flow = largest.own || '_mrr'
        end
left join dim_accounts as accounts on flows.account_id = accounts.account_id
order by
    flows.basis, flows.month, abs(flows.amount) desc, flows.account_id, flows.flow, flows.segments
