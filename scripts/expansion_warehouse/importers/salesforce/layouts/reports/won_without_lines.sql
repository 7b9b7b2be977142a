with items as (
    select distinct salesforce_id(coalesce("Opportunity ID", "商談 ID")) as opportunity_id,
    from export.opportunity_products_report
    where coalesce("Opportunity ID", "商談 ID") is not null
),

won as (
    select
        salesforce_id(coalesce("Opportunity ID", "商談 ID")) as id,
        salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as account_id,
        coalesce("Amount", "金額") as unit_price,
        coalesce("Amount", "金額") as total_price,
        coalesce("Amount Currency", "金額 通貨") as currency,
        field_of(to_json(opportunities_report), getvariable('opportunity_term_field')) as term_months,
        report_day(coalesce("Close Date", "完了予定日")) as close_date,
        salesforce_id("Contract ID") as contract_id,
    from export.opportunities_report
    where
        not is_remark(to_json(opportunities_report))
        and outcome_of(coalesce("Won", "成立"), coalesce("Closed", "クローズ"), coalesce("Stage", "フェーズ")) = 'won'
)

select *, id as opportunity_id, 'true' as is_won,
from won
where id is null or id not in (select items.opportunity_id from items)
