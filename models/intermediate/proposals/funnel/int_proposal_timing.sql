with

proposals as (

    select * from {{ ref('int_proposals') }}
    where proposed_on is not null

),

contexts as (

    select * from {{ ref('int_proposal_contexts') }}

),

flags as (

    select * from {{ ref('int_timing_flags') }}
    where reference_kind = 'proposal_day'

),

-- A product that is held has windows of its own; what is not held yet takes those of the account.
found as (

    select
        proposals.proposal_id,
        proposals.offer_class,
        flags.*,
        row_number() over (
            partition by proposals.proposal_id order by case when flags.product_id is null then 1 else 0 end
        ) as preference
    from proposals
    inner join contexts on proposals.proposal_id = contexts.proposal_id
    inner join flags
        on
            contexts.context_account_id = flags.account_id
            and proposals.proposed_on = flags.reference_on
            and (flags.product_id is null or proposals.product_id = flags.product_id)

)

select
    proposal_id,
    {% for flag in timing_flags() -%}
    {{ flag }},
    {% endfor -%}
    timing_reason,
    coalesce(is_timed or (offer_class = 'onboarding_addon' and just_bought), false) as in_window
from found
where preference = 1
