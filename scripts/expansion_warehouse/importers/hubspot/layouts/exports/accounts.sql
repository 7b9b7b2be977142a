select
    coalesce("Record ID", "レコードID") as id,
    coalesce("Company name", "会社名") as name,
    split_part(coalesce("Parent Company IDs", "Parent Company ID"), ';', 1) as parent_id,
    coalesce("Industry", "業種") as industry,
    coalesce("Number of Employees", "従業員数") as employees,
    coalesce("Country/Region", "Country", "国/地域") as country,
    coalesce("Original Traffic Source", "Original Source") as channel,
    "Company owner" as owner,
    coalesce("Create Date", "作成日") as created_at,
from export.companies
