with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

causes as (

    select * from {{ ref('int_restatement_causes') }}

),

news as (

    select * from {{ ref('int_restatement_news') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

-- The closing end speaks first. What has the same amount in its own currency in both cohorts is the rate's.
own as (

    select
        restated_lines.*,
        coalesce(account_map.paying_account_id, restated_lines.owner_account_id) as paying_account_id,
        coalesce(
            closing.reason,
            opening.reason,
            case
                when
                    restated_lines.closing_difference <> 0
                    and restated_lines.as_reported_closing_mrr <> 0
                    and restated_lines.restated_closing_mrr <> 0
                    then 'rate'
                when
                    restated_lines.opening_difference <> 0
                    and restated_lines.as_reported_opening_mrr <> 0
                    and restated_lines.restated_opening_mrr <> 0
                    then 'rate'
            end
        ) as own_reason,
        case
            when closing.reason is null and opening.reason is not null then opening.known_on
            else coalesce(closing.known_on, case when closing.reason is null then opening.known_on end)
        end as own_known_on
    from restated_lines
    inner join windows on restated_lines.retention_window = windows.retention_window
    left join account_map on restated_lines.owner_account_id = account_map.account_id
    left join causes as closing
        on
            restated_lines.month = closing.month
            and restated_lines.month = closing.compared_month
            and restated_lines.contract_line_id = closing.contract_line_id
            and restated_lines.closing_difference <> 0
    left join causes as opening
        on
            restated_lines.month = opening.month
            and {{ add_months('restated_lines.month', '-windows.window_months') }} = opening.compared_month
            and restated_lines.contract_line_id = opening.contract_line_id
            and restated_lines.opening_difference <> 0

),

dated as (

    select
        own.*,
        case
            when own.own_reason is null then null
            when own.own_reason = 'rate' then own.own_known_on
            when own.own_reason = 'moved' then coalesce(own.own_known_on, news.account_known_on, news.known_on)
            when own.own_reason = 'discount' then coalesce(own.own_known_on, news.discount_known_on, news.known_on)
            else coalesce(own.own_known_on, news.known_on)
        end as known_on
    from own
    left join news on own.month = news.month and own.contract_line_id = news.contract_line_id

)

-- A line that only came into a cohort, or left it, did so with the line of its payer that opens otherwise.
select
    month,
    retention_window,
    contract_line_id,
    coalesce(own_reason, first_value(own_reason) over leading_line, 'rule') as reason,
    case
        when own_reason is not null then known_on
        else first_value(known_on) over leading_line
    end as known_on
from dated
window leading_line as (
    partition by month, retention_window, paying_account_id
    order by
        case when own_reason is null then 1 else 0 end,
        abs(opening_difference) desc,
        contract_line_id
)
