-- One row per ticket with a topic: what the topic field says counts before tags, tags before the type of the ticket.
with

words as (

    select
        min(topic) as topic,
        word
    from (
        select
            trim(split_part(pair, '=', 1)) as topic,
            lower(trim(unnest(string_split(split_part(pair, '=', 2), ',')))) as word
        from (select unnest(string_split(getvariable('topics'), ';')) as pair)
    )
    where word <> ''
    group by word

),

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
    hints.id,
    min_by(words.topic, (hints.place, words.topic)) as topic
from hints
inner join words on hints.word = words.word
group by hints.id
