-- A report of opportunities with products names no line: the opportunity, what the line says and its number among
-- lines that say the same make its id.
with items as (
    select
        coalesce("Line Item ID", "Opportunity Product ID") as named_id,
        salesforce_id(coalesce("Opportunity ID", "商談 ID")) as opportunity_id,
        salesforce_id(coalesce("Account ID", "取引先 ID", "Account Name", "取引先名")) as account_id,
        salesforce_id(coalesce("Product ID", "商品 ID", "Product Code", "商品コード", "Product Name", "商品名")) as product_id,
        coalesce(
            field_of(to_json(opportunity_products_report), getvariable('charge_field')),
            "Product Family", "商品ファミリ"
        ) as charge,
        coalesce("Quantity", "数量") as quantity,
        coalesce("Sales Price", "販売価格") as unit_price,
        replace(coalesce("Discount", "割引"), '%', '') as discount,
        coalesce("Total Price", "合計金額") as total_price,
        coalesce("Sales Price Currency", "販売価格 通貨") as currency,
        report_day(coalesce(
            field_of(to_json(opportunity_products_report), getvariable('line_start_field')), "Product Date", "商品日付"
        )) as starts_on,
        report_day(field_of(to_json(opportunity_products_report), getvariable('line_end_field'))) as ends_on,
        coalesce(
            field_of(to_json(opportunity_products_report), getvariable('line_term_field')),
            field_of(to_json(opportunity_products_report), getvariable('opportunity_term_field'))
        ) as term_months,
        report_day(coalesce("Close Date", "完了予定日")) as close_date,
        salesforce_id(coalesce("Contract ID", "Contract Number", "契約番号")) as contract_id,
        salesforce_id("Amended Contract") as amended_contract_id,
        salesforce_id("Renewed Contract") as renewed_contract_id,
        cast(
            outcome_of(
                coalesce("Won", "成立"), coalesce("Closed", "クローズ"), coalesce("Stage", "フェーズ"),
                getvariable('stages')
            ) = 'won' as varchar
        ) as is_won,
        cast(to_json(opportunity_products_report) as varchar) as content,
    from export.opportunity_products_report
    where not is_remark(to_json(opportunity_products_report))
)

select
    * exclude (named_id, content),
    coalesce(
        salesforce_id(named_id),
        concat_ws(
            '-', opportunity_id, left(md5(content), 8), row_number() over (partition by opportunity_id, content)
        )
    ) as id,
from items
