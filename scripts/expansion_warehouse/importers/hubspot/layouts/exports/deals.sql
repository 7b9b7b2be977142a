-- Of several companies the primary one, else the first that the export names.
select
    coalesce("Record ID", "レコードID") as id,
    trim(split_part(coalesce("Associated Company IDs (Primary)", "Associated Company IDs"), ';', 1)) as account_id,
    coalesce("Deal Type", "取引タイプ") as type,
    coalesce("Deal Stage", "取引ステージ") as stage,
    "Is Closed Won" as is_won,
    "Is Deal Closed?" as is_closed,
    coalesce("Amount", "金額") as amount,
    coalesce("Currency", "通貨") as currency,
    coalesce("Close Date", "クローズ日") as close_date,
    coalesce("Create Date", "作成日") as created_at,
    "Closed Lost Reason" as lost_reason,
    "Original Traffic Source" as channel,
from export.deals_export
