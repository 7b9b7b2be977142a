select
    salesforce_id(coalesce("Case ID", "ケース ID", "Case Number", "ケース番号")) as id,
    salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as account_id,
    report_day(coalesce("Date/Time Opened", "Opened Date", "オープン日時")) as opened_at,
    report_day(coalesce("Date/Time Closed", "Closed Date", "クローズ日時")) as closed_at,
    coalesce("Priority", "優先度") as priority,
    coalesce("Type", "種別") as type,
    coalesce("Case Reason", "原因") as reason,
from export.cases_report
where not is_remark(to_json(cases_report))
