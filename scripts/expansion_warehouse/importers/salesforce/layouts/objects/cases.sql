select
    salesforce_id(id) as id,
    salesforce_id(coalesce(AccountId, account_id)) as account_id,
    coalesce(CreatedDate, created_date) as opened_at,
    coalesce(ClosedDate, closed_date) as closed_at,
    Priority as priority,
    Type as type,
    Reason as reason,
    cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
from export.case
