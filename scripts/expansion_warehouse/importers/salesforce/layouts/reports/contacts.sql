select
    salesforce_id(coalesce("Contact ID", "取引先責任者 ID")) as id,
    salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as account_id,
    coalesce("Full Name", "氏名", nullif(trim(concat_ws(' ', "First Name", "Last Name")), '')) as name,
    coalesce("Role", "Contact Role", "役割") as roles,
    coalesce("Email Opt Out", "メール送信除外") as opted_out,
from export.contacts_report
where not is_remark(to_json(contacts_report))
