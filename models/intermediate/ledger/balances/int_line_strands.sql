{%- set forks_deep = 3 -%}
with

stretches as (

    select * from {{ ref('int_line_stretches') }}

),

forks as (

    select * from {{ ref('int_line_forks') }}

),

-- A strand ends where nothing follows, and goes back through the forks that it came out of.
strands_0 as (

    select distinct
        stretches.knowledge_id,
        stretches.stretch_id as strand_id,
        stretches.stretch_id,
        cast(0 as decimal(12, 10)) as share_from,
        cast(1 as decimal(12, 10)) as share_to
    from stretches
    left join forks on stretches.knowledge_id = forks.knowledge_id and stretches.stretch_id = forks.parent_id
    where forks.parent_id is null

),

{% for level in range(1, forks_deep + 1) -%}
strands_{{ level }} as (

    select
        later.knowledge_id,
        later.strand_id,
        forks.parent_id as stretch_id,
        {{ share_within('later.share_from') }} as share_from,
        {{ share_within('later.share_to') }} as share_to
    from strands_{{ level - 1 }} as later
    inner join forks on later.knowledge_id = forks.knowledge_id and later.stretch_id = forks.stretch_id

),

{% endfor -%}
strands as (

    {% for level in range(forks_deep + 1) -%}
    select * from strands_{{ level }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    stretches.knowledge_id,
    strands.strand_id,
    stretches.contract_line_id,
    strands.share_from,
    strands.share_to
from stretches
inner join strands
    on stretches.knowledge_id = strands.knowledge_id and stretches.stretch_id = strands.stretch_id
