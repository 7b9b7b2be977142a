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
        contacted_on,
        proposed_on,
        closed_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'null_proposed_on': "candidate_on is null and proposed_on is null",
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['proposal_id'], observed_on='coalesce(proposed_on, candidate_on)') }}

select * from versioned
