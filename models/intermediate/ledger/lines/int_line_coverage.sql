with

covered as (

    select * from {{ ref('int_unbridged_coverage') }}

),

gaps as (

    select * from {{ ref('int_product_gaps') }}

),

-- A line goes on with its own next version, with what names it, or with the next start of its product.
continued as (

    select
        covered.*,
        case
            when covered.may_be_bridged and covered.next_version_is_paid then covered.next_version_from
        end as own_from,
        case when covered.may_be_bridged then gaps.next_from end as product_from
    from covered
    left join gaps
        on
            covered.knowledge_id = gaps.knowledge_id
            and covered.account_id = gaps.account_id
            and covered.product_id = gaps.product_id
            and covered.covered_to = gaps.covered_to

),

bridged as (

    select
        *,
        greatest(
            covered_to
            {%- for first_day in ['own_from', 'renewed_on', 'product_from'] %},
            case when {{ takes_over('covered_to', first_day) }} then {{ first_day }} else covered_to end
            {%- endfor %}
        ) as bridged_to
    from continued

)

-- A day that another version of the line covers is no gap of this one.
select
    knowledge_id,
    contract_line_id,
    version_id,
    covered_from,
    covered_to,
    case
        when is_bridging_line then least(bridged_to, coalesce(next_version_from, bridged_to))
        else covered_to
    end as bridged_to
from bridged
