select
    salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as id,
    coalesce("Account Name", "取引先名") as name,
    salesforce_id(coalesce("Parent Account ID", "親取引先 ID")) as parent_id,
    coalesce("Industry", "業種") as industry,
    coalesce("Employees", "従業員数") as employees,
    coalesce("Billing Country", "国 (請求先)") as country,
    coalesce("Account Source", "取引先ソース") as channel,
    coalesce("Account Owner", "取引先 所有者") as owner,
    field_of(to_json(accounts_report), getvariable('csm_field')) as csm,
    report_day(coalesce("Created Date", "作成日")) as created_at,
from export.accounts_report
where not is_remark(to_json(accounts_report))
