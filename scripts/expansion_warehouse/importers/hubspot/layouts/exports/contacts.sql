select
    coalesce("Record ID", "レコードID") as id,
    trim(split_part(coalesce("Associated Company IDs (Primary)", "Associated Company IDs"), ';', 1)) as account_id,
    nullif(trim(concat_ws(' ', coalesce("First Name", "名"), coalesce("Last Name", "姓"))), '') as name,
    "Buying Role" as roles,
    "Unsubscribed from all email" as opted_out,
from export.contacts_export
