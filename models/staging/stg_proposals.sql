with

source as (

    select * from {{ source('raw', 'proposals') }}

),

checked as (

    select
        -- ids
        proposal_id,
        account_id,
        product_id,
        plan_id,
        currency,
        experiment_id,
        deal_id,

        -- text
        offer_class,
        case when outcome = 'duplicate' then 'expired' else outcome end as outcome,
        lost_reason,
        channel,
        owner_role,
        variant,

        -- numerics
        current_mrr,
        proposed_mrr,

        -- booleans
        coalesce(outcome = 'duplicate', false) as is_duplicate,

        -- dates and times
        candidate_on,
        {{ day_of_an_end('contacted_on') }} as contacted_on,
        proposed_on,
        {{ day_of_an_end('closed_on') }} as closed_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'null_proposed_on': "candidate_on is null and proposed_on is null",
            'day_out_of_range': is_day_out_of_range('coalesce(proposed_on, candidate_on)'),
            'closed_before_proposed': day_of_an_end('closed_on') ~ ' < coalesce(proposed_on, candidate_on)',
            'amount_out_of_range': is_beyond_documents('proposed_mrr') ~ ' or ' ~ is_beyond_documents('current_mrr'),
        }) }} as found_reason,
        {{ unread_day(['closed_on', 'contacted_on']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['proposal_id'], observed_on='coalesce(proposed_on, candidate_on)') }},

rules as (

    {{ rules_as_columns('upsell_rules', ['duplicate_days']) }}

),

-- Only what was not a duplicate itself when the duplicate became known can be what it repeats.
repeated as (

    {{ repeated_proposals('versioned') }}

)

select
    versioned.proposal_id,
    versioned.account_id,
    versioned.product_id,
    versioned.plan_id,
    versioned.currency,
    versioned.experiment_id,
    versioned.deal_id,
    versioned.offer_class,
    versioned.outcome,
    versioned.lost_reason,
    versioned.channel,
    versioned.owner_role,
    versioned.variant,
    versioned.current_mrr,
    versioned.proposed_mrr,
    versioned.is_duplicate,
    versioned.candidate_on,
    versioned.contacted_on,
    versioned.proposed_on,
    versioned.closed_on,
    versioned.recorded_at,
    versioned._unread_day,
    versioned._row_hash,
    versioned._reject_column,
    versioned._row_json,
    versioned._source_file,
    versioned.known_on,
    versioned.is_valid,
    versioned.quarantine_reason,
    versioned.superseded_on,
    repeated._row_hash is not null and versioned.is_valid as repeats_another,
    coalesce(
        versioned.exclusion_reason,
        case when repeated._row_hash is not null and versioned.is_valid then 'duplicate_proposal' end
    ) as exclusion_reason
from versioned
left join repeated on versioned._row_hash = repeated._row_hash
