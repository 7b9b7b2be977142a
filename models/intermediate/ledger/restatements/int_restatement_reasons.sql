with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

late_news as (

    select * from {{ ref('int_recorded_after_close') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

reasons as (

    select * from {{ ref('restatement_reasons') }}

),

lines as (

    select distinct
        restated_lines.month,
        restated_lines.contract_line_id,
        restated_lines.owner_account_id,
        account_map.paying_account_id
    from restated_lines
    left join account_map on restated_lines.owner_account_id = account_map.account_id

),

-- News of the line itself, of its account, or of anybody under the same payer today.
causes as (

    select
        lines.month,
        lines.contract_line_id,
        late_news.reason,
        late_news.known_on
    from lines
    inner join late_news on lines.month = late_news.month and lines.contract_line_id = late_news.contract_line_id

    union all

    select
        lines.month,
        lines.contract_line_id,
        late_news.reason,
        late_news.known_on
    from lines
    inner join late_news
        on
            lines.month = late_news.month
            and lines.owner_account_id = late_news.account_id
            and late_news.contract_line_id is null

    union all

    select
        lines.month,
        lines.contract_line_id,
        'group' as reason,
        late_news.known_on
    from lines
    inner join account_map on lines.paying_account_id = account_map.paying_account_id
    inner join late_news on lines.month = late_news.month and account_map.account_id = late_news.account_id

    union all

    select
        month,
        contract_line_id,
        'later_map' as reason,
        cast(null as date) as known_on
    from lines

),

ranked as (

    select
        causes.month,
        causes.contract_line_id,
        causes.reason,
        causes.known_on,
        row_number() over (
            partition by causes.month, causes.contract_line_id
            order by reasons.position asc, causes.known_on desc nulls last
        ) as preference
    from causes
    inner join reasons on causes.reason = reasons.reason

)

select
    month,
    contract_line_id,
    reason,
    known_on
from ranked
where preference = 1
