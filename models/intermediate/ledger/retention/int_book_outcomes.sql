with

rules as (

    {{ rules_as_columns('billing_rules', ['outlook_months']) }}

),

months as (

    select * from {{ ref('int_months') }}

),

account_map as (

    select * from {{ ref('int_published_account_map') }}

),

balances as (

    select
        account_id,
        month,
        sum(mrr) as mrr,
        sum(cmrr) as cmrr
    from {{ ref('int_published_mrr') }}
    where basis = 'as_reported'
    group by account_id, month

),

books as (

    select
        months.month as month_made,
        coalesce(sum(balances.mrr), 0) as book_mrr,
        count(case when balances.mrr > 0 or balances.cmrr > 0 then 1 end) as book_accounts
    from months
    left join balances on months.month = balances.month
    group by months.month

),

-- Who paid or had signed by the month-end, as whoever pays for them later: each once.
followed as (

    select distinct
        balances.month as month_made,
        months.month,
        account_map.paying_account_id
    from balances
    cross join rules
    inner join months
        on
            balances.month < months.month
            and months.month <= {{ add_months('balances.month', 'rules.outlook_months') }}
    inner join account_map
        on
            {{ month_name('months.month') }} = account_map.knowledge_id
            and balances.account_id = account_map.account_id
    where balances.mrr > 0 or balances.cmrr > 0

),

came_true as (

    select
        followed.month_made,
        followed.month,
        sum(balances.mrr) as mrr
    from followed
    inner join balances on followed.paying_account_id = balances.account_id and followed.month = balances.month
    group by followed.month_made, followed.month

)

select
    books.month_made,
    later.month_made as month,
    cast(books.book_accounts as integer) as book_accounts,
    cast(books.book_mrr as decimal(19, 3)) as book_mrr,
    cast(case
        when books.month_made = later.month_made then books.book_mrr
        else coalesce(came_true.mrr, 0)
    end as decimal(19, 3)) as actual_mrr,
    cast(later.book_mrr as decimal(19, 3)) as total_mrr
from books
cross join rules
inner join books as later
    on
        books.month_made <= later.month_made
        and later.month_made <= {{ add_months('books.month_made', 'rules.outlook_months') }}
left join came_true on books.month_made = came_true.month_made and later.month_made = came_true.month
