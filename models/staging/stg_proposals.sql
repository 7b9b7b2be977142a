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

        -- text
        offer_class,
        outcome,
        lost_reason,
        channel,
        owner_role,
        variant,

        -- numerics
        current_mrr,
        proposed_mrr,

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

{{ version_steps('checked', key=['proposal_id'], observed_on='coalesce(proposed_on, candidate_on)') }}

select * from versioned
