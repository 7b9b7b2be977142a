with

products as (

    select * from {{ ref('int_products') }}

),

-- An add-on needs its base product, and whatever else the catalogue asks for.
direct as (

    select
        product_id,
        parent_product_id as prerequisite_id
    from products
    where parent_product_id is not null
    union
    select
        product_id,
        requires_product_id as prerequisite_id
    from products
    where requires_product_id is not null

),

-- Each step doubles the distance: after two of them prerequisites of prerequisites up to the fourth.
two_steps as (

    select
        product_id,
        prerequisite_id
    from direct
    union
    select
        near.product_id,
        far.prerequisite_id
    from direct as near
    inner join direct as far on near.prerequisite_id = far.product_id

),

four_steps as (

    select
        product_id,
        prerequisite_id
    from two_steps
    union
    select
        near.product_id,
        far.prerequisite_id
    from two_steps as near
    inner join two_steps as far on near.prerequisite_id = far.product_id

)

select
    four_steps.product_id,
    four_steps.prerequisite_id,
    direct.product_id is not null as is_direct
from four_steps
left join direct
    on four_steps.product_id = direct.product_id and four_steps.prerequisite_id = direct.prerequisite_id
where four_steps.product_id <> four_steps.prerequisite_id
