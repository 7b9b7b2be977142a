with

terms as (

    select * from {{ ref('int_expiring_terms') }}
    where not runs_on

),

products as (

    select * from {{ ref('int_products') }}

),

starts as (

    select * from {{ ref('int_line_starts') }}

),

{{ renewals_of_terms() }}

select
    knowledge_id,
    account_id,
    product_id,
    month,
    followed_line_id,
    contract_line_id,
    version_id
from renewals
