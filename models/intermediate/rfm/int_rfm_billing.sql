with

documents as (

    select * from {{ ref('int_billing_documents') }}

),

population as (

    select * from {{ ref('int_scoring_population') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

-- Before the first document of all there is no window to count in.
first_documents as (

    select
        month,
        min(issued_on) as first_day
    from documents
    group by month

),

windows as (

    select
        month,
        first_day,
        {{ rfm_window_start('month') }} as window_start
    from first_documents

),

-- Without a rate an amount is unknown, and so is every sum it belongs to.
summed as (

    select
        population.account_id,
        population.month,
        population.month_end,
        max(case when documents.is_purchase then documents.issued_on end) as last_purchase_on,
        sum(case
            when documents.is_purchase and documents.issued_on >= coalesce(windows.window_start, documents.issued_on)
                then 1
            else 0
        end) as purchases,
        sum(case
            when documents.issued_on >= coalesce(windows.window_start, documents.issued_on) then documents.amount
        end) as net_billings,
        sum(case
            when documents.is_recurring and documents.issued_on >= coalesce(windows.window_start, documents.issued_on)
                then documents.amount
        end) as net_recurring_billings,
        max(case
            when documents.amount is null and documents.issued_on >= coalesce(windows.window_start, documents.issued_on)
                then 1
            else 0
        end) = 1 as lacks_a_rate
    from population
    inner join windows on population.month = windows.month
    left join documents
        on population.month = documents.month and population.account_id = documents.account_id
    where windows.window_start is null or windows.first_day <= windows.window_start
    group by population.account_id, population.month, population.month_end

)

select
    account_id,
    month,
    {{ days_between('last_purchase_on', 'month_end') }} as recency_days,
    cast(purchases as integer) as purchases,
    case when not lacks_a_rate then cast(coalesce(net_billings, 0) as decimal(19, 3)) end as net_billings,
    case
        when not lacks_a_rate then cast(coalesce(net_recurring_billings, 0) as decimal(19, 3))
    end as net_recurring_billings
from summed
