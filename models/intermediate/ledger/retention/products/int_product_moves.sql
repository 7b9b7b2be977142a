{%- set keys = ['basis', 'account_id', 'retention_window', 'month'] -%}
{%- set of_account = 'partition by ' ~ keys | join(', ') -%}
with

changes as (

    select
        *,
        sum(lost_mrr) over ({{ of_account }}) as account_lost_mrr,
        sum(gained_mrr) over ({{ of_account }}) as account_gained_mrr
    from {{ ref('int_product_ends') }}

),

products as (

    select * from {{ ref('int_products') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- In coins, that nothing is lost by a division. A product that lost stands with its successor, one that gained with
-- itself.
both_ways as (

    select
        {{ prefixed('changes', keys) }},
        changes.product_id,
        case when changes.lost_mrr > 0 then products.successor_product_id else changes.product_id end
            as heir_product_id,
        {{ in_minor_units('changes.lost_mrr', 'reporting.minor_unit_digits') }} as lost,
        {{ in_minor_units('changes.gained_mrr', 'reporting.minor_unit_digits') }} as gained
    from changes
    cross join reporting
    left join products on changes.product_id = products.product_id
    where changes.account_lost_mrr > 0 and changes.account_gained_mrr > 0

),

weighed as (

    select
        *,
        sum(lost) over heirs as heirs_lost,
        sum(lost) over heirs_so_far as heirs_lost_so_far,
        least(sum(lost) over heirs, sum(gained) over heirs) as handed
    from both_ways
    window
        heirs as ({{ of_account }}, heir_product_id),
        heirs_so_far as ({{ of_account }}, heir_product_id order by product_id rows unbounded preceding)

),

-- What the catalogue says goes first: from a product to the one that takes its place.
handed as (

    select
        *,
        {{ part_of_move('handed', 'lost', 'heirs_lost_so_far', 'heirs_lost') }} as handed_out,
        case when gained > 0 then handed else 0 end as handed_in
    from weighed

),

left_over as (

    select
        *,
        lost - handed_out as lost_else,
        gained - handed_in as gained_else
    from handed

),

compared as (

    select
        *,
        sum(lost_else) over account as account_lost,
        sum(lost_else) over account_so_far as lost_so_far,
        sum(gained_else) over account as account_gained,
        sum(gained_else) over account_so_far as gained_so_far,
        least(sum(lost_else) over account, sum(gained_else) over account) as moved
    from left_over
    window
        account as ({{ of_account }}),
        account_so_far as ({{ of_account }} order by product_id rows unbounded preceding)

),

parted as (

    select
        *,
        handed_out + {{ part_of_move('moved', 'lost_else', 'lost_so_far', 'account_lost') }} as moved_out,
        handed_in + {{ part_of_move('moved', 'gained_else', 'gained_so_far', 'account_gained') }} as moved_in
    from compared

)

select
    {{ prefixed('parted', keys) }},
    parted.product_id,
    cast({{ from_minor_units('parted.moved_out', 'reporting.minor_unit_digits') }} as decimal(19, 3)) as moved_out_mrr,
    cast({{ from_minor_units('parted.moved_in', 'reporting.minor_unit_digits') }} as decimal(19, 3)) as moved_in_mrr
from parted
cross join reporting
