{%- set attributes = named_parts('attribute') -%}
with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

attributes as (

    select * from {{ ref('stg_account_attributes') }}
    where is_valid and {{ 'attribute in (' ~ sql_texts(attributes) ~ ')' if attributes else 'false' }}

),

known as (

    select
        knowledge.knowledge_id,
        knowledge.basis,
        attributes.*
    from attributes
    inner join knowledge on {{ is_known('attributes', 'knowledge') }}

),

layered as (

    select
        *,
        {{ version_valid_from() }} as valid_from_day,
        {{ version_valid_to(['knowledge_id', 'account_id', 'attribute']) }} as valid_to
    from known

),

placed as (

    select
        *,
        valid_from_day = min(valid_from_day) over (partition by knowledge_id, account_id, attribute) as is_earliest
    from layered
    where valid_from_day < valid_to

)

-- What is known first of an attribute describes the days before too, but for a close.
select
    knowledge_id,
    account_id,
    attribute,
    value,
    case when basis = 'restated' and is_earliest then {{ earliest_day() }} else valid_from_day end as valid_from,
    valid_to
from placed
