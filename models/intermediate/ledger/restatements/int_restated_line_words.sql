with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

published as (

    select * from {{ ref('int_published_months') }}

),

layers as (

    select * from {{ ref('int_line_layers') }}

),

lines as (

    select distinct
        month,
        contract_line_id
    from restated_lines

),

-- The last word on the line, at the close and now.
told as (

    select
        published.basis,
        lines.month,
        layers.contract_line_id,
        layers.starts_on,
        coalesce(layers.terminated_on, layers.cancel_notice_on) as leaves_on,
        row_number() over (
            partition by published.basis, lines.month, layers.contract_line_id
            order by layers.known_on desc nulls last, layers.valid_from desc, layers.version_id asc
        ) as recency
    from lines
    inner join published on lines.month = published.month
    inner join layers
        on published.knowledge_id = layers.knowledge_id and lines.contract_line_id = layers.contract_line_id

)

select
    basis,
    month,
    contract_line_id,
    starts_on,
    leaves_on
from told
where recency = 1
