with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

newest as (

    select known_until from {{ ref('int_knowledge') }}
    where basis = 'restated'

),

-- Everything that can change a balance, with the line or the account that it is about.
contract_news as (

    select distinct
        'contract' as reason,
        contract_line_id,
        coalesce(end_customer_account_id, account_id) as account_id,
        known_on
    from {{ ref('stg_contract_lines') }}
    where is_valid

),

discount_news as (

    select distinct
        'discount' as reason,
        parent_line_id as contract_line_id,
        coalesce(end_customer_account_id, account_id) as account_id,
        known_on
    from {{ ref('stg_contract_lines') }}
    where is_valid and parent_line_id is not null

),

pause_news as (

    select distinct
        'pause' as reason,
        contract_line_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        known_on
    from {{ ref('stg_service_pauses') }}
    where is_valid

),

payment_news as (

    select distinct
        'payment' as reason,
        cast(null as {{ dbt.type_string() }}) as contract_line_id,
        account_id,
        known_on
    from {{ ref('stg_invoices') }}
    where is_valid

),

account_news as (

    select distinct
        'account' as reason,
        cast(null as {{ dbt.type_string() }}) as contract_line_id,
        account_id,
        known_on
    from {{ ref('stg_accounts') }}
    where is_valid

),

news as (

    select * from contract_news
    union all
    select * from discount_news
    union all
    select * from pause_news
    union all
    select * from payment_news
    union all
    select * from account_news

)

select
    knowledge.closing_month as month,
    news.reason,
    news.contract_line_id,
    news.account_id,
    max(news.known_on) as known_on
from news
inner join knowledge on news.known_on > knowledge.known_until
inner join newest on news.known_on <= newest.known_until
group by knowledge.closing_month, news.reason, news.contract_line_id, news.account_id
