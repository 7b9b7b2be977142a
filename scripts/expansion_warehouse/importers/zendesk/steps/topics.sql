-- One row per ticket with a topic: what the topic field says counts before tags, tags before the type of the ticket.
with

hints as (

    select distinct
        id,
        1 as place,
        lower(topic_value) as word
    from source.tickets
    union all
    select distinct
        id,
        2 as place,
        lower(unnest(string_split(tags, ' '))) as word
    from source.tickets
    union all
    select distinct
        id,
        3 as place,
        lower(type) as word
    from source.tickets

)

select
    id,
    min_by(code_of(word, getvariable('topics')), (place, code_of(word, getvariable('topics')))) as topic
from hints
where code_of(word, getvariable('topics')) is not null
group by id
