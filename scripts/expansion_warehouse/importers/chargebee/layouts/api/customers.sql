select
    coalesce(customer ->> 'id', id) as id,
    coalesce(customer ->> 'company', company) as company,
    coalesce(customer ->> 'first_name', first_name) as first_name,
    coalesce(customer ->> 'last_name', last_name) as last_name,
    coalesce(customer ->> 'channel', channel) as channel,
    coalesce(customer -> 'billing_address', billing_address) ->> 'country' as country,
    coalesce(customer -> 'relationship', relationship) ->> 'parent_id' as parent_id,
    coalesce(customer ->> 'created_at', created_at) as created_at,
    coalesce(customer ->> 'updated_at', updated_at) as updated_at,
    coalesce(customer ->> 'deleted', deleted) as deleted
from export.customers
