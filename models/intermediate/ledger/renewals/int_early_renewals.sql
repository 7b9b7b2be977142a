with

terms as (

    select * from {{ ref('int_terms_ahead') }}

),

starts as (

    select * from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

products as (

    select * from {{ ref('int_products') }}

),

-- What renews a term that has ended renews one that has not: what names the line, a later version of it, ...
linked as (

    select
        terms.contract_line_id,
        terms.due_on,
        starts.contract_line_id as following_line_id
    from terms
    inner join starts on terms.contract_line_id = starts.replaces_line_id
    where
        starts.agreed_to > terms.due_on
        and starts.covered_from > terms.counts_from
        and starts.covered_from <= {{ add_days('terms.due_on', setting('renewal_grace_days')) }}
    union
    select
        terms.contract_line_id,
        terms.due_on,
        starts.contract_line_id as following_line_id
    from terms
    inner join starts on terms.contract_line_id = starts.contract_line_id
    where
        starts.agreed_to > terms.due_on
        and starts.covered_from > terms.counts_from
        and (terms.is_stated or starts.covered_from >= terms.due_on)
        and starts.covered_from <= {{ add_days('terms.due_on', renewal_gap_days('terms')) }}

),

-- ... or, without a name, what starts with the product once the term is over, for the latest term it can follow.
unlinked as (

    select
        terms.contract_line_id,
        terms.due_on,
        starts.contract_line_id as following_line_id,
        rank() over (
            partition by starts.version_id
            order by
                {{ month_start(add_days('terms.due_on', -1)) }} desc,
                (terms.product_id <> starts.product_id) asc,
                terms.product_id asc
        ) as recency
    from terms
    inner join products on terms.product_id = products.product_id
    inner join starts
        on
            terms.account_id = starts.account_id
            and starts.product_id in (products.product_id, products.successor_product_id)
            and terms.contract_line_id <> starts.contract_line_id
            and starts.covered_from = starts.line_from
            and {{ takes_over('terms.due_on', 'starts.covered_from', renewal_gap_days('terms')) }}
    left join linked on terms.contract_line_id = linked.contract_line_id and terms.due_on = linked.due_on
    where linked.contract_line_id is null and starts.replaces_line_id is null

),

followed as (

    select * from linked
    union
    select
        contract_line_id,
        due_on,
        following_line_id
    from unlinked
    where recency = 1

)

select
    contract_line_id,
    due_on,
    {{ ordered_list('following_line_id', 'following_line_id') }} as renewed_by
from followed
group by contract_line_id, due_on
