with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- What matured before was read at the close before.
spans as (

    select
        knowledge.*,
        coalesce(
            {{ month_start(add_days('earlier.known_until', '-' ~ setting('renewal_grace_days'))) }},
            knowledge.first_month
        ) as reads_from
    from knowledge
    left join knowledge as earlier on knowledge.previous_knowledge_id = earlier.knowledge_id

)

select
    spans.knowledge_id,
    months.month,
    {{ last_known_day('spans') }} as last_day
from spans
inner join months on months.month between spans.reads_from and spans.last_month
