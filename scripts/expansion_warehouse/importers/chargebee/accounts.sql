select
    id as account_id,
    coalesce(company, nullif(concat_ws(' ', first_name, last_name), ''), id) as account_name,
    parent_id as parent_account_id,
    upper(country) as country,
    channel as acquisition_channel,
    site_day(created_at) as created_on,
    -- Only where the export holds a customer more than once does the moment of a change tell them apart.
    case when count(*) over (partition by id) > 1 then as_moment(updated_at) end as recorded_at
from source.customers
order by all
