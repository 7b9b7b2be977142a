"""`finance.xlsx`: the marts of one run as a workbook whose sums and ratios are live formulas."""

FINANCE = "finance.xlsx"
