with

amounts as (

    select * from {{ ref('int_line_amounts') }}

),

unpaid_lines as (

    select * from {{ ref('int_unpaid_lines') }}

),

-- Under `latest_signed_wins` the line signed last stands alone for its product; linked lines never overlap anyway.
ranked as (

    select
        amounts.*,
        unpaid_lines.unpaid_from,
        unpaid_lines.version_id is not null as is_unpaid,
        row_number() over (
            partition by
                amounts.knowledge_id, amounts.account_id, amounts.product_id, amounts.month,
                amounts.is_in_force and unpaid_lines.version_id is null
            order by amounts.signed_on desc nulls last, amounts.starts_on desc, amounts.contract_line_id desc
        ) as signing_rank
    from amounts
    left join unpaid_lines
        on
            amounts.knowledge_id = unpaid_lines.knowledge_id
            and amounts.month = unpaid_lines.month
            and amounts.version_id = unpaid_lines.version_id

)

select *
from ranked
{% if setting('overlap_policy') == 'latest_signed_wins' -%}
where signing_rank = 1 or is_unpaid or not is_in_force
{%- endif %}
