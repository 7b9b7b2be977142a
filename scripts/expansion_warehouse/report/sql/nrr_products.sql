select
    nrr.month, nrr.retention_window, nrr.product_id, products.product_name, nrr.basis,
    nrr.opening_mrr, nrr.expansion_mrr, nrr.contraction_mrr, nrr.churn_mrr,
    nrr.entered_mrr, nrr.moved_in_mrr, nrr.moved_out_mrr, nrr.closing_mrr, nrr.kept_mrr,
    nrr.opening_accounts, nrr.retained_accounts, nrr.nrr, nrr.grr, nrr.is_small_sample
from kpi_nrr_products as nrr
left join dim_products as products on nrr.product_id = products.product_id
order by nrr.month desc, nrr.retention_window, nrr.product_id, nrr.basis
