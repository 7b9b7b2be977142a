select
    salesforce_id(coalesce("Activity ID", "活動 ID")) as id,
    salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "Company / Account", "取引先名")) as account_id,
    coalesce("Type", "種別") as type,
    "Task Subtype" as subtype,
    report_day(coalesce("Date", "期日")) as done_on,
    coalesce("Closed", "クローズ") as is_done,
    coalesce("Assigned", "任命先") as owner,
from export.activities_report
where not is_remark(to_json(activities_report))
