with

facts as (

    select * from {{ ref('int_restated_line_facts') }}

),

histories as (

    select * from {{ ref('int_restated_line_histories') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

newest as (

    select known_until from {{ ref('int_knowledge') }}
    where basis = 'restated'

),

fx_rates as (

    select * from {{ ref('stg_fx_rates') }}
    where is_valid and rate_kind = 'budget'

),

rate_news as (

    select
        knowledge.closing_month as month,
        fx_rates.currency,
        max(fx_rates.known_on) as known_on
    from fx_rates
    inner join knowledge on fx_rates.known_on > knowledge.known_until
    inner join newest on fx_rates.known_on <= newest.known_until
    group by knowledge.closing_month, fx_rates.currency

),

explained as (

    select
        facts.*,
        histories.owner_known_on,
        histories.first_known_on,
        histories.last_known_on,
        histories.is_line_known,
        case
            when not histories.is_owner_known then 'late_account'
            when facts.reported_is_paying and not facts.restated_is_paying then {{ reason_of_less() }}
            when facts.restated_is_paying and not facts.reported_is_paying then {{ reason_of_more() }}
            when facts.reported_is_paying then {{ reason_of_another_amount() }}
        end as reason
    from facts
    inner join histories
        on facts.month = histories.month and facts.contract_line_id = histories.contract_line_id

),

dated as (

    select
        explained.*,
        case
            when explained.reason = 'late_account' then explained.owner_known_on
            when explained.reason in ('backdated', 'late_renewal') and not explained.is_line_known
                then explained.first_known_on
            when explained.reason in ('void', 'deleted', 'cancelled', 'backdated', 'late_renewal')
                then explained.last_known_on
            when explained.reason is null then rate_news.known_on
            when explained.reason = 'moved'
                and explained.reported_owner_account_id = explained.restated_owner_account_id
                then null
            when explained.reason <> 'rule' then explained.restated_known_on
        end as known_on
    from explained
    left join rate_news
        on explained.month = rate_news.month and explained.restated_currency = rate_news.currency

)

-- Why the line itself counts otherwise at a month-end; empty where only its rate or its place in a cohort changed.
select
    dated.month,
    dated.compared_month,
    dated.contract_line_id,
    dated.reason,
    case when dated.known_on > knowledge.known_until then dated.known_on end as known_on
from dated
inner join knowledge on dated.month = knowledge.closing_month
