with

lines as (

    select
        *,
        row_number() over (partition by contract_line_id order by covered_from) as place
    from {{ ref('int_booked_lines') }}

),

links as (

    select * from {{ ref('int_line_links') }}
    where knowledge_id = 'restated'

),

renewals as (

    select * from {{ ref('int_booking_renewals') }}

),

-- By name, or because it renews a term.
followers as (

    select
        contract_line_id,
        replaces_line_id as followed_line_id
    from links
    union
    select
        contract_line_id,
        followed_line_id
    from renewals
    where contract_line_id <> followed_line_id

),

-- Of several lines that it follows the one that began last; of several that follow a line the first.
named as (

    select
        later.version_id,
        earlier.version_id as earlier_version_id,
        row_number() over (
            partition by later.version_id order by earlier.covered_from desc, earlier.contract_line_id asc
        ) as recency,
        dense_rank() over (
            partition by earlier.contract_line_id order by later.covered_from asc, later.contract_line_id asc
        ) as turn
    from lines as later
    inner join followers on later.contract_line_id = followers.contract_line_id
    inner join lines as earlier
        on followers.followed_line_id = earlier.contract_line_id and later.covered_from > earlier.covered_from
    where later.place = 1 and later.kind = 'recurring' and earlier.kind = 'recurring'

)

-- A later version takes the place of the one before it.
select
    later.version_id,
    earlier.version_id as earlier_version_id
from lines as later
inner join lines as earlier
    on later.contract_line_id = earlier.contract_line_id and later.place = earlier.place + 1
union all
select
    version_id,
    earlier_version_id
from named
where recency = 1 and turn = 1
