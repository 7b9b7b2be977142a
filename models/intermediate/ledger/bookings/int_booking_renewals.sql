{%- set columns = [
    'knowledge_id', 'account_id', 'product_id', 'month', 'contract_line_id', 'covered_from', 'ends_on', 'agreed_to',
    'gap_days',
] -%}
with

-- A renewal is one on the day of its signature, not only once the term is over that it renews.
terms as (

    select {{ columns | join(', ') }}
    from {{ ref('int_expiring_terms') }}
    where knowledge_id = 'restated' and not runs_on
    union all
    select {{ columns | join(', ') }}
    from {{ ref('int_unfinished_terms') }}

),

products as (

    select * from {{ ref('int_products') }}

),

starts as (

    select * from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

{{ renewals_of_terms() }}

select distinct
    version_id,
    contract_line_id,
    followed_line_id
from renewals
