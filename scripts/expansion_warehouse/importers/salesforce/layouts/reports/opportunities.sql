select
    salesforce_id(coalesce("Opportunity ID", "商談 ID")) as id,
    salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as account_id,
    coalesce("Type", "種別") as type,
    coalesce("Stage", "フェーズ") as stage,
    coalesce("Won", "成立") as is_won,
    coalesce("Closed", "クローズ") as is_closed,
    coalesce("Amount", "金額") as amount,
    coalesce("Amount Currency", "金額 通貨") as currency,
    report_day(coalesce("Close Date", "完了予定日")) as close_date,
    report_day(coalesce("Created Date", "作成日")) as created_at,
    field_of(to_json(opportunities_report), getvariable('opportunity_term_field')) as term_months,
    field_of(to_json(opportunities_report), getvariable('lost_reason_field')) as lost_reason,
    coalesce("Lead Source", "リードソース") as channel,
    salesforce_id(coalesce("Contract ID", "Contract Number", "契約番号")) as contract_id,
    salesforce_id("Amended Contract") as amended_contract_id,
    salesforce_id("Renewed Contract") as renewed_contract_id,
from export.opportunities_report
where not is_remark(to_json(opportunities_report))
