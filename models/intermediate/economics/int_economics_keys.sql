with

economics as (

    select * from {{ ref('int_segment_economics') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

months as (

    select * from {{ ref('int_months') }}

),

published as (

    select
        published_months.basis,
        economics.month,
        economics.segment_type,
        economics.segment
    from economics
    inner join published_months
        on economics.knowledge_id = published_months.knowledge_id and economics.month = published_months.month

),

-- A month in which nothing was held is a month of zeros.
complete as (

    select * from published
    union all
    select
        basis,
        month,
        segment_type,
        segment
    from (
        {{ idle_months('published', ['basis']) }}
    ) as idle

)

select
    complete.basis,
    published_months.knowledge_id,
    complete.month,
    complete.segment_type,
    complete.segment
from complete
inner join published_months on complete.basis = published_months.basis and complete.month = published_months.month
