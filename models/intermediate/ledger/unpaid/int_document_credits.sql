with

rooms as (

    select * from {{ ref('int_credit_note_rooms') }}

),

linked as (

    select * from {{ ref('int_linked_credits') }}

),

credit_notes as (

    select
        knowledge_id,
        credit_note_id,
        scope,
        credited_on,
        max(credit) as credit,
        min(issued_on) as oldest_issued_on
    from rooms
    group by knowledge_id, credit_note_id, scope, credited_on

),

-- Credit notes of one scope form a queue: what an earlier one found open as well, it has settled before.
used as (

    select
        later.knowledge_id,
        later.credit_note_id,
        sum(earlier.credit) as amount
    from credit_notes as later
    inner join credit_notes as earlier
        on
            later.knowledge_id = earlier.knowledge_id
            and later.scope = earlier.scope
            and later.oldest_issued_on <= earlier.credited_on
            and (
                later.credited_on > earlier.credited_on
                or (later.credited_on = earlier.credited_on and later.credit_note_id > earlier.credit_note_id)
            )
    group by later.knowledge_id, later.credit_note_id

),

-- The oldest first; what it leaves of the credit goes to the next.
placed as (

    select
        rooms.*,
        coalesce(used.amount, 0) as used,
        sum(rooms.room) over (
            partition by rooms.knowledge_id, rooms.credit_note_id
            order by rooms.is_of_scope desc, rooms.issued_on asc, rooms.invoice_id asc
            rows unbounded preceding
        ) as room_so_far
    from rooms
    left join used
        on rooms.knowledge_id = used.knowledge_id and rooms.credit_note_id = used.credit_note_id

),

settled as (

    select
        knowledge_id,
        invoice_id,
        credited_on,
        least(room_so_far, used + credit) - greatest(room_so_far - room, used) as amount
    from placed

)

select
    knowledge_id,
    invoice_id,
    credited_on,
    cast(sum(amount) as decimal(22, 6)) as amount
from (
    select * from settled
    where amount > 0
    union all
    select * from linked
) as credits
group by knowledge_id, invoice_id, credited_on
