{#- Which lines renew terms, whether these are over or not: the CTEs `followers` to `renewals`, the one statement of it.
    Needs the CTEs `terms` (knowledge_id, account_id, product_id, month, contract_line_id, covered_from, ends_on,
    agreed_to, gap_days), `products` and `starts`. -#}
{% macro renewals_of_terms() -%}
    {%- set term_columns = ['knowledge_id', 'account_id', 'product_id', 'month'] -%}
-- What names a line may come within the grace period even after a notice: so it is bridged.
followers as (

    select
        replaces_line_id as followed_line_id,
        true as is_named,
        *
    from starts
    where replaces_line_id is not null
    union all
    select
        contract_line_id as followed_line_id,
        false as is_named,
        *
    from starts

),

-- By name, or as a later term of the same line; the last one that starts in time.
linked as (

    select
        {{ prefixed('terms', term_columns) }},
        terms.contract_line_id as followed_line_id,
        followers.contract_line_id,
        followers.version_id,
        row_number() over (
            partition by terms.knowledge_id, terms.contract_line_id, terms.month, followers.contract_line_id
            order by followers.covered_from desc
        ) as recency
    from terms
    inner join followers
        on
            terms.knowledge_id = followers.knowledge_id
            and terms.contract_line_id = followers.followed_line_id
            and terms.covered_from < followers.covered_from
            and {{ add_days('terms.ends_on', 1) }} < followers.agreed_to
            and {{ days_between('terms.ends_on', 'followers.covered_from') }}
            <= case when followers.is_named then {{ setting('renewal_grace_days') }} else terms.gap_days end + 1

),

-- Where nothing renews the term by name: a line of the same product, or of its successor, that names nothing and
-- starts after the term and within the grace period, as a renewal of the latest term that it can follow.
unlinked as (

    select
        {{ prefixed('terms', term_columns) }},
        terms.contract_line_id as followed_line_id,
        starts.contract_line_id,
        starts.version_id,
        rank() over (
            partition by starts.knowledge_id, starts.version_id
            order by terms.month desc, (terms.product_id <> starts.product_id) asc, terms.product_id asc
        ) as recency
    from terms
    inner join products on terms.product_id = products.product_id
    inner join starts
        on
            terms.knowledge_id = starts.knowledge_id
            and terms.account_id = starts.account_id
            and starts.product_id in (products.product_id, products.successor_product_id)
            and terms.contract_line_id <> starts.contract_line_id
            and starts.covered_from = starts.line_from
            and {{ takes_over(add_days('terms.ends_on', 1), 'starts.covered_from', 'terms.gap_days') }}
    left join linked as renewed
        on
            terms.knowledge_id = renewed.knowledge_id
            and terms.contract_line_id = renewed.followed_line_id
            and terms.month = renewed.month
    where
        renewed.version_id is null
        and starts.replaces_line_id is null
        and terms.agreed_to <= {{ add_days('terms.ends_on', 1) }}

),

matched as (

    select * from linked
    union all
    select * from unlinked

),

renewals as (

    select distinct
        knowledge_id,
        account_id,
        product_id,
        month,
        followed_line_id,
        contract_line_id,
        version_id
    from matched
    where recency = 1

)
{%- endmacro %}
