-- One row per cell of the sheet that is filled or belongs to a month. `kind` says what a cell is:
-- paid, none, broken, total row, total column, unknown column. `sheet_row` only holds the cells of
-- one row together.
with sheet_rows as (
    select
        row_number() over () as sheet_row,
        to_json(sheet) as cells_json,
    from export.sheet as sheet
),

filled as (
    select
        sheet_rows.sheet_row,
        entries.key as header,
        lower(trim(replace(entries.key, '　', ' '))) as plain_header,
        nullif(trim(replace(entries.value ->> '$', '　', ' ')), '') as content,
    from sheet_rows, json_each(sheet_rows.cells_json) as entries
),

headers as (
    select distinct
        header,
        plain_header,
        cast(plain_month(header) || '-01' as date) as month,
    from filled
),

-- Of several headers that may name a customer or a product, the lowest rank does.
known_headers (role, rank, names) as (
    values
    ('account', 1, getvariable('customer')),
    ('account', 2, 'customer_id,customer id,account_id,account id,顧客番号,顧客id,顧客コード,取引先コード,取引先番号'),
    ('name', 1, getvariable('customer_name')),
    ('name', 2, 'customer name,customer_name,account name,account_name,company name,顧客名,会社名,企業名,取引先名'),
    ('name', 3, 'customer,account,client,company,顧客,会社,取引先'),
    ('product', 1, getvariable('product_column')),
    ('product', 2, 'product_id,product id,商品コード,製品コード'),
    ('product', 3, 'product,product name,商品,商品名,製品,製品名,サービス,サービス名'),
    ('currency', 2, 'currency,通貨'),
    ('line', 2, 'line,line_id,contract,contract_id,契約番号,契約id')
),

roles as (
    select
        headers.header,
        known_headers.role,
    from headers
    inner join known_headers
        on list_contains(string_split(lower(known_headers.names), ','), headers.plain_header)
    where headers.month is null
    qualify
        row_number() over (partition by headers.header order by known_headers.rank, known_headers.role) = 1
        and row_number() over (partition by known_headers.role order by known_headers.rank, headers.header) = 1
),

-- A sheet that could be read in two ways, or in none, is refused before anything is made of it.
month_columns as (
    select
        month,
        string_agg(header, ' and ' order by header) as spellings,
        count(*) as columns,
        date_diff('month', lag(month) over (order by month), month) as step,
    from headers
    where month is not null
    group by month
),

checked as (
    select
        case
            when count(*) = 0
                then error('no column of the sheet is a month, as 2025-01 or 2025年1月: header_row says where they stand')
            when not exists (select 1 from roles where role in ('account', 'name'))
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
    from filled
    cross join labels
    left join roles on filled.header = roles.header
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
    from filled
    cross join labels
    inner join headers on filled.header = headers.header
    inner join described on filled.sheet_row = described.sheet_row
    left join roles on filled.header = roles.header
    where roles.role is null
),

amounts as (
    select
        *,
        times(coalesce(plain_amount(content, currency), content), getvariable('factor')) as amount,
    from cells
)

select
    sheet_row,
    account_id,
    account_name,
    product_id,
    currency,
    line,
    header,
    month,
    content,
    amount,
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
cross join checked
where checked.is_whole and (content is not null or month is not null)
