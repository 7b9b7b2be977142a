with

strands as (

    select * from {{ ref('int_line_strands') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force

),

reporting as (

    {{ reporting_currency_digits() }}

),

held as (

    select
        strands.knowledge_id,
        strands.strand_id,
        line_mrr.month,
        line_mrr.fiscal_year,
        line_mrr.contract_line_id,
        line_mrr.product_id,
        line_mrr.account_id,
        {{ money_of_strand('line_mrr.mrr') }} as mrr,
        {{ money_of_strand('line_mrr.mrr_next_year') }} as mrr_next_year
    from strands
    inner join line_mrr
        on strands.knowledge_id = line_mrr.knowledge_id and strands.contract_line_id = line_mrr.contract_line_id
    cross join reporting

),

compared as (

    select
        *,
        lag(account_id) over by_month <> account_id as is_handed_on,
        coalesce(lag(month) over by_month = {{ add_months('month', -1) }}, false)
        and coalesce(max(mrr) over (
            partition by knowledge_id, strand_id order by month rows between unbounded preceding and 1 preceding
        ) > 0, false) as is_held_without_a_break
    from held
    window by_month as (partition by knowledge_id, strand_id order by month)

)

-- A new owner who comes after a break, or after nobody ever paid, takes nothing over.
select
    knowledge_id,
    strand_id,
    month,
    fiscal_year,
    contract_line_id,
    product_id,
    account_id,
    mrr,
    mrr_next_year,
    coalesce(is_handed_on and is_held_without_a_break, false) as is_transfer,
    sum(case when is_handed_on and not is_held_without_a_break then 1 else 0 end) over (
        partition by knowledge_id, strand_id order by month rows unbounded preceding
    ) as tenure
from compared
