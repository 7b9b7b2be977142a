-- One row per cell of the sheet that is filled or belongs to a month. `kind` says what a cell is:
-- paid, none, broken, total row, total column, unknown column; repeated where several rows of one customer, product,
-- currency and line have an amount in one month.
with
-- A sheet that could be read in two ways, or in none, is refused before anything is made of it.
month_columns as (
    select
        month,
        string_agg(header, ' and ' order by header) as spellings,
        count(*) as columns,
        date_diff('month', lag(month) over (order by month), month) as step,
    from step.headers
    where month is not null
    group by month
),

checked as (
    select
        case
            when count(*) = 0
                then error('no column of the sheet is a month, as 2025-01 or 2025年1月: header_row says where they stand')
            when not exists (select 1 from step.roles where role in ('account', 'name'))
                then error('no column of the sheet is that of the customer: name it with --set customer=HEADER')
            when max(columns) > 1
                then error('columns of one month: ' || min(spellings) filter (columns > 1) || ': keep one')
            when max(step) > 1
                then error(
                    'the sheet has no column for the month before '
                    || min(strftime(month, '%Y-%m')) filter (step > 1) || ': add it, empty if nobody paid'
                )
            else true
        end as is_whole,
    from month_columns
),

labels as (
    select string_split(lower(getvariable('totals')), ',') as totals
),

described as (
    select
        filled.sheet_row,
        max(filled.content) filter (roles.role = 'account') as account_id,
        max(filled.content) filter (roles.role = 'name') as account_name,
        max(filled.content) filter (roles.role = 'product') as product_id,
        max(filled.content) filter (roles.role = 'currency') as currency,
        max(filled.content) filter (roles.role = 'line') as line,
        -- The word may stand in any column, but as the name of a product only where no customer is named.
        coalesce(bool_or(
            roles.role in ('account', 'name') and list_contains(labels.totals, lower(filled.content))
        ), false)
        or (
            count(filled.content) filter (roles.role in ('account', 'name')) = 0
            and coalesce(bool_or(list_contains(labels.totals, lower(filled.content))), false)
        ) as is_total_row,
    from step.filled_cells as filled
    cross join labels
    left join step.roles on filled.header = roles.header
    group by filled.sheet_row
),

cells as (
    select
        filled.sheet_row,
        coalesce(described.account_id, described.account_name) as account_id,
        described.account_name,
        coalesce(described.product_id, getvariable('product')) as product_id,
        coalesce(upper(described.currency), getvariable('currency')) as currency,
        described.line,
        described.is_total_row,
        list_contains(labels.totals, filled.plain_header) as is_total_column,
        filled.header,
        headers.month,
        filled.content,
    from step.filled_cells as filled
    cross join labels
    inner join step.headers on filled.header = headers.header
    inner join described on filled.sheet_row = described.sheet_row
    left join step.roles on filled.header = roles.header
    where roles.role is null
),

amounts as (
    select
        *,
        in_unit(content, currency, getvariable('factor')) as amount,
    from cells
),

judged as (
    select
        *,
        case
            when is_total_row then 'total row'
            when is_total_column then 'total column'
            when month is null then 'unknown column'
            when content is null or content in ('-', '–', '—', '－', 'ー', '―') then 'none'
            when try_cast(amount as decimal(28, 12)) = 0 then 'none'
            when try_cast(amount as decimal(28, 12)) > 0 then 'paid'
            else 'broken'
        end as kind,
    from amounts
    where content is not null or month is not null
)

select
    judged.* exclude (is_total_row, is_total_column) replace (
        case
            when
                kind in ('paid', 'broken')
                and count(*) over (
                    partition by account_id, product_id, currency, line, month, kind in ('paid', 'broken')
                ) > 1
                then 'repeated'
            else kind
        end as kind
    ),
from judged
cross join checked
where checked.is_whole
