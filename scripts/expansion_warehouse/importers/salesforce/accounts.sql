-- One row per account, customers and prospects alike.
select
    id as account_id,
    name as account_name,
    parent_id as parent_account_id,
    industry,
    as_number(employees) as employee_count,
    country,
    channel as acquisition_channel,
    csm as csm_owner,
    owner as sales_owner,
    day_in_zone(created_at, getvariable('timezone')) as created_on,
from source.accounts
where not said_yes(is_deleted)
order by all
