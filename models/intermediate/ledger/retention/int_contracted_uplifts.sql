with

retention as (

    select * from {{ ref('int_account_retention') }}

),

driver_amounts as (

    select
        *,
        amount > 0 or amount_at_next_rate > 0 or amount_at_later_rate > 0 as is_gain
    from {{ ref('int_driver_amounts') }}
    where {{ is_contracted_step() }}

),

handed_on as (

    select * from {{ ref('int_handed_on_products') }}

),

periods as (

    select * from {{ ref('int_rate_periods') }}

),

-- A step of a product counts as agreed on a day only where every gain in it has one.
steps as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        sum(amount) as amount,
        sum(amount_at_next_rate) as amount_at_next_rate,
        sum(amount_at_later_rate) as amount_at_later_rate,
        max(case when is_gain then agreed_on end) as agreed_on
    from driver_amounts
    group by knowledge_id, account_id, product_id, month
    having count(case when is_gain and agreed_on is null then 1 end) = 0

),

-- The steps of what an owner has handed on by the end of a window are the new owner's.
placed as (

    select
        retention.knowledge_id,
        retention.account_id,
        retention.retention_window,
        retention.month,
        steps.account_id as stepping_account_id,
        steps.product_id,
        steps.month as step_month
    from retention
    inner join steps
        on
            retention.knowledge_id = steps.knowledge_id
            and retention.account_id = steps.account_id
            and retention.opening_month < steps.month
            and retention.month >= steps.month
    left join handed_on
        on
            retention.knowledge_id = handed_on.knowledge_id
            and retention.retention_window = handed_on.retention_window
            and retention.month = handed_on.month
            and steps.account_id = handed_on.from_account_id
            and steps.product_id = handed_on.product_id
            and steps.month = handed_on.balance_month
    where handed_on.account_id is null
    union all
    select
        knowledge_id,
        account_id,
        retention_window,
        month,
        from_account_id as stepping_account_id,
        product_id,
        balance_month as step_month
    from handed_on

)

-- What a window's opening month-end already knew would be added.
select
    retention.knowledge_id,
    retention.account_id,
    retention.retention_window,
    retention.month,
    cast(sum(greatest(
        0,
        {{ at_rates_of('steps', 'retention', 'amount', period='periods') }}
    )) as decimal(19, 3)) as uplift_mrr
from placed
inner join retention on placed.account_id = retention.account_id and {{ same_window('placed', 'retention') }}
inner join steps
    on
        placed.knowledge_id = steps.knowledge_id
        and placed.stepping_account_id = steps.account_id
        and placed.product_id = steps.product_id
        and placed.step_month = steps.month
        and retention.opening_month < steps.month
        and steps.agreed_on <= {{ month_end('retention.opening_month') }}
inner join periods on steps.month = periods.month
group by retention.knowledge_id, retention.account_id, retention.retention_window, retention.month
