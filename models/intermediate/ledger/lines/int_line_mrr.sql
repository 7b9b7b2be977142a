with

amounts as (

    select * from {{ ref('int_line_amounts') }}

),

months as (

    select * from {{ ref('int_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

spot_rates as (

    select * from {{ ref('int_spot_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- Under `latest_signed_wins` the line signed last stands alone for its product; linked lines never overlap anyway.
ranked as (

    select
        *,
        row_number() over (
            partition by knowledge_id, account_id, product_id, month, is_in_force
            order by signed_on desc nulls last, starts_on desc, contract_line_id desc
        ) as signing_rank
    from amounts
    where not is_net_negative

),

counted as (

    select * from ranked
    {% if setting('overlap_policy') == 'latest_signed_wins' -%}
    where signing_rank = 1 or not is_in_force
    {%- endif %}

),

-- The next year's rate values an opening balance inside a window that crosses the year; a currency that is
-- not billed any more may have none there and keeps its last one.
rated as (

    select
        counted.*,
        months.fiscal_year,
        {{ rate_to_reporting('counted.currency', 'own_year.rate') }} as budget_rate,
        {{ rate_to_reporting('counted.currency', 'coalesce(next_year.rate, own_year.rate)') }} as next_budget_rate,
        {{ rate_to_reporting('counted.currency', 'spot_rates.rate') }} as spot_rate
    from counted
    inner join months on counted.month = months.month
    left join budget_rates as own_year
        on
            counted.knowledge_id = own_year.knowledge_id
            and counted.currency = own_year.currency
            and months.fiscal_year = own_year.fiscal_year
    left join budget_rates as next_year
        on
            counted.knowledge_id = next_year.knowledge_id
            and counted.currency = next_year.currency
            and months.fiscal_year + 1 = next_year.fiscal_year
    left join spot_rates
        on
            counted.knowledge_id = spot_rates.knowledge_id
            and counted.currency = spot_rates.currency
            and counted.month = spot_rates.month

)

select
    rated.knowledge_id,
    rated.month,
    rated.contract_line_id,
    rated.version_id,
    rated.account_id,
    rated.owner_account_id,
    rated.product_id,
    rated.plan_id,
    rated.currency,
    rated.fiscal_year,
    rated.quantity,
    rated.unit_price,
    rated.billing_unit,
    rated.billing_interval,
    rated.signed_on,
    rated.agreed_on,
    rated.is_paid_line,
    rated.is_in_force,
    rated.is_paused,
    rated.is_unpaid,
    rated.is_billed,
    rated.is_gap_filled,
    rated.budget_rate,
    rated.gross_native,
    case when rated.is_billed then rated.net_native else 0 end as mrr_native,
    {{ billed_money('rated.net_native', 'rated.budget_rate') }} as mrr,
    {{ billed_money('rated.net_native', 'rated.next_budget_rate') }} as mrr_next_year,
    {{ billed_money('rated.gross_native', 'rated.budget_rate') }} as gross_mrr,
    {{ billed_money('rated.net_native', 'rated.spot_rate') }} as mrr_spot,
    {{ billed_money('rated.arr_native', 'rated.budget_rate', 'decimal(20, 2)') }} as arr
from rated
cross join reporting
