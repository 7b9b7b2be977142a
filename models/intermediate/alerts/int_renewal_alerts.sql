with

observations as (

    select * from {{ ref('int_alert_observations') }}

),

terms as (

    select * from {{ ref('int_unrenewed_terms') }}
    where is_stated

),

proposals as (

    select * from {{ ref('int_known_proposals') }}
    where proposed_on is not null

),

rules as (

    {{ rules_as_columns('alert_rules', ['renewal_days', 'renewal_term_months', 'renewal_proposal_days']) }}

),

-- When each proposal was first seen: on its day, or later where it was recorded late.
made as (

    select
        proposals.account_id,
        proposals.proposal_id,
        proposals.proposed_on,
        min({{ dated_or_observed('proposals.proposed_on', 'observations') }}) as seen_on
    from proposals
    inner join observations on proposals.month = observations.month
    group by proposals.account_id, proposals.proposal_id, proposals.proposed_on

),

-- What the last close knew of terms that come within reach before the next observation.
due as (

    select
        terms.account_id,
        terms.product_id,
        terms.renewal_on,
        rules.renewal_days,
        greatest({{ add_days('terms.renewal_on', '-rules.renewal_days') }}, observations.observed_on) as holds_from,
        least(terms.renewal_on, observations.next_on) as holds_until,
        {{ add_days('terms.renewal_on', '-rules.renewal_proposal_days') }} as proposals_from
    from terms
    cross join rules
    inner join observations on terms.month = observations.month
    where
        {{ add_months('terms.starts_on', 'rules.renewal_term_months') }} <= terms.renewal_on
        and {{ add_days('terms.renewal_on', '-rules.renewal_days') }} < observations.next_on

),

unproposed as (

    select
        due.account_id,
        due.product_id,
        due.renewal_on,
        due.renewal_days,
        due.holds_from,
        least(due.holds_until, coalesce(min(made.seen_on), {{ latest_day() }})) as holds_until
    from due
    left join made
        on
            due.account_id = made.account_id
            and due.proposals_from <= made.proposed_on
            and due.holds_until > made.seen_on
    group by
        due.account_id, due.product_id, due.renewal_on, due.renewal_days, due.holds_from, due.holds_until

)

select
    account_id,
    'renewal_without_proposal' as alert_kind,
    product_id as subject,
    holds_from,
    holds_until,
    'any' as situation,
    cast(null as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(renewal_days as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    renewal_on as evidence_on
from unproposed
where holds_from < holds_until
