with

outcomes as (

    select * from {{ ref('int_contract_line_outcomes') }}

),

billing_units as (

    select * from {{ ref('billing_units') }}

),


newest as (

    select
        coalesce(max(month), {{ month_start(as_of_date()) }}) as month,
        max(month_end) as month_end
    from {{ ref('int_months') }}

),

budget_rates as (

    select budget_rates.*
    from {{ ref('int_budget_rates') }} as budget_rates
    inner join newest on newest.month between budget_rates.from_month and budget_rates.to_month
    where budget_rates.knowledge_id = 'restated'

),

mended as (

    select
        contract_line_id,
        max(coalesce(recorded_at, cast('1900-01-01' as timestamp))) as last_recorded_at
    from outcomes
    where outcome <> 'quarantined'
    group by contract_line_id

),

-- Of several refused versions of a line the last one would be in force, and none where a good one came later.
refused as (

    select
        outcomes.*,
        coalesce(outcomes.recorded_at < mended.last_recorded_at, false) as is_mended,
        outcomes.contract_line_id is null or row_number() over (
            partition by outcomes.contract_line_id
            order by outcomes.recorded_at desc nulls last, abs(outcomes.amount) desc nulls last, outcomes._row_hash
        ) = 1 as is_last
    from outcomes
    left join mended on outcomes.contract_line_id = mended.contract_line_id
    where outcomes.outcome = 'quarantined'

)

-- What the row says, as far as it can be read: a share that cannot be takes nothing off, whole terms of a few days
-- count as a month, and a line whose days contradict each other may be in force.
select
    refused.contract_line_id,
    refused.account_id,
    refused.reason,
    refused.currency,
    refused.amount,
    refused.is_tax_inclusive,
    refused._reject_column,
    refused._row_json,
    refused._source_file,
    abs(refused.stated_quantity) as quantity,
    case
        when refused._reject_column in ('quantity', 'billing_interval') then null
        when
            {{ rough_amount('abs(refused.stated_price)', 'greatest(abs(refused.stated_quantity), 1)') }}
            * greatest(
                coalesce(cast(budget_rates.rate as double), 1) / coalesce(cast(budget_rates.fixed_rate as double), 1), 1
            ) <= {{ largest_amount() }}
            then abs(refused.stated_price)
    end as unit_price,
    case when refused.discount_rate between 0 and 1 then 1 - refused.discount_rate else 1 end as kept_share,
    greatest(refused.stated_tax_rate, 0) as tax_rate,
    case
        when refused.billing_unit = 'term'
            then greatest(12 * ({{ days_between('refused.starts_on', 'refused.ends_on') }} + 1), 365)
        else billing_units.months_numerator * greatest(refused.billing_interval, 1)
    end as months_numerator,
    case when refused.billing_unit = 'term' then 365 else billing_units.months_denominator end
        as months_denominator,
    {{ rate_columns('refused.currency', 'budget_rates') }},
    refused.is_last
    and not refused.is_mended
    and not coalesce(refused.is_trial or refused.is_deleted or refused.status = 'void', false)
    and coalesce(refused.charge_type, 'recurring') not in ('usage', 'one_time')
    and (refused.reason = 'start_out_of_range' or coalesce(refused.starts_on <= newest.month_end, true))
    and (
        refused.reason = 'end_before_start'
        or coalesce(least(refused.ends_on, refused.terminated_on) >= newest.month_end, true)
    ) as is_in_force
from refused
cross join newest
left join billing_units on refused.billing_unit = billing_units.billing_unit
left join budget_rates on refused.currency = budget_rates.currency
