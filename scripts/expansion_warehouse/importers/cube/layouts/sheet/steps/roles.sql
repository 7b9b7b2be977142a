-- One row per header that says whose amounts a row has. Of several that may name a customer or a product, the lowest
-- rank does.
with known_headers (role, rank, names) as (
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
)

select
    headers.header,
    known_headers.role,
from step.headers
inner join known_headers
    on list_contains(string_split(lower(known_headers.names), ','), headers.plain_header)
where headers.month is null
qualify
    row_number() over (partition by headers.header order by known_headers.rank, known_headers.role) = 1
    and row_number() over (partition by known_headers.role order by known_headers.rank, headers.header) = 1
