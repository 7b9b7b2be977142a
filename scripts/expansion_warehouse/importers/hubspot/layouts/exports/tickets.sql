select
    coalesce("Ticket ID", "Record ID", "レコードID", "チケットID") as id,
    trim(split_part(coalesce("Associated Company IDs (Primary)", "Associated Company IDs"), ';', 1)) as account_id,
    coalesce("Create date", "作成日") as opened_at,
    coalesce("Close date", "クローズ日") as closed_at,
    coalesce("Priority", "優先度") as priority,
    coalesce("Category", "カテゴリー") as category,
from export.tickets_export
