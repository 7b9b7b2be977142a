with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

accounts as (

    select * from {{ ref('stg_accounts') }}

),

known as (

    select
        knowledge.knowledge_id,
        knowledge.map_date,
        accounts.*
    from accounts
    inner join knowledge on {{ is_known('accounts', 'knowledge') }}
    where accounts.is_valid

),

layered as (

    select
        *,
        {{ version_valid_from() }} as valid_from,
        {{ version_valid_to(['knowledge_id', 'account_id']) }} as valid_to
    from known

)

select
    knowledge_id,
    account_id,
    account_name,
    parent_account_id,
    case when coalesce(merged_on, {{ earliest_day() }}) <= map_date then merged_into_account_id end
        as merged_into_account_id,
    industry,
    size_band,
    country,
    acquisition_channel,
    membership_tier,
    csm_owner,
    sales_owner,
    employee_count,
    fiscal_year_end_month,
    do_not_contact,
    is_internal,
    created_on,
    went_live_on,
    valid_from,
    valid_to,
    valid_from <= map_date and map_date < valid_to as is_current
from layered
where valid_from < valid_to
