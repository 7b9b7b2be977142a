with

transfers as (

    select * from {{ ref('int_window_transfers') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

months as (

    select * from {{ ref('int_months') }}

),

affected as (

    {% for account in ['from_account_id', 'account_id'] -%}
    select
        knowledge_id,
        {{ account }} as account_id,
        retention_window,
        opening_month,
        month,
        fiscal_year
    from transfers
    {{ 'union' if not loop.last }}
    {% endfor -%}

),

-- Its own lines, less what belongs to somebody else at the end of the window, and what belongs to it by then.
parts as (

    select
        affected.knowledge_id,
        affected.account_id,
        affected.retention_window,
        affected.month,
        line_mrr.month as balance_month,
        case when line_mrr.fiscal_year = affected.fiscal_year then line_mrr.mrr else line_mrr.mrr_next_year end as mrr,
        1 as lines_in_force
    from affected
    inner join line_mrr
        on
            affected.knowledge_id = line_mrr.knowledge_id
            and affected.account_id = line_mrr.account_id
            and line_mrr.month between affected.opening_month and affected.month
    {% for account, sign in [('from_account_id', '-'), ('account_id', '')] -%}
    union all
    select
        knowledge_id,
        {{ account }} as account_id,
        retention_window,
        month,
        balance_month,
        {{ sign }}mrr{{ ' as mrr' if sign }},
        {{ sign }}1 as lines_in_force
    from transfers
    {% endfor %}

),

summed as (

    select
        knowledge_id,
        account_id,
        retention_window,
        month,
        balance_month,
        sum(mrr) as mrr,
        sum(lines_in_force) as lines_in_force
    from parts
    group by knowledge_id, account_id, retention_window, month, balance_month

)

select
    affected.knowledge_id,
    affected.account_id,
    affected.retention_window,
    affected.opening_month,
    greatest(affected.opening_month, account_mrr.first_paid_month) as segment_month,
    affected.month,
    affected.fiscal_year,
    months.month as balance_month,
    cast(coalesce(summed.mrr, 0) as decimal(18, 2)) as mrr,
    coalesce(summed.mrr > 0 or summed.lines_in_force > 0, false) as is_in_force
from affected
inner join account_mrr
    on
        affected.knowledge_id = account_mrr.knowledge_id
        and affected.account_id = account_mrr.account_id
        and affected.month = account_mrr.month
inner join months on months.month between affected.opening_month and affected.month
left join summed
    on
        affected.knowledge_id = summed.knowledge_id
        and affected.account_id = summed.account_id
        and affected.retention_window = summed.retention_window
        and affected.month = summed.month
        and months.month = summed.balance_month
