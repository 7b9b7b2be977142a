-- One row per account.
select
    account_id,
    account_name,
    industry,
    case country when 'UK' then 'GB' else country end as country,
    referral_source as acquisition_channel,
    as_day(signup_date) as created_on,
from source.accounts
order by account_id
