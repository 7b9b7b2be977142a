-- A driver that moved an account's retention most is said in words, whichever way it went. Both ends of a window are
-- at one rate and of one knowledge, so two drivers cannot.
with

wanted as (

    select
        drivers.value as driver,
        directions.value as direction
    from {{ ref('value_lists') }} as drivers
    cross join {{ ref('value_lists') }} as directions
    where
        drivers.list_name = 'driver'
        and drivers.value not in ('fx', 'prior_period')
        and directions.list_name = 'retention_direction'
        and directions.value <> 'none'
    union all
    select
        'none' as driver,
        'none' as direction

)

select
    wanted.driver,
    wanted.direction
from wanted
left join {{ ref('retention_sentences') }} as sentences
    on wanted.driver = sentences.driver and wanted.direction = sentences.direction
where sentences.sentence is null
